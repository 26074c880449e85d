//! One entry below `probes:`, and the `defaults:` it falls back to.

use super::{Ids, expect, required};
use crate::model::settings::{Auth, HeartbeatSource, Probe, Subject, Trust};
use crate::model::target::{self, Kind};
use crate::model::template::Template;
use crate::model::time::SECOND;
use crate::model::{JsonPath, Target};
use crate::problem;
use crate::yaml::{Item, Map, Node};

/// The keys that may also stand below `defaults:`.
pub(super) const TIMING_KEYS: &[&str] = &[
    "timeout",
    "retries",
    "retry_delay",
    "degraded_after",
    "follow_redirects",
    "cert_warn",
    "confirm_down",
    "confirm_up",
];
/// The keys that say what is looked at; a probe has one of them.
pub(super) const SUBJECT_KEYS: &[&str] = &["url", "heartbeat", "exec", "statuspage"];
pub(super) const HEARTBEAT_KEYS: &[&str] = &["url", "file", "json", "max_age"];
pub(super) const VENDOR_KEYS: &[&str] = &["url", "component"];
pub(super) const AUTH_KEYS: &[&str] = &["user", "password", "bearer"];
const URL_EXAMPLE: &str = "`url: https://api.acme.example/health`";

const TLS_KINDS: &[Kind] = &[
    Kind::Http,
    Kind::Tls,
    Kind::StartTls,
    Kind::WebSocket,
    Kind::Grpc,
    Kind::Heartbeat,
    Kind::Statuspage,
];
const ASKING_KINDS: &[Kind] = &[Kind::Http, Kind::WebSocket, Kind::Grpc, Kind::Heartbeat];

/// The keys of a probe with the kinds that each is for; none means all.
pub(super) const KEYS: &[(&str, &[Kind])] = &[
    ("id", &[]),
    ("url", &[]),
    ("heartbeat", &[]),
    ("exec", &[]),
    ("statuspage", &[]),
    ("show_url", &[]),
    ("method", &[Kind::Http]),
    ("headers", ASKING_KINDS),
    ("auth", ASKING_KINDS),
    ("body", &[Kind::Http]),
    ("follow_redirects", &[Kind::Http]),
    ("steps", &[Kind::Tcp, Kind::Tls, Kind::WebSocket]),
    ("banner", &[Kind::Tcp, Kind::Tls]),
    ("expect", &[Kind::Http, Kind::Dns]),
    ("ca", TLS_KINDS),
    ("client_cert", TLS_KINDS),
    ("client_key", TLS_KINDS),
    ("insecure", TLS_KINDS),
    ("cert_warn", TLS_KINDS),
    ("timeout", &[]),
    ("retries", &[]),
    ("retry_delay", &[]),
    ("degraded_after", &[]),
    ("confirm_down", &[]),
    ("confirm_up", &[]),
];
pub(super) const METHODS: &[(&str, &str)] = &[
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
    cert_warn_ms: Option<i64>,
    confirm_down: u32,
    confirm_up: u32,
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
            cert_warn_ms: None,
            confirm_down: 1,
            confirm_up: 1,
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
        if let Some(ms) = duration(map, "cert_warn", 1) {
            own.cert_warn_ms = Some(ms);
        }
        if let Some(number) = map.get("retries").and_then(|item| item.integer(0..=10)) {
            own.retries = u32::try_from(number).unwrap_or(0);
        }
        let confirmed = |map: &mut Map<'_>, key| {
            map.get(key)
                .and_then(|item: Item<'_>| item.integer(1..=100))
                .and_then(|number| u32::try_from(number).ok())
        };
        if let Some(number) = confirmed(map, "confirm_down") {
            own.confirm_down = number;
        }
        if let Some(number) = confirmed(map, "confirm_up") {
            own.confirm_up = number;
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
    let subject = read_subject(item, &mut map);
    let kind = subject.as_ref().and_then(|(_, kind)| *kind);
    if let Some(kind) = kind {
        refuse_keys_of_others(&map, kind);
    }
    let show_url = map.get("show_url").and_then(|item| item.bool()).unwrap_or(false);
    let method = map.get("method").and_then(|item| item.word(METHODS)).unwrap_or("GET");
    let headers = map.get("headers").map(|item| read_headers(&item)).unwrap_or_default();
    let auth = map.get("auth").and_then(|item| read_auth(&item));
    let body = map.get("body").and_then(|item| read_template(&item));
    let mut steps: Vec<_> =
        map.get("banner").and_then(|item| expect::read_banner(&item)).into_iter().collect();
    if let Some(item) = map.get("steps") {
        steps.extend(expect::read_steps(&item));
    }
    let expect = map.get("expect").map(|item| expect::read(&item, &name, kind)).unwrap_or_default();
    let trust = read_trust(&mut map);
    let timing = defaults.overridden(&mut map);
    map.finish(&KEYS.iter().map(|(key, _)| *key).collect::<Vec<_>>());
    Some(Probe {
        id: id?,
        subject: subject?.0,
        show_url,
        method: method.to_owned(),
        headers,
        auth,
        body,
        follow_redirects: timing.follow_redirects,
        steps,
        expect,
        trust,
        cert_warn_ms: timing.cert_warn_ms,
        timeout_ms: timing.timeout_ms,
        retries: timing.retries,
        retry_delay_ms: timing.retry_delay_ms,
        degraded_after_ms: timing.degraded_after_ms,
        confirm_down: timing.confirm_down,
        confirm_up: timing.confirm_up,
    })
}

/// What the probe looks at, and its kind when no variable hides it.
fn read_subject<'d>(item: &Item<'d>, map: &mut Map<'d>) -> Option<(Subject, Option<Kind>)> {
    let given: Vec<Item<'_>> = map
        .entries()
        .filter(|(key, _)| SUBJECT_KEYS.contains(key))
        .map(|(_, item)| item.clone())
        .collect();
    if let Some(second) = given.get(1) {
        second.key_mistake(
            "a probe looks at one thing",
            "make a second probe of it; keep one of `url`, `heartbeat`, `exec` and `statuspage`",
        );
    }
    let subject = if let Some(item) = map.get("heartbeat") {
        (read_heartbeat(&item)?, Some(Kind::Heartbeat))
    } else if let Some(item) = map.get("exec") {
        (read_exec(&item)?, Some(Kind::Exec))
    } else if let Some(item) = map.get("statuspage") {
        (read_vendor(&item)?, Some(Kind::Statuspage))
    } else {
        let (url, kind) = read_url(&required(item, map, "url", URL_EXAMPLE)?)?;
        (Subject::Address(url), kind)
    };
    for key in SUBJECT_KEYS {
        map.get(key);
    }
    Some(subject)
}

fn refuse_keys_of_others(map: &Map<'_>, kind: Kind) {
    for (key, item) in map.entries() {
        let kinds =
            KEYS.iter().find(|(known, _)| *known == key).map_or(&[][..], |(_, kinds)| *kinds);
        if !kinds.is_empty() && !kinds.contains(&kind) {
            let names: Vec<String> = kinds.iter().map(Kind::to_string).collect();
            item.key_mistake(
                format!("`{key}` is for {} probes, and this is {}", listed(&names), an(kind)),
                "remove it",
            );
        }
    }
}

fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn an(kind: Kind) -> String {
    let article = if matches!(kind, Kind::Icmp | Kind::Exec | Kind::Http) { "an" } else { "a" };
    format!("{article} {kind} probe")
}

/// An address, and its kind when no variable hides it.
pub fn read_url(item: &Item<'_>) -> Option<(Template, Option<Kind>)> {
    let text = item.filled_text("`https://api.acme.example/health`")?;
    let template = read_template(item)?;
    let kind = target::kind_of(template.prefix());
    let Some(literal) = template.literal() else {
        return Some((template, kind));
    };
    match Target::parse(literal) {
        Ok(_) => Some((template, kind)),
        Err(why) => {
            let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
            let help = match kind {
                None if why == "this scheme cannot be probed" => {
                    problem::suggest(scheme, target::SCHEMES.iter().map(|(scheme, _)| *scheme))
                }
                Some(Kind::Dns) => "write one such as `dns://192.0.2.53/acme.example?type=MX`".to_owned(),
                Some(Kind::Icmp) => "write one such as `icmp://acme.example`".to_owned(),
                Some(Kind::Grpc) => "write one such as `grpc://acme.example:50051/acme.Billing`".to_owned(),
                _ => "write one such as `https://api.acme.example/health` or `tcp://db.acme.example:5432`".to_owned(),
            };
            item.mistake(why, help);
            None
        }
    }
}

/// An address of the web.
fn read_web_url(item: &Item<'_>, example: &str) -> Option<Template> {
    let (url, kind) = read_url(item)?;
    if kind.is_some_and(|kind| kind != Kind::Http) {
        item.mistake("this must be an `https://` or `http://` address", format!("write {example}"));
        return None;
    }
    Some(url)
}

fn read_heartbeat(item: &Item<'_>) -> Option<Subject> {
    const EXAMPLE: &str =
        "`heartbeat: { url: https://acme.example/backup.json, json: $.finished_at, max_age: 26h }`";
    let mut map = item.map("`heartbeat`", EXAMPLE)?;
    let url = map.get("url").map(|item| read_web_url(&item, EXAMPLE).map(HeartbeatSource::Url));
    let file = map.get("file").map(|item| {
        item.filled_text("the path of a file")?;
        read_template(&item).map(HeartbeatSource::File)
    });
    let json = map.get("json").and_then(|item| {
        let text = item.filled_text("a path such as `$.finished_at`")?;
        let path = JsonPath::parse(text);
        if path.is_none() {
            item.mistake(
                format!("`{text}` is not a path into JSON"),
                "write one such as `$.finished_at` or `$.jobs[0].time`",
            );
        }
        path
    });
    let max_age = required(item, &mut map, "max_age", "`max_age: 26h`")
        .and_then(|item| item.duration(SECOND));
    map.finish(HEARTBEAT_KEYS);
    let source = match (url, file) {
        (Some(source), None) | (None, Some(source)) => source?,
        _ => {
            item.mistake("a heartbeat has either a `url` or a `file`", format!("write {EXAMPLE}"));
            return None;
        }
    };
    Some(Subject::Heartbeat { source, json, max_age_ms: max_age? })
}

fn read_exec(item: &Item<'_>) -> Option<Subject> {
    const EXAMPLE: &str = "`exec: [./checks/queue.sh, --limit, \"100\"]`";
    let items = item.list(EXAMPLE);
    if let Node::List(nodes) = item.node
        && nodes.is_empty()
    {
        item.mistake("there is no program to run", format!("write {EXAMPLE}"));
    }
    let words: Option<Vec<Template>> = items
        .iter()
        .map(|item| {
            item.text("a text; put quotes around a number")?;
            read_template(item)
        })
        .collect();
    words.filter(|words| !words.is_empty()).map(Subject::Exec)
}

fn read_vendor(item: &Item<'_>) -> Option<Subject> {
    const EXAMPLE: &str =
        "`statuspage: { url: https://www.githubstatus.com, component: API Requests }`";
    if let Node::Text(_) = item.node {
        return Some(Subject::Vendor { url: read_web_url(item, EXAMPLE)?, component: None });
    }
    let mut map = item.map("`statuspage`", EXAMPLE)?;
    let url = required(item, &mut map, "url", "`url: https://www.githubstatus.com`")
        .and_then(|item| read_web_url(&item, EXAMPLE));
    let component = map
        .get("component")
        .and_then(|item| item.filled_text("the name or id of a component"))
        .map(str::to_owned);
    map.finish(VENDOR_KEYS);
    Some(Subject::Vendor { url: url?, component })
}

fn read_auth(item: &Item<'_>) -> Option<Auth> {
    const EXAMPLE: &str =
        "`auth: { user: status, password: \"${PASSWORD}\" }` or `auth: { bearer: \"${TOKEN}\" }`";
    let mut map = item.map("`auth`", EXAMPLE)?;
    let user = map.get("user").map(|item| read_template(&item));
    let password = map.get("password").map(|item| read_template(&item));
    let bearer = map.get("bearer").map(|item| read_template(&item));
    map.finish(AUTH_KEYS);
    match (user, password, bearer) {
        (Some(user), Some(password), None) => Some(Auth::Basic(user?, password?)),
        (None, None, Some(bearer)) => bearer.map(Auth::Bearer),
        _ => {
            item.mistake(
                "this is neither a user with a password nor a bearer token",
                format!("write {EXAMPLE}"),
            );
            None
        }
    }
}

fn read_trust(map: &mut Map<'_>) -> Trust {
    let mut pem = |key: &str| {
        map.get(key).and_then(|item| {
            item.filled_text("the path of a PEM file")?;
            read_template(&item)
        })
    };
    let (ca, client_cert, client_key) = (pem("ca"), pem("client_cert"), pem("client_key"));
    let insecure = map.get("insecure").and_then(|item| item.bool()).unwrap_or(false);
    if client_cert.is_some() != client_key.is_some() {
        let given = if client_cert.is_some() { "client_cert" } else { "client_key" };
        if let Some(item) = map.get(given) {
            item.key_mistake(
                "a client certificate needs its key, and the other way round",
                "write both `client_cert` and `client_key`",
            );
        }
    }
    if let Some(item) = map.get("ca").filter(|_| insecure) {
        item.key_mistake(
            "`ca` says nothing where any certificate will do",
            "remove `ca`, or better `insecure`",
        );
    }
    Trust { ca, client_cert, client_key, insecure }
}

pub fn read_template(item: &Item<'_>) -> Option<Template> {
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
