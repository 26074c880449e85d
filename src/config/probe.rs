//! One entry below `probes:`, and the `defaults:` it falls back to.

use super::{Ids, required};
use crate::model::settings::{Expect, Probe};
use crate::model::template::Template;
use crate::model::time::SECOND;
use crate::model::{Target, target};
use crate::problem;
use crate::yaml::{Item, Map, Node};

const TIMING_KEYS: &[&str] =
    &["timeout", "retries", "retry_delay", "degraded_after", "follow_redirects"];
const PROBE_KEYS: &[&str] = &[
    "id",
    "url",
    "show_url",
    "method",
    "headers",
    "body",
    "expect",
    "timeout",
    "retries",
    "retry_delay",
    "degraded_after",
    "follow_redirects",
];
const HTTP_KEYS: &[&str] = &["method", "headers", "body", "expect", "follow_redirects"];
const EXPECT_KEYS: &[&str] = &["status", "body_contains", "body_not_contains"];
const METHODS: &[(&str, &str)] = &[
    ("GET", "GET"),
    ("HEAD", "HEAD"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
    ("OPTIONS", "OPTIONS"),
];

/// What a probe uses where it says nothing itself.
#[derive(Debug, Clone)]
pub struct Defaults {
    timeout_ms: i64,
    retries: u32,
    retry_delay_ms: i64,
    degraded_after_ms: Option<i64>,
    follow_redirects: bool,
}

impl Defaults {
    /// Reads `defaults:`; built-in values stand where it is silent.
    pub fn read(item: Option<Item<'_>>) -> Self {
        let built_in = Self {
            timeout_ms: 10 * SECOND,
            retries: 2,
            retry_delay_ms: 3 * SECOND,
            degraded_after_ms: None,
            follow_redirects: true,
        };
        let Some(mut map) =
            item.and_then(|item| item.map("`defaults`", "`defaults: { timeout: 10s }`"))
        else {
            return built_in;
        };
        let own = built_in.overridden(&mut map);
        map.finish(TIMING_KEYS);
        own
    }

    fn overridden(&self, map: &mut Map<'_>) -> Self {
        let mut own = self.clone();
        let duration = |map: &mut Map<'_>, key, least| {
            map.get(key).and_then(|item: Item<'_>| item.duration(least))
        };
        if let Some(ms) = duration(map, "timeout", 1) {
            own.timeout_ms = ms;
        }
        if let Some(ms) = duration(map, "retry_delay", 0) {
            own.retry_delay_ms = ms;
        }
        if let Some(ms) = duration(map, "degraded_after", 1) {
            own.degraded_after_ms = Some(ms);
        }
        if let Some(number) = map.get("retries").and_then(|item| item.integer(0..=10)) {
            own.retries = u32::try_from(number).unwrap_or(0);
        }
        if let Some(value) = map.get("follow_redirects").and_then(|item| item.bool()) {
            own.follow_redirects = value;
        }
        own
    }
}

/// Reads one probe of the component `owner`.
pub fn read(
    item: &Item<'_>,
    owner: &str,
    index: usize,
    defaults: &Defaults,
    ids: &mut Ids,
) -> Option<Probe> {
    let mut map = item.map("a probe", "`url: https://api.acme.example/health`")?;
    let id = match map.get("id") {
        Some(id) => ids.read(&id, "probe"),
        None => {
            let id = if index == 0 { owner.to_owned() } else { format!("{owner}-{}", index + 1) };
            if !ids.0.insert(id.clone()) {
                item.mistake(
                    format!("this probe would be called `{id}`, as another one is"),
                    "give it an `id` of its own",
                );
            }
            Some(id)
        }
    };
    let name = id.clone().unwrap_or_else(|| owner.to_owned());
    map.rename(format!("probe `{name}`"));
    let url = required(item, &mut map, "url", "`url: https://api.acme.example/health`")
        .and_then(|item| read_url(&item));
    if let Some((_, Some(Target::Tcp { .. }))) = &url {
        for (key, item) in map.entries().filter(|(key, _)| HTTP_KEYS.contains(key)) {
            item.key_mistake(
                format!("`{key}` is for http probes"),
                "remove it, or probe an `https://` address",
            );
        }
    }
    let show_url = map.get("show_url").and_then(|item| item.bool()).unwrap_or(false);
    let method = map.get("method").and_then(|item| item.word(METHODS)).unwrap_or("GET");
    let headers = map.get("headers").map(|item| read_headers(&item)).unwrap_or_default();
    let body = map.get("body").and_then(|item| read_template(&item));
    let expect = map.get("expect").map(|item| read_expect(&item, &name)).unwrap_or_default();
    let timing = defaults.overridden(&mut map);
    map.finish(PROBE_KEYS);
    Some(Probe {
        id: id?,
        url: url?.0,
        show_url,
        method: method.to_owned(),
        headers,
        body,
        expect,
        timeout_ms: timing.timeout_ms,
        retries: timing.retries,
        retry_delay_ms: timing.retry_delay_ms,
        degraded_after_ms: timing.degraded_after_ms,
        follow_redirects: timing.follow_redirects,
    })
}

/// The address, and its target when no variable hides it.
fn read_url(item: &Item<'_>) -> Option<(Template, Option<Target>)> {
    let text = item.filled_text("`https://api.acme.example/health`")?;
    let template = read_template(item)?;
    let Some(literal) = template.literal() else {
        return Some((template, None));
    };
    match Target::parse(literal) {
        Ok(target) => Some((template, Some(target))),
        Err(why) => {
            let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
            let help = if why == "this scheme cannot be probed" {
                problem::suggest(scheme, target::SCHEMES.iter().copied())
            } else {
                "write one such as `https://api.acme.example/health` or `tcp://db.acme.example:5432`".to_owned()
            };
            item.mistake(why, help);
            None
        }
    }
}

fn read_template(item: &Item<'_>) -> Option<Template> {
    let text = item.text("a text")?;
    match Template::parse(text) {
        Ok(template) => Some(template),
        Err(offset) => {
            item.mistake_within(
                offset,
                2,
                "this variable is not closed or has no name",
                "write `${NAME}` or `${NAME:-default}`; for the characters themselves, `$${`",
            );
            None
        }
    }
}

fn read_headers(item: &Item<'_>) -> Vec<(String, Template)> {
    let Some(map) = item.map("`headers`", "`headers: { Accept: application/json }`") else {
        return Vec::new();
    };
    map.entries()
        .filter_map(|(name, item)| {
            let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if name.is_empty() || !name.chars().all(token) {
                item.key_mistake(
                    format!("`{name}` cannot be the name of a header"),
                    "use letters, digits and `-`",
                );
                return None;
            }
            let value = read_template(item)?;
            if let Some(text) = value.literal()
                && !text.chars().all(|c| matches!(c, ' '..='~'))
            {
                item.mistake("this cannot be the value of a header", "use one line of plain text");
                return None;
            }
            Some((name.to_owned(), value))
        })
        .collect()
}

fn read_expect(item: &Item<'_>, probe: &str) -> Expect {
    let mut expect = Expect::default();
    let Some(mut map) =
        item.map(format!("`expect` of probe `{probe}`"), "`expect: { status: [2xx] }`")
    else {
        return expect;
    };
    if let Some(item) = map.get("status") {
        let items = match item.node {
            Node::List(_) => item.list("`[2xx, 304]`"),
            _ => vec![item],
        };
        expect.status = items.iter().filter_map(read_status).collect();
    }
    let text = |item: Item<'_>| {
        item.filled_text("the text to look for")?;
        read_template(&item)
    };
    expect.body_contains = map.get("body_contains").and_then(text);
    expect.body_not_contains = map.get("body_not_contains").and_then(text);
    map.finish(EXPECT_KEYS);
    expect
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
