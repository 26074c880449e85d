//! What a probe says and hears: `steps`, `banner` and `expect`.

use regex::bytes::RegexBuilder;

use super::probe::read_template;
use crate::model::compare::Comparison;
use crate::model::settings::{Expect, Step};
use crate::model::target::Kind;
use crate::model::{JsonPath, Template};
use crate::yaml::{Item, Node};

/// The keys of `expect:` with the kind that each is for.
pub const EXPECT_KEYS: &[(&str, Kind)] = &[
    ("status", Kind::Http),
    ("body_contains", Kind::Http),
    ("body_not_contains", Kind::Http),
    ("body_matches", Kind::Http),
    ("json", Kind::Http),
    ("header", Kind::Http),
    ("rcode", Kind::Dns),
    ("records", Kind::Dns),
    ("contains", Kind::Dns),
];

/// The codes of DNS answers, in the order of their numbers.
pub(super) const RCODES: &[&str] =
    &["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];

/// The keys of a step.
pub(super) const STEP_KEYS: &[&str] = &["send", "expect"];

/// Reads `expect:`. The kind is unknown where a variable hides it.
pub fn read(item: &Item<'_>, probe: &str, kind: Option<Kind>) -> Expect {
    let mut expect = Expect::default();
    let Some(mut map) =
        item.map(format!("`expect` of probe `{probe}`"), "`expect: { status: [2xx] }`")
    else {
        return expect;
    };
    for (key, item) in map.entries() {
        let meant = EXPECT_KEYS.iter().find(|(known, _)| *known == key).map(|(_, kind)| *kind);
        if let (Some(meant), Some(kind)) = (meant, kind)
            && meant != kind
        {
            item.key_mistake(
                format!("`{key}` is for {meant} probes, and this is a {kind} probe"),
                "remove it",
            );
        }
    }
    if let Some(item) = map.get("status") {
        expect.status = one_or_more(&item).iter().filter_map(read_status).collect();
    }
    let text = |item: Item<'_>| {
        item.filled_text("the text to look for")?;
        read_template(&item)
    };
    expect.body_contains = map.get("body_contains").and_then(text);
    expect.body_not_contains = map.get("body_not_contains").and_then(text);
    expect.body_matches = map.get("body_matches").and_then(|item| read_regex(&item));
    if let Some(item) = map.get("json") {
        expect.json = read_json(&item);
    }
    if let Some(item) = map.get("header")
        && let Some(map) = item.map("`header`", "`header: { content-type: application/json }`")
    {
        expect.header = map
            .entries()
            .filter_map(|(name, item)| Some((name.to_ascii_lowercase(), text(item.clone())?)))
            .collect();
    }
    expect.rcode = map.get("rcode").and_then(|item| {
        let words: Vec<(&'static str, &'static str)> =
            RCODES.iter().map(|code| (*code, *code)).collect();
        item.word(&words).map(str::to_owned)
    });
    expect.records = map
        .get("records")
        .map(|item| one_or_more(&item).into_iter().filter_map(text).collect::<Vec<Template>>());
    expect.contains = map.get("contains").and_then(text);
    map.finish(&EXPECT_KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    expect
}

/// A list, or what would be its only element.
fn one_or_more<'d>(item: &Item<'d>) -> Vec<Item<'d>> {
    match item.node {
        Node::List(_) => item.list("a list"),
        _ => vec![item.clone()],
    }
}

/// `200`, `2xx` or `200-204`.
fn read_status(item: &Item<'_>) -> Option<(u16, u16)> {
    let text = match item.node {
        Node::Int(number) => number.to_string(),
        Node::Text(text) => text.clone(),
        _ => String::new(),
    };
    let code =
        |text: &str| text.trim().parse::<u16>().ok().filter(|code| (100..=599).contains(code));
    let range = match text.strip_suffix("xx") {
        Some(class) => class
            .parse::<u16>()
            .ok()
            .filter(|class| (1..=5).contains(class))
            .map(|class| (class * 100, class * 100 + 99)),
        None => match text.split_once('-') {
            Some((from, to)) => code(from).zip(code(to)).filter(|(from, to)| from <= to),
            None => code(&text).map(|code| (code, code)),
        },
    };
    if range.is_none() {
        item.mistake("this is not a status code", "write `200`, `2xx` or `200-204`");
    }
    range
}

fn read_regex(item: &Item<'_>) -> Option<String> {
    let text = item.filled_text("a regular expression such as `^SSH-2`")?;
    if let Err(error) = RegexBuilder::new(text).size_limit(1 << 20).build() {
        let why = error.to_string();
        let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
        item.mistake(
            format!("this is not a regular expression: {why}"),
            "put a `\\` before a character that is meant as itself; look-around and back-references do not exist here",
        );
        return None;
    }
    Some(text.to_owned())
}

fn read_json(item: &Item<'_>) -> Vec<(JsonPath, Template)> {
    let Some(map) = item.map("`json`", "`json: { $.db.status: up }`") else {
        return Vec::new();
    };
    map.entries()
        .filter_map(|(key, item)| {
            let path = JsonPath::parse(key);
            if path.is_none() {
                item.key_mistake(
                    format!("`{key}` is not a path into JSON"),
                    "write one such as `$.db.status`, `$.items[0]` or `$['a.b']`",
                );
            }
            let value = match item.node {
                Node::Int(number) => Template::parse(&number.to_string()).ok(),
                Node::Float(number) => Template::parse(&number.to_string()).ok(),
                Node::Bool(value) => Template::parse(&value.to_string()).ok(),
                _ => {
                    item.filled_text("a value, or a comparison such as `< 100` or `exists`")?;
                    read_template(item)
                }
            };
            if let Some(text) = value.as_ref().and_then(Template::literal)
                && Comparison::parse(text).is_none()
            {
                item.mistake(
                    "only numbers can be compared by size",
                    "write a number after `<`, `<=`, `>` or `>=`",
                );
                return None;
            }
            Some((path?, value?))
        })
        .collect()
}

/// Reads `steps:`.
pub fn read_steps(item: &Item<'_>) -> Vec<Step> {
    const EXAMPLE: &str = "`steps: [{ send: \"PING\\r\\n\" }, { expect: PONG }]`";
    item.list(EXAMPLE)
        .iter()
        .filter_map(|item| {
            let mut map = item.map("a step", EXAMPLE)?;
            let send = map.get("send").map(|item| read_template(&item).map(Step::Send));
            let expect = map.get("expect").map(|item| read_regex(&item).map(Step::Expect));
            map.finish(STEP_KEYS);
            match (send, expect) {
                (Some(step), None) | (None, Some(step)) => step,
                _ => {
                    item.mistake("a step is either `send` or `expect`", format!("write {EXAMPLE}"));
                    None
                }
            }
        })
        .collect()
}

/// Reads `banner:`, the one step that most conversations need.
pub fn read_banner(item: &Item<'_>) -> Option<Step> {
    read_regex(item).map(Step::Expect)
}
