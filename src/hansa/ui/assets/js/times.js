/** Keeps relative times true on a page that stays open. The server wrote the first wording and the exact instant. */
const UNITS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || undefined, { numeric: "auto" });
const opened = Date.now();

setInterval(() => document.querySelectorAll("time[data-relative]").forEach(refresh), 60_000);

function refresh(time) {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  if (Number.isNaN(seconds) || Date.now() - opened < 60_000) return;
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  time.textContent = words.format(Math.trunc(seconds / length), unit);
}
