// Built sites on loopback, and a browser to look at them.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, statSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const binary = process.env.ABOVEBOARD ?? join(root, "target/debug/aboveboard");

/** Builds one of tests/sites into a new folder and returns the folder. */
export function build(name, { output = "public" } = {}) {
  const site = join(root, "tests/sites", name);
  const folder = join(mkdtempSync(join(tmpdir(), "aboveboard-")), output);
  const now = readFileSync(join(site, "now"), "utf8").trim();
  execFileSync(binary, ["build", "--quiet", "--site", site, "--now", now, "--output", folder], { stdio: ["ignore", "ignore", "ignore"] });
  return folder;
}

const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".atom": "application/xml", ".rss": "application/xml", ".ics": "text/calendar", ".csv": "text/csv" };

/** What a host that reads `_headers` sends for a path: later rules add to earlier ones, `!` takes back. */
export function headersOf(text) {
  const rules = [];
  for (const line of text.split("\n").filter((line) => line.trim())) {
    if (!/^\s/.test(line)) {
      const pattern = line.trim().replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/:\w+/g, "[^/]+");
      rules.push({ pattern: new RegExp(`^${pattern}$`), lines: [] });
    } else rules.at(-1).lines.push(line.trim());
  }
  return (path) => {
    const headers = {};
    for (const line of rules.filter((rule) => rule.pattern.test(path)).flatMap((rule) => rule.lines)) {
      const [name, value] = line.startsWith("!") ? [line.slice(1).trim(), null] : line.split(/:\s*(.*)/s);
      const key = name.toLowerCase();
      if (value === null) delete headers[key];
      else headers[key] = headers[key] ? `${headers[key]}, ${value}` : value;
    }
    return headers;
  };
}

/**
 * Serves a folder below a path as a static host does, with 404.html and the headers of `_headers`, but
 * for caching: tests build a site anew and look again at once. `rewrite` may change a text on its way.
 */
export async function serve(folder, prefix = "/", { rewrite = (text) => text } = {}) {
  const headers = headersOf(readFileSync(join(folder, "_headers"), "utf8"));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    let file = path.startsWith(prefix) ? normalize(join(folder, path.slice(prefix.length))) : "";
    if (file.startsWith(folder) && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    const found = file.startsWith(folder) && existsSync(file);
    const { "cache-control": _, ...own } = headers(`/${path.slice(prefix.length)}`);
    if (!found) file = join(folder, "404.html");
    const type = types[extname(file)] ?? "text/plain";
    response.writeHead(found ? 200 : 404, { "content-type": type, ...own });
    const bytes = existsSync(file) ? readFileSync(file) : "";
    response.end(/xml|json|javascript/.test(type) ? rewrite(bytes.toString()) : bytes);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  // A failed test must not keep the runner waiting.
  server.unref();
  return { url: `http://127.0.0.1:${server.address().port}${prefix}`, close: () => server.close() };
}

export function launch(args = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [...args, "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** A page that gathers what goes wrong on it. */
export async function open(browser, url, options = {}, at = undefined) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.troubles = [];
  page.on("console", (message) => message.type() === "error" && page.troubles.push(message.text()));
  page.on("pageerror", (error) => page.troubles.push(String(error)));
  page.on("requestfailed", (request) => page.troubles.push(`failed: ${request.url()}`));
  if (at) await page.clock.install({ time: new Date(at) });
  await page.goto(url);
  return page;
}
