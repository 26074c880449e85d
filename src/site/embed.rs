//! `/embed/maintenance.js`: upcoming and running maintenance inside somebody's own app.
//!
//! The data is baked in and the visitor's clock decides what is shown, so that an
//! old copy never claims what is over.

use serde::Serialize;

use super::plan::Site;
use super::present;
use crate::model::Time;

const SCRIPT: &str = include_str!("embed.js");
const DATA: &str = "/*DATA*/";

#[derive(Serialize)]
struct Notice<'a> {
    /// Changes with the text, so that a dismissed notice returns when it says something new.
    id: String,
    title: &'a str,
    url: String,
    start: i64,
    end: i64,
    components: Vec<&'a str>,
}

/// Renders the script.
pub fn render(site: &Site<'_>) -> String {
    let settings = site.inputs.settings;
    let notices: Vec<Notice<'_>> = site
        .current_maintenance
        .iter()
        .chain(&site.upcoming_maintenance)
        .filter_map(|planned| {
            let maintenance = planned.maintenance;
            let (start, end) = planned.window?.window?;
            Some(Notice {
                id: format!("{}@{}-{}", maintenance.slug, seconds(start), seconds(end)),
                title: &maintenance.title,
                url: settings.absolute(&present::maintenance_path(&maintenance.slug)),
                start: start.ms(),
                end: end.ms(),
                components: maintenance
                    .components
                    .iter()
                    .filter_map(|id| settings.component(id))
                    .map(|component| component.name.as_str())
                    .collect(),
            })
        })
        .collect();
    let json =
        serde_json::to_string(&notices).expect("plain structs with text keys always serialize");
    SCRIPT.replace(DATA, &for_script(&json))
}

/// JSON that is also safe inside a script element and in old script engines.
pub fn for_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn seconds(time: Time) -> i64 {
    time.ms() / 1000
}
