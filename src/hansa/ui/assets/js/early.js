// Runs before the first paint on pages whose reader has not chosen a theme: follow the system without a flash.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => {
  if (!document.documentElement.dataset.themeChosen) document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
};
follow();
dark.addEventListener("change", () => {
  follow();
  document.dispatchEvent(new CustomEvent("hansa:theme"));
});
