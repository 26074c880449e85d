// Sites to look at: a shop of fourteen components that has a good day or a bad one, a hundred days of
// history, and the extremes that a page must bear.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { binary } from "./support.mjs";

export const NOW = "2026-11-22T09:27:00Z";
const DAY = 864e5;

/** Writes the files of a site into a new folder, builds it, and returns the published folder. */
export function make(files, { now = NOW, args = [] } = {}) {
  const site = mkdtempSync(join(tmpdir(), "aboveboard-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
  }
  execFileSync(binary, ["build", "--quiet", "--site", site, "--now", now, ...args], { stdio: ["ignore", "ignore", "inherit"] });
  return join(site, "public");
}

/** The same site as if it had been written so much later; what repeats by weekdays does not repeat then. */
export function later(files, ms) {
  const delta = Math.floor(ms / 6e4) * 6e4;
  const shift = (text) => text.replace(/(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d)/g, (_, day, mark, clock) => new Date(Date.parse(`${day}T${clock}Z`) + delta).toISOString().slice(0, 16).replace("T", mark));
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, shift(text).replace(/^repeat: .*\n/m, "")]));
}

/** Numbers from 0 to 1 that look like chance and are the same each time. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

/**
 * History files of probes, every `minutes` for `days` until `now`. `trouble` is a list of
 * [probe, from, to, rest of the row]; a rest of null is silence.
 */
export function history(probes, { days = 100, minutes = 5, now = NOW, trouble = [] } = {}) {
  const spans = trouble.map(([probe, from, to, rest]) => ({ probe, from: Date.parse(from), to: Date.parse(to), rest }));
  const random = chance(7);
  const files = {};
  const end = Date.parse(now);
  const start = Math.floor((end - days * DAY) / DAY) * DAY;
  for (let at = start; at < end; at += minutes * 6e4) {
    const stamp = new Date(at).toISOString().replace(".000", "");
    const rows = (files[`data/${stamp.slice(0, 4)}/${stamp.slice(5, 7)}/${stamp.slice(0, 10)}.csv`] ??= ["time,probe,outcome,latency_ms,code,detail"]);
    const hour = (at % DAY) / 36e5;
    for (const [index, probe] of probes.entries()) {
      const found = spans.find((one) => one.probe === probe && at >= one.from && at < one.to);
      if (found?.rest === null) continue;
      const base = 60 + 25 * index + 30 * Math.sin((hour / 24) * 2 * Math.PI - 2);
      const ms = Math.round(base * (0.85 + 0.3 * random()) + (random() > 0.97 ? 400 * random() : 0));
      rows.push(`${stamp},${probe},${found ? found.rest : `up,${Math.max(1, ms)},200,`}`);
    }
  }
  return Object.fromEntries(Object.entries(files).map(([path, rows]) => [path, `${rows.join("\n")}\n`]));
}

const GROUPS = {
  shop: ["Shop", { website: "Website", checkout: "Checkout", payments: "Card payments", search: "Search", images: "Images" }],
  developers: ["Developers", { api: "Public API", webhooks: "Webhooks", docs: "Documentation" }],
  support: ["Support", { desk: "Help desk", mail: "E-mail", chat: "Live chat" }],
};
const SINGLE = { auth: "Sign-in", dns: "DNS", phone: "Phone line" };

export function config({ site = "", title = "Acme Status", languages = "", names = (name) => name, rest = "" } = {}) {
  const component = (id, name, group) => `  - { id: ${id}, name: ${JSON.stringify(names(name, id))}${group ? `, group: ${group}` : ""}${id === "phone" ? "" : `, probes: [{ url: "https://${id}.acme.example/health" }]`} }`;
  const groups = Object.entries(GROUPS);
  return `site:
  title: ${JSON.stringify(title)}
  url: https://status.acme.example
  repository: https://github.com/acme/status
  mailing_list: https://lists.acme.example/status
  links: [{ name: Support, url: "https://acme.example/help" }]
${languages}${site}groups:
${groups.map(([id, [name]]) => `  - { id: ${id}, name: ${JSON.stringify(names(name))} }`).join("\n")}
components:
${groups.flatMap(([group, [, list]]) => Object.entries(list).map(([id, name]) => component(id, name, group))).concat(Object.entries(SINGLE).map(([id, name]) => component(id, name))).join("\n")}
${rest}`;
}

export const PROBES = Object.values(GROUPS).flatMap(([, list]) => Object.keys(list)).concat(["auth", "dns"]);

/** What went wrong in the last months, all of it over. */
const PAST = [
  ["website", "2026-10-03T11:10:00Z", "2026-10-03T12:25:00Z", "down,,,connection refused"],
  ["website", "2026-11-12T08:00:00Z", "2026-11-12T08:05:00Z", "down,,,connection reset"],
  ["payments", "2026-10-28T04:00:00Z", "2026-10-28T04:20:00Z", "down,,,answer timeout after 10 s"],
  ["payments", "2026-11-18T13:40:00Z", "2026-11-18T15:05:00Z", "down,,502,http status 502"],
  ["checkout", "2026-11-18T13:45:00Z", "2026-11-18T15:00:00Z", "down,,502,http status 502"],
  ["search", "2026-09-12T15:00:00Z", "2026-09-12T19:00:00Z", 'degraded,2400,200,"slow: 2400 ms, the limit is 2000 ms"'],
  ["api", "2026-11-07T20:30:00Z", "2026-11-07T20:40:00Z", "down,,,connection reset"],
  ["chat", "2026-11-01T00:00:00Z", "2026-11-03T12:00:00Z", null],
  ["mail", "2026-10-20T02:00:00Z", "2026-10-20T03:00:00Z", "down,,,connection refused"],
];

const CONTENT = {
  "content/incidents/2026-11-18-payments.md": `---
title: Card payments and checkout fail
affected: { payments: major_outage, checkout: major_outage }
---
## Investigating · 2026-11-18 13:52 UTC
Payments by card are refused. We are looking into it.

## Identified · 2026-11-18 14:20 UTC
Our payment provider answers with errors. They have confirmed it.

## Monitoring · 2026-11-18 15:02 UTC {payments=degraded_performance, checkout=degraded_performance}
The provider has rolled back a change. Payments go through again; some are slow.

## Resolved · 2026-11-18 15:40 UTC
All payments of the last 30 minutes went through at their usual speed.

## Postmortem · 2026-11-20 09:00 UTC
### What happened
A certificate of our provider ended at 13:38 UTC. **2,140 payments** were refused in 85 minutes; none was charged twice.

### What we change
- A second provider takes over after two minutes of failures.
- We watch the certificates of our providers, too.
`,
  "content/incidents/2026-10-03-website.md": `---
title: Website unreachable
affected: { website: major_outage }
---
## Investigating · 2026-10-03 11:21 UTC
The website does not answer.

## Resolved · 2026-10-03 12:30 UTC
A failed disk was replaced.
`,
  "content/maintenance/mail.md": `---
title: Mail servers move to a new network
components: [mail]
start: 2026-10-20 02:00 UTC
duration: 1h
announced: 2026-10-15 10:00 UTC
---
`,
  "content/maintenance/database.md": `---
title: Database upgrade
components: [payments, checkout]
start: 2026-11-24 02:00 UTC
duration: 2h
announced: 2026-11-20 10:00 UTC
---
Orders placed during the window are kept and charged afterwards.
`,
  "content/maintenance/patches.md": `---
title: Monthly security patches
components: [api, webhooks]
start: 2026-11-10 05:00 UTC
duration: 30m
announced: 2026-10-01 10:00 UTC
repeat: FREQ=MONTHLY;BYDAY=2TU
---
Requests may take a second longer.
`,
};

const NOW_BAD = [
  ["website", "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z", "down,,503,http status 503"],
  ["checkout", "2026-11-22T09:05:00Z", "2026-11-22T10:00:00Z", "down,,503,http status 503"],
  ["images", "2026-11-22T08:50:00Z", "2026-11-22T10:00:00Z", 'degraded,2710,200,"slow: 2710 ms, the limit is 2000 ms"'],
  ["desk", "2026-11-22T08:10:00Z", "2026-11-22T10:00:00Z", null],
];

const CONTENT_BAD = {
  "content/incidents/2026-11-22-website.md": `---
title: The website answers with errors
affected: { website: major_outage, checkout: major_outage }
---
## Investigating · 2026-11-22 09:04 UTC
Visitors see an error page.

## Identified · 2026-11-22 09:15 UTC
A release this morning broke the shop pages. We are rolling it back, which takes about 20 minutes. Orders that were placed before 09:00 are not affected.
`,
  "content/maintenance/webhooks.md": `---
title: Webhook queue moves to new machines
components: [webhooks]
start: 2026-11-22 09:00 UTC
duration: 3h
announced: 2026-11-19 10:00 UTC
---
Webhooks are delivered later, none is lost.
`,
};

/** The shop on a good day. */
export const calm = (options = {}) => ({ "probes.yaml": config(options), ...CONTENT, ...history(PROBES, { trouble: PAST }) });

/** The shop on a bad day. */
export const trouble = (options = {}) => ({ "probes.yaml": config(options), ...CONTENT, ...CONTENT_BAD, ...history(PROBES, { trouble: [...PAST, ...NOW_BAD] }) });

/** The shop in the four states that a client may meet, with three days of history. */
export function states() {
  const incident = "content/incidents/2026-11-22-website.md";
  const { [incident]: website, ...webhooks } = CONTENT_BAD;
  const with_ = (content, trouble = []) => ({ "probes.yaml": config(), ...CONTENT, ...content, ...history(PROBES, { days: 3, trouble }) });
  return {
    calm: with_({}),
    incident: with_({ [incident]: website }, NOW_BAD),
    maintenance: with_(webhooks),
    both: with_(CONTENT_BAD, NOW_BAD),
  };
}

/** Twenty components whose ninety days hold 93 bad ones: what the weight of the page is measured with. */
export function weight() {
  const ids = Array.from({ length: 20 }, (_, index) => `service-${index + 1}`);
  const random = chance(3);
  const bad = [];
  const end = Date.parse(NOW);
  for (let count = 0; count < 93; count += 1) {
    const probe = ids[count % 20];
    const day = Math.floor(end / DAY) * DAY - (1 + Math.floor(count / 20) * 17 + Math.floor(random() * 15)) * DAY;
    const from = day + Math.floor(random() * 1300) * 6e4;
    const rest = random() < 0.7 ? "down,,503,http status 503" : 'degraded,2400,200,"slow: 2400 ms, the limit is 2000 ms"';
    bad.push([probe, new Date(from).toISOString(), new Date(from + (5 + Math.floor(random() * 100)) * 6e4).toISOString(), rest]);
  }
  return {
    "probes.yaml": `site: { title: Acme Status, url: "https://status.acme.example" }\ncomponents:\n${ids.map((id, index) => `  - { id: ${id}, name: ${["Website", "Checkout", "Payments", "Search", "Images", "Public API", "Webhooks", "Docs", "Help desk", "Mail", "Chat", "Sign-in", "DNS", "Exports", "Imports", "Reports", "Mobile app", "Partners", "Billing", "Archive"][index]}, probes: [{ url: "https://${id}.acme.example/" }] }`).join("\n")}\n`,
    ...history(ids, { days: 91, trouble: bad }),
  };
}

/** Two hundred components, and nothing else. */
export function crowd() {
  const ids = Array.from({ length: 200 }, (_, index) => `part-${index + 1}`);
  return {
    "probes.yaml": `site: { title: Acme Status, url: "https://status.acme.example" }\ncomponents:\n${ids.map((id) => `  - { id: ${id}, name: Part ${id.slice(5)}, probes: [{ url: "https://${id}.acme.example/" }] }`).join("\n")}\n`,
    ...history(ids, { days: 3, trouble: [["part-7", "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z", "down,,,timeout"]] }),
  };
}

/** Nothing checked, nothing written. */
export const empty = () => ({ "probes.yaml": config() });
