/**
 * Builds what the browser loads into ../static/dist: a stylesheet for each writing direction, one script for every page,
 * chunks that only the pages with a chart, a long list or a board fetch, and a sprite of the icons listed in icons.txt.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { trimmed } from "./trim.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../static/dist");
const packaged = (name) => join(here, "../../../../node_modules", name);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await Promise.all([scripts(), earlyScript(), stylesheet("hansa", "tabler"), stylesheet("hansa.rtl", "tabler.rtl"), sprite()]);

function scripts() {
  return build({
    entryPoints: { app: join(here, "js/app.js") },
    outdir: dist,
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    chunkNames: "[name]-[hash]",
    legalComments: "linked",
  });
}

function earlyScript() {
  return build({ entryPoints: { early: join(here, "js/early.js") }, outdir: dist, bundle: true, minify: true, format: "iife" });
}

async function stylesheet(name, tabler) {
  const base = await readFile(join(packaged("@tabler/core"), `dist/css/${tabler}.css`), "utf8");
  const own = `@import "./css/index.css";`;
  const trimmedBase = { name: "trimmed-base", setup };
  function setup(plugin) {
    plugin.onResolve({ filter: /^base$/ }, () => ({ path: "base", namespace: "trimmed" }));
    plugin.onLoad({ filter: /.*/, namespace: "trimmed" }, () => ({ contents: trimmed(base), loader: "css", resolveDir: here }));
  }
  await build({
    stdin: { contents: `@import "base";\n${own}`, loader: "css", resolveDir: here, sourcefile: `${name}.css` },
    outfile: join(dist, `${name}.css`),
    bundle: true,
    minify: true,
    plugins: [trimmedBase],
  });
}

async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split("\n").filter(Boolean);
  const symbols = await Promise.all(names.map(symbol));
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function symbol(name) {
  const drawing = await readFile(join(packaged("@tabler/icons"), `icons/outline/${name}.svg`), "utf8");
  const shapes = drawing.slice(drawing.indexOf(">", drawing.indexOf("<svg")) + 1, drawing.lastIndexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "")}</symbol>`;
}
