// The browser that the judges look with.
import { existsSync } from "node:fs";

export const browserAt = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!browserAt) {
  console.error("no browser is found: install chromium");
  process.exit(3);
}
