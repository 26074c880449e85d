// Draws docs/screenshots anew: `node tests/browser/screenshots.mjs` after `cargo build`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { binary, launch, open, root, serve } from "./support.mjs";

const NOW = "2026-11-22T09:27:00Z";
const site = mkdtempSync(join(tmpdir(), "aboveboard-"));
const write = (path, text) => {
  mkdirSync(dirname(join(site, path)), { recursive: true });
  writeFileSync(join(site, path), text);
};

write("probes.yaml", `
site: { title: Acme Status, url: "https://status.acme.example", links: [{ name: Support, url: "https://acme.example/help" }] }
groups: [{ id: shop, name: Shop }]
components:
  - { id: website, name: Website, group: shop, probes: [{ url: "https://acme.example/" }] }
  - { id: payments, name: Payments, group: shop, probes: [{ url: "https://pay.acme.example/" }] }
  - { id: api, name: Public API, probes: [{ url: "https://api.acme.example/" }] }
`);
write("content/incidents/2026-11-22-website.md", `---
title: The website answers with errors
affected: { website: major_outage }
---
## Identified · 2026-11-22 09:15 UTC
A release this morning broke sign-in. We are rolling it back.

## Investigating · 2026-11-22 09:04 UTC
Visitors see an error page.
`);
write("content/maintenance/database.md", `---
title: Database upgrade
components: [payments]
start: 2026-11-24 02:00 UTC
duration: 2h
announced: 2026-11-20 10:00 UTC
---
`);

// Ninety days at five minutes, with a few stretches that were not good.
const bad = [
  ["website", "2026-11-22T09:00", "2026-11-22T10:00", "down,,503,http status 503"],
  ["website", "2026-10-03T11:10", "2026-10-03T12:25", "down,,,connection refused"],
  ["payments", "2026-10-28T04:00", "2026-10-28T04:20", "down,,,answer timeout after 10 s"],
  ["payments", "2026-09-12T15:00", "2026-09-12T19:00", 'degraded,2400,200,"slow: 2400 ms, the limit is 2000 ms"'],
  ["api", "2026-11-07T20:30", "2026-11-07T20:40", "down,,,connection reset"],
];
const days = {};
for (let at = Date.parse("2026-08-20T00:00:00Z"); at < Date.parse(NOW); at += 300_000) {
  const stamp = new Date(at).toISOString().replace(".000", "");
  const rows = (days[stamp.slice(0, 10)] ??= ["time,probe,outcome,latency_ms,code,detail"]);
  for (const id of ["website", "payments", "api"]) {
    const found = bad.find(([probe, from, to]) => probe === id && stamp >= from && stamp < to);
    rows.push(`${stamp},${id},${found ? found[3] : "up,120,200,"}`);
  }
}
for (const [day, rows] of Object.entries(days)) write(`data/${day.slice(0, 7).replace("-", "/")}/${day}.csv`, `${rows.join("\n")}\n`);

execFileSync(binary, ["build", "--site", site, "--now", NOW], { stdio: "inherit" });
const server = await serve(join(site, "public"));
const browser = await launch();
const shots = join(root, "docs/screenshots");
mkdirSync(shots, { recursive: true });
for (const [name, path, colorScheme, width, height] of [
  ["home", "", "light", 1000, 1250],
  ["home-dark-phone", "", "dark", 390, 1100],
  ["component", "components/website/", "light", 1000, 1250],
  ["incident", "incidents/2026-11-22-website/", "light", 1000, 760],
]) {
  const page = await open(browser, server.url + path, { colorScheme, viewport: { width, height } }, NOW);
  await page.screenshot({ path: join(shots, `${name}.png`) });
  await page.context().close();
}
await browser.close();
server.close();
