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

onPart("[data-chart]", async (part) => (await import("./charts.js")).draw(part));
onPart("select[data-select]", async (part) => (await import("./select.js")).enhance(part));
onPart("[data-board]", async (part) => (await import("./board.js")).enhance(part));
