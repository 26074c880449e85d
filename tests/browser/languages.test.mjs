// The words of the page against what a browser knows of languages.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NOW, make, trouble } from "./scenarios.mjs";
import { launch, open, root, serve } from "./support.mjs";

const LANGUAGES = ["en", "de", "fr", "es", "pt", "it", "nl", "pl", "tr", "ja", "zh", "ar"];
let browser, folder, site;

/** An incident in each of the last twelve months, so that every month has a name somewhere. */
function months() {
  const files = {};
  for (let month = 1; month <= 12; month += 1) {
    const day = `${month < 12 ? 2026 : 2025}-${String(month).padStart(2, "0")}-${String(month + 1).padStart(2, "0")}`;
    if (day > NOW) continue;
    files[`content/incidents/${day}.md`] = `---\ntitle: Trouble\naffected: { api: degraded_performance }\n---\n## Resolved · ${day} 0${month % 10}:05 UTC\n`;
  }
  return files;
}

before(async () => {
  browser = await launch();
  folder = make({ ...trouble({ languages: `  languages: [${LANGUAGES.join(", ")}]\n` }), ...months() });
  site = await serve(folder);
});

after(async () => {
  await browser.close();
  site.close();
});

test("numbers choose their words as the browser's own rules do", () => {
  const { numbers, ...table } = JSON.parse(readFileSync(join(root, "tests/languages/plurals.json"), "utf8"));
  const letters = { zero: "z", one: "1", two: "2", few: "f", many: "m", other: "o" };
  for (const [tag, said] of Object.entries(table)) {
    const rules = new Intl.PluralRules(tag);
    assert.equal(said, numbers.map((number) => letters[rules.select(number)]).join(""), tag);
  }
});

const prefix = (tag) => (tag === "en" ? "" : `${tag}/`);
const unescape = (html) => html.replaceAll("&amp;", "&").replaceAll("&#x27;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">");

for (const tag of LANGUAGES) {
  test(`${tag}: times, months and percentages are written as the browser writes them`, () => {
    const html = (path) => readFileSync(join(folder, prefix(tag), path, "index.html"), "utf8");
    const [, locale] = /data-locale="([^"]+)"/.exec(html(""));
    const day = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" };
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short", timeZone: "UTC" };
    const moment = new Intl.DateTimeFormat(locale, { ...day, ...clock });
    const seen = new Set();
    for (let month = 1; month <= 12; month += 1) {
      const date = `${month < 12 ? 2026 : 2025}-${String(month).padStart(2, "0")}-${String(month + 1).padStart(2, "0")}`;
      if (date > NOW) continue;
      const page = html(`incidents/${date}/`);
      for (const [, iso, text] of page.matchAll(/<time datetime="([^"]+)">([^<]+)<\/time>/g)) {
        assert.equal(unescape(text), moment.format(new Date(iso)));
        seen.add(iso);
      }
    }
    assert.ok(seen.size >= 11, `${seen.size} times were seen`);
    const history = unescape(html("history/"));
    for (const month of ["2026-11", "2026-09", "2026-05", "2026-02"]) {
      const name = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(`${month}-15`));
      assert.ok(history.includes(`>${name}</a>`), `${name}`);
    }
    const [, percent] = /component-website"[\s\S]*?<p class="figures"><strong>([^<]+)<\/strong>/.exec(html(""));
    const [number] = percent.match(/\d+.\d+/);
    const wanted = new Intl.NumberFormat(locale, { style: "percent", minimumFractionDigits: 2 }).format(Number(number.replace(/\D/, ".")) / 100);
    // English has the space of the international system here.
    assert.equal(percent, tag === "en" ? wanted.replace("%", "\u00a0%") : wanted);
  });

  test(`${tag}: the page is whole, and the script changes no word of a time`, async () => {
    const page = await open(browser, `${site.url}${prefix(tag)}`, { timezoneId: "UTC", locale: "fi-FI" }, NOW);
    assert.deepEqual(page.troubles, []);
    assert.equal(await page.locator("html").getAttribute("lang"), tag);
    assert.equal(await page.locator("html").getAttribute("dir"), tag === "ar" ? "rtl" : "ltr");
    const times = await page.locator("main time").evaluateAll((nodes) => nodes.map((node) => [node.title, node.textContent]));
    assert.ok(times.length > 5);
    for (const [before, after] of times) assert.equal(after, before);
    // No place was left unfilled, and nothing is said by its key.
    const text = await page.locator("body").innerText();
    assert.doesNotMatch(text, /\{\w*\}|\b[a-z]+_[a-z_]+\b/);
    const links = await page.locator("link[hreflang]").evaluateAll((nodes) => nodes.map((node) => `${node.hreflang} ${node.href}`));
    assert.deepEqual(links, LANGUAGES.map((one) => `${one} https://status.acme.example/${prefix(one)}`));
    await page.getByRole("link", { name: tag === "en" ? "Deutsch" : "English" }).click();
    assert.equal(await page.locator("html").getAttribute("lang"), tag === "en" ? "de" : "en");
    await page.context().close();
  });
}
