// Puts built sites before judges that nobody here wrote: the Nu HTML checker for
// the markup, axe-core in Chromium for WCAG 2.2 AA, light and dark, wide and
// narrow. Of each folder two pages of each kind are judged, the longest and the
// shortest; the kind stands in the class of the body.
//
//   node check.mjs FOLDER...
//
// It exits with 1 when a judge found something, and with 3 when one is missing.
import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import path from "node:path";
import puppeteer from "puppeteer-core";

const require = createRequire(import.meta.url);
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const nu = require("vnu-jar");

const browserAt = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!browserAt) {
  console.error("no browser is found: install chromium");
  process.exit(3);
}

async function* filesBelow(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(name);
    else yield name;
  }
}

// choose gives the longest and the shortest page of each kind.
async function choose(folder) {
  const kinds = new Map();
  for await (const file of filesBelow(folder)) {
    if (!file.endsWith(".html")) continue;
    const text = await readFile(file, "utf8");
    const kind = text.match(/<body class="[^"]*page-([a-z-]+)/)?.[1] ?? "none";
    if (kind === "redirect") continue; // it is gone before anybody could read it
    kinds.set(kind, [...(kinds.get(kind) ?? []), { file, size: text.length }]);
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

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json" };

// mountOf is the path below which a site expects to be: that of the links of the
// page for what is missing, which are absolute.
async function mountOf(folder) {
  const missing = await readFile(path.join(folder, "404.html"), "utf8");
  return missing.match(/<a class="brand" href="([^"]+)"/)[1];
}

// serve gives a folder over loopback, below a path.
async function serve(folder, mount) {
  const server = createServer(async (request, response) => {
    let name = decodeURIComponent(new URL(request.url, "http://host").pathname);
    if (name === "/favicon.ico") return response.writeHead(204).end();
    if (!name.startsWith(mount)) return response.writeHead(404).end();
    name = name.slice(mount.length);
    if (name === "" || name.endsWith("/")) name += "index.html";
    try {
      const data = await readFile(path.join(folder, name));
      response.writeHead(200, { "content-type": types[path.extname(name)] ?? "application/octet-stream" }).end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return server;
}

// Each page is seen in each of these ways.
const views = [
  { width: 1280, scheme: "light" },
  { width: 1280, scheme: "dark" },
  { width: 320, scheme: "light" },
  { width: 320, scheme: "dark" },
];

async function judgeUse(browser, folder, files) {
  const mount = await mountOf(folder);
  const server = await serve(folder, mount);
  const found = [];
  const page = await browser.newPage();
  await page.setBypassCSP(true); // axe is not one of the site's scripts
  for (const file of files) {
    const address = `http://127.0.0.1:${server.address().port}${mount}${path.relative(folder, file).split(path.sep).map(encodeURIComponent).join("/")}`;
    for (const { width, scheme } of views) {
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      await page.goto(address, { waitUntil: "load" });
      await page.evaluate(axe);
      const result = await page.evaluate(() =>
        window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], resultTypes: ["violations"] }),
      );
      for (const v of result.violations) {
        found.push(`${file} at ${width} px, ${scheme}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(" | ")}`);
      }
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over > 0) found.push(`${file} at ${width} px, ${scheme}: ${over} px too wide`);
    }
  }
  await page.close();
  server.close();
  return found;
}

const browser = await puppeteer.launch({ executablePath: browserAt, args: ["--no-sandbox"] });
let faults = 0;
for (const folder of process.argv.slice(2)) {
  const { kinds, pages } = await choose(folder);
  const found = [...judgeMarkup(pages), ...(await judgeUse(browser, folder, pages))];
  faults += found.length;
  for (const f of found) console.log(f);
  console.log(`${folder}: ${pages.length} pages of ${kinds} kinds, ${pages.length * views.length} views, ${found.length} faults`);
}
await browser.close();
process.exit(faults > 0 ? 1 : 0);
