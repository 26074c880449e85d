//! The days, months and windows that numbers are given for.

use chrono::{Datelike, Months};

use crate::model::time::DAY;
use crate::model::{Date, Time, Zone};

/// How many days the timelines show.
pub const DAYS: usize = 90;

/// The windows that uptime is given for, in days. The first is the last 24 hours; the others
/// are today as far as it went and the days before it, so that they are sums of days.
pub const WINDOWS: [usize; 5] = [1, 7, 30, 90, 365];

/// A civil day or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The day, or the first day of the month.
    pub date: Date,
    /// Inclusive.
    pub from: Time,
    /// Exclusive; now for one that is not over.
    pub to: Time,
}

/// Days and months in the zone of a site, as of now.
#[derive(Debug)]
pub struct Calendar {
    /// The last [`DAYS`] days, oldest first.
    pub days: Vec<Stretch>,
    /// Where each of [`WINDOWS`] begins.
    windows: Vec<Time>,
    zone: Zone,
    now: Time,
}

impl Calendar {
    /// The calendar of a zone at `now`.
    pub fn new(zone: &Zone, now: Time) -> Self {
        let today = zone.date(now);
        let mut days: Vec<Stretch> = Vec::with_capacity(DAYS);
        let mut to = now;
        for date in std::iter::successors(Some(today), Date::pred_opt).take(DAYS) {
            let from = zone.start_of_day(date);
            days.push(Stretch { date, from, to });
            to = from;
        }
        days.reverse();
        let windows = WINDOWS
            .iter()
            .map(|count| match count {
                1 => now.plus(-DAY),
                count => {
                    let back = chrono::Days::new(*count as u64 - 1);
                    zone.start_of_day(today.checked_sub_days(back).unwrap_or(today))
                }
            })
            .collect();
        Self { days, windows, zone: zone.clone(), now }
    }

    /// Each of [`WINDOWS`] with the time at which it begins.
    pub fn windows(&self) -> impl Iterator<Item = (usize, Time)> + '_ {
        WINDOWS.into_iter().zip(self.windows.iter().copied())
    }

    /// A day, as far as it went.
    pub fn day(&self, date: Date) -> Stretch {
        let end = date.succ_opt().map_or(self.now, |next| self.zone.start_of_day(next));
        Stretch { date, from: self.zone.start_of_day(date), to: end.min(self.now) }
    }

    /// The days of a month that have begun, the first of it first.
    pub fn days_of(&self, month: Date) -> impl Iterator<Item = Stretch> + '_ {
        let days = std::iter::successors(Some(month), Date::succ_opt);
        days.take_while(move |day| day.month() == month.month())
            .map(|date| self.day(date))
            .take_while(|day| day.from < self.now)
    }

    /// The months from the one that holds `since` to the present one, newest first.
    pub fn months(&self, since: Time) -> Vec<Stretch> {
        let first_of = |date: Date| date.with_day(1).unwrap_or(date);
        let oldest = first_of(self.zone.date(since));
        let mut months = Vec::new();
        let mut date = first_of(self.zone.date(self.now));
        let mut to = self.now;
        while date >= oldest {
            let from = self.zone.start_of_day(date);
            months.push(Stretch { date, from, to });
            to = from;
            match date.checked_sub_months(Months::new(1)) {
                Some(before) => date = before,
                None => break,
            }
        }
        months
    }
}
