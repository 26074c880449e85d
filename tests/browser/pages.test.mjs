// What a browser adds: the visitor's clock and zone, news, the age of what is said. The pages of small
// sites, among them one whose every file has a mistake, with script and without.
import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { build, launch, open, serve } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const NOW = "2026-11-22T09:57:30Z";
const PAGES = {
  calm: ["", "incidents/2026-11-20-login/", "maintenance/database/", "components/api/", "about/"],
  trouble: ["", "incidents/2026-11-22-api/", "components/web/", "maintenance/now/"],
  broken: ["", "incidents/2026-11-22-typo/", "incidents/2026-11-22-no-front-matter/", "maintenance/no-time/"],
  empty: ["", "components/api/", "history/"],
};
let browser;
const sites = {};

before(async () => {
  browser = await launch();
  for (const name of Object.keys(PAGES)) sites[name] = await serve(build(name), "/status/");
});

after(async () => {
  await browser.close();
  for (const site of Object.values(sites)) site.close();
});

for (const [name, paths] of Object.entries(PAGES)) {
  for (const javaScriptEnabled of [true, false]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${name}, ${javaScriptEnabled ? "script" : "no script"}, ${colorScheme}`, async () => {
        for (const path of paths) {
          const page = await open(browser, sites[name].url + path, { javaScriptEnabled, colorScheme, viewport: { width: 390, height: 800 } }, javaScriptEnabled ? NOW : undefined);
          assert.deepEqual(page.troubles, [], path);
          assert.equal(await page.locator("h1").count(), 1, path);
          assert.ok((await page.locator("h1").innerText()).length > 3, path);
          const background = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
          const dark = background.match(/\d+/g).slice(0, 3).every((part) => part < 80);
          assert.equal(dark, colorScheme === "dark", `${path} ${background}`);
          const scroll = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
          assert.equal(scroll, 0, `${path} scrolls sideways`);
          if (javaScriptEnabled && name === "broken") {
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => window.axe.run());
            assert.deepEqual(violations.map((one) => `${path} ${one.id}: ${one.nodes[0].html}`), []);
          }
          await page.context().close();
        }
      });
    }
  }
}

test("a fresh page shows the state and the age of the newest check", async () => {
  const page = await open(browser, sites.trouble.url, { timezoneId: "Asia/Tokyo" }, NOW);
  assert.match(await page.locator(".headline h1").innerText(), /Incident: API errors, since 18:00 (JST|GMT\+9) \(57 min\)$/);
  assert.match(await page.locator(".age").innerText(), /^Last checked 22 Nov 2026, 18:55 (JST|GMT\+9), every 5 min\. \(2 min ago\)$/);
  await page.context().close();
});

test("a page built an hour ago and opened now says that it is stale", async () => {
  const page = await open(browser, sites.calm.url, {}, "2026-11-22T10:35:00Z");
  assert.equal(await page.locator(".sentence").innerText(), "Status unknown since 22 Nov 2026, 09:55 UTC");
  assert.ok(await page.locator(".headline.is-stale.i-unknown").isVisible());
  assert.match(await page.locator(".age").innerText(), /^Checks have stopped\. .*\(40 min ago\)/);
  assert.match(await page.title(), /^Status unknown since 22 Nov 2026, 09:55 UTC — Acme Status$/);
  assert.equal(await page.locator("#component-api .row .state").innerText(), "? Unknown");
  await page.context().close();
});

test("an open page becomes stale by itself, and an open incident stays in the headline", async () => {
  const page = await open(browser, sites.trouble.url, {}, NOW);
  await page.clock.fastForward("01:00:00");
  assert.match(await page.locator(".headline h1").innerText(), /Incident: API errors, since 09:00 UTC$/);
  assert.ok(await page.locator(".headline.is-stale.i-critical").isVisible());
  assert.equal(await page.locator("#component-api .row .state").innerText(), "◐ Partial outage");
  assert.equal(await page.locator("#component-api .reason").count(), 0);
  assert.equal(await page.locator("#component-web .row .state").innerText(), "? Unknown");
  await page.context().close();
});

test("without script the page still tells when it was last checked", async () => {
  const page = await open(browser, sites.calm.url, { javaScriptEnabled: false });
  assert.equal(await page.locator(".age").innerText(), "Last checked 22 Nov 2026, 09:55 GMT, every 5 min.");
  await page.context().close();
});

test("maintenance begins and ends by the visitor's clock", async () => {
  const page = await open(browser, sites.calm.url, {}, "2026-11-23T01:59:00Z");
  const state = page.locator(".maintenance .state");
  assert.match(await state.innerText(), /Scheduled/);
  await page.clock.fastForward("00:02:00");
  assert.match(await state.innerText(), /In progress/);
  await page.clock.fastForward("02:00:00");
  assert.match(await state.innerText(), /Over by its plan/);
  await page.context().close();
});

test("a component's own page becomes stale too, and its title says so", async () => {
  const page = await open(browser, `${sites.trouble.url}components/web/`, {}, "2026-11-22T10:35:00Z");
  assert.equal(await page.locator(".lead .state").innerText(), "? Unknown");
  assert.match(await page.title(), /^Unknown: Website — Acme Status$/);
  await page.context().close();
});

test("an open page takes over a newer build in place, and says what is new", async () => {
  const folder = build("calm");
  const site = await serve(folder);
  const page = await open(browser, site.url, { viewport: { width: 390, height: 400 } }, NOW);
  await page.locator("#component-api .timeline").focus();
  // The part of the page that is the same in both builds stays the same node.
  await page.evaluate(() => (window.kept = document.querySelector(".legend")));
  await page.evaluate(() => scrollTo(0, 300));
  const top = () => page.locator("#component-api").evaluate((node) => node.getBoundingClientRect().top);
  const before = await top();
  const newer = build("trouble");
  const html = readFileSync(`${newer}/index.html`, "utf8").replace('data-generated="2026-11-22T09:57:00Z"', 'data-generated="2026-11-22T09:58:00Z"');
  cpSync(newer, folder, { recursive: true });
  writeFileSync(`${folder}/index.html`, html);
  await page.clock.fastForward("00:01:01");
  await page.locator(".sentence", { hasText: "Incident: API errors" }).waitFor({ timeout: 5000 });
  assert.ok(Math.abs((await top()) - before) <= 1, "what was read has moved");
  assert.equal(await page.evaluate(() => document.activeElement.closest("article").id), "component-api");
  assert.ok(await page.evaluate(() => window.kept === document.querySelector(".legend")), "all of the page was replaced");
  const said = await page.locator("body > [role=status]").textContent();
  assert.match(said, /^Incident: API errors, since 09:00 (UTC|GMT)\. API errors: /);
  assert.match(said, /Public API . Down/);
  await page.clock.fastForward(11000);
  assert.equal(await page.locator("body > [role=status]").textContent(), "");
  assert.deepEqual(page.troubles, []);
  await page.context().close();
  site.close();
});
