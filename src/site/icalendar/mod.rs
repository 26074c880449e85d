//! The calendar of planned maintenance, for calendars to subscribe to: RFC 5545 and RFC 7986.
//!
//! Times come from the data, and cut-offs from whole days and years, so that an unchanged site
//! keeps its calendar.

mod lines;
mod zone;

use std::collections::{BTreeMap, BTreeSet};

use self::lines::{Lines, escape, stamp};
use super::edition::Edition;
use super::{markdown, present, words};
use crate::files::Files;
use crate::model::time::DAY;
use crate::model::zone::WallClock;
use crate::model::{
    Account, Component, Date, Maintenance, MaintenanceStatus, Recurrence, Time, Update, Zone,
};

/// How long a window stays in the calendar after its end, in days.
const PAST_DAYS: i64 = 365;

/// How many characters of a description are told; the page has all of it.
const DESCRIPTION: usize = 2000;

/// A maintenance as the events of a calendar.
struct Event<'a> {
    maintenance: &'a Maintenance,
    /// Its first planned start, where its times are told by the clock of its zone.
    local_from: Option<Time>,
    text: String,
}

/// Adds the calendars of the site and of each component.
pub fn render(edition: Edition<'_>, files: &mut Files) {
    let planned = edition.site.maintenance.iter().map(|planned| planned.maintenance);
    let events: Vec<Event<'_>> =
        planned.filter_map(|maintenance| event(edition, maintenance)).collect();
    files.text("maintenance.ics", calendar(edition, &events, None));
    for component in &edition.site.inputs.settings.components {
        let path = format!("{}maintenance.ics", present::component_path(&component.id));
        files.text(&path, calendar(edition, &events, Some(component)));
    }
}

/// The calendar of the site, or of one component.
fn calendar(edition: Edition<'_>, events: &[Event<'_>], component: Option<&Component>) -> String {
    let inputs = edition.site.inputs;
    let settings = inputs.settings;
    let name = match component {
        Some(component) => format!("{} – {}", settings.title, component.name),
        None => settings.title.clone(),
    };
    let folder = component.map_or(String::new(), |one| present::component_path(&one.id));
    let source = settings.absolute(&format!("{folder}maintenance.ics"));
    let events = || {
        events.iter().filter(|event| {
            component.is_none_or(|component| event.maintenance.components.contains(&component.id))
        })
    };
    let mut out = Lines::default();
    out.line("BEGIN:VCALENDAR");
    out.line("VERSION:2.0");
    out.line("PRODID:-//Aboveboard//Maintenance//EN");
    out.line("CALSCALE:GREGORIAN");
    out.line("METHOD:PUBLISH");
    out.text("NAME", &name);
    out.text("X-WR-CALNAME", &name);
    out.text("X-WR-TIMEZONE", &zone::tzid(edition.zone()).unwrap_or(zone::UTC.to_owned()));
    out.line("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    out.line("X-PUBLISHED-TTL:PT1H");
    out.line(&format!("URL:{}", settings.absolute("")));
    out.line(&format!("SOURCE;VALUE=URI:{source}"));
    let mut zones: BTreeMap<String, (&Zone, Time, Time)> = BTreeMap::new();
    for event in events() {
        let zone = &event.maintenance.zone;
        let Some((from, name)) = event.local_from.zip(zone::tzid(zone)) else { continue };
        let known = zones.entry(name).or_insert((zone, from, from.max(inputs.now)));
        *known = (known.0, known.1.min(from), known.2.max(from));
    }
    for (zone, first, last) in zones.into_values() {
        zone::render(&mut out, zone, first, last);
    }
    // RFC 5545 knows no calendar with nothing in it.
    if events().next().is_none() {
        zone::render(&mut out, edition.zone(), inputs.now, inputs.now);
    }
    for event in events() {
        out.append(&event.text);
    }
    out.line("END:VCALENDAR");
    out.into_text()
}

/// The events of one maintenance; none when its windows cannot be read, or are long over.
fn event<'a>(edition: Edition<'a>, maintenance: &'a Maintenance) -> Option<Event<'a>> {
    let now = edition.site.inputs.now;
    if maintenance.is_repeat_unread {
        return None;
    }
    let (start, end) = maintenance.start.zip(maintenance.end)?;
    let (accounts, of_all) = maintenance.accounts(now);
    let last_end = match accounts.last() {
        Some(last) => last.occurrence.planned_end,
        // A series that was called off before it began.
        None if !of_all.is_empty() => end,
        None => return None,
    };
    // The start of a day, so that nothing leaves the calendar within one.
    let horizon = Time::from_ms((now.ms().div_euclid(DAY) - PAST_DAYS) * DAY);
    if last_end < horizon {
        return None;
    }
    let mut out = Lines::default();
    let teller = Teller::new(edition, maintenance, start);
    match &maintenance.repeat {
        None => {
            let account = accounts.first()?;
            teller.event(&mut out, &utc(account), is_cancelled(account), &account.updates);
        }
        Some(rule) => series(&teller, &mut out, rule, (start, end), &accounts, &of_all),
    }
    let local_from = maintenance.repeat.is_some().then_some(start);
    Some(Event { maintenance, local_from, text: out.into_text() })
}

/// A series: the rule, then the windows that have a story of their own.
fn series(
    teller: &Teller<'_>,
    out: &mut Lines,
    rule: &Recurrence,
    (start, end): (Time, Time),
    accounts: &[Account<'_>],
    of_all: &[&Update<MaintenanceStatus>],
) {
    let zone = &teller.maintenance.zone;
    let first = zone.wall_clock(start);
    let last_start = accounts.last().map(|last| last.occurrence.planned_start);
    let last_word = of_all.last();
    let is_called_off =
        last_word.is_some_and(|last| last.status == Some(MaintenanceStatus::Cancelled));
    // Beyond its last window, a series that was called off needs no exceptions; one that goes on
    // lacks only windows from before its authors said so.
    let known_until =
        if is_called_off { last_start } else { last_word.and_then(|last| last.at).max(last_start) };
    let days: Vec<(Date, Time)> =
        known_until.map_or_else(Vec::new, |until| rule.instants(first, zone, until));
    let day_of: BTreeMap<Time, Date> = days.iter().map(|(day, time)| (*time, *day)).collect();
    let held: BTreeSet<Time> =
        accounts.iter().map(|account| account.occurrence.planned_start).collect();
    let lacking = days.iter().filter(|(_, time)| {
        known_until.is_some_and(|until| *time <= until) && !held.contains(time)
    });
    let except: BTreeSet<Date> =
        lacking.map(|(day, _)| *day).chain(teller.maintenance.except.iter().copied()).collect();

    let until = last_start.filter(|_| is_called_off);
    let mut when = plan(zone, start, end);
    when.push(format!("RRULE:{}", rule.rrule(first, zone, until)));
    for date in except {
        when.push(format!("EXDATE{}", zone::clock(zone, WallClock { date, ..first })));
    }
    teller.event(out, &when, accounts.is_empty(), of_all);
    for account in accounts.iter().filter(|account| !account.updates.is_empty()) {
        let Some(date) = day_of.get(&account.occurrence.planned_start) else { continue };
        let id = format!("RECURRENCE-ID{}", zone::clock(zone, WallClock { date: *date, ..first }));
        let mut when = vec![id];
        when.extend(utc(account));
        teller.event(out, &when, is_cancelled(account), &account.updates);
    }
}

/// The first window of a series by the clock of its zone.
fn plan(zone: &Zone, start: Time, end: Time) -> Vec<String> {
    let (first, last) = (zone.wall_clock(start), zone.wall_clock(end));
    let by_clock = |clock: WallClock| Zone::utc().instant(clock).ms();
    let seconds = (end.ms() - start.ms()) / 1000;
    // Where the clocks change within the window, its end on the clock would be read as another
    // length by some, and may even be shown twice.
    let is_plain = (by_clock(last) - by_clock(first)) / 1000 == seconds;
    vec![
        format!("DTSTART{}", zone::clock(zone, first)),
        if is_plain {
            format!("DTEND{}", zone::clock(zone, last))
        } else {
            format!("DURATION:PT{seconds}S")
        },
    ]
}

/// A window in UTC: the one in force, but what was called off as it was planned.
fn utc(account: &Account<'_>) -> [String; 2] {
    let one = &account.occurrence;
    let planned = (one.planned_start, one.planned_end);
    let window = one.window.filter(|_| !is_cancelled(account));
    let window = window.map(|(start, end)| (start, one.ended().unwrap_or(end)));
    let (start, end) = window.unwrap_or(planned);
    [format!("DTSTART:{}", stamp(start)), format!("DTEND:{}", stamp(end))]
}

fn is_cancelled(account: &Account<'_>) -> bool {
    account.occurrence.status == MaintenanceStatus::Cancelled
}

/// What all events of one maintenance have in common.
struct Teller<'a> {
    edition: Edition<'a>,
    maintenance: &'a Maintenance,
    /// When anything was last said of it: all events change together.
    changed: Time,
    /// How many times its authors have said something.
    sequence: usize,
}

impl<'a> Teller<'a> {
    fn new(edition: Edition<'a>, maintenance: &'a Maintenance, start: Time) -> Self {
        let now = edition.site.inputs.now;
        let seen = maintenance.updates.iter().filter(|update| update.status.is_some());
        let seen: Vec<Time> = seen.filter_map(|update| update.at).filter(|at| *at <= now).collect();
        let announced = maintenance.announced.filter(|at| *at <= now);
        let changed = seen.iter().copied().chain(announced).max().unwrap_or(start);
        Self { edition, maintenance, changed, sequence: seen.len() }
    }

    /// Adds an event with its times.
    fn event(
        &self,
        out: &mut Lines,
        when: &[String],
        is_cancelled: bool,
        updates: &[&Update<MaintenanceStatus>],
    ) {
        let settings = self.edition.site.inputs.settings;
        let maintenance = self.maintenance;
        out.line("BEGIN:VEVENT");
        out.text("UID", &self.uid());
        out.line(&format!("DTSTAMP:{}", stamp(self.changed)));
        let announced = maintenance.announced.filter(|at| *at <= self.changed);
        if let Some(announced) = announced {
            out.line(&format!("CREATED:{}", stamp(announced)));
        }
        out.line(&format!("LAST-MODIFIED:{}", stamp(self.changed)));
        out.line(&format!("SEQUENCE:{}", self.sequence));
        for line in when {
            out.line(line);
        }
        out.text("SUMMARY", &maintenance.title);
        let description = self.description(updates);
        if !description.is_empty() {
            out.text("DESCRIPTION", &description);
        }
        let path = present::maintenance_path(&maintenance.slug);
        out.line(&format!("URL:{}", settings.absolute(&path)));
        let components = maintenance.components.iter().filter_map(|id| settings.component(id));
        let components: Vec<String> = components.map(|one| escape(&one.name)).collect();
        if !components.is_empty() {
            out.line(&format!("CATEGORIES:{}", components.join(",")));
        }
        out.line(if is_cancelled { "STATUS:CANCELLED" } else { "STATUS:CONFIRMED" });
        // Those who subscribe are not busy themselves.
        out.line("TRANSP:TRANSPARENT");
        out.line("CLASS:PUBLIC");
        for before in ["-P1D", "-PT1H"].iter().filter(|_| !is_cancelled) {
            out.line("BEGIN:VALARM");
            out.line("ACTION:DISPLAY");
            out.text("DESCRIPTION", &maintenance.title);
            out.line(&format!("TRIGGER:{before}"));
            out.line("END:VALARM");
        }
        out.line("END:VEVENT");
    }

    /// A name that stays when the title and the times change.
    fn uid(&self) -> String {
        let url = &self.edition.site.inputs.settings.url;
        let path = format!("{}{}", url.path(), present::maintenance_path(&self.maintenance.slug));
        format!("{}@{}", path.trim_matches('/'), url.host_str().unwrap_or("localhost"))
    }

    /// What it is about, then what was said of it, newest first.
    fn description(&self, updates: &[&Update<MaintenanceStatus>]) -> String {
        let root = self.edition.site.inputs.settings.absolute("");
        let mut parts = vec![markdown::plain_lines(&self.maintenance.summary, &root)];
        for update in updates.iter().rev() {
            let Some(status) = update.status else { continue };
            let status = words::maintenance_status(self.edition.language, status);
            let text = markdown::plain_lines(&update.body, &root);
            parts.push(if text.is_empty() {
                status.to_owned()
            } else {
                format!("{status}: {text}")
            });
        }
        parts.retain(|part| !part.is_empty());
        let text = parts.join("\n\n");
        match text.char_indices().nth(DESCRIPTION) {
            Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
            None => text,
        }
    }
}
