// Titles, names and texts that try to break out of every format that a site publishes.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import vm from "node:vm";
import ICAL from "ical.js";
import Parser from "rss-parser";
import { make } from "./scenarios.mjs";
import { mistakes } from "./statuspage.mjs";
import { launch } from "./support.mjs";

const HOSTILE = [
  `"double" and 'single' quotes, \\ and \\" and \\n`,
  "a line\nand another\r\nand a third",
  "]]> <![CDATA[ x ]]> ]]&gt;",
  "</script><script>alert(1)</script><!-- <script",
  "<b onmouseover=alert(1)>bold</b> &amp; &lt; &#x0; &nbsp;",
  "right \u202Eto left\u202C, \u200Fmarks\u200E and العربية",
  "emoji 👩‍👩‍👧‍👦 🏳️‍🌈 and \u{1F4A5}",
  "controls \u0007 \u001B[31m \u0085 \u2028 \u2029 end",
  "END:VEVENT; END:VCALENDAR, \\n BEGIN:VALARM",
  "{{ frame.site }} {% include 'x' %} ${{ secrets.X }} ${X} $(id) `id`",
  "%s %d %n /../../etc/passwd \\\\host\\share javascript:alert(1)",
  "é́́́́ ﷽ 文字化け Ω≈ç√∫",
  "x".repeat(300),
];
const BIG = "All of it, and <more> \"still\" ]]> & again; ".repeat(2500);

/** What a format that has no controls and one kind of space may make of a text. */
const plain = (text) => text.replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]/g, " ").replace(/\s+/g, " ").trim();
const folder = () => {
  const files = {
    "probes.yaml": `site: { title: ${JSON.stringify(HOSTILE[3])}, url: "https://status.acme.example" }\ngroups:\n${HOSTILE.map((name, index) => `  - { id: g${index}, name: ${JSON.stringify(name)} }`).join("\n")}\ncomponents:\n${HOSTILE.map((name, index) => `  - { id: c${index}, name: ${JSON.stringify(name)}, description: ${JSON.stringify(name)}, group: g${index} }`).join("\n")}\n`,
  };
  HOSTILE.forEach((text, index) => {
    const body = `${text}\n\n[link](/history/?a=1&b=2) ${index % 4 === 0 ? BIG : ""}`;
    files[`content/incidents/i${index}.md`] = `---\ntitle: ${JSON.stringify(text)}\naffected: { c${index}: major_outage }\n---\n${text}\n\n## Investigating · 2026-11-22 09:${10 + index} UTC\n${body}\n`;
    files[`content/maintenance/m${index}.md`] = `---\ntitle: ${JSON.stringify(text)}\ncomponents: [c${index}]\nstart: 2026-11-22 10:${10 + index} UTC\nduration: 1h\nannounced: 2026-11-20 10:00 UTC\n---\n${body}\n`;
  });
  return make(files);
};
const walk = (path, ending) => readdirSync(path, { recursive: true }).filter((file) => file.endsWith(ending)).map((file) => join(path, file));
const titled = (list) => list.map(plain).sort();

let browser, site;
before(async () => {
  site = folder();
  browser = await launch();
});
after(() => browser.close());

test("every JSON is read, and says each title as it was written", () => {
  const files = walk(site, ".json");
  assert.ok(files.length > 70);
  for (const file of files) JSON.parse(readFileSync(file, "utf8"));
  assert.deepEqual(mistakes(site), []);
  const read = (path) => JSON.parse(readFileSync(join(site, path), "utf8"));
  assert.deepEqual(titled(read("api/v2/incidents.json").incidents.map((one) => one.name)), titled(HOSTILE));
  assert.deepEqual(titled(read("api/v2/scheduled-maintenances/upcoming.json").scheduled_maintenances.map((one) => one.name)), titled(HOSTILE));
  assert.deepEqual(titled(read("status.json").components.map((one) => one.name)), titled(HOSTILE));
  assert.equal(read("feed.json").items.length, 26);
});

test("every feed is read by a strict parser, whole texts included", async () => {
  const feeds = walk(site, ".atom").concat(walk(site, ".rss"));
  assert.equal(feeds.length, 2 * (2 + HOSTILE.length));
  for (const file of feeds) {
    const feed = await new Parser().parseString(readFileSync(file, "utf8"));
    assert.ok(feed.items.length > 0, file);
    assert.ok(!feed.items.some((item) => /<script|<b onmouse/i.test(item["content:encoded"] ?? item.content)), file);
  }
  for (const name of ["feed.atom", "feed.rss"]) {
    const feed = await new Parser().parseString(readFileSync(join(site, name), "utf8"));
    const incidents = feed.items.map((item) => plain(item.title)).filter((title) => title.startsWith("Investigating: "));
    const wanted = HOSTILE.map((text) => plain(`Investigating: ${text}`));
    // Parsers of XML make a space of any white space around a title.
    assert.deepEqual(incidents.sort(), wanted.sort(), name);
    const big = feed.items.find((item) => item.title === `Investigating: ${HOSTILE[0]}`);
    assert.ok((big["content:encoded"] ?? big.content).length > 1e5, name);
  }
});

test("every calendar is read, and says each title", () => {
  for (const file of walk(site, ".ics")) new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(join(site, "maintenance.ics"), "utf8")));
  assert.deepEqual(titled(calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one).summary)), titled(HOSTILE));
});

test("every badge is an image without a script, and says its name", async () => {
  const page = await browser.newPage();
  const badges = walk(site, ".svg").filter((file) => file.includes("badges"));
  assert.equal(badges.length, 6 * (1 + 2 * HOSTILE.length));
  const texts = badges.map((file) => readFileSync(file, "utf8"));
  const read = await page.evaluate((texts) => texts.map((text) => {
    const found = new DOMParser().parseFromString(text, "image/svg+xml");
    return { failed: found.querySelector("parsererror")?.textContent, scripts: found.querySelectorAll("script, [onmouseover]").length, title: found.querySelector("title")?.textContent };
  }), texts);
  assert.deepEqual(read.filter((one) => one.failed || one.scripts), []);
  assert.ok(read.some((one) => plain(one.title) === plain(`${HOSTILE[0]}: Down`)), JSON.stringify(read.slice(0, 4)));
  await page.close();
});

test("every script is one, and holds no end of a script element", () => {
  for (const name of ["maintenance", "status", "sample"]) {
    const text = readFileSync(join(site, `embed/${name}.js`), "utf8");
    // In ASCII alone, for the page that it stands in may have any charset.
    assert.doesNotMatch(text, /<\/script|<!--|[^\x00-\x7f]/i, name);
    new vm.Script(text);
  }
});
