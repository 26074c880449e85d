// What a phone on a failing network has to load.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { NOW, make, weight } from "./scenarios.mjs";
import { launch, open, serve } from "./support.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

const zipped = (bytes) => gzipSync(bytes, { level: 9 }).length;

/** The requests of a page with their sizes on the wire. */
async function load(folder) {
  const site = await serve(folder);
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.clock.install({ time: new Date(NOW) });
  await page.goto(site.url, { waitUntil: "networkidle" });
  await context.close();
  site.close();
  // The icon is asked for by the browser's own frame, not by the page.
  const own = requests.filter((url) => !url.endsWith("icon.svg"));
  const bytes = own.map((url) => zipped(readFileSync(join(folder, new URL(url).pathname.replace(/\/$/, "/index.html")))));
  return { origin: new URL(site.url).origin, requests: own, bytes: bytes.reduce((sum, one) => sum + one, 0) };
}

/** Five years in which 10,000 things went wrong with these components. */
function long() {
  const files = weight();
  for (let count = 0; count < 10_000; count += 1) {
    const at = new Date(Date.parse("2026-08-01T00:00:00Z") - count * 4.2 * 36e5);
    const text = (time) => time.toISOString().slice(0, 16).replace("T", " ");
    files[`content/incidents/old-${count}.md`] = `---\ntitle: Trouble number ${count}\naffected: { service-${(count % 20) + 1}: major_outage }\n---\n## Investigating · ${text(at)} UTC\nWe look into it.\n\n## Resolved · ${text(new Date(at.getTime() + 6e5))} UTC\n`;
  }
  return files;
}

test("home with 20 components, 90 days and 93 bad ones: 14 kB in three requests, none to others, and no heavier after five years", async () => {
  const folder = make(weight());
  const html = readFileSync(join(folder, "index.html"), "utf8");
  assert.equal((html.match(/<a href="[^"]*history\/\d{4}-\d\d-\d\d\/#/g) ?? []).length, 93);
  const young = await load(folder);
  assert.equal(young.requests.length, 3, young.requests.join("\n"));
  assert.ok(young.requests.every((url) => url.startsWith(young.origin)));
  assert.ok(young.bytes <= 14_000, `${young.bytes} bytes`);
  const old = await load(make(long()));
  assert.equal(old.requests.length, 3);
  assert.ok(old.bytes <= young.bytes + 100, `${old.bytes} bytes after five years, ${young.bytes} before`);
  console.log(`# home: ${young.bytes} bytes gzip, after five years and 10,000 incidents ${old.bytes}`);
});

test("no page grows with history: the largest after five years", async () => {
  const folder = make(long());
  for (const [path, most] of [["components/service-1/index.html", 20_000], ["history/index.html", 8_000], ["history/2025-06/index.html", 16_000], ["subscribe/index.html", 3_000]]) {
    const bytes = zipped(readFileSync(join(folder, path)));
    assert.ok(bytes < most, `${path}: ${bytes}`);
  }
  assert.ok(statSync(join(folder, "card.png")).size < 40_000);
});
