import { announce } from "./announce.js";
import { onPart } from "./parts.js";

/** `[data-dropzone]` around a file input: drop files anywhere on it; without a script the input is there as ever. */
onPart("[data-dropzone]", (zone) => {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector("[data-files]");
  const hold = (over) => (event) => {
    event.preventDefault();
    zone.classList.toggle("is-over", over);
  };
  zone.addEventListener("dragover", hold(true));
  zone.addEventListener("dragleave", hold(false));
  zone.addEventListener("drop", (event) => {
    hold(false)(event);
    const files = input.multiple ? event.dataTransfer.files : firstOf(event.dataTransfer.files);
    if (!files.length) return;
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    list.textContent = [...input.files].map(described).join(", ");
    announce(list.textContent);
    if ("submitsForm" in zone.dataset && input.files.length) input.form.requestSubmit();
  });
});

function firstOf(files) {
  const one = new DataTransfer();
  if (files.length) one.items.add(files[0]);
  return one.files;
}

function described(file) {
  const unit = file.size < 1_000_000 ? ["kilobyte", 1000] : ["megabyte", 1_000_000];
  const size = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: unit[0], maximumFractionDigits: 1 });
  return `${file.name} (${size.format(file.size / unit[1])})`;
}
