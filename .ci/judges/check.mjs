// Puts built sites before judges that nobody here wrote: the Nu HTML checker for
// the markup, axe-core in Chromium for WCAG 2.2 AA, light and dark, wide and
// narrow. Of each folder two pages of each kind are judged, the longest and the
// shortest; the kind stands in the class of the body, and pages of docs that say
// that they are old or not released yet are kinds of their own.
//
//   node check.mjs --kinds KIND,... --views all|two FOLDER...
//
// Each of the kinds has to be found in some of the folders. With two views a page
// is seen wide and light, and narrow and dark: for a theme that changes style only,
// after another was seen in all four.
//
// It exits with 1 when a judge found something, and with 3 when one is missing.
import { spawnSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import puppeteer from "puppeteer-core";
import { browserAt } from "./browser.mjs";
import { serve } from "./serve.mjs";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const nu = require("vnu-jar");

async function* filesBelow(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(name);
    else yield name;
  }
}

const seen = new Set();

// choose gives the longest and the shortest page of each kind.
async function choose(folder) {
  const kinds = new Map();
  for await (const file of filesBelow(folder)) {
    if (!file.endsWith(".html")) continue;
    const text = await readFile(file, "utf8");
    const kind = text.match(/<body class="[^"]*page-([a-z-]+)/)?.[1] ?? "none";
    if (kind === "redirect") continue; // it is gone before anybody could read it
    seen.add(kind);
    const banner = text.match(/class="doc-banner is-([a-z-]+)/)?.[1] ?? "";
    const key = `${kind} ${banner}`;
    kinds.set(key, [...(kinds.get(key) ?? []), { file, size: text.length }]);
  }
  const chosen = new Set();
  for (const pages of kinds.values()) {
    pages.sort((a, b) => a.size - b.size || (a.file < b.file ? -1 : 1));
    chosen.add(pages[0].file).add(pages.at(-1).file);
  }
  return { kinds: kinds.size, pages: [...chosen].sort() };
}

function judgeMarkup(files) {
  const run = spawnSync("java", ["-jar", nu, "--errors-only", "--format", "json", ...files], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.error) {
    console.error(`the Nu HTML checker does not run: ${run.error.message}`);
    process.exit(3);
  }
  return JSON.parse(run.stderr).messages.map((m) => `${m.url}:${m.lastLine}: ${m.message}`);
}

const [, wanted, , views, ...folders] = process.argv.slice(2);
const widths = views === "two" ? { 1280: ["light"], 320: ["dark"] } : { 1280: ["light", "dark"], 320: ["light", "dark"] };
const viewsOfPage = Object.values(widths).flat().length;

async function judgeUse(browser, folder, files) {
  const site = await serve(folder);
  const found = [];
  const page = await browser.newPage();
  await page.setBypassCSP(true); // axe is not one of the site's scripts
  for (const file of files) {
    const address = `${site.address}${path.relative(folder, file).split(path.sep).map(encodeURIComponent).join("/")}`;
    for (const [width, schemes] of Object.entries(widths)) {
      await page.setViewport({ width: Number(width), height: 900 });
      await page.goto(address, { waitUntil: "load" });
      await page.evaluate(axe);
      for (const scheme of schemes) {
        // Without motion, so that no colour is seen halfway.
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }]);
        const { violations, over } = await page.evaluate(async () => ({
          violations: (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] })).violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)) })),
          over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        }));
        for (const v of violations) found.push(`${file} at ${width} px, ${scheme}: ${v.id}: ${v.help}: ${v.nodes.join(" | ")}`);
        if (over > 0) found.push(`${file} at ${width} px, ${scheme}: ${over} px too wide`);
      }
    }
  }
  await page.close();
  site.close();
  return found;
}

const browser = await puppeteer.launch({ executablePath: browserAt, args: ["--no-sandbox"] });
let faults = 0;
for (const folder of folders) {
  const { kinds, pages } = await choose(folder);
  const found = [...judgeMarkup(pages), ...(await judgeUse(browser, folder, pages))];
  faults += found.length;
  for (const f of found) console.log(f);
  console.log(`${folder}: ${pages.length} pages of ${kinds} kinds, ${pages.length * viewsOfPage} views, ${found.length} faults`);
}
for (const kind of wanted.split(",").filter((k) => !seen.has(k))) {
  console.log(`no page of the kind ${kind} is there to be judged`);
  faults++;
}
await browser.close();
process.exit(faults > 0 ? 1 : 0);
