// The seam between the program and the look: a second theme, values, hooks, and the preview picture.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NOW, config, make, trouble } from "./scenarios.mjs";
import { launch, open, root, serve } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** The files of a theme of this repository, as a site has them. */
function theme(name) {
  const folder = join(root, "themes", name);
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.\w+$/.test(file));
  return Object.fromEntries(files.map((file) => [`themes/${name}/${file}`, readFileSync(join(folder, file), "utf8")]));
}

test("the terminal theme looks otherwise, says the same, and is as open to everybody", async () => {
  const site = await serve(make({ ...trouble({ site: "  theme: terminal\n" }), ...theme("terminal") }));
  const plain = await serve(make(trouble()));
  for (const path of ["", "components/website/", "incidents/2026-11-18-payments/", "history/2026-11-18/", "history/"]) {
    for (const width of [390, 1280]) {
      const page = await open(browser, site.url + path, { viewport: { width, height: 800 }, bypassCSP: true }, NOW);
      assert.deepEqual(page.troubles, [], path);
      assert.match(await page.locator("body").evaluate((body) => getComputedStyle(body).fontFamily), /monospace/);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, path);
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      assert.deepEqual(violations.map((one) => `${path} ${one.id}: ${one.nodes[0].html}`), []);
      await page.context().close();
    }
  }
  const home = await open(browser, site.url, {}, NOW);
  // Its own words, and its own brackets around a state.
  assert.match(await home.locator("#component-search .row .state").innerText(), /^\[✓ OK\]$/);
  assert.match(await home.locator(".incident .state").first().innerText(), /^\[.*\]$/);
  const figures = (page) => page.locator("main .figures strong").allInnerTexts();
  const other = await open(browser, plain.url, {}, NOW);
  assert.deepEqual(await figures(home), await figures(other));
  // It becomes stale as the built-in one does.
  await home.clock.fastForward("01:00:00");
  assert.ok(await home.locator(".headline.is-stale").isVisible());
  for (const page of [home, other]) await page.context().close();
  site.close();
  plain.close();
});

test("values, a logo and hooks need no copy of a template", async () => {
  const look = "  theme: { name: acme, colors: { link: \"#7a1fa2\" }, dark: { link: \"#e0b0ff\" }, font: \"Georgia, serif\", radius: 8px, logo: logo.svg }\n";
  const folder = make({
    ...trouble({ site: look }),
    "themes/acme/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><rect width='8' height='8'/></svg>",
    "themes/acme/head.html": "<meta name=\"theme-color\" content=\"#7a1fa2\">\n",
    "themes/acme/footer.html": "<p>Imprint of {{ frame.site }}</p>\n",
  });
  const site = await serve(folder);
  for (const [colorScheme, link] of [["light", "rgb(122, 31, 162)"], ["dark", "rgb(224, 176, 255)"]]) {
    const page = await open(browser, `${site.url}incidents/2026-11-18-payments/`, { colorScheme }, NOW);
    assert.deepEqual(page.troubles, []);
    assert.equal(await page.locator("nav a").first().evaluate((node) => getComputedStyle(node).color), link);
    assert.match(await page.locator("body").evaluate((node) => getComputedStyle(node).fontFamily), /^Georgia/);
    assert.equal(await page.locator(".postmortem").evaluate((node) => getComputedStyle(node).borderRadius), "8px");
    assert.ok(await page.locator(".brand img").evaluate((image) => image.complete && image.naturalWidth > 0));
    assert.equal(await page.locator("meta[name=theme-color]").getAttribute("content"), "#7a1fa2");
    assert.match(await page.locator("footer").innerText(), /Imprint of Acme Status/);
    await page.context().close();
  }
  site.close();
});

test("the head says the state, and the preview is a picture that a browser can show", async () => {
  const site = await serve(make(trouble({ languages: "  languages: [en, ar]\n" })));
  const page = await open(browser, site.url, {}, NOW);
  const content = (name) => page.locator(`meta[property="og:${name}"]`).getAttribute("content");
  assert.match(await content("title"), /^Incident: The website answers with errors, since 09:00 UTC — Acme Status$/);
  assert.equal(await content("image"), "https://status.acme.example/card.png");
  assert.equal(await page.locator("link[rel=canonical]").getAttribute("href"), "https://status.acme.example/");
  for (const path of ["card.png", "ar/card.png"]) {
    const size = await page.evaluate(async (path) => {
      const image = new Image();
      image.src = path;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, path);
    assert.deepEqual(size, [1200, 630]);
  }
  await page.goto(`${site.url}components/website/`);
  assert.equal(await page.title(), "Down: Website — Acme Status");
  await page.goto(`${site.url}incidents/2026-11-18-payments/`);
  const blog = JSON.parse(await page.locator("script[type='application/ld+json']").textContent());
  assert.equal(blog["@type"], "LiveBlogPosting");
  assert.equal(blog.coverageEndTime, "2026-11-18T15:40:00Z");
  assert.equal(blog.liveBlogUpdate.length, 5);
  await page.goto(`${site.url}maintenance/database/`);
  const event = JSON.parse(await page.locator("script[type='application/ld+json']").textContent());
  assert.deepEqual([event["@type"], event.startDate, event.endDate], ["Event", "2026-11-24T02:00:00Z", "2026-11-24T04:00:00Z"]);
  const icon = await page.goto(`${site.url}icon.svg`);
  assert.match(await icon.text(), /fill='#b3261e'/);
  await page.context().close();
  site.close();
});

test("a title that tries to be a script stays a text, also for machines", async () => {
  const title = `</script><script>alert(1)</script>"&'`;
  const site = await serve(make({ "probes.yaml": config({ title }), "content/incidents/x.md": `---\ntitle: ${JSON.stringify(title)}\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-22 09:04 UTC\n${title}\n` }));
  for (const path of ["", "incidents/x/", "components/api/", "history/2026-11-22/"]) {
    const page = await open(browser, site.url + path, {}, NOW);
    assert.deepEqual(page.troubles, []);
    assert.ok((await page.locator("body").innerText()).includes(title), path);
    await page.context().close();
  }
  site.close();
});
