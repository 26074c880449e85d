//! What happened: by day on the home page, by month in the history.

use chrono::Datelike;

use super::{component_path, day_path, incident_path, maintenance_path, month};
use crate::model::maintenance::Overrun;
use crate::model::{ComponentStatus, Date, Incident, IncidentStatus, Occurrence, Time};
use crate::site::edition::Edition;
use crate::site::markdown::{self, Place};
use crate::site::outages::Outage;
use crate::site::plan::{ComponentReport, Planned};
use crate::site::view::{PastDay, PastEntry};
use crate::site::words;

/// Something that began at a time.
pub struct Event {
    /// When.
    pub at: Time,
    /// When it ended; now while it goes on.
    pub until: Time,
    /// Whether it has ended.
    pub is_over: bool,
    /// What templates see of it.
    pub entry: PastEntry,
}

impl Event {
    /// Its last moment: what ends at midnight is no part of the next day.
    pub fn last(&self) -> Time {
        self.until.plus(-1).max(self.at)
    }
}

/// How many entries of one day are listed; its page has more of them.
const ENTRIES: usize = 20;

/// Everything that is over or goes on, and that `keep` wants by its beginning, its end and its
/// components; newest first. Upcoming maintenance has not happened, so it is not here.
/// Their texts are for `place`.
pub fn events(
    edition: Edition<'_>,
    place: Place<'_>,
    keep: &dyn Fn(Time, Time, &[&str]) -> bool,
) -> Vec<Event> {
    let site = edition.site;
    let now = site.inputs.now;
    let mut events = Vec::new();
    for incident in site.open_incidents.iter().chain(&site.past_incidents) {
        let Some(at) = incident.start(now) else { continue };
        if keep(at, incident.resolved_at(now).unwrap_or(now), &incident.components(now)) {
            events.push(of_incident(edition, place, incident, at));
        }
    }
    for planned in site.current_maintenance.iter().chain(&site.past_maintenance) {
        let components = planned.maintenance.components.iter();
        let components: Vec<&str> = components.map(String::as_str).collect();
        let is_kept = |window: Occurrence| {
            let (start, end) = took(&window, now);
            keep(start, end, &components)
        };
        if planned.window.is_some_and(is_kept) {
            events.extend(of_maintenance(edition, planned));
        }
    }
    for report in &site.components {
        let undeclared = |outage: &&Outage<'_>| {
            outage.incidents.is_empty()
                && !outage.in_maintenance()
                && keep(outage.from, outage.to.unwrap_or(now), &[&report.component.id])
        };
        let undeclared = report.outages.iter().filter(undeclared);
        events.extend(undeclared.map(|outage| of_outage(edition, report, outage)));
    }
    events.sort_by(|a, b| (b.at, &a.entry.path).cmp(&(a.at, &b.entry.path)));
    events
}

/// When work began and ended, or when it was planned to.
fn took(window: &Occurrence, now: Time) -> (Time, Time) {
    let planned = (window.planned_start, window.planned_end);
    let (start, end) = window.window.unwrap_or(planned);
    let goes_on = matches!(window.overrun, Some(Overrun::Still));
    (start, if goes_on { now } else { end.min(now).max(start) })
}

/// Coming maintenance of a component, soonest first.
pub fn upcoming(edition: Edition<'_>, component: &str) -> Vec<Event> {
    let of_it = edition.site.upcoming_maintenance.iter();
    of_it
        .filter(|planned| planned.maintenance.components.iter().any(|id| id == component))
        .filter_map(|planned| of_maintenance(edition, planned))
        .collect()
}

fn of_incident(edition: Edition<'_>, place: Place<'_>, incident: &Incident, at: Time) -> Event {
    let now = edition.site.inputs.now;
    let began = edition.time(at);
    let note = match incident.resolved_at(now) {
        Some(_) if incident.informational => began,
        Some(end) => {
            format!("{began} · {}", edition.with_length("resolved_after", end.ms() - at.ms()))
        }
        None => format!("{began} · {}", edition.say("still_open")),
    };
    // A postmortem has its place on the page of the incident.
    let is_told = |(_, status, _): &(_, IncidentStatus, _)| *status != IncidentStatus::Postmortem;
    let last = incident.seen_updates(now).filter(is_told).last();
    let body = last.map_or(incident.summary.as_str(), |(_, _, update)| update.body.as_str());
    let (kind, label) = match incident.informational {
        true => ("notice", "kind_notice"),
        false => ("incident", "kind_incident"),
    };
    Event {
        at,
        until: incident.resolved_at(now).unwrap_or(now),
        is_over: !incident.is_open(now),
        entry: PastEntry {
            kind,
            label: edition.say(label).to_owned(),
            title: incident.title.clone(),
            path: incident_path(&incident.slug),
            note,
            body_html: markdown::render(body, place),
            has_mistakes: !incident.mistakes.is_empty(),
        },
    }
}

fn of_maintenance(edition: Edition<'_>, planned: &Planned<'_>) -> Option<Event> {
    let Planned { maintenance, window, status } = *planned;
    let window = window?;
    let (start, end) = (window.planned_start, window.planned_end);
    let state = words::maintenance_status(edition.language, status);
    Some(Event {
        at: took(&window, edition.site.inputs.now).0,
        until: took(&window, edition.site.inputs.now).1,
        is_over: window.is_over(),
        entry: PastEntry {
            kind: "maintenance",
            label: edition.say("kind_maintenance").to_owned(),
            title: maintenance.title.clone(),
            path: maintenance_path(&maintenance.slug),
            note: format!(
                "{} · {state}",
                words::window(edition.language, start, end, edition.zone())
            ),
            body_html: String::new(),
            has_mistakes: !maintenance.mistakes.is_empty(),
        },
    })
}

fn of_outage(edition: Edition<'_>, report: &ComponentReport<'_>, outage: &Outage<'_>) -> Event {
    let name = &report.component.name;
    let until = outage.to.unwrap_or(edition.site.inputs.now);
    let ms = until.ms() - outage.from.ms();
    let length = if outage.to.is_none() {
        "so_far"
    } else if outage.lost_sight {
        "until_checks_stopped"
    } else {
        "measured_for"
    };
    let title = match outage.to {
        None => words::one_is(edition.language, name, outage.status),
        Some(_) if outage.status == ComponentStatus::MajorOutage => {
            edition.fill("was_down", &[("name", name)])
        }
        Some(_) => edition.fill("was_partly_down", &[("name", name)]),
    };
    Event {
        at: outage.from,
        until,
        is_over: outage.to.is_some(),
        entry: PastEntry {
            kind: "outage",
            label: edition.say("kind_outage").to_owned(),
            title,
            path: component_path(&report.component.id),
            note: format!("{} · {}", edition.time(outage.from), edition.with_length(length, ms)),
            body_html: String::new(),
            has_mistakes: false,
        },
    }
}

/// Groups them by the day on which they began.
pub fn by_day(edition: Edition<'_>, events: Vec<Event>) -> Vec<PastDay> {
    let zone = edition.zone();
    let mut days: Vec<(Date, PastDay)> = Vec::new();
    for event in events {
        let date = zone.date(event.at);
        match days.last_mut() {
            Some((last, day)) if *last == date => day.entries.push(event.entry),
            _ => days.push((date, day(edition, date, vec![event.entry]))),
        }
    }
    days.into_iter()
        .map(|(_, mut day)| {
            day.more = day.entries.len().saturating_sub(ENTRIES);
            day.entries.truncate(ENTRIES);
            day
        })
        .collect()
}

fn day(edition: Edition<'_>, date: Date, entries: Vec<PastEntry>) -> PastDay {
    PastDay {
        more: 0,
        day: edition.day(date),
        path: edition.days.has(date).then(|| day_path(date)),
        quiet: None,
        entries,
    }
}

/// The days from today back to `since`, or to the first record: each on which something began, and
/// runs of days on which nothing began or went on, as one.
pub fn recent_days(edition: Edition<'_>, events: Vec<Event>, since: Time) -> Vec<PastDay> {
    let zone = edition.zone();
    let today = zone.date(edition.site.inputs.now);
    let Some(born) = edition.site.records_since else { return by_day(edition, events) };
    let oldest = zone.date(since.max(born));
    let spans: Vec<(Date, Date)> =
        events.iter().map(|event| (zone.date(event.at), zone.date(event.last()))).collect();
    let quiet = |date: Date| {
        if spans.iter().any(|(first, last)| *first <= date && date <= *last) {
            return None;
        }
        match month::worst(edition, &edition.site.calendar.day(date)) {
            None | Some(ComponentStatus::Unknown) => Some("no_data"),
            // What an incident of another day speaks of is no quiet day either.
            Some(worst) if worst.is_down() || worst == ComponentStatus::UnderMaintenance => None,
            Some(_) => Some("no_incidents"),
        }
    };
    let dates = std::iter::successors(Some(today), Date::pred_opt);
    let dates: Vec<(Date, Option<&'static str>)> =
        dates.take_while(|date| *date >= oldest).map(|date| (date, quiet(date))).collect();
    let mut days: Vec<(Date, PastDay)> = Vec::new();
    for run in dates.chunk_by(|a, b| a.1 == b.1) {
        let ((last, quiet), (first, _)) = (run[0], run[run.len() - 1]);
        if let Some(key) = quiet {
            let day = words::days(edition.language, first, last);
            let quiet = Some(edition.say(key).to_owned());
            days.push((last, PastDay { day, path: None, quiet, more: 0, entries: Vec::new() }));
        }
    }
    let mut began: Vec<Date> = spans.iter().map(|(first, _)| *first).collect();
    began.dedup();
    days.extend(began.into_iter().zip(by_day(edition, events)));
    days.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    days.into_iter().map(|(_, day)| day).collect()
}

/// A month and what began in it.
pub struct MonthEvents {
    /// The first of the month.
    pub month: Date,
    /// Newest first.
    pub events: Vec<Event>,
}

/// All months in which something began, newest first; always the current one.
pub fn months(edition: Edition<'_>) -> Vec<MonthEvents> {
    let zone = edition.zone();
    let now = edition.site.inputs.now;
    let first = |time: Time| {
        let date = zone.date(time);
        date.with_day(1).unwrap_or(date)
    };
    let mut months: Vec<MonthEvents> = vec![MonthEvents { month: first(now), events: Vec::new() }];
    for event in events(edition, edition.place(2, 4), &|at, _, _| at <= now) {
        let month = first(event.at);
        match months.last_mut() {
            Some(last) if last.month == month => last.events.push(event),
            _ => months.push(MonthEvents { month, events: vec![event] }),
        }
    }
    months
}
