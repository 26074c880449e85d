//! The days that have a page of their own.

use std::collections::BTreeMap;

use super::calendar::Stretch;
use super::plan::Site;
use crate::model::time::DAY;
use crate::model::{Date, Time};

/// The days of an outage that have a page for it alone.
const LONGEST_MS: i64 = 366 * DAY;

/// The days of the timelines, and every day on which something happened.
#[derive(Debug)]
pub struct Days {
    days: BTreeMap<Date, Stretch>,
}

impl Days {
    /// Finds them, from the first day on of which anything is known.
    pub fn new(site: &Site<'_>) -> Self {
        let zone = &site.inputs.settings.timezone;
        let now = site.inputs.now;
        let mut days: BTreeMap<Date, Stretch> =
            site.calendar.days.iter().map(|day| (day.date, *day)).collect();
        let mut add = |from: Time, to: Time| {
            let mut date = Some(zone.date(from));
            while let Some(day) = date.map(|date| site.calendar.day(date)) {
                let end = day.to;
                days.entry(day.date).or_insert(day);
                date = day.date.succ_opt().filter(|_| end < to);
            }
        };
        for outage in site.components.iter().flat_map(|report| &report.outages) {
            // One that no check saw is an incident, and one without an end says the same each day.
            if let Some(from) = outage.detected_at {
                add(from, outage.to.unwrap_or(now).min(from.plus(LONGEST_MS)));
            }
        }
        for incident in site.open_incidents.iter().chain(&site.past_incidents) {
            // The days of a year-long incident say nothing that its own page does not.
            if let Some(at) = incident.start(now) {
                add(at, at);
            }
        }
        for planned in site.current_maintenance.iter().chain(&site.past_maintenance) {
            if let Some(window) = planned.window.filter(|one| one.planned_start <= now) {
                add(window.planned_start, window.planned_start);
            }
        }
        let born = site.records_since.map(|time| zone.date(time));
        days.retain(|date, day| born.is_some_and(|born| *date >= born) && day.from <= now);
        Self { days }
    }

    /// Whether a day has a page.
    pub fn has(&self, date: Date) -> bool {
        self.days.contains_key(&date)
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Stretch> {
        self.days.values()
    }
}
