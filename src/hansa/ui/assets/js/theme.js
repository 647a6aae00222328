import { announce } from "./announce.js";
import { onPart } from "./parts.js";

const root = document.documentElement;

onPart("[data-theme-toggle]", (button) => {
  button.hidden = false;
  mark(button);
  button.addEventListener("click", () => {
    announce(button.getAttribute("aria-label"));
    choose(root.dataset.bsTheme === "dark" ? "light" : "dark");
    document.querySelectorAll("[data-theme-toggle]").forEach(mark);
  });
});

function choose(theme) {
  root.dataset.bsTheme = theme;
  root.dataset.themeChosen = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  document.dispatchEvent(new CustomEvent("hansa:theme"));
}

function mark(button) {
  const label = root.dataset.bsTheme === "dark" ? button.dataset.toLight : button.dataset.toDark;
  button.setAttribute("aria-label", label);
  button.title = label;
  const words = button.querySelector("[data-theme-words]");
  if (words) words.textContent = label;
}
