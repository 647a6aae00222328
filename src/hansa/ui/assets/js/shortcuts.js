/** `/` and Ctrl-K go to the search, `?` opens the list of keys, `g` then a letter follows a link marked `data-key="g h"`. */
let pending = "";
let forget;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return act(event, toSearch);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") return act(event, toSearch);
  if (event.key === "?") return act(event, () => document.querySelector('[data-opens="shortcuts"]')?.click());
  const keys = `${pending} ${event.key}`.trim();
  const link = document.querySelector(`[data-key="${CSS.escape(keys)}"]`);
  pending = link ? "" : event.key;
  clearTimeout(forget);
  forget = setTimeout(() => (pending = ""), 1200);
  if (link) act(event, () => link.click());
});

function act(event, deed) {
  event.preventDefault();
  deed();
}

function toSearch() {
  const box = document.querySelector("[data-search]");
  if (box?.offsetParent) {
    box.focus();
    box.select();
  } else document.querySelector("[data-search-page]")?.click();
}

function isTyping(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox], [type=radio]), textarea, select");
}
