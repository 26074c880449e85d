//! The JSON Schema of `probes.yaml`, of the keys and words that its readers have.
//!
//! Says what each key means, and no more of what is allowed than the readers do. Ids that must exist, ids
//! that must differ and calendars are beyond a schema.

mod probe;

use serde_json::{Value, json};

use super::{
    COMPONENT_KEYS, DOWN_WHEN, GROUP_KEYS, INCIDENT_KEYS, LINK_KEYS, LINK_SCHEMES, ROOT_KEYS,
    SITE_KEYS, UPTIME_KEYS, alerts, look::THEME_KEYS,
};
use crate::model::Page;
use crate::model::settings::{Look, Rollup};
use crate::model::time::SECOND;
use crate::schema::{
    day, document, duration, either, flag, free_keys, id, integer, list, matching, names, object,
    text, with, word,
};

/// A tag of a language, such as `pt-BR`.
const TAG: &str = "^[A-Za-z][A-Za-z0-9]{0,7}(-[A-Za-z0-9]{1,8})*$";
/// An address of a site: no user, no query.
const SITE_URL: &str = r"^[Hh][Tt][Tt][Pp][Ss]?:/*[^\s?#@/]+(/[^\s?#]*)?$";
/// The name of a folder.
const THEME_NAME: &str = r"^[^./\\][^/\\]*$";
const COLOR: &str = "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$";
/// Names and commas, as in CSS: of the ASCII characters, letters, digits and those that fit into names.
const FONT: &str = r"^[^!#-&(-+./:-@\[-^`{-~]*[^!#-&(-+./:-@\[-^`{-~\s][^!#-&(-+./:-@\[-^`{-~]*$";
const RADIUS: &str = r"^\s*0*(100|[0-9]{1,2})\s*px$";
const LOGO: &str = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*\.svg$";

/// The schema of `probes.yaml`.
pub fn probes() -> Value {
    let shape = object(
        "What is looked at, how often, and how the page shows it.",
        ROOT_KEYS,
        &["site", "components"],
        vec![
            ("site", site()),
            (
                "interval",
                duration(
                    "How often your scheduler runs `aboveboard probe`, such as `5m`. A result speaks for three intervals. At least `1s`; default `5m`.",
                    SECOND,
                ),
            ),
            (
                "concurrency",
                integer("How many probes are busy at once. 1 to 10000, default 64.", 1..=10_000),
            ),
            (
                "per_host",
                integer(
                    "How many probes are under way at one host at once. 1 to 10000.",
                    1..=10_000,
                ),
            ),
            (
                "self_check",
                list(
                    "Addresses that always answer from where you probe, such as `tcp://1.1.1.1:443`. When none does, results are unknown and not down.",
                    0,
                    probe::address("Something that always answers."),
                ),
            ),
            ("defaults", probe::defaults()),
            (
                "uptime",
                object(
                    "How uptime is counted.",
                    UPTIME_KEYS,
                    &[],
                    vec![(
                        "partial_outage",
                        json!({
                            "description": "What a partial outage weighs in uptime against a major one: 0 to 1, at most three decimals. Default 1.",
                            "type": "number", "minimum": 0, "maximum": 1,
                        }),
                    )],
                ),
            ),
            ("incidents", incidents()),
            (
                "alerts",
                list(
                    "What the alerts of monitoring systems mean. The first rule that fits counts.",
                    0,
                    alert(),
                ),
            ),
            ("groups", list("Groups of components, in the order of the page.", 0, group())),
            (
                "components",
                list("What visitors see the status of, in the order of the page.", 1, component()),
            ),
        ],
    );
    document("probes.yaml of Aboveboard", shape)
}

fn incidents() -> Value {
    object(
        "When `aboveboard incident sync` raises incidents and resolves them.",
        INCIDENT_KEYS,
        &[],
        vec![
            (
                "raise_after",
                raise_after(
                    "How long a component must have been down before an incident is raised. Default `5m`.",
                ),
            ),
            (
                "resolve_after",
                duration(
                    "How long all must have been good before it is resolved. Default `10m`.",
                    0,
                ),
            ),
            (
                "reopen_within",
                duration(
                    "What fails within this time after that opens the same incident again. Default `1h`.",
                    0,
                ),
            ),
        ],
    )
}

fn raise_after(description: &str) -> Value {
    let never = json!({ "type": "string", "enum": ["never"] });
    either(description, vec![duration("A time.", 0), never])
}

fn alert() -> Value {
    let value = || {
        let of = |kind| json!({ "type": kind });
        either("A value.", vec![of("string"), of("integer"), of("boolean")])
    };
    let values = either("A value, or several.", vec![value(), list("Values.", 0, value())]);
    let shape = object(
        "What an alert means that has these fields.",
        alerts::KEYS,
        &["match"],
        vec![
            (
                "match",
                free_keys(
                    "Labels of the alert, or the source's own fields, with the values that fit; `*` fits any.",
                    "^",
                    values,
                ),
            ),
            ("component", id("The id of the component that it concerns.")),
            (
                "status",
                word(
                    "How the component does while it fires. Default `major_outage`.",
                    &names(&alerts::trouble()),
                ),
            ),
            (
                "title",
                text("The title of an incident that it opens, with fields in braces: `{title}`."),
            ),
            (
                "message",
                text(
                    "What the first update says, in Markdown, with fields in braces: `{summary}`.",
                ),
            ),
            ("ignore", flag("Alerts that fit concern nobody.")),
        ],
    );
    with(shape, "anyOf", json!([{ "required": ["component"] }, { "required": ["ignore"] }]))
}

fn site() -> Value {
    let shape = object(
        "The page itself.",
        SITE_KEYS,
        &["title", "url"],
        vec![
            ("title", text("The name of the site, such as `Acme Status`.")),
            (
                "url",
                matching(
                    "Where the page will be, such as `https://status.acme.example`; it may have a path.",
                    SITE_URL,
                ),
            ),
            (
                "timezone",
                matching(
                    "The zone of days and times on the page: an IANA name such as `Europe/London`. Default `UTC`.",
                    r"^\S+$",
                ),
            ),
            ("language", tag("The language of the page, such as `en` or `pt-BR`. Default `en`.")),
            (
                "languages",
                list(
                    "Several languages; the first one is at `/`. In place of `language`.",
                    1,
                    tag("A language."),
                ),
            ),
            ("links", list("Links in the head of the page.", 0, link())),
            ("notice", text("A sentence on top of every page.")),
            ("theme", theme()),
            (
                "rollup",
                word(
                    "What the headline is made from. `incidents` (the default): the worse of components and open incidents; `statuspage`: the components alone.",
                    &names(Rollup::WORDS),
                ),
            ),
            (
                "refresh",
                duration(
                    "How often an open page asks for news. At least `1s`; default `1m`.",
                    SECOND,
                ),
            ),
            ("mailing_list", followed("Where visitors subscribe to mails.")),
            ("repository", followed("Where the files of the site can be watched.")),
            ("branch", text("The branch of it that the site is built from. Default `main`.")),
        ],
    );
    with(shape, "not", json!({ "required": ["language", "languages"] }))
}

fn tag(description: &str) -> Value {
    // These are addresses of the site itself.
    with(matching(description, TAG), "not", json!({ "enum": Page::TAKEN }))
}

fn link() -> Value {
    object(
        "A link.",
        LINK_KEYS,
        &["name", "url"],
        vec![
            ("name", text("What it says, such as `Support`.")),
            ("url", followed("Where it leads.")),
        ],
    )
}

/// An address that a visitor can follow.
fn followed(description: &str) -> Value {
    let help = format!("{description} Begins with `{}`.", LINK_SCHEMES.join("`, `"));
    matching(&help, &format!("^({})", LINK_SCHEMES.join("|")))
}

fn theme() -> Value {
    let name = || matching("The name of a folder below `themes/`.", THEME_NAME);
    let colors = |description: &str| {
        let color = || matching("Three or six hexadecimal digits, such as `\"#1d4f91\"`.", COLOR);
        let entries = Look::COLORS.iter().map(|name| (*name, color())).collect();
        // The reader takes no colour without a value.
        object(description, Look::COLORS, Look::COLORS, entries)
    };
    let optional = |shape: Value| with(shape, "required", json!([]));
    let shape = object(
        "How the page looks.",
        THEME_KEYS,
        &[],
        vec![
            ("name", name()),
            ("colors", optional(colors("Colours by name."))),
            ("dark", optional(colors("Colours for visitors who want it dark."))),
            ("font", matching("Names of fonts and commas, as in CSS: `Inter, sans-serif`.", FONT)),
            ("radius", matching("How round corners are, in pixels: `0px` to `100px`.", RADIUS)),
            ("logo", matching("An SVG file in the folder of the theme, such as `logo.svg`.", LOGO)),
        ],
    );
    either(
        "How the page looks: the name of a folder below `themes/`, or more.",
        vec![name(), shape],
    )
}

fn group() -> Value {
    object(
        "A group of components.",
        GROUP_KEYS,
        &["id"],
        vec![
            ("id", id("Its key: at most 64 of a-z, 0-9, `-` and `_`.")),
            ("name", text("What visitors read. Default: the id.")),
            (
                "down_when",
                down_when(
                    "When the group is down: `any` of its components is (the default), `all`, or so many.",
                ),
            ),
        ],
    )
}

fn component() -> Value {
    object(
        "A part of your service that visitors know by name.",
        COMPONENT_KEYS,
        &["id"],
        vec![
            (
                "id",
                id(
                    "Its key in history and content: at most 64 of a-z, 0-9, `-` and `_`. Keep it when you rename the component.",
                ),
            ),
            ("name", text("What visitors read. Default: the id.")),
            ("description", text("One line about it.")),
            ("group", id("The id of a group.")),
            ("since", day("The day its life begins, such as `2026-01-31`.")),
            (
                "down_when",
                down_when(
                    "When the component is down: `any` of its probes is (the default), `all`, or so many.",
                ),
            ),
            (
                "raise_after",
                raise_after(
                    "How long it must have been down before an incident is raised, or `never`. Default: as below `incidents`.",
                ),
            ),
            (
                "probes",
                list(
                    "What is looked at. Without a probe, only people say how it is.",
                    0,
                    probe::probe(),
                ),
            ),
        ],
    )
}

fn down_when(description: &str) -> Value {
    let count = json!({ "type": "integer", "minimum": 1 });
    either(description, vec![json!({ "type": "string", "enum": names(DOWN_WHEN) }), count])
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn every_key_of_the_readers_is_in_the_schema() {
        // Building it compares each list of keys.
        let schema = probes();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        let component = &schema["properties"]["components"]["items"];
        let probe = &component["properties"]["probes"]["items"];
        assert!(probe["properties"]["expect"]["properties"]["json"].is_object(), "{probe}");
    }

    #[test]
    fn the_address_of_a_site_fits_where_the_reader_takes_it() {
        let pattern = Regex::new(SITE_URL).unwrap();
        for text in [
            "https://status.acme.example",
            "http://localhost:8080/",
            "https://acme.github.io/status",
            "HTTPS://acme.example/@me",
            "https:/acme.example",
            "status.acme.example",
            "ftp://acme.example",
            "https://user@acme.example",
            "https://acme.example/?a",
            "https://acme.example/#a",
            "https://acme.example/a b",
            "https://",
        ] {
            assert_eq!(pattern.is_match(text), super::super::site_url(text).is_some(), "{text}");
        }
    }
}
