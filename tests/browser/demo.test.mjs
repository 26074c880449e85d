// The newcomer's first minute: the demo probes for real, and breaking a part turns the page.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFile, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
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
  [, url.folder] = /Its files: +(\S+)/.exec(said);
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
  await page.locator(".sentence", { hasText: /Website is down,? since/ }).waitFor({ timeout: 15000 });
  assert.match(await page.locator("#component-website .reason").innerText(), /http status 500/);
  // An incident comes by itself, with the second failed check or the third.
  const article = page.locator("article.incident", { hasText: "Website is down" });
  await article.waitFor({ timeout: 15000 });
  assert.match(await article.innerText(), /Written automatically/);
  assert.match(await article.innerText(), /Website has failed our checks since \d\d:\d\d UTC \(http status 500\)\./);
  const [raised] = (await (await fetch(`${url.page}status.json`)).json()).incidents;
  const data = (await readdir(join(url.folder, "data"), { recursive: true })).filter((name) => name.endsWith(".csv")).sort().at(-1);
  const rows = (await readFile(join(url.folder, "data", data), "utf8")).split("\n").map((row) => row.split(","));
  const failed = rows.filter(([time, probe, outcome]) => probe === "website" && outcome === "down" && time >= raised.started_at && time <= raised.declared_at);
  assert.ok([2, 3].includes(failed.length), `${failed.length} failed checks before it was raised`);

  await page.getByRole("link", { name: "Heal the website" }).click();
  await page.locator("#component-website .row .s-operational").waitFor({ timeout: 15000 });
  assert.match(await page.locator("#past ~ *").first().innerText(), /Website (was|is) down/);
  // And it goes by itself.
  await article.waitFor({ state: "detached", timeout: 20000 });
  await page.goto(`${url.page}incidents/${raised.slug}/`);
  assert.match(await page.locator(".lead").innerText(), /Resolved/);
  assert.match(await page.locator(".updates").innerText(), /All checks have been good since/);
  assert.deepEqual(page.troubles, []);

  // What a person writes into it is theirs: it is opened again, told of, and left to them.
  await page.goto(url.page);
  await page.getByRole("link", { name: "Break the website" }).click();
  await article.waitFor({ timeout: 15000 });
  const path = join(url.folder, "content/incidents", `${raised.slug}.md`);
  const now = new Date().toISOString().slice(0, 19).replace("T", " ");
  await appendFile(path, `\n## Identified · ${now} UTC\nSomebody pressed the button.\n`);
  await page.getByText("Somebody pressed the button.").waitFor({ timeout: 15000 });
  await page.getByRole("link", { name: "Heal the website" }).click();
  await page.getByText("Website has passed our checks since").waitFor({ timeout: 30000 });
  assert.equal(await article.count(), 1);
  assert.match(await article.innerText(), /Identified/);
  assert.match(await readFile(path, "utf8"), /\nSomebody pressed the button\.\n/);
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
