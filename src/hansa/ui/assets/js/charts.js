/** Draws the charts of a page from the figures beside them, again whenever the theme changes. */
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { optionFor, topOf } from "./chart-options.js";

use([
  BarChart, HeatmapChart, LineChart, PieChart,
  AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

const drawn = new Map();

/** `part` is `[data-chart=ID]`, where ID names a json_script that holds the figures (see hansa.ui). */
export function draw(part) {
  const figures = JSON.parse(document.getElementById(part.dataset.chart).textContent);
  drawn.get(part)?.dispose();
  const chart = init(part, null, { renderer: "svg", locale: "EN" });
  chart.setOption(optionFor(figures, { ...look(), width: part.clientWidth }, part.getAttribute("aria-label")));
  drawn.set(part, chart);
  if (part.dataset.watched) return;
  part.dataset.watched = "yes";
  new ResizeObserver(() => fit(part)).observe(part);
}

function fit(part) {
  const chart = drawn.get(part);
  if (!chart) return;
  chart.resize();
  const figures = JSON.parse(document.getElementById(part.dataset.chart).textContent);
  if (figures.kind === "bar" || figures.kind === "line") chart.setOption({ grid: { top: topOf(figures, part.clientWidth) } });
}

document.addEventListener("hansa:theme", () => {
  for (const part of [...drawn.keys()]) {
    if (part.isConnected) draw(part);
    else {
      drawn.get(part).dispose();
      drawn.delete(part);
    }
  }
});

/** The colours and letters of the page as it is now. */
function look() {
  const style = getComputedStyle(document.documentElement);
  const probe = document.body.appendChild(document.createElement("span"));
  const colour = (name) => {
    probe.style.color = `var(${name})`;
    return rgb(getComputedStyle(probe).color);
  };
  const found = {
    ink: colour("--hansa-ink"),
    quiet: colour("--hansa-quiet"),
    line: colour("--hansa-line"),
    surface: colour("--hansa-surface"),
    font: getComputedStyle(document.body).fontFamily,
    series: Array.from({ length: 7 }, (_, index) => style.getPropertyValue(`--hansa-series-${index + 1}`).trim()),
    ramp: [colour("--hansa-ramp-low"), colour("--hansa-ramp-high")],
    still: matchMedia("(prefers-reduced-motion: reduce)").matches,
    language: document.documentElement.lang || undefined,
  };
  probe.remove();
  return found;
}

/** ECharts reads only the older colour notations; the browser turns any colour into one of them on a canvas. */
function rgb(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}
