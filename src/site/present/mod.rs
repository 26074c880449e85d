//! From the plan to the structs that templates see.

mod authoring;
mod chart;
mod component;
mod day;
mod declared;
mod drawing;
mod home;
mod month;
mod numbers;
mod past;
mod standalone;
mod why;

use std::collections::BTreeMap;

pub use self::component::{component, component_page, windows};
pub use self::day::{day_pages, reasons_of_day};
pub use self::declared::{Setting, incident, incident_page, maintenance, maintenance_page};
pub use self::home::{home, live};
pub use self::month::history;
pub use self::numbers::uptime_figure;

pub use self::standalone::{embed, measure, subscribe};

use super::chronicle;
use crate::model::{Date, Update};

/// The path of an incident's page.
pub fn incident_path(slug: &str) -> String {
    format!("incidents/{slug}/")
}

/// The path of a maintenance's page.
pub fn maintenance_path(slug: &str) -> String {
    format!("maintenance/{slug}/")
}

/// The path of a component's page.
pub fn component_path(id: &str) -> String {
    format!("components/{id}/")
}

/// The path of a month's page.
pub fn month_path(month: Date) -> String {
    format!("history/{}/", month.format("%Y-%m"))
}

/// The path of a day's page.
pub fn day_path(day: Date) -> String {
    format!("history/{}/", day.format("%Y-%m-%d"))
}

/// The anchor of an update: its time, and a number where several share it.
pub fn anchors<S>(updates: &[Update<S>]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    updates
        .iter()
        .map(|update| {
            let stamp = update.at.map_or("undated".to_owned(), chronicle::stamp);
            let count = seen.entry(stamp.clone()).or_default();
            *count += 1;
            if *count == 1 { stamp } else { format!("{stamp}-{count}") }
        })
        .collect()
}
