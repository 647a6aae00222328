const enhancers = [];

/** Calls `enhance` once for every element that matches, now and whenever htmx has put new content on the page. */
export function onPart(selector, enhance) {
  const seen = new WeakSet();
  const look = () => {
    for (const part of document.querySelectorAll(selector)) {
      if (seen.has(part)) continue;
      seen.add(part);
      enhance(part);
    }
  };
  enhancers.push(look);
  look();
}

document.addEventListener("htmx:after:swap", () => enhancers.forEach((look) => look()));
