// The embeds inside other people's pages: strict policies, hostile names and styles, old copies, and
// the visitor's clock. Their shadow roots are closed, so what a visitor perceives is read off the
// accessibility tree, and what it looks like through the protocol of the developer tools.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { NOW, make } from "./scenarios.mjs";
import { launch, open, serve } from "./support.mjs";

const HOSTILE = `</script><img src=x onerror=alert(1)> "quoted" & 'so' <!-- \u2028 {from}`;
const config = (extra = "", probes = true) => `site: { title: Acme Status, url: "https://status.acme.example"${extra} }
components:
${["api: Public API", "web: Website", "mail: E-mail"].map((one) => one.split(": ")).map(([id, name]) => `  - { id: ${id}, name: ${name}${probes ? `, probes: [{ url: "https://${id}.acme.example/" }]` : ""} }`).join("\n")}
`;
const work = (title, components, start, rest = "", updates = "") => `---
title: ${JSON.stringify(title)}
components: [${components}]
start: ${start}
duration: 2h
announced: 2026-11-01 10:00 UTC
${rest}---
${updates}`;
const incident = (title, components, updates, rest = "") => `---
title: ${title}
affected: { ${components} }
${rest}---
${updates}`;
const checked = { "data/2026/11/2026-11-22.csv": `time,probe,outcome,latency_ms,code,detail\n${["api", "web", "mail"].map((id) => `2026-11-22T09:25:00Z,${id},up,100,200,\n`).join("")}` };
const first = "## Investigating · 2026-11-22 09:04 UTC\nSome requests fail.\n";
const FILES = {
  "probes.yaml": config(", languages: [en, de, ar]"),
  ...checked,
  "content/maintenance/database.md": work("Database upgrade", "api, web", "2026-11-23 12:00 UTC"),
  "content/maintenance/network.md": work("New network", "", "2026-11-22 20:00 UTC"),
  "content/maintenance/queue.md": work("Queue moves", "mail", "2026-11-22 08:00 UTC"),
  "content/maintenance/later.md": work("Far away", "web", "2026-11-27 09:00 UTC"),
  "content/maintenance/series.md": work("Weekly patches", "web", "2026-11-04 03:00 UTC", "repeat: FREQ=WEEKLY;BYDAY=WE\n"),
  "content/incidents/api.md": incident("Requests fail", "api: partial_outage", first),
  "content/incidents/note.md": incident("Only for information", "", first, "informational: true\n"),
};
const hostile = {
  ...FILES,
  "content/maintenance/database.md": work(HOSTILE, "api", "2026-11-22 12:00 UTC"),
  "content/incidents/api.md": incident(JSON.stringify(HOSTILE), "api: major_outage", first),
};

let browser, site, other, host;
const folders = {};
const pages = new Map();

before(async () => {
  browser = await launch();
  folders.site = make(FILES);
  site = await serve(folders.site);
  other = await serve(make(hostile));
  host = createServer((request, response) => {
    const { html, policy } = pages.get(request.url) ?? { html: "" };
    response.writeHead(pages.has(request.url) ? 200 : 204, { "content-type": "text/html; charset=utf-8", ...(policy && { "content-security-policy": policy }) });
    response.end(html);
  });
  await new Promise((done) => host.listen(0, "127.0.0.1", done));
});

after(async () => {
  await browser.close();
  site.close();
  other.close();
  host.close();
});

const tag = (options = "", { name = "maintenance", from = site, attributes = "async" } = {}) => `<script ${attributes} src="${from.url}embed/${name}.js" ${options}></script>`;
const STRICT = () => `default-src 'none'; script-src ${new URL(site.url).origin} ${new URL(other.url).origin}`;

/** Opens a page of somebody else with this body at a time. */
async function visit(body, { head = "", at = NOW, policy = STRICT(), context = {}, init, clock = "install", page } = {}) {
  const path = `/${pages.size}`;
  pages.set(path, { html: `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>Host</title>${head}</head><body>${body}</body></html>`, policy });
  const url = `http://127.0.0.1:${host.address().port}${path}`;
  if (page) {
    await page.goto(url);
  } else {
    const fresh = await browser.newContext(context);
    page = await fresh.newPage();
    page.troubles = [];
    page.on("console", (message) => message.type() === "error" && !/icon|favicon/.test(message.text()) && page.troubles.push(message.text()));
    page.on("pageerror", (error) => page.troubles.push(String(error)));
    page.on("dialog", (dialog) => page.troubles.push(dialog.message()));
    if (clock === "install") await page.clock.install({ time: new Date(at) });
    else await page.clock.setFixedTime(new Date(at));
    if (init) await page.addInitScript(init);
    await page.goto(url);
  }
  return page;
}

async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes.filter((node) => !node.ignored && node.name?.value).map((node) => `${node.role.value} "${node.name.value}"`).join("\n");
}
/** What is perceived once it is filled and once that matches. */
async function perceived(page, wanted = /./) {
  let text = "";
  for (let tries = 0; tries < 30; tries += 1) {
    await new Promise((done) => setTimeout(done, tries === 0 ? 160 : 60));
    text = await tree(page);
    if (wanted.test(text)) return text;
  }
  assert.fail(`${wanted} is not in\n${text}`);
}
async function silent(page, unwanted = /status "Acme Status"\n|Dismiss/) {
  await new Promise((done) => setTimeout(done, 300));
  assert.doesNotMatch(await tree(page), unwanted);
}
async function done(page) {
  assert.deepEqual(page.troubles, []);
  await page.context().close();
}
const titles = (text) => [...text.matchAll(/link "(.*)"/g)].map((found) => found[1]);

/** The elements of the embed with their boxes and styles, through its closed root. */
async function parts(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("DOM.enable");
  await session.send("CSS.enable");
  const { root } = await session.send("DOM.getDocument", { depth: -1, pierce: true });
  const found = [];
  const walk = (node, inside) => {
    if (inside && node.nodeType === 1) found.push(node);
    for (const child of node.children ?? []) walk(child, inside);
    for (const shadow of node.shadowRoots ?? []) walk(shadow, inside || shadow.shadowRootType === "closed");
  };
  walk(root, false);
  const out = [];
  for (const node of found) {
    const { computedStyle } = await session.send("CSS.getComputedStyleForNode", { nodeId: node.nodeId });
    const style = Object.fromEntries(computedStyle.map(({ name, value }) => [name, value]));
    const model = await session.send("DOM.getBoxModel", { nodeId: node.nodeId }).catch(() => null);
    const [left, top, , , right, bottom] = model?.model.border ?? [];
    out.push({ name: node.localName, style, left, top, right, bottom });
  }
  await session.detach();
  return out;
}
function luminance(color) {
  const [r, g, b] = color.match(/[\d.]+/g).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

test("it is silent long before, tells what is coming, what goes on, and goes away", async () => {
  const page = await visit(`<h1>Host</h1>${tag('data-components="api"')}`, { at: "2026-11-20T12:00:00Z" });
  await silent(page, /Database/);
  await page.clock.fastForward("36:00:00");
  const coming = await perceived(page, /Database/);
  assert.match(coming, /status "Acme Status"/);
  assert.match(coming, /StaticText "Maintenance · Scheduled"/);
  assert.match(coming, /link "Database upgrade"/);
  assert.match(coming, /StaticText "Monday,? 23 November 2026.*12:00\D*14:00 · Public API, Website"/);
  assert.match(coming, /button "Dismiss: Database upgrade"/);
  await page.clock.fastForward("36:00:30");
  assert.match(await perceived(page, /In progress/), /link "Database upgrade"/);
  await page.clock.fastForward("02:00:00");
  await silent(page, /Database/);
  await done(page);
});

test("times are those of the visitor, in the language that was asked for", async () => {
  const page = await visit(tag('data-lang="de-AT" data-components="api"'), { context: { timezoneId: "Asia/Tokyo" } });
  const german = await perceived(page, /Database/);
  assert.match(german, /Wartung · Geplant/);
  assert.match(german, /Montag, 23\. November 2026.*21:00.23:00/);
  assert.match(german, /button "Ausblenden: Database upgrade"/);
  await done(page);
  const arabic = await visit(tag('data-lang="ar" data-components="api"'));
  assert.match(await perceived(arabic, /Database/), /صيانة · مجدولة/);
  const section = (await parts(arabic)).find((part) => part.name === "section");
  assert.equal(section.style.direction, "rtl");
  await done(arabic);
  for (const lang of ["xx", "constructor", ""]) {
    const page = await visit(tag(`data-lang="${lang}" data-components="api"`));
    await perceived(page, /Maintenance · Scheduled/);
    await done(page);
  }
});

test("what is shown, by kind, component and time", async () => {
  const all = ["Requests fail", "Queue moves", "New network", "Database upgrade"];
  for (const [options, wanted] of [
    ["", all.slice(1)],
    ['data-show="maintenance"', all.slice(1)],
    ['data-show="nonsense" data-within="soon" data-position="sideways" data-theme="pink"', all.slice(1)],
    ['data-show="incidents"', all.slice(0, 1)],
    ['data-show="all"', all],
    ['data-show="all" data-components="mail"', ["Queue moves", "New network"]],
    ['data-show="all" data-components="api, mail"', all],
    ['data-components="nothing"', ["New network"]],
    ['data-within="0h"', ["Queue moves"]],
    ['data-within="12h"', ["Queue moves", "New network"]],
    ['data-within="5d"', ["Queue moves", "New network", "Database upgrade", "Weekly patches", "Far away"]],
    ['data-within="12d" data-components="web"', ["New network", "Database upgrade", "Weekly patches", "Far away", "Weekly patches"]],
  ]) {
    const page = await visit(tag(options));
    const text = await perceived(page, new RegExp(wanted.at(-1)));
    assert.deepEqual(titles(text), wanted, options);
    await done(page);
  }
  const page = await visit(tag('data-show="incidents"'));
  assert.match(await perceived(page, /Requests fail/), /Incident · Investigating[^]*Public API/);
  await done(page);
});

test("an old copy does not claim what nobody can know any more", async () => {
  // Three intervals are less than an hour here, and the open incident is told of for that.
  for (const [at, wanted] of [
    ["2026-11-22T10:26:00Z", ["Requests fail", "Queue moves", "New network", "Database upgrade"]],
    ["2026-11-22T10:28:00Z", ["New network", "Database upgrade"]],
    ["2026-11-27T09:30:00Z", ["Far away"]],
  ]) {
    const page = await visit(tag('data-show="all"'), { at });
    // The queue ends at 10:00 and has gone by itself.
    const text = await perceived(page, new RegExp(wanted.at(-1)));
    assert.deepEqual(titles(text), wanted.filter((title) => title !== "Queue moves"), at);
    await done(page);
  }
  // Older than seven days: what was planned then is not told of, not even when its time comes.
  const page = await visit(tag('data-within="7d"'), { at: "2026-12-01T12:00:00Z" });
  await silent(page);
  await page.clock.setSystemTime(new Date("2026-12-02T03:30:00Z"));
  await page.clock.runFor(31_000);
  await silent(page);
  await done(page);
});

test("where only people speak, open incidents last for seven days; work that overruns has no end", async () => {
  const rest = "## Verifying · 2026-11-22 10:10 UTC\nStill checking.\n";
  const quiet = await serve(make({
    "probes.yaml": config("", false),
    "content/incidents/api.md": FILES["content/incidents/api.md"],
    "content/maintenance/queue.md": work("Queue moves", "mail", "2026-11-22 08:00 UTC", "", rest),
  }, { now: "2026-11-22T10:30:00Z" }));
  const policy = `default-src 'none'; script-src ${new URL(quiet.url).origin}`;
  const page = await visit(tag('data-show="all"', { from: quiet }), { at: "2026-11-29T10:00:00Z", policy });
  const text = await perceived(page, /Queue/);
  assert.deepEqual(titles(text), ["Requests fail", "Queue moves"]);
  assert.match(text, /Maintenance · Verifying/);
  await page.clock.fastForward("01:00:00");
  await silent(page);
  await done(page);
  quiet.close();
});

test("top, bottom, inline, a target, and nothing at all", async () => {
  const place = async (options) => {
    const page = await visit(`<main><p>Above</p><div id="box"></div>${tag(options)}<p id="below">Below</p><div style="height:3000px"></div></main>`, { policy: "" });
    if (/none/.test(options)) await silent(page, /link/);
    else await perceived(page, /Database/);
    const section = (await parts(page)).find((part) => part.name === "section");
    const order = await page.evaluate(() => {
      const hosts = [...document.querySelectorAll("div")].filter((node) => !node.id && !node.hasAttribute("style") && !node.children.length);
      return hosts.map((node) => [node.parentElement.id || node.parentElement.localName, node.previousElementSibling?.localName ?? ""].join(" after "));
    });
    await done(page);
    return [section?.style.position ?? "", order.join(), section];
  };
  const [position, , top] = await place("");
  assert.equal(position, "fixed");
  assert.ok(top.top < 20);
  const [, , bottom] = await place('data-position="bottom"');
  assert.ok(bottom.bottom > 650, bottom.bottom);
  assert.deepEqual((await place('data-position="inline"')).slice(0, 2), ["static", "main after script"]);
  assert.deepEqual((await place('data-target="#box"')).slice(0, 2), ["static", "box after "]);
  assert.deepEqual((await place('data-target="#box" data-position="top"')).slice(0, 2), ["static", "box after "]);
  for (const bad of ["#missing", "###", "a[", ""]) {
    const [position, order] = await place(`data-target="${bad}" data-position="inline"`);
    assert.deepEqual([position, order], ["static", "main after script"], bad);
  }
  assert.deepEqual((await place('data-position="none"')).slice(0, 2), ["", ""]);
});

test("a target that a script removes and draws again gets it back", async () => {
  const page = await visit(`<div id="app"><div id="box"></div></div>${tag('data-target="#box"')}`);
  await perceived(page, /Database/);
  await page.evaluate(() => { document.querySelector("#app").innerHTML = '<div id="box"></div>'; });
  await silent(page, /Database/);
  await page.clock.runFor(31_000);
  await perceived(page, /Database/);
  await done(page);
});

test("it comes with async, defer, a module, in head, at the end, and once when loaded twice", async () => {
  for (const attributes of ["", "async", "defer", 'type="module"', 'type="module" async']) {
    for (const place of ["head", "body"]) {
      const script = tag('data-components="api" data-target="#box"', { attributes });
      const page = await visit(`<div id="box"></div><p>Text</p>${place === "body" ? script : ""}`, { head: place === "head" ? script : "" });
      const text = await perceived(page, /Database/);
      // Without its element a module would have shown all.
      assert.deepEqual(titles(text), ["New network", "Database upgrade"], `${attributes} ${place}`);
      assert.equal(await page.evaluate(() => document.querySelector("#box").children.length), 1);
      await done(page);
    }
  }
  const page = await visit(`${tag()}<p>Text</p>${tag('data-position="bottom"')}${tag()}`);
  await perceived(page, /Database/);
  await page.clock.runFor(61_000);
  const text = await perceived(page, /Database/);
  assert.equal(text.match(/link "Database upgrade"/g).length, 1);
  assert.equal(text.match(/status "Acme Status"/g).length, 1);
  await done(page);
});

test("dismissing is remembered, until there is an update or another window", async () => {
  const news = await serve(make({
    ...FILES,
    "content/maintenance/database.md": work("Database upgrade", "api", "2026-11-23 13:00 UTC"),
    "content/incidents/api.md": incident("Requests fail", "api: partial_outage", `${first}\n## Identified · 2026-11-22 09:20 UTC\nA bad release.\n`),
  }));
  const policy = `default-src 'none'; script-src ${new URL(site.url).origin} ${new URL(news.url).origin}`;
  const options = 'data-show="all" data-components="api"';
  const page = await visit(tag(options), { policy });
  await perceived(page, /Database/);
  for (const title of ["Requests fail", "New network", "Database upgrade"]) {
    await page.evaluate((title) => window.Aboveboard.dismiss(window.Aboveboard.notices.find((one) => one.title === title).id), title);
  }
  await silent(page, /link/);
  await page.reload();
  await silent(page, /link/);
  await visit(tag(options, { from: news }), { policy, page });
  const text = await perceived(page, /Database/);
  assert.deepEqual(titles(text), ["Requests fail", "Database upgrade"]);
  assert.match(text, /Incident · Identified/);
  // The list that is kept has an end.
  const kept = await page.evaluate(() => {
    for (let i = 0; i < 200; i += 1) window.Aboveboard.dismiss(`one-${i}`);
    return JSON.parse(localStorage["aboveboard-dismissed"]).length;
  });
  assert.equal(kept, 50);
  await done(page);
  news.close();
});

test("focus is not taken, and goes to the next notice or back when one is dismissed", async () => {
  const page = await visit(`<input id="mine" autofocus>${tag('data-components="api"')}`);
  await page.focus("#mine");
  await perceived(page, /Database/);
  await page.keyboard.type("text");
  assert.equal(await page.inputValue("#mine"), "text");
  // At the top of the page it is before everything else for the keyboard, too.
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await silent(page, /Database/);
  assert.notEqual(await page.evaluate(() => document.activeElement.localName), "body");
  await page.keyboard.press("Enter");
  await silent(page, /New network/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "mine");
  await done(page);
});

test("each target has its own, and what the page does to what it hears changes nothing", async () => {
  const init = () => document.addEventListener("aboveboard:change", (event) => event.detail.forEach((one) => Object.assign(one, { title: "mine", status: "mine", end: 1 })));
  const page = await visit(`<div id="a"></div><div id="b"></div>${tag('data-target="#a" data-components="api"')}${tag('data-target="#b" data-components="web" data-within="7d"')}`, { init });
  await perceived(page, /Far away/);
  assert.deepEqual(await page.evaluate(() => [document.querySelector("#a").children.length, document.querySelector("#b").children.length]), [1, 1]);
  await page.clock.runFor(61_000);
  assert.match(await tree(page), /Maintenance · Scheduled[^]*Database upgrade/);
  await done(page);
});

test("a nightly series leaves room for others, and a made-up notice is announced by nobody", async () => {
  const nightly = Object.fromEntries(["a", "b", "c", "d"].map((name) => [`content/maintenance/${name}.md`, work(`Nightly ${name}`, "web", "2026-11-04 03:00 UTC", "repeat: FREQ=DAILY\n")]));
  const busy = await serve(make({ ...FILES, ...nightly }));
  const policy = `default-src 'none'; script-src ${new URL(busy.url).origin}`;
  const page = await visit(tag('data-within="7d" data-components="api"', { from: busy }), { policy });
  assert.deepEqual(titles(await perceived(page, /Database/)), ["New network", "Database upgrade"]);
  await done(page);
  const sample = await visit(tag('data-show="all"', { name: "sample", from: busy }), { policy });
  const text = await perceived(sample, /Scheduled maintenance/);
  assert.doesNotMatch(text, /^status "/m);
  assert.match(text, /^group "How it looks with made-up data:"/m);
  await done(sample);
  busy.close();
});

test("the page hears of what is due, and may draw it itself", async () => {
  const init = () => {
    window.heard = [];
    document.addEventListener("aboveboard:change", (event) => window.heard.push(JSON.parse(JSON.stringify(event.detail))));
  };
  const page = await visit(tag('data-position="none" data-show="all" data-components="mail"'), { init });
  await silent(page, /link/);
  const heard = await page.evaluate(() => window.heard);
  assert.equal(heard.length, 1);
  assert.deepEqual(heard[0], await page.evaluate(() => window.Aboveboard.notices));
  const [queue, network] = heard[0];
  assert.deepEqual(queue, {
    id: "queue@1795334400-1795341600", kind: "maintenance", title: "Queue moves", url: "https://status.acme.example/maintenance/queue/",
    state: "in_progress", status: "in_progress", mark: "◆", start: Date.parse("2026-11-22T08:00:00Z"), end: Date.parse("2026-11-22T10:00:00Z"),
    components: [{ id: "mail", name: "E-mail" }], label: "Maintenance · In progress", dismissed: false,
  });
  assert.deepEqual([network.title, network.state, network.components], ["New network", "planned", []]);
  await page.evaluate(() => window.Aboveboard.dismiss(window.Aboveboard.notices[0].id));
  assert.deepEqual(await page.evaluate(() => window.heard.at(-1).map((one) => one.dismissed)), [true, false]);
  // Nothing changes, so nothing is told.
  await page.clock.runFor(61_000);
  assert.equal(await page.evaluate(() => window.heard.length), 2);
  await page.clock.fastForward("01:00:00");
  assert.deepEqual(await page.evaluate(() => window.heard.at(-1).map((one) => one.title)), ["New network"]);
  await done(page);
  const calm = await visit(tag('data-show="incidents" data-components="mail"'), { init });
  await silent(calm);
  assert.deepEqual(await calm.evaluate(() => window.heard), [[]]);
  await done(calm);
});

const NAMES = ["body", "currentScript", "createElement", "querySelector", "readyState", "addEventListener", "dispatchEvent", "head", "documentElement"];

test("elements with the names of what it uses change nothing", async () => {
  const page = await visit(`${NAMES.map((name) => `<img name="${name}" id="${name}" alt="">`).join("")}<form name="body" id="Aboveboard"><input name="notices"><input name="append"></form><form id="notices"></form><form id="box"><input name="append"><input name="isConnected"></form><a id="localStorage"></a><a id="Intl"></a>${tag('data-target="#box"')}${tag("", { name: "status" })}`);
  const text = await perceived(page, /Database/);
  assert.match(text, /link "Incident: Requests fail/);
  assert.equal(await page.evaluate(() => Array.isArray(window.Aboveboard.notices)), true);
  await done(page);
});

test("without Intl, storage or constructed style sheets it still speaks", async () => {
  const gone = [
    () => { delete window.Intl; },
    () => { window.Intl.DateTimeFormat = function () { throw new RangeError("no zone data"); }; },
    () => { delete window.Intl.DateTimeFormat.prototype.formatRange; },
    () => { Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }); },
    () => { Storage.prototype.setItem = Storage.prototype.getItem = () => { throw new Error("full"); }; },
    () => { localStorage["aboveboard-dismissed"] = "{not json"; },
    () => { localStorage["aboveboard-dismissed"] = '{"a":1}'; },
    () => { localStorage["aboveboard-dismissed"] = "null"; },
    () => { delete window.CSSStyleSheet; },
    () => { CSSStyleSheet.prototype.replaceSync = () => { throw new Error("not here"); }; },
    () => { Object.defineProperty(window, "Aboveboard", { value: "mine", writable: false }); },
    () => { document.addEventListener("aboveboard:change", (event) => { event.stopImmediatePropagation(); event.detail.length = 0; }); },
  ];
  for (const init of gone) {
    const page = await visit(tag('data-components="api"'), { init });
    page.troubles = page.troubles.filter((text) => !/style/.test(text));
    const text = await perceived(page, /Database/);
    assert.match(text, /23/, String(init));
    // In this page at least it is remembered.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.clock.runFor(31_000);
    await silent(page, /New network/);
    page.troubles = page.troubles.filter((text) => !/style-src|inline style/.test(text));
    await done(page);
  }
  const page = await visit(tag('data-components="api"'), { init: () => { Element.prototype.attachShadow = () => { throw new Error("no"); }; } });
  await silent(page);
  await done(page);
});

test("an older browser without sheets for shadows gets the texts", async () => {
  const page = await visit(tag(), { policy: "", init: () => { delete window.CSSStyleSheet; } });
  await perceived(page, /Database/);
  await done(page);
});

test("titles that try to be markup are text, under trusted types and with another base", async () => {
  const policy = `${STRICT()}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri http://127.0.0.1:*`;
  const page = await visit(`${tag('data-show="all"', { from: other })}${tag("", { name: "status", from: other })}`, { policy, head: '<base href="/somewhere/else/">' });
  const text = await perceived(page, /New network/);
  const shown = text.split("\n").filter((line) => line.startsWith('link "'));
  assert.ok(shown.some((line) => line.includes("</script><img src=x onerror=alert(1)>")), shown.join("\n"));
  assert.deepEqual(await page.evaluate(() => window.Aboveboard.notices.map((one) => new URL(one.url).origin)), Array(4).fill("https://status.acme.example"));
  assert.equal(await page.evaluate(() => document.querySelectorAll("img").length), 0);
  await done(page);
});

const HOSTS = {
  dark: `<style>:root{color-scheme:dark}body{margin:0;background:#0f172a;color:#e2e8f0;font:16px/1.5 Inter,sans-serif}header{padding:16px 24px;border-bottom:1px solid #334155;font-weight:700}main{padding:24px;display:grid;gap:16px}.card{background:#1e293b;border-radius:12px;padding:20px}footer{padding:24px;font-size:14px;color:#94a3b8}</style>`,
  light: `<style>body{margin:0;font:16px/1.5 Georgia,serif;color:#222;background:#fff}header{padding:16px 24px;border-bottom:1px solid #ddd;font-weight:700}main{padding:24px;max-width:60em}footer{padding:24px;font-size:14px;color:#555;border-top:1px solid #ddd}</style>`,
  hostile: `<style>body *{all:unset;display:none!important;position:static!important;color:yellow!important;background:yellow!important;font:40px/3 fantasy!important;opacity:0!important;transform:scale(3)!important}</style>`,
};
const app = (inline, options) => `<header>Ledger</header><main>${inline ? `<div id="box" style="min-height:330px"></div>` : ""}<div class="card"><h1>Invoices</h1><p>Three are open, the oldest since March. Export them, or send a reminder to all who have not paid yet.</p></div><div class="card"><h2>Payments</h2><p>Nothing came in today.</p></div></main>${inline ? tag(`data-show="all" data-target="#box" ${options}`) : tag(`data-show="all" ${options}`)}<footer>© Ledger · ${tag(options.includes("dark") ? 'data-theme="dark"' : "", { name: "status" })}</footer>`;

test("it can be read and fits, in dark, light and hostile pages, on phones and desks", async () => {
  for (const [name, head] of Object.entries(HOSTS)) {
    for (const width of [320, 390, 1280]) {
      for (const inline of [false, true]) {
        const options = name === "dark" ? 'data-theme="dark"' : name === "light" ? 'data-theme="light"' : "";
        // The hostile page hides its own target too, so there it stands beside the script.
        const page = await visit(app(inline && name !== "hostile", options), { head, policy: "", context: { viewport: { width, height: 800 } } });
        await perceived(page, /Database/);
        const all = await parts(page);
        const lines = all.filter((part) => part.name === "div");
        assert.equal(lines.length, 4, `${name} ${width}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} ${width}`);
        for (const part of all.filter((part) => ["div", "p", "a", "small", "button", "b"].includes(part.name) && part.left !== undefined)) {
          assert.ok(part.left >= 0 && part.right <= width + 0.5, `${name} ${width} ${part.name} ${part.left} ${part.right}`);
        }
        const line = all.find((part) => part.name === "section").style["background-color"];
        assert.equal(line, name === "dark" ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)");
        const cut = all.indexOf(lines.at(-1)) + 6;
        for (const part of all.filter((part, i) => i < cut && i > all.indexOf(lines[0]) && ["p", "b", "a", "small", "button"].includes(part.name) && part.style.color)) {
          const ratio = contrast(part.style.color, line);
          assert.ok(part.name === "b" || ratio >= 7, `${name} ${part.name} ${part.style.color} ${ratio}`);
        }
        for (const button of all.filter((part) => part.name === "button")) {
          assert.ok(button.bottom - button.top >= 24 && button.right - button.left >= 24);
        }
        if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}-${inline ? "inline" : "over"}.png`) });
        await done(page);
      }
    }
  }
});

test("marks stand out, and the theme follows the visitor unless the page knows better", async () => {
  for (const [colorScheme, options, paper] of [["light", "", 255], ["dark", "", 18], ["dark", 'data-theme="light"', 255], ["light", 'data-theme="dark"', 18], ["dark", 'data-theme="auto"', 18]]) {
    const page = await visit(tag(`data-show="all" ${options}`), { context: { colorScheme } });
    await perceived(page, /Database/);
    const all = await parts(page);
    const background = all.find((part) => part.name === "section").style["background-color"];
    assert.equal(background, `rgb(${paper}, ${paper}, ${paper})`, options);
    for (const line of all.filter((part) => part.name === "div")) assert.ok(contrast(line.style.color, background) >= 3, line.style.color);
    await done(page);
  }
});

test("inline, in a place that was reserved, moves nothing", async () => {
  const init = () => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; })).observe({ type: "layout-shift", buffered: true });
  };
  const shift = async (height, options) => {
    const page = await visit(`<div id="box" style="min-height:${height}px"></div><p>${"Text. ".repeat(300)}</p>${tag(options)}`, { init, policy: "", clock: "fixed" });
    await perceived(page, /Database/);
    await page.waitForTimeout(200);
    const value = await page.evaluate(() => window.shift);
    await done(page);
    return value;
  };
  assert.equal(await shift(400, 'data-target="#box"'), 0);
  assert.equal(await shift(0, ""), 0);
  assert.ok(await shift(0, 'data-target="#box"') > 0, "shifts can be seen here at all");
});

test("it does not print, and does not move", async () => {
  const page = await visit(tag());
  await perceived(page, /Database/);
  for (const part of await parts(page)) assert.equal(part.style["animation-name"] + part.style["transition-duration"], "none0s");
  await page.emulateMedia({ media: "print" });
  assert.equal((await parts(page)).find((part) => part.name === "section").style.display, "none");
  await done(page);
});

test("the line for a footer tells the headline, and says when it does not know any more", async () => {
  const good = await serve(make({ "probes.yaml": config(", languages: [en, de]"), ...checked }));
  const policy = `default-src 'none'; script-src ${new URL(good.url).origin}`;
  const line = (options = "", attributes = "async") => tag(options, { name: "status", from: good, attributes });
  for (const [options, at, wanted] of [
    ["", NOW, "✓ Everything works"],
    ['data-lang="de"', NOW, "✓ Alles"],
    ["", "2026-11-22T09:39:00Z", "✓ Everything works"],
    ["", "2026-11-22T09:41:00Z", "? Status unknown since 22 Nov 2026, 09:25 UTC"],
    ['data-lang="de"', "2027-01-01T00:00:00Z", "? Status unbekannt seit"],
  ]) {
    const page = await visit(`<footer>${line(options)}</footer>`, { policy, at });
    const text = await perceived(page, new RegExp(wanted.slice(2)));
    assert.match(text, /link /);
    const all = await parts(page);
    const colors = all.filter((part) => part.name === "b").map((part) => part.style.color);
    for (const color of colors) assert.ok(contrast(color, "rgb(255,255,255)") >= 3 && contrast(color, "rgb(18,18,18)") >= 3, color);
    await done(page);
  }
  const page = await visit(`<p>Text</p><footer id="foot"></footer>${line('data-target="#foot"', 'type="module"')}`, { policy });
  await perceived(page, /Everything works/);
  assert.equal(await page.evaluate(() => document.querySelector("#foot").children.length), 1);
  await page.clock.fastForward("00:20:00");
  await perceived(page, /Status unknown since/);
  await done(page);
  // An open incident is still worse than not knowing, but not for ever.
  for (const [at, wanted] of [["2026-11-22T10:20:00Z", /Incident: Requests fail, since 22 Nov 2026, \d\d:\d\d UTC/], ["2026-11-22T12:00:00Z", /Status unknown since 22 Nov/]]) {
    const page = await visit(tag("", { name: "status" }), { at });
    await perceived(page, wanted);
    await done(page);
  }
  good.close();
});

test("the sample has one of each, whatever the clock says", async () => {
  for (const at of [NOW, "2031-05-05T00:00:00Z"]) {
    const page = await visit(tag('data-show="all"', { name: "sample" }), { at });
    const text = await perceived(page, /Scheduled maintenance/);
    assert.deepEqual(titles(text), ["Public API is degraded", "Website is under maintenance", "Scheduled maintenance"]);
    await page.clock.fastForward("02:00:30");
    assert.equal((await perceived(page, /Scheduled maintenance/)).match(/StaticText "Maintenance · In progress"/g).length, 1);
    await done(page);
  }
});

test("what is served is small", () => {
  const text = (name) => readFileSync(join(folders.site, `embed/${name}.js`), "utf8").replace(/\}\)\(.*\);\n$/, "})();\n");
  const maintenance = text("maintenance");
  const status = text("status");
  const figures = [maintenance.length, gzipSync(maintenance, { level: 9 }).length, status.length, gzipSync(status, { level: 9 }).length];
  console.log(`maintenance.js ${figures[0]} bytes, ${figures[1]} compressed; status.js ${figures[2]}, ${figures[3]}`);
  assert.match(maintenance, /\}\)\(\);\n$/);
  assert.equal(text("sample"), maintenance);
  assert.ok(figures[0] <= 5000 && figures[1] <= 2200 && figures[2] <= 2000, figures.join());
});
