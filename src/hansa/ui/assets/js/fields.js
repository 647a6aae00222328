import { onPart } from "./parts.js";

// A list that stands for a form (choose a saved view, move a card) is sent as soon as something is chosen.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});

// Text areas grow with their text where the browser does not do so by itself.
if (!CSS.supports("field-sizing", "content")) {
  onPart("textarea", (area) => {
    const grow = () => {
      area.style.height = "auto";
      area.style.height = `${area.scrollHeight + 2}px`;
    };
    area.addEventListener("input", grow);
    grow();
  });
}

// A form marked `data-guards` asks before what was typed is lost.
onPart("form[data-guards]", (form) => {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
});

// The summary of errors takes the focus when the page arrives with one.
onPart("[data-form-errors]", (summary) => summary.focus());

// A form is not sent twice by an impatient hand. The button is disabled after the browser has read the form.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.target) return;
  setTimeout(() => button.setAttribute("aria-disabled", "true"));
  setTimeout(() => button.removeAttribute("aria-disabled"), 4000);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("button[aria-disabled=true]")) event.preventDefault();
});
