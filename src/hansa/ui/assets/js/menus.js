/** Menus are `details[data-menu]`: they work without a script; with it, only one is open and Escape or a click away closes it. */
document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = document.activeElement?.closest("details[data-menu][open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(menu, event.key === "ArrowDown" ? 1 : -1);
  }
});

function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}

function step(menu, by) {
  const stops = [...menu.querySelectorAll("a[href], button:not([disabled]), input:not([type=hidden])")].filter((stop) => stop.offsetParent);
  if (!stops.length) return;
  const now = stops.indexOf(document.activeElement);
  const next = now < 0 && by < 0 ? stops.length - 1 : (now + by + stops.length) % stops.length;
  stops[next].focus();
}
