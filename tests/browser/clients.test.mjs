// What a site publishes for machines, read by clients that others wrote, in four states of the site.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import Parser from "rss-parser";
import { Statuspage } from "statuspage.io";
import { make, states } from "./scenarios.mjs";
import { mistakes } from "./statuspage.mjs";
import { headersOf, launch, open, root, serve } from "./support.mjs";

const run = promisify(execFile);
const python = process.env.PYTHON ?? join(root, "target/tools/bin/python");
/** What each state must look like to everybody. */
const EXPECTED = {
  calm: { indicator: "none", description: "All Systems Operational", incidents: [], active: [], bad: {} },
  incident: { indicator: "critical", description: "Major System Outage", incidents: ["The website answers with errors"], active: [], bad: { Website: "major_outage", Checkout: "major_outage", Images: "degraded_performance", "Help desk": "degraded_performance" } },
  maintenance: { indicator: "maintenance", description: "Service Under Maintenance", incidents: [], active: ["Webhook queue moves to new machines"], bad: { Webhooks: "under_maintenance" } },
  both: { indicator: "critical", description: "Major System Outage", incidents: ["The website answers with errors"], active: ["Webhook queue moves to new machines"], bad: { Website: "major_outage", Checkout: "major_outage", Images: "degraded_performance", "Help desk": "degraded_performance", Webhooks: "under_maintenance" } },
};
const UPCOMING = ["Database upgrade", "Monthly security patches"];
const GROUPS = ["Shop", "Developers", "Support"];
const names = (list) => list.map((one) => one.name);
const troubled = (components) => Object.fromEntries(components.filter((one) => one.status !== "operational" && !GROUPS.includes(one.name)).map((one) => [one.name, one.status]));

const folders = {}, sites = {};
let browser;

before(async () => {
  browser = await launch();
  for (const [state, files] of Object.entries(states())) {
    folders[state] = make(files);
    sites[state] = await serve(folders[state]);
  }
});
after(async () => {
  await browser.close();
  Object.values(sites).forEach((site) => site.close());
});

const read = (state, path) => JSON.parse(readFileSync(join(folders[state], path), "utf8"));
for (const [state, expected] of Object.entries(EXPECTED)) {
  test(`${state}: the eight answers have every key and no other`, () => {
    assert.deepEqual(mistakes(folders[state]), []);
    const summary = read(state, "api/v2/summary.json");
    assert.deepEqual(summary.status, { indicator: expected.indicator, description: expected.description });
    const ids = summary.components.concat(summary.incidents, summary.scheduled_maintenances).map((one) => one.id);
    assert.equal(new Set(ids).size, ids.length, "an id is there twice");
    for (const group of summary.components.filter((one) => one.group)) {
      const members = summary.components.filter((one) => one.group_id === group.id);
      assert.deepEqual(members.map((one) => one.id), group.components);
      assert.deepEqual(members.map((one) => one.position), members.map((_, index) => index + 1));
    }
  });

  test(`${state}: everything that speaks of the whole site says the same`, async () => {
    const ours = read(state, "status.json");
    assert.equal(ours.status.indicator, expected.indicator);
    assert.equal(read(state, "api/v2/status.json").status.description, ours.status.description);
    const page = await open(browser, sites[state].url, {}, "2026-11-22T09:27:30Z");
    assert.match(await page.locator("#headline").getAttribute("class"), new RegExp(`\\bi-${expected.indicator}\\b`));
    assert.equal(await page.locator("#headline .sentence").textContent(), ours.status.sentence);
    const line = /"states":\[\{"until":\d+,"indicator":"(\w+)"/.exec(readFileSync(join(folders[state], "embed/status.js"), "utf8"));
    assert.equal(line[1], expected.indicator);
    await page.context().close();
    const badge = read(state, "badges/site.json");
    assert.equal(badge.message, { none: "Operational", critical: "Partial outage", maintenance: "Under maintenance" }[expected.indicator]);
  });

  test(`${state}: clients in Python`, async () => {
    const { stdout } = await run(python, [join(root, "tests/clients/read.py"), sites[state].url], { maxBuffer: 1e8 });
    const heard = JSON.parse(stdout);
    // The Prometheus exporter
    const metric = (name) => heard.exporter.filter((line) => line.startsWith(`statuspage_${name}{`));
    const value = (line) => Number(line.split(" ").at(-1));
    assert.deepEqual(metric("service_status").map(value), [expected.bad.Website || expected.bad.Webhooks ? 0 : 1]);
    assert.deepEqual(metric("probe_check").map(value), [1]);
    const down = metric("component_status").filter((line) => value(line) === 0).map((line) => /component_name="([^"]*)"/.exec(line)[1]);
    assert.deepEqual(down.filter((name) => !GROUPS.includes(name)).sort(), Object.keys(expected.bad).sort());
    assert.deepEqual(metric("incident_info").filter((line) => value(line) === 1).map((line) => /incident_name="([^"]*)"/.exec(line)[1]), expected.incidents);
    assert.deepEqual(metric("maintenance_info").filter((line) => value(line) === 1).map((line) => /maintenance_name="([^"]*)"/.exec(line)[1]).sort(), [...expected.active, ...UPCOMING].sort());
    // statuscheck
    assert.equal(heard.statuscheck.status.code, expected.indicator);
    assert.equal(heard.statuscheck.status.is_ok, expected.indicator === "none");
    assert.deepEqual(names(heard.statuscheck.incidents), [...expected.incidents, ...expected.active, ...UPCOMING]);
    // DiscordStatus
    assert.deepEqual(names(heard.discord.unresolved.incidents), expected.incidents);
    assert.deepEqual(names(heard.discord.incidents.incidents).slice(-2), ["Card payments and checkout fail", "Website unreachable"]);
    assert.deepEqual(names(heard.discord.upcoming.scheduled_maintenances), UPCOMING);
    assert.deepEqual(names(heard.discord.active.scheduled_maintenances), expected.active);
    assert.deepEqual(troubled(heard.discord.components.components), expected.bad);
    assert.equal(heard.discord.components.status, undefined);
    assert.equal(heard.discord.incidents.status, undefined);
    // feedparser
    for (const [path, feed] of Object.entries(heard.feeds)) {
      assert.equal(feed.bozo, false, path);
      assert.equal(feed.version, path.endsWith("atom") ? "atom10" : "rss20", path);
      assert.ok(feed.entries.length > 0, path);
      assert.equal(new Set(feed.entries.map((entry) => entry.id)).size, feed.entries.length, path);
    }
    const titles = heard.feeds["feed.atom"].entries.map((entry) => entry.title);
    assert.deepEqual(heard.feeds["feed.rss"].entries.map((entry) => entry.title), titles);
    assert.deepEqual(heard.json_feed.items.map((item) => item.title), titles);
    assert.deepEqual(heard.feeds["feed.rss"].entries.map((entry) => entry.id), heard.json_feed.items.map((item) => item.id));
    assert.equal(titles.some((title) => title === "Identified: The website answers with errors"), expected.incidents.length > 0);
    assert.equal(titles.includes("In progress: Webhook queue moves to new machines"), expected.active.length > 0);
    const planned = heard.feeds["feed.atom"].entries.find((entry) => entry.title === "Scheduled maintenance: Database upgrade");
    assert.match(planned.html, /^<p><strong>24 Nov 2026, 02:00 UTC to 04:00 UTC<\/strong><\/p>\s*<p>Orders/);
    assert.deepEqual(planned.tags.toSorted(), ["Card payments", "Checkout", "Scheduled"]);
    assert.ok(heard.feeds["components/api/feed.atom"].entries.every((entry) => /Monthly security patches/.test(entry.title)));
    assert.equal(new Set(heard.feeds["history.atom"].entries.map((entry) => entry.link)).size >= 5, true);
  });

  test(`${state}: statuspage.io of npm`, async () => {
    const { api, ...client } = Object.assign(new Statuspage("x"));
    client.apiClient.defaults.baseURL = sites[state].url.replace(/\/$/, "");
    assert.equal((await api.getStatus()).status.indicator, expected.indicator);
    assert.deepEqual(troubled((await api.getComponents()).components), expected.bad);
    assert.deepEqual(names((await api.getSummary()).incidents), expected.incidents);
    assert.deepEqual(names((await api.incidents.getUnresolved()).incidents), expected.incidents);
    assert.equal((await api.incidents.getAll()).incidents.length, expected.incidents.length + 2);
    // Its getActive and getAll ask for what is to come.
    assert.deepEqual(names((await api.scheduledMaintenances.getActive()).scheduled_maintenances), UPCOMING);
    assert.deepEqual(names((await api.scheduledMaintenances.getUpcoming()).scheduled_maintenances), UPCOMING);
  });

  test(`${state}: Atlassian's own widget, in a page of another origin`, async () => {
    const widget = readFileSync(join(root, "tests/browser/node_modules/@statuspage/status-widget/dist/index.js"));
    const host = createServer((request, response) => {
      const is_script = request.url === "/widget.js";
      response.writeHead(200, { "content-type": is_script ? "text/javascript" : "text/html" });
      response.end(is_script ? widget : `<!doctype html><title>Host</title><script src="/widget.js"></script><statuspage-widget src="${sites[state].url.replace(/\/$/, "")}"></statuspage-widget>`);
    });
    await new Promise((done) => host.listen(0, "127.0.0.1", done));
    host.unref();
    const page = await open(browser, `http://127.0.0.1:${host.address().port}/`);
    const shown = page.locator("statuspage-widget");
    await page.waitForFunction((text) => document.querySelector("statuspage-widget")?.shadowRoot?.textContent.includes(text), expected.description);
    assert.match(await shown.evaluate((node) => node.shadowRoot.textContent), new RegExp(expected.description));
    // Its own bundle names a function that it does not bring.
    assert.deepEqual(page.troubles.filter((text) => !text.includes("parcelRequire")), []);
    await page.context().close();
    host.close();
  });

  test(`${state}: rss-parser`, async () => {
    const parser = new Parser();
    for (const path of ["feed.atom", "feed.rss", "history.atom", "history.rss", "components/website/feed.rss"]) {
      const feed = await parser.parseURL(`${sites[state].url}${path}`);
      assert.ok(feed.items.length > 0, path);
      for (const item of feed.items) {
        assert.ok(item.title && item.link.startsWith("https://status.acme.example/") && (item.isoDate ?? item.pubDate), `${path}: ${JSON.stringify(item)}`);
      }
    }
  });
}

test("ids stay when everything is renamed and built again, and differ between sites", () => {
  const plain = read("both", "api/v2/summary.json");
  const files = states().both;
  const renamed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, path.endsWith(".md") ? text.replace(/^title: (.*)$/m, "title: New $1") : text]));
  renamed["probes.yaml"] = files["probes.yaml"].replace(/name: "?([^",}]+)"?/g, 'name: "New $1"').replace("Acme Status", "Acme renamed");
  const again = JSON.parse(readFileSync(join(make(renamed, { now: "2026-11-22T09:29:00Z" }), "api/v2/summary.json"), "utf8"));
  const ids = (summary) => [summary.page.id, ...summary.components.map((one) => one.id), ...[...summary.incidents, ...summary.scheduled_maintenances].flatMap((one) => [one.id, ...one.incident_updates.map((update) => update.id)])];
  assert.deepEqual(ids(again), ids(plain));
  assert.notDeepEqual(names(again.components), names(plain.components));
  const other = JSON.parse(readFileSync(join(make({ ...files, "probes.yaml": files["probes.yaml"].replace("status.acme.example", "status.other.example") }), "api/v2/summary.json"), "utf8"));
  assert.equal(ids(other).some((id) => ids(plain).includes(id)), false);
});

/** How many articles newsboat shows as unread after it has read a feed, and their titles; then all of them are read. */
async function unread(folder, published, feed, port) {
  const site = await serve(published);
  // Newsboat knows a feed by its address, which must stay while the files behind it change.
  const door = createServer(async (request, response) => {
    const answer = await fetch(site.url + request.url.slice(1));
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise((done) => door.listen(port, "127.0.0.1", done));
  door.unref();
  const used = door.address().port;
  writeFileSync(join(folder, "urls"), `http://127.0.0.1:${used}/${feed}\n`);
  const cache = join(folder, "cache.db");
  const newsboat = (command) => run("newsboat", ["-u", join(folder, "urls"), "-c", cache, "-C", "/dev/null", "-x", command], { env: { ...process.env, HOME: folder, LC_ALL: "C.UTF-8" } });
  await newsboat("reload");
  const { stdout } = await newsboat("print-unread");
  const script = "import json,sqlite3,sys; c=sqlite3.connect(sys.argv[1]); print(json.dumps(c.execute('select title from rss_item where unread=1').fetchall())); c.execute('update rss_item set unread=0'); c.commit()";
  const titles = JSON.parse(execFileSync(python, ["-c", script, cache], { encoding: "utf8" })).flat();
  assert.equal(Number(/(\d+)/.exec(stdout)[1]), titles.length);
  door.closeAllConnections();
  await new Promise((done) => door.close(done));
  site.close();
  return { titles, port: used };
}

for (const feed of ["feed.atom", "feed.rss", "components/website/feed.atom"]) {
  test(`newsboat shows an update in ${feed} as new, and nothing else`, async () => {
    const files = states().incident;
    const path = "content/incidents/2026-11-22-website.md";
    const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
    const first = await unread(folder, make(files), feed, 0);
    assert.ok(first.titles.length > 3, `only ${first.titles.length} entries at first`);
    const later = { ...files, [path]: `${files[path]}\n## Monitoring · 2026-11-22 09:26 UTC\nThe release is rolled back.\n` };
    const second = await unread(folder, make(later), feed, first.port);
    assert.deepEqual(second.titles, ["Monitoring: The website answers with errors"]);
    // Built again later, and under another title: nothing new.
    const renamed = { ...later, [path]: later[path].replace("answers with errors", "is broken") };
    const third = await unread(folder, make(renamed, { now: "2026-11-22T09:28:00Z" }), feed, first.port);
    assert.deepEqual(third.titles, []);
  });
}

test("machines of any origin may read, pages stay fresh, hashed files stay for ever", () => {
  const headers = headersOf(readFileSync(join(folders.both, "_headers"), "utf8"));
  for (const path of ["/api/v2/summary.json", "/api/v2/incidents/unresolved.json", "/status.json", "/feed.atom", "/feed.rss", "/feed.json", "/history.rss", "/maintenance.ics", "/components/api/feed.atom", "/components/api/maintenance.ics", "/badges/site.svg", "/badges/components/api.json", "/embed/maintenance.js", "/embed/status.js", "/data/index.json"]) {
    assert.equal(headers(path)["access-control-allow-origin"], "*", path);
    assert.match(headers(path)["cache-control"], /^public, max-age=30, /, path);
  }
  assert.equal(headers("/components/api/feed.rss")["content-type"], "application/xml; charset=utf-8");
  assert.equal(headers("/feed.json")["content-type"], "application/feed+json; charset=utf-8");
  assert.equal(headers("/maintenance.ics")["content-type"], "text/calendar; charset=utf-8");
  assert.equal(headers("/assets/style.0.css")["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(headers("/")["access-control-allow-origin"], undefined);
  assert.equal(headers("/badges/site.svg")["content-security-policy"], "default-src 'none'; style-src 'unsafe-inline'");
});

test("status.json is as its declaration for TypeScript says", async () => {
  const folder = mkdtempSync(join(tmpdir(), "aboveboard-"));
  writeFileSync(join(folder, "status.d.ts"), readFileSync(join(folders.both, "embed/status.d.ts")));
  // A literal: keys too many are mistakes, too.
  const check = (name, value) => writeFileSync(join(folder, name), `import type { Status } from "./status";\nexport const status: Status = ${JSON.stringify(value)};\n`);
  for (const state of Object.keys(EXPECTED)) check(`${state}.ts`, read(state, "status.json"));
  const compile = (...files) => {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, types: [], target: "es2022", skipLibCheck: false }, files: ["status.d.ts", ...files] }));
    return run(process.execPath, [join(root, "tests/browser/node_modules/typescript/bin/tsc"), "--project", folder]).then(() => "", (error) => error.stdout);
  };
  assert.equal(await compile(...Object.keys(EXPECTED).map((state) => `${state}.ts`)), "");
  check("wrong.ts", { ...read("calm", "status.json"), surplus: 1 });
  assert.match(await compile("wrong.ts"), /surplus/);
});
