import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";

TomSelect.define("remove_button", removeButton);

/** Turns a long list into one that can be searched. `data-source` names an address that answers `[{value, text, note}]`. */
export function enhance(select) {
  const source = select.dataset.source;
  const name = select.labels?.[0]?.textContent.trim() ?? select.getAttribute("aria-label");
  const box = new TomSelect(select, {
    plugins: select.multiple ? { remove_button: { title: select.dataset.remove ?? "×" } } : {},
    maxOptions: 200,
    dropdownParent: select.closest(".table-wrap") ? "body" : null, // a table scrolls: it would cut the list off
    create: "creates" in select.dataset,
    valueField: "value",
    labelField: "text",
    searchField: source ? [] : ["text"],
    render: { option: drawn, no_results: () => `<div class="no-results">${escaped(select.dataset.none ?? "–")}</div>` },
    load: source ? load : undefined,
    shouldLoad: (query) => query.length > 1,
  });
  if (select.getAttribute("aria-describedby")) box.control_input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  if (select.getAttribute("aria-invalid")) box.control_input.setAttribute("aria-invalid", "true");
  if (name) for (const part of [select, box.control_input]) part.setAttribute("aria-label", name);

  async function load(query, done) {
    try {
      const address = new URL(source, location.href);
      address.searchParams.set("q", query);
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      done(answer.ok ? await answer.json() : []);
    } catch {
      done([]);
    }
  }
}

function drawn(option) {
  const note = option.note ? `<span class="ts-note">${escaped(option.note)}</span>` : "";
  return `<div>${escaped(option.text)}${note}</div>`;
}

function escaped(text) {
  const element = document.createElement("span");
  element.textContent = text;
  return element.innerHTML.replaceAll('"', "&quot;");
}
