/** Speaks to screen readers through the page's live region, and keeps the focus where the reader was. */
export function announce(words) {
  const region = document.getElementById("live");
  if (!region || !words) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
}

let focused = null;

document.addEventListener("htmx:before:swap", () => {
  const held = document.activeElement;
  focused = held && held !== document.body ? { held, path: description(held) } : null;
});

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail?.ctx?.target;
  const news = target?.isConnected ? target.querySelector("[data-announce]") : document.querySelector("main [data-announce]");
  if (news) announce(news.dataset.announce);
  if (focused && !focused.held.isConnected) refocus(focused.path, target);
  focused = null;
});

/** How to find the element again in content that replaced it. */
function description(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) return `${element.localName}[name="${CSS.escape(element.name)}"]`;
  const address = element.getAttribute("href");
  return address ? `a[href="${CSS.escape(address)}"]` : null;
}

function refocus(path, target) {
  const invalid = document.querySelector("[data-form-errors]");
  const same = path && document.querySelector(path);
  const place = invalid ?? same ?? (target?.isConnected ? target : document.getElementById("main"));
  if (!place) return;
  if (!place.matches("a, button, input, select, textarea, [tabindex]")) place.tabIndex = -1;
  place.focus({ preventScroll: place !== invalid });
}
