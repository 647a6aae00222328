/** The one script of every page. What only some pages need is fetched when such a part is on the page. */
import { onPart } from "./parts.js";
import "./announce.js";
import "./copy.js";
import "./dialogs.js";
import "./dropzone.js";
import "./fields.js";
import "./menus.js";
import "./selection.js";
import "./shortcuts.js";
import "./theme.js";
import "./times.js";

/** A table that is wider than its place can be scrolled with the keyboard too. */
const reach = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
onPart(".table-wrap", (part) => reach.observe(part));
onPart("[data-chart]", async (part) => (await import("./charts.js")).draw(part));
onPart("select[data-select]", async (part) => (await import("./select.js")).enhance(part));
onPart("[data-board]", async (part) => (await import("./board.js")).enhance(part));
