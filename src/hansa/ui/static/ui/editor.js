/** Line numbers beside a text area, marked where something is wrong; a problem leads to its line. */
const area = document.querySelector("[data-code] textarea");
const numbers = document.querySelector("[data-code] .code-numbers");
const review = document.getElementById("review");

if (area && numbers && review) {
  number();
  mark();
  area.addEventListener("input", number);
  area.addEventListener("scroll", () => (numbers.scrollTop = area.scrollTop));
  area.addEventListener("keydown", indent);
  document.addEventListener("htmx:after:swap", mark);
  review.addEventListener("click", (event) => {
    const problem = event.target.closest("[data-line]");
    if (problem && problem.dataset.line !== "0") show(Number(problem.dataset.line));
  });
}

function number() {
  const wanted = area.value.split("\n").length;
  while (numbers.childElementCount > wanted) numbers.lastElementChild.remove();
  while (numbers.childElementCount < wanted) {
    const line = document.createElement("span");
    line.textContent = String(numbers.childElementCount + 1);
    numbers.append(line);
  }
  numbers.scrollTop = area.scrollTop;
}

function mark() {
  const wrong = new Set(Array.from(review.querySelectorAll("[data-line]"), (problem) => Number(problem.dataset.line)));
  Array.from(numbers.children, (line, place) => line.classList.toggle("is-wrong", wrong.has(place + 1)));
}

function show(line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((length, text) => length + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  const height = numbers.scrollHeight / Math.max(1, lines.length);
  area.scrollTop = Math.max(0, height * (line - 1) - area.clientHeight / 2);
  area.scrollLeft = 0;
}

/** Tab indents only after Alt+Tab-free use: with a selection or within text; Escape first lets Tab leave the area. */
let leaving = false;
function indent(event) {
  if (event.key === "Escape") leaving = true;
  else if (event.key === "Tab" && !event.shiftKey && !leaving) {
    event.preventDefault();
    area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.key !== "Tab") leaving = false;
}
