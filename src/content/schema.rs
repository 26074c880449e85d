//! The JSON Schemas of the front matters, of the keys and words that their readers have.
//!
//! Says nothing of the text below a front matter, nor of components that must exist.

use serde_json::{Value, json};

use super::{author, correction, incident, maintenance, page};
use crate::model::time::SECOND;
use crate::model::{ComponentStatus, Impact};
use crate::schema::{
    by_id, day, document, duration, either, flag, id, list, matching, moment, names, object,
    one_key_of, text, with, word,
};

/// Lists of `NAME=value`, apart by semicolons, as in RFC 5545.
const RULE: &str = r"^\s*(RRULE:)?[A-Za-z]+=[^;]+(;[A-Za-z]+=[^;]+)*$";

/// The front matter of `content/incidents/*.md`.
pub fn incident() -> Value {
    let shape = object(
        "What an incident is, above the text of its updates.",
        incident::KEYS,
        &["title"],
        vec![
            ("title", title("Elevated API errors")),
            (
                "affected",
                by_id(
                    "The components it concerns and how they are, such as `{ api: major_outage }`. Updates may change it.",
                    word("How the component is.", &names(ComponentStatus::DECLARABLE)),
                ),
            ),
            (
                "impact",
                word(
                    "How bad it is as a whole. Default: from the worst that is affected.",
                    &names(Impact::WORDS),
                ),
            ),
            (
                "started",
                moment(
                    "When it began, such as `2026-11-22 10:05 UTC`, where that was before the first update.",
                ),
            ),
            ("pinned", flag("Keep it on top of the page. Default false.")),
            (
                "informational",
                flag("It tells something and no component is worse for it. Default false."),
            ),
            ("affects_uptime", flag("Whether it counts in uptime. Default true.")),
            (
                "auto",
                either(
                    "What happens by itself: `resolve` when the checks are good again, or the alert is over; `true` and `alert` stand in what the program raised. Default false.",
                    vec![
                        json!({ "type": "boolean" }),
                        json!({ "type": "string", "enum": ["resolve", "alert"] }),
                    ],
                ),
            ),
            (author::DIGEST, text("By this the program knows that nobody has edited its file.")),
            (
                author::KEYS,
                either(
                    "What a monitoring system calls it, such as `pagerduty:Q1`.",
                    vec![text("One."), list("Several.", 0, text("One."))],
                ),
            ),
        ],
    );
    document("Front matter of an incident of Aboveboard", shape)
}

/// The front matter of `content/maintenance/*.md`.
pub fn maintenance() -> Value {
    let shape = object(
        "Planned work.",
        maintenance::KEYS,
        &["title", "components", "start"],
        vec![
            ("title", title("Database upgrade")),
            ("components", components()),
            (
                "start",
                moment(
                    "When the work begins, such as `2026-11-22 02:00 UTC`. Its zone is that of all windows.",
                ),
            ),
            (
                "end",
                moment("When the work ends, such as `2026-11-22 04:00 UTC`. Or write `duration`."),
            ),
            (
                "duration",
                duration(
                    "How long the work takes, such as `2h`, in place of `end`. At least `1s`.",
                    SECOND,
                ),
            ),
            (
                "repeat",
                matching(
                    "How it repeats: a rule of RFC 5545 such as `FREQ=MONTHLY;BYDAY=2TU`.",
                    RULE,
                ),
            ),
            (
                "except",
                list(
                    "Days on which it does not happen though the rule names them, such as `[2026-12-25]`.",
                    0,
                    day("A day."),
                ),
            ),
            (
                "announced",
                moment(
                    "When it was made public. Only what was announced before it began is taken out of uptime.",
                ),
            ),
        ],
    );
    let shape = with(shape, "anyOf", one_key_of(&["end", "duration"]));
    let shape = with(shape, "dependencies", json!({ "except": ["repeat"] }));
    document("Front matter of a maintenance of Aboveboard", shape)
}

/// The front matter of `content/corrections/*.md`.
pub fn correction() -> Value {
    let shape = object(
        "Results that were wrong; the reason stands in the text below.",
        correction::KEYS,
        &["components", "from", "until"],
        vec![
            ("components", components()),
            (
                "from",
                moment("From when on the results were wrong, such as `2026-11-22 10:05 UTC`."),
            ),
            ("until", moment("Until when they were wrong.")),
        ],
    );
    document("Front matter of a correction of Aboveboard", shape)
}

/// The front matter of `content/pages/*.md`.
pub fn page() -> Value {
    let shape = object("A free page.", page::KEYS, &["title"], vec![("title", title("About us"))]);
    document("Front matter of a page of Aboveboard", shape)
}

/// `title: 500` is a number to YAML and a title to its author.
fn title(example: &str) -> Value {
    let description = format!("What visitors read, such as `{example}`.");
    either(&description, vec![text("A text."), json!({ "type": "integer" })])
}

fn components() -> Value {
    list(
        "The ids of the components it concerns, such as `[api, web]`.",
        0,
        id("The id of a component."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_readers_is_in_the_schemas() {
        // Building them compares each list of keys.
        for (schema, key) in [
            (incident(), "affected"),
            (maintenance(), "repeat"),
            (correction(), "until"),
            (page(), "title"),
        ] {
            assert!(schema["properties"][key].is_object(), "{schema}");
        }
        assert_eq!(
            incident()["properties"]["affected"]["additionalProperties"]["enum"],
            json!(["operational", "degraded_performance", "partial_outage", "major_outage"])
        );
    }
}
