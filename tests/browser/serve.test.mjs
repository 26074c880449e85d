// The preview of those who write: what they save is on the page at once, and so is what is wrong with it.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { binary, launch, open } from "./support.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CONFIG = `site: { title: Acme Status, url: "https://acme.example/status" }
components:
  - { id: api, name: Public API, probes: [{ url: "https://api.acme.example/" }] }
  - { id: web, name: Website }
`;
const PATH = "content/incidents/slow.md";
const incident = (text, affected = "web: degraded_performance") => `---
title: Slow pages
affected: { ${affected} }
---
## Investigating · ${new Date(Date.now() - 36e5).toISOString().slice(0, 16).replace("T", " ")} UTC
${text}
`;

let browser, url;
const site = mkdtempSync(join(tmpdir(), "aboveboard-"));
const previews = [];

/** Writes as editors do: a new file takes the place of the old one. */
function save(path, text, folder = site) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, ".saving"), text);
  renameSync(join(folder, ".saving"), join(folder, path));
}

async function preview(folder, port = 0) {
  const child = spawn(binary, ["serve", "--port", String(port), "--site", folder], { stdio: ["ignore", "pipe", "ignore"] });
  previews.push(child);
  let said = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (said.includes("Ctrl-C ends")) break;
  }
  child.stdout.resume();
  return { child, url: /The page: +(\S+)/.exec(said)[1] };
}

async function end(child) {
  const ended = new Promise((done) => child.once("exit", done));
  child.kill("SIGINT");
  assert.equal(await ended, 0);
}

/** A page that also notes what its own policy forbids. */
async function look(path = "", options = {}, base = url) {
  const page = await open(browser, "about:blank", options);
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    // When the page was on the screen: in the frame after its first.
    addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => requestAnimationFrame(() => (window.shownAt = Date.now()))));
  });
  await page.goto(base + path);
  return page;
}

/** What went wrong on a page, but for what it had asked for when it was loaded again, and what it was told is missing. */
const troubles = (page) => page.troubles.filter((one) => !/^failed: |status of (404|503)/.test(one));
const panel = (page) => page.locator("aboveboard-mistakes");

before(async () => {
  browser = await launch();
  save("probes.yaml", CONFIG);
  save(PATH, incident("We look into it."));
  ({ url } = await preview(site));
});

after(async () => {
  await browser.close();
  for (const child of previews) child.kill("SIGKILL");
});

test("what is saved is on the page without a reload by hand, which stays where it was", async () => {
  const page = await look("incidents/slow/", { viewport: { width: 600, height: 200 } });
  await page.evaluate(() => scrollTo(0, 120));
  const times = [];
  for (let count = 0; count < 10; count += 1) {
    // Not in step with the looks at the disk.
    await page.waitForTimeout(300 + 17 * count);
    const start = Date.now();
    save(PATH, incident(`Save number ${count}.`));
    await page.getByText(`Save number ${count}.`).waitFor();
    await page.waitForFunction(() => window.shownAt);
    times.push((await page.evaluate(() => window.shownAt)) - start);
  }
  times.sort((a, b) => a - b);
  console.log(`from save to page: median ${Math.round((times[4] + times[5]) / 2)} ms of ${times.join(", ")}`);
  assert.equal(await page.evaluate(() => scrollY), 120);
  assert.equal(await panel(page).count(), 0);
  // The page of an incident that goes, and comes again.
  rmSync(join(site, PATH));
  await page.getByRole("heading", { level: 1 }).filter({ hasNotText: "Slow pages" }).waitFor();
  save(PATH, incident("Back again."));
  await page.getByText("Back again.").waitFor();
  assert.deepEqual(troubles(page), []);
  await page.context().close();
});

test("a mistake is in the panel until it is mended, and can be closed", async () => {
  const page = await look();
  save(PATH, incident("We look into it.", "wep: degraded_performance"));
  await panel(page).getByRole("heading", { name: "1 mistake" }).waitFor();
  const said = await panel(page).locator("pre").innerText();
  assert.match(said, /^error: .*`wep`/);
  assert.match(said, / --> content\/incidents\/slow\.md:3:13\n/);
  assert.match(said, /\n {2}\| +\^\^\^\n[\s\S]*= help: did you mean `web`\?$/);
  await panel(page).getByRole("button", { name: "Close" }).click();
  assert.equal(await panel(page).count(), 0);
  // It stays closed on the next page, and comes when there is something else to say.
  await page.goto(`${url}history/`);
  await page.waitForTimeout(300);
  assert.equal(await panel(page).count(), 0);
  // A mistake that stops the build leaves the page, which is not even loaded again.
  await page.evaluate(() => (window.here = true));
  save("probes.yaml", CONFIG.replace("name: Website", "nam: Website"));
  await panel(page).getByText("This is the page from before.").waitFor();
  assert.match(await panel(page).locator("pre").first().innerText(), /probes\.yaml:4:/);
  assert.ok(await page.evaluate(() => window.here));
  save("probes.yaml", CONFIG);
  save(PATH, incident("<script>alert(1)</script>", "'<img src=x>': degraded_performance"));
  await panel(page).getByText("<img src=x>").first().waitFor();
  save(PATH, incident("We look into it."));
  await panel(page).waitFor({ state: "detached" });
  assert.deepEqual(troubles(page), []);
  await page.context().close();
});

test("the panel hides nothing of the page, and axe finds nothing in it", async () => {
  save(PATH, incident("We look into it.", "wep: degraded_performance, api: on_fire"));
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[320, 480], [390, 800], [1280, 800]]) {
      const page = await look("", { colorScheme, viewport: { width, height }, bypassCSP: true });
      const box = panel(page).locator("section");
      await box.waitFor();
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.ok(passes.length > 15);
      assert.deepEqual(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)), []);
      if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `panel-${width}-${colorScheme}.png`) });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
      await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
      const last = await page.locator("footer").last().boundingBox();
      assert.ok(last.y + last.height <= (await box.boundingBox()).y + 1, `${width}: the end of the page is below the panel`);
      assert.deepEqual(troubles(page), []);
      await page.context().close();
    }
  }
  save(PATH, incident("We look into it."));
});

test("the page for missing pages finds its style and the way home at the path of the address", async () => {
  const page = await look("status/nothing/here/");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).fontFamily), "");
  assert.ok(await page.evaluate(() => [...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)));
  await page.locator("main a").first().click();
  await page.waitForURL(`${url}status/`);
  await page.getByText("Slow pages").first().waitFor();
  assert.deepEqual(troubles(page), []);
  await page.context().close();
});

test("before there is a page the mistakes are one, and a preview that comes again is noticed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
  save("probes.yaml", "site: 7\n", folder);
  const first = await preview(folder);
  const page = await look("", { colorScheme: "dark" }, first.url);
  await page.getByRole("heading", { name: /^No page yet: \d mistake/ }).waitFor();
  assert.match(await page.locator("pre").first().innerText(), /--> probes\.yaml:1:1/);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map((one) => one.id), []);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, "plain.png") });
  save("probes.yaml", "site: { title: 7 }\n", folder);
  await page.locator("pre", { hasText: "site: { title: 7 }" }).first().waitFor();
  save("probes.yaml", CONFIG, folder);
  await page.getByRole("heading", { name: "Website" }).waitFor();
  assert.deepEqual(troubles(page), []);

  await end(first.child);
  save("probes.yaml", CONFIG.replace("name: Website", "name: Web shop"), folder);
  const second = await preview(folder, new URL(first.url).port);
  await page.getByRole("heading", { name: "Web shop" }).waitFor();
  await page.context().close();
  await end(second.child);
});

test("an incident takes four commands, and each is on the page without a reload by hand", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
  save("probes.yaml", CONFIG, folder);
  const { child, url: base } = await preview(folder);
  const page = await look("", {}, base);
  const run = (...words) => execFileSync(binary, ["incident", ...words, "--quiet", "--site", folder]);
  const article = page.locator("article.incident", { hasText: "API errors" });
  const told = async (words) => article.getByText(words).waitFor({ timeout: 10000 });
  run("new", "API errors", "--affects", "api=major_outage", "-m", "Requests fail.");
  await told("Requests fail.");
  run("update", "--status", "identified", "-m", "A disk is full.");
  await told("A disk is full.");
  run("update", "--status", "monitoring", "--affects", "api=degraded_performance", "-m", "It is emptied.");
  await told("It is emptied.");
  assert.match(await article.innerText(), /Degraded/);
  run("resolve", "-m", "All is well.");
  await article.waitFor({ state: "detached", timeout: 10000 });
  assert.match(await page.locator("#past ~ *").first().innerText(), /API errors/);
  assert.deepEqual(troubles(page), []);
  await page.close();
  await end(child);
  rmSync(folder, { recursive: true });
});
