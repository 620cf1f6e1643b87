// A static host for the judges: a built site over loopback, packed as every host
// packs it, below the path at which the site expects to be.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".json": "application/json", ".txt": "text/plain", ".xml": "application/xml" };

// mountOf is the path below which a site expects to be: that of the links of the
// page for what is missing, which are absolute.
async function mountOf(folder) {
  const missing = await readFile(path.join(folder, "404.html"), "utf8");
  return missing.match(/<a class="brand" href="([^"]+)"/)[1];
}

// serve gives a folder over loopback: its address, which ends in a slash, and
// what ends it. robots.txt is found where crawlers look, at the root.
export async function serve(folder) {
  const mount = await mountOf(folder);
  const server = createServer(async (request, response) => {
    let name = decodeURIComponent(new URL(request.url, "http://host").pathname);
    if (name === "/favicon.ico") return response.writeHead(204).end();
    if (name === "/robots.txt") name = mount + "robots.txt";
    if (!name.startsWith(mount)) return response.writeHead(404).end();
    name = name.slice(mount.length);
    if (name === "" || name.endsWith("/")) name += "index.html";
    try {
      const data = gzipSync(await readFile(path.join(folder, name)));
      response.writeHead(200, { "content-type": types[path.extname(name)] ?? "application/octet-stream", "content-encoding": "gzip" }).end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${server.address().port}${mount}`, close: () => server.close() };
}
