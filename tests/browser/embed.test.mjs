// The embed inside somebody else's page: a strict policy, hostile names, the visitor's clock.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { build, launch, open, serve } from "./support.mjs";

let browser, site, host;

before(async () => {
  browser = await launch();
  site = await serve(build("calm"));
  host = createServer((request, response) => {
    const origin = new URL(site.url).origin;
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": `default-src 'none'; script-src ${origin}` });
    const options = new URL(request.url, "http://x").searchParams.get("options") ?? "";
    response.end(`<!doctype html><title>Host</title><form name="body"></form><img name="currentScript"><h1>Host</h1><script async src="${site.url}embed/maintenance.js" ${options}></script>`);
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
});

after(async () => {
  await browser.close();
  site.close();
  host.close();
});

/** The shadow root is closed, so what a visitor perceives is read off the accessibility tree. */
async function perceived(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  return nodes.filter((node) => !node.ignored && node.name?.value).map((node) => `${node.role.value} "${node.name.value}"`).join("\n");
}
const at = (time, options = "") => open(browser, `http://127.0.0.1:${host.address().port}/?options=${encodeURIComponent(options)}`, {}, time);

test("it is silent long before, tells what is coming, what goes on, and goes away", async () => {
  const page = await at("2026-11-20T00:00:00Z");
  assert.doesNotMatch(await perceived(page), /Database upgrade/);
  await page.clock.fastForward("40:00:00");
  await page.clock.fastForward("12:00:00");
  const before = await perceived(page);
  assert.match(before, /status "Planned maintenance"/);
  assert.match(before, /Planned:/);
  assert.match(before, /link "Database upgrade"/);
  await page.clock.fastForward("23:00:00");
  assert.match(await perceived(page), /In progress:/);
  await page.clock.fastForward("03:00:00");
  assert.doesNotMatch(await perceived(page), /Database upgrade/);
  assert.deepEqual(page.troubles.filter((text) => !text.includes("favicon")), []);
  await page.context().close();
});

test("data-within says how early", async () => {
  const page = await at("2026-11-20T00:00:00Z", 'data-within="7d"');
  assert.match(await perceived(page), /Database upgrade/);
  await page.context().close();
});

test("dismissing is remembered", async () => {
  const page = await at("2026-11-22T12:00:00Z");
  assert.match(await perceived(page), /Database upgrade/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.doesNotMatch(await perceived(page), /Database upgrade/);
  await page.reload();
  assert.doesNotMatch(await perceived(page), /Database upgrade/);
  await page.context().close();
});
