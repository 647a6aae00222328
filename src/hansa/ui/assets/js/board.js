import Sortable from "sortablejs";
import { announce } from "./announce.js";

/** Cards move by drag here; for the keyboard each card holds a *move to* form, and a drop sends that same form. */
export function enhance(board) {
  for (const column of board.querySelectorAll("[data-column]")) {
    Sortable.create(column, {
      group: board.id || "board",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      draggable: "[data-card]:has(select[data-move])",
      filter: "select, button, a, input",
      preventOnFilter: false,
      ghostClass: "is-ghost",
      onEnd: moved,
    });
  }
}

function moved({ item, from, to }) {
  if (from === to) return;
  const choice = item.querySelector("select[data-move]");
  choice.value = to.dataset.column;
  announce(`${item.dataset.card} → ${to.getAttribute("aria-label")}`);
  choice.form.requestSubmit();
}
