//! Uptime in words: the figure, and what must stand beside it.

use crate::model::ComponentStatus;
use crate::model::time::DAY;
use crate::site::edition::Edition;
use crate::site::outages::Tally;
use crate::site::plan::{DayReport, Life, WindowReport};
use crate::site::uptime::{Figure, Uptime};
use crate::site::{view, words};

use super::why;

/// Uptime in words: the figure, and what must stand beside it. `stretch` says what it is of.
pub fn uptime(
    edition: Edition<'_>,
    uptime: &Uptime,
    stretch: &dyn Fn(String) -> String,
) -> (String, String) {
    let language = edition.language;
    let weight = edition.site.inputs.settings.partial_outage_permille;
    let share = match uptime.availability(weight) {
        Figure::NoData if uptime.excluded_ms > 0 => {
            return (edition.say("no_data").to_owned(), edition.say("only_maintenance").to_owned());
        }
        Figure::NoData => return (edition.say("no_data").to_owned(), String::new()),
        Figure::NotEnough => {
            let observed = observed(edition, uptime).unwrap_or_default();
            return (edition.say("not_enough_data").to_owned(), stretch(observed));
        }
        Figure::Share(share) => share,
    };
    let downtime = downtime(edition, uptime, weight);
    let downtime = downtime.unwrap_or_else(|| edition.say("no_downtime").to_owned());
    let mut notes = vec![stretch(downtime)];
    if uptime.excluded_ms > 0 {
        notes.push(edition.with_length("without_maintenance", uptime.excluded_ms));
    }
    if uptime.has_gaps() {
        notes.extend(observed(edition, uptime));
    }
    (words::percent(language, &share.percent(2)), notes.join(" · "))
}

/// The figure with no more than what must stand beside it, or why there is none.
pub fn uptime_figure(edition: Edition<'_>, uptime: &Uptime) -> String {
    let (figure, _) = self::uptime(edition, uptime, &|what| what);
    match observed(edition, uptime).filter(|_| uptime.has_gaps()) {
        Some(observed) => format!("{figure} · {observed}"),
        None => figure,
    }
}

/// `92.4 % observed`
fn observed(edition: Edition<'_>, uptime: &Uptime) -> Option<String> {
    let percent = words::percent(edition.language, &uptime.coverage()?.percent(1));
    Some(edition.fill("observed", &[("percent", &percent)]))
}

/// Puts `in 90 days` behind a text, or less for a component that is younger.
pub fn stretch<'e>(
    edition: Edition<'e>,
    window: &WindowReport,
) -> impl Fn(String) -> String + use<'e> {
    let site = edition.site;
    let from = site.calendar.windows().find(|(days, _)| *days == window.days);
    let whole_ms = from.map_or(0, |(_, from)| site.inputs.now.ms() - from.ms());
    let window_ms = window.uptime.window_ms;
    let (days, missing_ms) = (window.days, whole_ms - window_ms);
    move |what| match days {
        1 if missing_ms == 0 => edition.fill("in_24_hours", &[("what", &what)]),
        days if days > 1 && missing_ms < DAY => edition.count("in_days", days, &[("what", &what)]),
        _ => {
            let length = edition.length(window_ms);
            edition.fill("in_length", &[("what", &what), ("length", &length)])
        }
    }
}

/// `9 min down, 20 min partly down`; where a partial outage weighs as much as a major one,
/// they are one number. None without downtime.
fn downtime(edition: Edition<'_>, uptime: &Uptime, partial_permille: i64) -> Option<String> {
    let down = |ms| edition.with_length("down_for", ms);
    let partly = |ms| {
        let share = format!("{}.{}", partial_permille / 10, partial_permille % 10);
        let percent = words::percent(edition.language, share.trim_end_matches(".0"));
        let length = edition.length(ms);
        edition.fill("partly_down_for", &[("length", &length), ("percent", &percent)])
    };
    match (uptime.major_ms, uptime.partial_ms) {
        (0, 0) => None,
        (major, partial) if partial_permille == 1000 || partial == 0 => Some(down(major + partial)),
        (0, partial) => Some(partly(partial)),
        (major, partial) => Some(words::list(edition.language, &[down(major), partly(partial)])),
    }
}

/// The status of a day. One that was good as far as it was seen is not called good.
pub fn day_status(edition: Edition<'_>, day: &DayReport) -> view::Status {
    let status = edition.status(day.worst);
    match day.worst {
        ComponentStatus::Operational if day.uptime.has_gaps() => {
            view::Status { key: "unknown", label: edition.say("legend_gaps").to_owned(), mark: "?" }
        }
        _ => status,
    }
}

/// What happened on a day: `12 min down · 92.4 % observed`; empty when all was well.
pub fn day_note(edition: Edition<'_>, life: &Life<'_>, day: &DayReport) -> String {
    let weight = edition.site.inputs.settings.partial_outage_permille;
    let mut notes: Vec<String> = downtime(edition, &day.uptime, weight).into_iter().collect();
    let mut note = |ms: i64, key: &str| {
        if ms > 0 {
            notes.push(edition.with_length(key, ms));
        }
    };
    note(day.uptime.degraded_ms, "degraded_for");
    note(day.uptime.excluded_ms, "maintenance_for");
    note(why::corrected_ms(&life.timeline, &day.day), "measured_wrongly_for");
    if why::is_unconfirmed(&life.timeline, &day.day) {
        notes.push(edition.say("failures_not_confirmed").to_owned());
    }
    if day.uptime.has_gaps() {
        notes.extend(observed(edition, &day.uptime));
    }
    notes.join(" · ")
}

/// The windows of a component or a group.
pub fn windows(edition: Edition<'_>, life: &Life<'_>) -> Vec<view::Window> {
    let window = |one: &WindowReport| {
        let (figure, note) = uptime(edition, &one.uptime, &stretch(edition, one));
        view::Window {
            name: window_name(edition, one.days),
            uptime: figure,
            note,
            outages: tally(edition, &one.tally),
        }
    };
    life.windows.iter().map(window).collect()
}

/// `24 hours`, `30 days`
pub fn window_name(edition: Edition<'_>, days: usize) -> String {
    match days {
        1 => edition.say("last_24_hours_window").to_owned(),
        days => edition.count("days_window", days, &[]),
    }
}

/// `2 outages, 12 min on average`
pub fn tally(edition: Edition<'_>, tally: &Tally) -> Option<String> {
    if tally.outages == 0 {
        return None;
    }
    let count = edition.count("outages_count", tally.outages, &[]);
    Some(match tally.mean_recovery_ms() {
        None => count,
        // One that goes on, or that nobody saw the end of, would spoil the mean.
        Some(_) if tally.recovered < tally.outages => count,
        Some(ms) => {
            let key = if tally.outages == 1 { "outage_of" } else { "outages_mean" };
            edition.fill(key, &[("outages", &count), ("length", &edition.length(ms))])
        }
    })
}
