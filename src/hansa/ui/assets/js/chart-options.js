const LETTER = 7;
const LEGEND_ITEM = 32;
const LEGEND_ROW = 24;

/**
 * Turns figures into what ECharts draws.
 *
 * figures: {kind: "bar" | "line" | "pie" | "heatmap", labels: [..], series: [{name, values, emphasis?}], stacked?, horizontal?,
 * rows?: [..] (heatmap), marks?: [{name, value}], currency?, percent?, digits?}. Values are numbers or null.
 */
export function optionFor(figures, look, description) {
  const option = { ...common(figures, look, description), ...(figures.kind === "pie" ? pie(figures, look) : {}) };
  if (figures.kind === "heatmap") return { ...option, ...heatmap(figures, look) };
  return figures.kind === "pie" ? option : { ...option, ...axes(figures, look) };
}

function common(figures, look, description) {
  return {
    aria: { enabled: true, label: { description } },
    animation: !look.still,
    animationDuration: 250,
    color: look.series,
    textStyle: { fontFamily: look.font, color: look.ink },
    tooltip: {
      trigger: figures.kind === "bar" || figures.kind === "line" ? "axis" : "item",
      axisPointer: { type: figures.kind === "bar" ? "shadow" : "line" },
      backgroundColor: look.surface,
      borderColor: look.line,
      textStyle: { color: look.ink, fontSize: 13 },
      valueFormatter: exact(figures, look),
      confine: true,
    },
    legend: { show: (figures.series?.length ?? 0) > 1 || figures.kind === "pie", left: 0, top: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: look.quiet } },
  };
}

function axes(figures, look) {
  const names = { type: "category", data: figures.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.quiet, hideOverlap: true }, inverse: Boolean(figures.horizontal) };
  const values = { type: "value", splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.quiet, formatter: short(figures, look), hideOverlap: true } };
  return {
    grid: { left: 4, right: 12, top: topOf(figures, look.width), bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: figures.horizontal ? values : names,
    yAxis: figures.horizontal ? names : values,
    series: figures.series.map((series, index) => line(series, index, figures, look)),
  };
}

/** Where the drawing begins below the legend, which takes as many rows as its names need; `width` in pixels. */
export function topOf(figures, width) {
  if (figures.series.length < 2) return 12;
  let rows = 1;
  let used = 0;
  for (const { name } of figures.series) {
    const wide = name.length * LETTER + LEGEND_ITEM;
    if (used && used + wide > width) [rows, used] = [rows + 1, 0];
    used += wide;
  }
  return 14 + rows * LEGEND_ROW;
}

function line(series, index, figures, look) {
  const last = index === figures.series.length - 1;
  const round = figures.horizontal ? [0, 3, 3, 0] : [3, 3, 0, 0];
  return {
    name: series.name,
    type: figures.kind,
    data: series.values,
    stack: figures.stacked ? "all" : undefined,
    symbol: ["circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow"][index % 7],
    symbolSize: 6,
    lineStyle: { width: 2, type: ["solid", "dashed", "dotted"][index % 3] },
    areaStyle: figures.kind === "line" && figures.stacked ? { opacity: 0.25 } : undefined,
    barMaxWidth: 36,
    itemStyle: { borderRadius: figures.stacked && !last ? 0 : round, borderColor: look.surface, borderWidth: figures.stacked ? 1 : 0 },
    markLine: index === 0 && figures.marks ? { symbol: "none", label: { color: look.quiet, formatter: "{b}" }, lineStyle: { color: look.quiet, type: "dashed" }, data: figures.marks.map((mark) => ({ name: mark.name, [figures.horizontal ? "xAxis" : "yAxis"]: mark.value })) } : undefined,
  };
}

function pie(figures, look) {
  const data = figures.labels.map((name, index) => ({ name, value: figures.series[0].values[index] }));
  return { series: [{ type: "pie", radius: ["52%", "78%"], center: ["50%", "56%"], data, label: { color: look.ink, formatter: "{b}: {d} %" }, itemStyle: { borderColor: look.surface, borderWidth: 2 } }] };
}

function heatmap(figures, look) {
  const cells = figures.series.flatMap((row, y) => row.values.map((value, x) => [x, y, value]));
  const known = cells.map((cell) => cell[2]).filter((value) => value !== null);
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: look.quiet } };
  return {
    legend: { show: false },
    grid: { left: 4, right: 12, top: 12, bottom: 44, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { ...axis, data: figures.labels },
    yAxis: { ...axis, data: figures.series.map((row) => row.name), inverse: true },
    visualMap: { min: Math.min(0, ...known), max: Math.max(...known), calculable: false, orient: "horizontal", left: 0, bottom: 0, itemHeight: 120, inRange: { color: look.ramp }, textStyle: { color: look.quiet }, formatter: short(figures, look) },
    series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 }, emphasis: { itemStyle: { borderColor: look.ink } } }],
  };
}

function exact(figures, look) {
  const format = new Intl.NumberFormat(look.language, { ...style(figures), maximumFractionDigits: figures.digits ?? 2 });
  return (value) => (value === null || value === undefined ? "–" : format.format(Array.isArray(value) ? value.at(-1) : value));
}

function short(figures, look) {
  const format = new Intl.NumberFormat(look.language, { ...style(figures), notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 });
  return (value) => format.format(value);
}

function style(figures) {
  if (figures.currency) return { style: "currency", currency: figures.currency };
  return figures.percent ? { style: "percent" } : {};
}
