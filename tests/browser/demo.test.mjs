// The newcomer's first minute: the demo probes for real, and breaking a part turns the page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { binary, launch, open } from "./support.mjs";

let browser, demo;
const url = {};

before(async () => {
  browser = await launch();
  demo = spawn(binary, ["demo", "--port", "0", "--every", "1"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of demo.stdout) {
    said += chunk;
    if (said.includes("Ctrl-C ends")) break;
  }
  [, url.page] = /The page: +(\S+)/.exec(said);
});

after(async () => {
  demo.kill("SIGINT");
  await browser.close();
});

test("the demo shows measured states, says what is made up, and follows a break and a healing", async () => {
  const page = await open(browser, url.page);
  assert.match(await page.locator(".notice").innerText(), /is made up/);
  assert.equal(await page.locator("#component-website .row .state").innerText(), "✓ Operational");
  assert.match(await page.locator("#component-search .reason").innerText(), /slow: \d+ ms, the limit is 500 ms/);
  assert.match(await page.locator("#component-database .figures").innerText(), /in 90 days/);

  // The page refreshes itself every 3 s; a round is 1 s.
  await page.getByRole("link", { name: "Break the website" }).click();
  await page.locator(".sentence", { hasText: "Website is down since" }).waitFor({ timeout: 15000 });
  assert.match(await page.locator("#component-website .reason").innerText(), /http status 500/);
  await page.getByRole("link", { name: "Heal the website" }).click();
  await page.locator("#component-website .row .s-operational").waitFor({ timeout: 15000 });
  assert.match(await page.locator("#past ~ *").first().innerText(), /Website was down/);
  assert.deepEqual(page.troubles, []);
});

test("each day of the demo is explained from its first to its last moment", async () => {
  const status = await (await fetch(`${url.page}status.json`)).json();
  let explained = 0;
  for (const { id, days } of status.components) {
    for (const { date, from, to, intervals, ...day } of days) {
      if (intervals.length === 0) {
        assert.equal(day.status, "operational", `${id} ${date} has no reason`);
        continue;
      }
      const length = (one) => Date.parse(one.to) - Date.parse(one.from);
      const sum = (kinds) => intervals.filter((one) => kinds.includes(one.counts_as)).reduce((total, one) => total + length(one), 0);
      assert.equal(intervals.reduce((total, one) => total + length(one), 0), length({ from, to }), `${id} ${date}`);
      assert.equal(sum(["down", "partial"]), day.down_ms, `${id} ${date}`);
      assert.equal(sum(["missing"]), day.window_ms - day.observed_ms, `${id} ${date}`);
      for (const one of intervals) assert.ok(one.status === "operational" || one.counts_as === "before_life" || one.causes.length > 0);
      explained += 1;
    }
  }
  assert.ok(explained > 5, `only ${explained} days had something to explain`);
});
