/**
 * Leaves out of a stylesheet every selector that names a class of an unused family.
 *
 * Families are listed, never guessed from templates: a class that a template starts to use tomorrow is still there.
 */

const UNUSED_FAMILIES = [
  "navbar", "offcanvas", "carousel", "ribbon", "accordion", "modal", "popover", "tooltip", "toast", "bs-tooltip",
  "bs-popover", "otp", "signature", "signal", "sparkline", "calendar", "vc", "nav-segmented", "form-colorinput",
  "form-imagecheck", "form-colorcheck", "form-floating", "chat", "demo", "parallax", "divide", "focus-ring",
  "callout", "chart", "prose", "skip-link", "switch-icon", "legend", "link", "btn-floating", "card-stamp", "card-rotate", "card-stacked", "strength", "theme",
];
const BRANDS = "x|facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|tiktok|snapchat|discord|slack|whatsapp|reddit|twitch";

const UNUSED = new RegExp(
  `\\.(?:(?:${UNUSED_FAMILIES.join("|")})(?![a-z])|[a-z-]*-(?:${BRANDS})(?:-lt|-fg)?(?![a-z-])|[a-z]+(?:-[a-z]+)*-(?:xxl|print)(?![a-z]))`,
);

export function trimmed(css) {
  return blocks(css.replace(/\/\*(?!!)[\s\S]*?\*\//g, "")).map(trimmedBlock).join("\n");
}

function trimmedBlock({ head, body }) {
  if (body === null) return head;
  if (/^@(media|supports|layer)/.test(head)) {
    const inner = trimmed(body);
    return inner.trim() ? `${head} {\n${inner}\n}` : "";
  }
  if (head.startsWith("@")) return `${head} {${body}}`;
  const kept = selectors(head).filter((selector) => !UNUSED.test(selector));
  return kept.length ? `${kept.join(", ")} {${body}}` : "";
}

/** The statements of a stylesheet at its top level: `{head, body}`, with body null where there is none. */
function blocks(css) {
  const found = [];
  let [start, open, depth, quote] = [0, 0, 0, ""];
  for (let at = 0; at < css.length; at++) {
    const sign = css[at];
    if (quote) {
      if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "{" && depth++ === 0) open = at;
    else if (sign === "}" && --depth === 0) {
      found.push({ head: css.slice(start, open).trim(), body: css.slice(open + 1, at) });
      start = at + 1;
    } else if (sign === ";" && depth === 0) {
      found.push({ head: css.slice(start, at + 1).trim(), body: null });
      start = at + 1;
    }
  }
  return found;
}

/** The selectors of a list, split at its commas outside parentheses. */
function selectors(list) {
  const found = [];
  let [start, depth] = [0, 0];
  for (let at = 0; at < list.length; at++) {
    if (list[at] === "(" || list[at] === "[") depth++;
    else if (list[at] === ")" || list[at] === "]") depth--;
    else if (list[at] === "," && depth === 0) {
      found.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...found, list.slice(start).trim()];
}
