import { onPart } from "./parts.js";

/** `[data-selection]` around a table: a box for all rows, Shift for a range, and a bar that says how many are chosen. */
onPart("[data-selection]", (area) => {
  let last = null;
  const boxes = () => [...area.querySelectorAll("tbody input[type=checkbox]")];
  area.addEventListener("click", (event) => {
    const box = event.target;
    if (!box.matches("input[type=checkbox]")) return;
    if (box.matches("[data-all]")) boxes().forEach((each) => (each.checked = box.checked));
    else {
      if (event.shiftKey && last) between(boxes(), last, box).forEach((each) => (each.checked = box.checked));
      last = box;
    }
    show(area, boxes());
  });
  show(area, boxes());
});

function between(boxes, one, other) {
  const [from, to] = [boxes.indexOf(one), boxes.indexOf(other)].sort((a, b) => a - b);
  return boxes.slice(from, to + 1);
}

function show(area, boxes) {
  const chosen = boxes.filter((box) => box.checked).length;
  const all = area.querySelector("[data-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const bar = area.querySelector("[data-bulk]");
  if (bar) bar.hidden = chosen === 0;
  const count = area.querySelector("[data-chosen]");
  if (count) count.textContent = chosen;
}
