// Every kind of page for those who cannot see colours, use a mouse, or fit it on a wide screen.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { NOW, PROBES, calm, config, crowd, empty, history, make, trouble } from "./scenarios.mjs";
import { launch, open, root, serve } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const KINDS = ["", "components/website/", "components/phone/", "incidents/2026-11-18-payments/", "maintenance/patches/", "history/", "history/2026-11/", "history/2026-11-18/", "subscribe/", "embed/", "how-we-measure/", "data/", "404.html"];
const OPEN = ["", "components/website/", "incidents/2026-11-22-website/", "maintenance/webhooks/", "history/2026-11-22/"];
const LATER = "2026-11-22T11:00:00Z";
const LONG = "Payments by card, bank transfer and invoice for merchants in Europe and Latin America (v2)";

let browser;
const sites = {};

before(async () => {
  assert.equal(LONG.length, 90);
  browser = await launch();
  sites.calm = await serve(make(calm()));
  sites.trouble = await serve(make(trouble({ languages: "  languages: [en, ar]\n" })));
  sites.empty = await serve(make(empty()));
  sites.crowd = await serve(make(crowd()));
  sites.long = await serve(make({ "probes.yaml": config({ title: LONG, names: (_, id) => `${LONG.slice(0, 90 - (id ?? "").length)}${id ?? ""}` }), ...history(PROBES, { days: 4, trouble: [["api", "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z", "down,,,timeout"]] }) }));
});

after(async () => {
  await browser.close();
  for (const site of Object.values(sites)) site.close();
});

async function violations(page) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  assert.ok(passes.length > 15, `axe looked at ${passes.length} rules only`);
  return violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`));
}

for (const [name, site, paths, at] of [
  ["calm", "calm", KINDS, NOW],
  ["an open incident", "trouble", OPEN, NOW],
  ["right to left", "trouble", OPEN.map((path) => `ar/${path}`), NOW],
  ["stale", "trouble", ["", "components/website/"], LATER],
  ["empty", "empty", ["", "components/website/", "history/", "how-we-measure/"], NOW],
  ["two hundred components", "crowd", ["", "history/2026-11-22/"], NOW],
  ["names of ninety characters", "long", ["", "components/api/", "history/2026-11-22/"], NOW],
]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
      for (const path of paths) {
        for (const width of colorScheme === "light" ? [390, 1280] : [390]) {
          const page = await open(browser, sites[site].url + path, { colorScheme, viewport: { width, height: 800 }, bypassCSP: true }, at);
          assert.deepEqual(await violations(page), [], `${path} at ${width}`);
          assert.deepEqual(page.troubles, [], path);
          await page.context().close();
        }
      }
    });
  }
}

test("at 400 % zoom, which is 320 pixels, nothing scrolls sideways", async () => {
  for (const [site, paths] of [["trouble", [...KINDS, ...OPEN, "ar/", "ar/components/website/"]], ["calm", KINDS], ["long", ["", "components/api/", "history/2026-11-22/"]]]) {
    for (const path of paths) {
      const page = await open(browser, sites[site].url + path, { viewport: { width: 320, height: 256 } }, NOW);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(wide, 0, `${site} ${path}`);
      await page.context().close();
    }
  }
});

test("without script each page says all that it knows", async () => {
  for (const path of [...KINDS, ...OPEN]) {
    const page = await open(browser, sites.trouble.url + path, { javaScriptEnabled: false });
    assert.deepEqual(page.troubles, [], path);
    assert.ok((await page.locator("main").innerText()).length > 60, path);
    await page.context().close();
  }
  const home = await open(browser, sites.trouble.url, { javaScriptEnabled: false });
  const text = (await home.locator("main").innerText()).replaceAll("\u00a0", " ");
  for (const said of ["The website answers with errors, since 09:00 UTC", "(27 min)", "Last checked 22 Nov 2026, 09:25 UTC, every 5 min.", "Webhook queue moves to new machines", "In progress", "Since 22 Nov 2026, 09:00 UTC: http status 503", "99.91 %", "in 90 days", "18 Nov 2026", "19 Nov 2026 to 21 Nov 2026: No incidents"]) {
    assert.ok(text.includes(said), `${said} is not in ${text}`);
  }
  // A bar is a link to its day, which tells the minutes.
  await home.locator("#component-payments svg a").first().dispatchEvent("click");
  await home.waitForURL(/history\/2026-11-18\/#c-payments$/);
  const day = await home.locator("section", { has: home.locator("#c-payments") }).innerText();
  assert.match(day, /13:40 to 13:52\s+12 min\s+✕\s*Down\s+check payments failed/);
  await home.context().close();
});

test("a timeline is one stop of the keyboard, arrows choose a day, Enter opens it", async () => {
  const page = await open(browser, sites.trouble.url, {}, NOW);
  await page.locator("#component-payments h4 a").focus();
  await page.keyboard.press("Tab");
  const slider = page.getByRole("slider", { name: "The last 90 days of Card payments" });
  assert.ok(await slider.evaluate((node) => node === document.activeElement));
  assert.equal(await slider.getAttribute("aria-valuetext"), "22 Nov 2026: no trouble");
  for (let count = 0; count < 4; count += 1) await page.keyboard.press("ArrowLeft");
  assert.equal(await slider.getAttribute("aria-valuetext"), "18 Nov 2026: Down · 1 h 25 min down · 35 min degraded");
  assert.equal(await page.locator("#component-payments .readout").innerText(), "18 Nov 2026: Down · 1 h 25 min down · 35 min degraded");
  // No bar and no readout is a stop of its own, and the keys of the browser stay its own.
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "./components/payments/#days");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Control+Home");
  assert.match(await slider.getAttribute("aria-valuetext"), /^18 Nov 2026/);
  await page.keyboard.press("ArrowDown");
  assert.match(await slider.getAttribute("aria-valuetext"), /^28 Oct 2026: Down/);
  await page.keyboard.press("ArrowUp");
  assert.match(await slider.getAttribute("aria-valuetext"), /^18 Nov 2026/);
  await page.keyboard.press("Home");
  assert.match(await slider.getAttribute("aria-valuetext"), /^25 Aug 2026/);
  await page.keyboard.press("End");
  for (let count = 0; count < 4; count += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.waitForURL(/history\/2026-11-18\/#c-payments$/);
  await page.context().close();
});

test("a tap on a timeline chooses the nearest day", async () => {
  const page = await open(browser, sites.trouble.url, { viewport: { width: 390, height: 800 }, hasTouch: true }, NOW);
  await page.locator("#component-payments .bars").scrollIntoViewIfNeeded();
  const box = await page.locator("#component-payments .bars").boundingBox();
  await page.touchscreen.tap(box.x + (box.width * 85.5) / 90, box.y + box.height / 2);
  assert.match(await page.locator("#component-payments .readout").innerText(), /^18 Nov 2026: Down/);
  assert.equal(new URL(page.url()).pathname, "/");
  await page.context().close();
});

test("the keyboard reaches everything in the order of reading", async () => {
  const page = await open(browser, sites.trouble.url, {}, NOW);
  const places = [];
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const node = document.activeElement;
      if (node === document.body) return null;
      const box = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      return { name: node.textContent.trim().slice(0, 40), top: box.top + scrollY, left: box.left, seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 };
    });
    if (!at) break;
    places.push(at);
  }
  assert.equal(places[0].name, "Skip to content");
  assert.deepEqual(places.filter((place) => !place.seen), [], "focus must be seen");
  assert.ok(places.length > 40);
  // Within the column of components the way is down.
  const column = places.filter((place) => place.left < 600).slice(5).map((place) => place.top);
  const jumps = column.filter((top, index) => index > 0 && top < column[index - 1] - 40);
  assert.ok(jumps.length <= 1, `the way jumps up ${jumps.length} times`);
  await page.context().close();
});

/** sRGB as three linear shares. */
const linear = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
// Machado, Oliveira and Fernandes 2009, severity 1; and no colour at all.
const SIGHTS = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
  greyscale: [[0.2126, 0.7152, 0.0722], [0.2126, 0.7152, 0.0722], [0.2126, 0.7152, 0.0722]],
};

test("texts have a contrast of 7, drawings of 3, whatever the sight", () => {
  const css = readFileSync(`${root}/themes/default/style.css`, "utf8");
  const blocks = [...css.matchAll(/:root \{([^}]*)\}/g)].slice(0, 2).map((block) => Object.fromEntries([...block[1].matchAll(/--(\w+): (#\w{6})/g)].map((one) => [one[1], one[2]])));
  assert.equal(blocks.length, 2);
  for (const colours of blocks) {
    for (const [sight, matrix] of Object.entries(SIGHTS)) {
      const seen = (name) => {
        const rgb = linear(colours[name]);
        return luminance(matrix.map((row) => Math.min(1, Math.max(0, row.reduce((sum, share, index) => sum + share * rgb[index], 0)))));
      };
      for (const name of ["ink", "quiet", "link", "slow", "part", "down", "work", "none"]) {
        const least = sight === "normal" ? 7 : 4.5;
        assert.ok(contrast(seen(name), seen("paper")) >= least, `${name} on paper, ${sight}: ${contrast(seen(name), seen("paper"))}`);
      }
      for (const name of ["ink", "quiet", "link"]) assert.ok(contrast(seen(name), seen("tint")) >= (sight === "normal" ? 7 : 4.5), `${name} on tint, ${sight}`);
      assert.ok(contrast(seen("good"), seen("paper")) >= 3, `good, ${sight}`);
    }
  }
});

test("each state of a day has a place and a height of its own, so that colour is not needed", async () => {
  const page = await open(browser, sites.trouble.url, {}, NOW);
  const shapes = await page.locator(".legend svg").evaluateAll((nodes) => nodes.map((svg) => {
    const path = svg.querySelector("path:not(.line)"), style = getComputedStyle(path);
    return `${new DOMMatrix(style.transform).f} ${style.strokeWidth}`;
  }));
  assert.equal(shapes.length, 7);
  assert.equal(new Set(shapes).size, 7, shapes.join(", "));
  const marks = await page.locator(".component .state .mark").allInnerTexts();
  assert.ok(new Set(marks).size >= 5, marks.join(" "));
  await page.context().close();
});

test("with forced colours, reduced motion and on paper the page stays whole", async () => {
  const page = await open(browser, sites.trouble.url, { forcedColors: "active", reducedMotion: "reduce" }, NOW);
  assert.equal(await page.locator("html").evaluate((node) => getComputedStyle(node).scrollBehavior), "auto");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator(".sentence").isVisible());
  assert.ok(!(await page.locator("nav").first().isVisible()));
  await page.context().close();
});
