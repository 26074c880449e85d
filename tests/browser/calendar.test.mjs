// The calendar of maintenance in a calendar for browsers that others wrote: its zones, its series, and
// texts that want to break out of it. No browser is needed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import ICAL from "ical.js";
import { make } from "./scenarios.mjs";

const CONFIG = `site: { title: "Acme; Status, \\\\ \\"x\\"", url: "https://status.acme.example" }
components: [{ id: api, name: "API, public; fast" }, { id: web, name: Website }]
`;

/** A text in YAML: as in JSON, and what YAML itself would take for the end of a line is written by its number. */
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A maintenance file whose title may be anything. */
const maintenance = (title, front, body = "") => `---\ntitle: ${quoted(title)}\ncomponents: [api]\n${front}---\n${body}`;

const ONCE = "start: 2026-11-24 02:00 UTC\nduration: 2h\nannounced: 2026-11-20 10:00 UTC\n";

function read(files, options) {
  const folder = make({ "probes.yaml": CONFIG, ...files }, options);
  const text = readFileSync(join(folder, "maintenance.ics"), "utf8");
  for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75, line);
  const calendar = new ICAL.Component(ICAL.parse(text));
  // Only what the file says of its zones is known here.
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const components = calendar.getAllSubcomponents("vevent");
  const masters = components.filter((one) => !one.hasProperty("recurrence-id"));
  const events = masters.map((one) => {
    const uid = one.getFirstPropertyValue("uid");
    const exceptions = components.filter((other) => other !== one && other.getFirstPropertyValue("uid") === uid);
    return new ICAL.Event(one, { exceptions, strictExceptions: true });
  });
  return { calendar, events };
}

const instant = (time) => new Date(time.toUnixTime() * 1000).toISOString().slice(0, 16);

/** The windows of a series that begin until a day, as [start, end]. */
function expand(event, until) {
  const windows = [];
  const days = event.iterator();
  for (let day = days.next(); day; day = days.next()) {
    const { startDate, endDate } = event.getOccurrenceDetails(day);
    if (instant(startDate) > until) break;
    windows.push(`${instant(startDate)} ${instant(endDate).slice(11)}`);
  }
  return windows;
}

test("a series keeps the clock of its zone across both changes", () => {
  const series = (start, rule, rest = "") => maintenance("S", `start: ${start}\nduration: 1h\nrepeat: ${rule}\n${rest}`);
  const { events } = read({
    "content/maintenance/a.md": series("2026-01-25 03:30 Europe/Berlin", "FREQ=MONTHLY;BYDAY=-1SU"),
    "content/maintenance/b.md": series("2026-10-01 22:30 America/New_York", "FREQ=MONTHLY;UNTIL=20270401"),
    "content/maintenance/c.md": series("2026-03-28 09:00 Australia/Lord_Howe", "FREQ=DAILY;INTERVAL=4", "except: [2026-04-01]\n"),
    "content/maintenance/d.md": series("2026-02-16 03:00 Africa/Casablanca", "FREQ=WEEKLY;COUNT=6"),
    "content/maintenance/e.md": series("2026-10-01 05:00 +05:30", "FREQ=MONTHLY"),
  });
  const windows = events.map((event) => expand(event, "2027-04-30"));
  // On two of the last Sundays the clocks change, an hour before. Times that the clocks skip or
  // show twice are left to tests/calendar.rs: ical.js takes the other one of what RFC 5545 means.
  assert.deepEqual(
    windows[0].filter((window) => /-(02|03|04|10|11)-/.test(window) && window < "2027"),
    ["2026-02-22T02:30 03:30", "2026-03-29T01:30 02:30", "2026-04-26T01:30 02:30", "2026-10-25T02:30 03:30", "2026-11-29T02:30 03:30"],
  );
  assert.equal(windows[0].length, 16);
  assert.deepEqual(windows[1], [
    "2026-10-02T02:30 03:30",
    "2026-11-02T03:30 04:30",
    "2026-12-02T03:30 04:30",
    "2027-01-02T03:30 04:30",
    "2027-02-02T03:30 04:30",
    "2027-03-02T03:30 04:30",
    "2027-04-02T02:30 03:30",
  ]);
  // Its clocks go back by half an hour on 5 April; 1 April is excepted.
  assert.deepEqual(windows[2].slice(0, 3), ["2026-03-27T22:00 23:00", "2026-04-04T22:30 23:30", "2026-04-08T22:30 23:30"]);
  // Morocco's clocks go back for Ramadan, from 15 February to 22 March 2026.
  assert.deepEqual(windows[3], [
    "2026-02-16T03:00 04:00",
    "2026-02-23T03:00 04:00",
    "2026-03-02T03:00 04:00",
    "2026-03-09T03:00 04:00",
    "2026-03-16T03:00 04:00",
    "2026-03-23T02:00 03:00",
  ]);
  assert.equal(windows[4][0], "2026-09-30T23:30 00:30");
});

test("what became of one window is told in its place", () => {
  const body = "All.\n\n## Completed · 2026-11-10 02:30 UTC\nQuick.\n\n## Cancelled · 2026-11-18 02:30 UTC\n";
  const { events } = read({
    "content/maintenance/a.md": maintenance("S", "start: 2026-11-03 03:00 Europe/Berlin\nduration: 2h\nrepeat: FREQ=WEEKLY\n", body),
  });
  assert.equal(events.length, 1);
  assert.deepEqual(expand(events[0], "2026-12-31"), ["2026-11-03T02:00 04:00", "2026-11-10T02:00 02:30", "2026-11-17T02:00 04:00"]);
  const day = ICAL.Time.fromData({ year: 2026, month: 11, day: 10, hour: 3 }, ICAL.TimezoneService.get("Europe/Berlin"));
  assert.equal(events[0].getOccurrenceDetails(day).item.description, "All.\n\nCompleted: Quick.");
  assert.equal(events[0].description, "All.\n\nCancelled");
});

test("no text breaks out of its event", () => {
  const titles = [
    'Quotes " and \' and \\ and \\n, ; : =',
    "END:VEVENT",
    "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nUID:evil\rSUMMARY:evil",
    "🚧".repeat(60),
    "👩‍👩‍👧‍👦 é é ‮gnp.exe‬ \u200f שלום",
    `a${"ä".repeat(200)}`,
    "\u0000\u0007\u001b[31mred\u001b[0m\u007f\tx",
    "lines\u2028of\u2029another\u0085kind\u000b\u000c",
    " leading and trailing ",
  ];
  const bodies = ["x ".repeat(50_000), "🚧\r\nEND:VEVENT\r\n".repeat(6000), `\`\`\`\n${"END:VCALENDAR\n".repeat(7000)}\`\`\`\n`];
  const files = Object.fromEntries(titles.map((title, index) => [`content/maintenance/${index}.md`, maintenance(title, ONCE, bodies[index % 3])]));
  const { calendar, events } = read(files);
  assert.equal(events.length, titles.length);
  // What ends a line becomes a line feed, other controls go.
  const plain = (text) => text.replace(/\r\n|[\r\v\f\u0085\u2028\u2029]/g, "\n").replace(/(?![\t\n])[\u0000-\u001f\u007f-\u009f]/g, "");
  for (const [index, title] of titles.entries()) {
    const event = events[index];
    assert.equal(event.uid, `maintenance/${index}@status.acme.example`);
    assert.equal(event.summary, plain(title));
    const length = [...event.description].length;
    assert.ok(length > 1900 && length <= 2001, `${length} characters of ${title}`);
    assert.ok(event.description.endsWith("…"));
    assert.deepEqual(event.component.getFirstProperty("categories").getValues(), ["API, public; fast"]);
    assert.equal(event.component.getAllSubcomponents("valarm").length, 2);
  }
  // ical.js knows neither as a text, and leaves both as they are written.
  for (const name of ["name", "x-wr-calname"]) {
    assert.equal(calendar.getFirstPropertyValue(name).replace(/\\(.)/g, "$1"), 'Acme; Status, \\ "x"');
  }
});
