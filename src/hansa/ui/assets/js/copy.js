import { announce } from "./announce.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    say(button, button.dataset.copied);
  } catch {
    // Without a secure address or permission there is no clipboard: leave the text selected for the reader to copy.
    source.focus();
    source.select?.();
    say(button, button.dataset.selected);
  }
});

function say(button, words) {
  const label = button.querySelector("[data-label]") ?? button;
  const before = label.textContent;
  label.textContent = words;
  announce(words);
  setTimeout(() => (label.textContent = before), 2500);
}
