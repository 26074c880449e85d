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

const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".atom": "application/atom+xml", ".csv": "text/csv" };

/** Serves a folder below a path as a static host does, 404.html and the site's own policy included. */
export async function serve(folder, prefix = "/") {
  const [, policy] = /Content-Security-Policy: (.+)/.exec(readFileSync(join(folder, "_headers"), "utf8"));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    let file = path.startsWith(prefix) ? normalize(join(folder, path.slice(prefix.length))) : "";
    if (file.startsWith(folder) && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
    const found = file.startsWith(folder) && existsSync(file);
    if (!found) file = join(folder, "404.html");
    response.writeHead(found ? 200 : 404, { "content-type": types[extname(file)] ?? "text/plain", "content-security-policy": policy });
    response.end(existsSync(file) ? readFileSync(file) : "");
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
