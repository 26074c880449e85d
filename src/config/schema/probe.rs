//! The JSON Schema of a probe and of `defaults:`.
//!
//! Which key is for which kind comes from the readers. What a variable hides is not guessed.

use serde_json::{Map, Value, json};

use crate::config::expect::{EXPECT_KEYS, RCODES, STEP_KEYS};
use crate::config::probe::{
    AUTH_KEYS, HEARTBEAT_KEYS, KEYS, METHODS, SUBJECT_KEYS, TIMING_KEYS, VENDOR_KEYS,
};
use crate::model::target::{Kind, RecordType, SCHEMES};
use crate::model::time::SECOND;
use crate::schema::{
    VARIABLE, duration, either, filled_template, flag, free_keys, id, integer, json_path,
    json_path_pattern, list, names, object, one_key_of, template, template_or, text, with, word,
};

/// The name of a header.
const HEADER: &str = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";
/// `200`, `2xx` or `200-204`.
const STATUS: &str = r"^([1-5]xx|\s*[1-5][0-9]{2}\s*(-\s*[1-5][0-9]{2}\s*)?)$";
/// What is compared by size must be a number.
const COMPARED: &str = r"^\s*([^<>\s]|[<>]=?\s*[-+.0-9])";
/// An address of the web, as far as no variable hides it.
const WEB: &str = r"^https?://[^\s/?#]\S*$|^https?://.*\$\{|^[^:/]*\$\{";

/// `defaults:`
pub fn defaults() -> Value {
    object("What a probe uses where it says nothing itself.", TIMING_KEYS, &[], timing())
}

/// An entry below `probes:`.
pub fn probe() -> Value {
    let mut entries = subjects();
    entries.extend(asking());
    entries.extend(hearing());
    entries.extend(trust());
    entries.extend(timing());
    for (key, shape) in &mut entries {
        if let Some((_, kinds)) = KEYS.iter().find(|(known, _)| known == key) {
            say_kinds(shape, kinds);
        }
    }
    let known: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
    // What is looked at cannot be nothing.
    let shape = object("One look at a component, of one kind.", &known, SUBJECT_KEYS, entries);
    let shape = with(shape, "required", json!([]));
    let one: Vec<Value> = SUBJECT_KEYS.iter().map(|key| json!({ "required": [key] })).collect();
    let shape = with(shape, "oneOf", one.into());
    let pair = json!({ "client_cert": ["client_key"], "client_key": ["client_cert"] });
    let shape = with(shape, "dependencies", pair);
    let mut rules: Vec<Value> = kinds().into_iter().map(rule).collect();
    // Where any certificate will do, authorities say nothing.
    rules.push(json!({
        "if": { "properties": { "insecure": { "const": true } }, "required": ["insecure"] },
        "then": { "properties": { "ca": false } },
    }));
    with(shape, "allOf", rules.into())
}

/// Adds for which kinds of probes something is.
fn say_kinds(shape: &mut Value, kinds: &[Kind]) {
    let names: Vec<String> = kinds.iter().map(Kind::to_string).collect();
    if let (false, Some(Value::String(description))) =
        (names.is_empty(), shape.get_mut("description"))
    {
        description.push_str(&format!(" For {} probes.", names.join(", ")));
    }
}

/// Every kind once.
fn kinds() -> Vec<Kind> {
    let mut kinds = vec![Kind::Heartbeat, Kind::Exec, Kind::Statuspage];
    for (_, kind) in SCHEMES {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
}

/// What a probe of a kind cannot have.
fn rule(kind: Kind) -> Value {
    let is_it = match kind {
        Kind::Heartbeat => json!({ "required": ["heartbeat"] }),
        Kind::Exec => json!({ "required": ["exec"] }),
        Kind::Statuspage => json!({ "required": ["statuspage"] }),
        _ => json!({
            "properties": {
                "url": { "type": "string", "pattern": format!("^({})://", schemes(kind)) },
            },
            "required": ["url"],
        }),
    };
    let mut refused = Map::new();
    for (key, kinds) in KEYS {
        if !kinds.is_empty() && !kinds.contains(&kind) {
            refused.insert((*key).to_owned(), false.into());
        }
    }
    let others: Map<String, Value> = EXPECT_KEYS
        .iter()
        .filter(|(_, meant)| *meant != kind)
        .map(|(key, _)| ((*key).to_owned(), false.into()))
        .collect();
    refused.entry("expect").or_insert(json!({ "type": ["object", "null"], "properties": others }));
    json!({ "if": is_it, "then": { "properties": refused } })
}

/// The schemes of a kind, as a pattern.
fn schemes(kind: Kind) -> String {
    let of_kind = SCHEMES.iter().filter(|(_, other)| *other == kind);
    of_kind.map(|(scheme, _)| scheme.replace('+', r"\+")).collect::<Vec<_>>().join("|")
}

/// The pattern of the addresses of a kind; none where no address is looked at.
fn shape_of(kind: Kind) -> Option<String> {
    let schemes = schemes(kind);
    Some(match kind {
        Kind::Http | Kind::WebSocket => format!(r"({schemes})://[^\s/?#]\S*"),
        Kind::Tcp => format!(r"{schemes}://[^\s/?#@]+:[0-9]{{1,5}}/?"),
        Kind::Tls | Kind::StartTls => format!(r"({schemes})://[^\s/?#@]+/?"),
        Kind::Dns => {
            // Any case will do.
            let any_case = |c: char| format!("[{c}{}]", c.to_ascii_lowercase());
            let word = |word: &str| word.chars().map(any_case).collect::<String>();
            let types: Vec<String> =
                RecordType::WORDS.iter().map(|(record, _)| word(record)).collect();
            let types = types.join("|");
            format!(r"{schemes}://[^\s/?#@]+/+[A-Za-z0-9_.-]+/*(\?(type=({types}))?)?")
        }
        Kind::Grpc => r"(grpc://[^\s/?#@]+:[0-9]{1,5}|grpcs://[^\s/?#@]+)(/[^\s?#]*)?".to_owned(),
        Kind::Icmp => format!(r"{schemes}://([^\s/?#@:\[\]]+|\[[^\s\]]+\])/?"),
        Kind::Heartbeat | Kind::Exec | Kind::Statuspage => return None,
    })
}

/// What can be probed by its address.
pub fn address(description: &str) -> Value {
    let shapes: Vec<String> = kinds().into_iter().filter_map(shape_of).collect();
    let (first, schemes) =
        (shapes.join("|"), SCHEMES.map(|(scheme, _)| scheme.replace('+', r"\+")));
    let hidden = format!(r"^(({})://|[^:/]*\$\{{).*\$\{{|^[^:/]*\$\{{", schemes.join("|"));
    let plain = json!({ "pattern": format!("^({first})$") });
    with(template(description), "anyOf", json!([plain, { "pattern": hidden }]))
}

fn subjects() -> Vec<(&'static str, Value)> {
    let web = |description: &str| with(template(description), "allOf", json!([{ "pattern": WEB }]));
    let heartbeat = object(
        "A sign of life that something else writes, and how old it may be.",
        HEARTBEAT_KEYS,
        &["max_age"],
        vec![
            ("url", web("The address of the sign of life, `https://` or `http://`.")),
            (
                "file",
                filled_template(
                    "The path of the sign of life; it begins in the folder of the site.",
                ),
            ),
            (
                "json",
                json_path(
                    "Where in a JSON document the time stands, such as `$.finished_at`. Default: the whole text.",
                ),
            ),
            ("max_age", duration("Older than this is down, such as `26h`. At least `1s`.", SECOND)),
        ],
    );
    let vendor = object(
        "A vendor's status page.",
        VENDOR_KEYS,
        &["url"],
        vec![
            ("url", web("A page with Statuspage's public API.")),
            (
                "component",
                text("The name or id of one of its components. Default: the whole page."),
            ),
        ],
    );
    vec![
        ("id", id("The key of its results. Default: the component's id, then `-2`, `-3`.")),
        (
            "url",
            address(&format!(
                "What is looked at. The scheme picks the kind: {}.",
                SCHEMES.map(|(scheme, _)| scheme).join(", ")
            )),
        ),
        ("heartbeat", with(heartbeat, "anyOf", one_key_of(&["url", "file"]))),
        (
            "exec",
            list(
                "A program and its arguments, run without a shell. Exit code 0 is up, 1 degraded, 2 down. Only with `probe --allow-exec`.",
                1,
                template("A text; put quotes around a number."),
            ),
        ),
        (
            "statuspage",
            either(
                "A vendor's status page: its address, or also a component.",
                vec![web("A page with Statuspage's public API."), vendor],
            ),
        ),
        (
            "show_url",
            flag(
                "Show the address on the component's page, without user and password. Default false.",
            ),
        ),
    ]
}

fn asking() -> Vec<(&'static str, Value)> {
    let auth = object(
        "A user with a password, or a bearer token.",
        AUTH_KEYS,
        &[],
        vec![
            ("user", template("The user of basic authentication.")),
            ("password", template("The password, such as `${PASSWORD}`.")),
            ("bearer", template("The bearer token, such as `${TOKEN}`.")),
        ],
    );
    let ways = json!([
        { "required": ["user", "password"], "properties": { "bearer": false } },
        { "required": ["bearer"], "properties": { "user": false, "password": false } },
    ]);
    vec![
        ("method", word("How it asks. Default GET.", &names(METHODS))),
        (
            "headers",
            free_keys(
                "Headers, sent to the host of `url` only.",
                HEADER,
                template_or("One line of plain text; `${VAR}` is replaced.", "^[ -~]*$"),
            ),
        ),
        ("auth", with(auth, "anyOf", ways)),
        ("body", template("A text that is sent with the request.")),
    ]
}

fn hearing() -> Vec<(&'static str, Value)> {
    let step = object(
        "Either `send` or `expect`.",
        STEP_KEYS,
        &[],
        vec![
            ("send", template("What is said.")),
            ("expect", text("A regular expression that what is heard must match.")),
        ],
    );
    let step = with(step, "anyOf", one_key_of(STEP_KEYS));
    vec![
        ("steps", list("A conversation.", 0, step)),
        (
            "banner",
            text("A regular expression: what the server must say first, such as `^SSH-2.0-`."),
        ),
        ("expect", expect()),
    ]
}

fn expect() -> Value {
    let needle = |description: &str| filled_template(description);
    let code = || {
        vec![
            json!({ "type": "integer", "minimum": 100, "maximum": 599 }),
            json!({ "type": "string", "pattern": STATUS }),
        ]
    };
    let mut codes = code();
    codes.push(json!({ "type": "array", "items": { "anyOf": code() } }));
    let compared = either(
        "A value, or a comparison: `up`, `!= down`, `< 100`, `>= 1`, `exists`, `absent`.",
        vec![
            json!({ "type": "number" }),
            json!({ "type": "boolean" }),
            with(
                filled_template("A value or a comparison."),
                "anyOf",
                json!([{ "pattern": COMPARED }, { "pattern": VARIABLE }]),
            ),
        ],
    );
    let mut entries = vec![
        (
            "status",
            either(
                "Codes of a good answer: `200`, `2xx`, `200-204`, or a list of them. Default `2xx`.",
                codes,
            ),
        ),
        ("body_contains", needle("A text that the body must contain.")),
        ("body_not_contains", needle("A text that the body must not contain.")),
        ("body_matches", text("A regular expression that the body must match.")),
        (
            "json",
            free_keys(
                "Places in a JSON answer, such as `$.db.status`, and what must stand there.",
                json_path_pattern(),
                compared,
            ),
        ),
        (
            "header",
            free_keys(
                "Headers of the answer; each must contain its text, in any case.",
                "",
                needle("A text."),
            ),
        ),
        ("rcode", word("The code of the answer. Default NOERROR.", RCODES)),
        (
            "records",
            either(
                "All records of the type, in any order; `[]` for none.",
                vec![needle("A record."), list("Records.", 0, needle("A record."))],
            ),
        ),
        ("contains", needle("A text that one record must contain.")),
    ];
    for (key, shape) in &mut entries {
        if let Some((_, kind)) = EXPECT_KEYS.iter().find(|(known, _)| known == key) {
            say_kinds(shape, &[*kind]);
        }
    }
    let known: Vec<&str> = EXPECT_KEYS.iter().map(|(key, _)| *key).collect();
    object("What a good answer looks like.", &known, &[], entries)
}

fn trust() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ca",
            filled_template(
                "The only authorities to trust: a path, or the text of PEM. Default: the machine's.",
            ),
        ),
        (
            "client_cert",
            filled_template("Who we are: a path, or the text of PEM. Needs `client_key`."),
        ),
        (
            "client_key",
            filled_template(
                "The key of `client_cert`: a path, or the text of PEM, such as `${KEY}`.",
            ),
        ),
        ("insecure", flag("Take any certificate; the component's page says so. Default false.")),
    ]
}

fn timing() -> Vec<(&'static str, Value)> {
    vec![
        (
            "timeout",
            duration("For a whole attempt, from name lookup to the last byte. Default `10s`.", 1),
        ),
        ("retries", integer("Further attempts after a failed one. 0 to 10, default 2.", 0..=10)),
        ("retry_delay", duration("The pause before each further attempt. Default `3s`.", 0)),
        ("degraded_after", duration("Slower than this is degraded, such as `2s`.", 1)),
        ("follow_redirects", flag("Follow up to 10 redirects. Default true.")),
        (
            "cert_warn",
            duration("A certificate that ends sooner than this is degraded, such as `14d`.", 1),
        ),
        (
            "confirm_down",
            integer("How many failed results in a row make it down. 1 to 100, default 1.", 1..=100),
        ),
        (
            "confirm_up",
            integer(
                "How many good results in a row make it up again. 1 to 100, default 1.",
                1..=100,
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Target;
    use regex::Regex;

    #[test]
    fn an_address_fits_where_the_reader_takes_it() {
        let shape = address("");
        let plain = Regex::new(shape["anyOf"][0]["pattern"].as_str().unwrap()).unwrap();
        for text in [
            "https://a.example/x?y#z",
            "http://user:secret@[::1]:80/",
            "wss://a.example/socket",
            "tcp://[::1]:5432",
            "tcp://a.example:1/",
            "tls://a.example",
            "imap+starttls://a.example",
            "smtp+starttls://a.example:25",
            "dns://[2606:4700::1111]/a.example.?type=mx",
            "dns://ns1.a.example:53/a.example",
            "grpc://a.example:50051/acme.Billing",
            "grpcs://a.example",
            "icmp://[::1]",
            "icmp://192.0.2.1",
            "a.example",
            "gopher://a.example",
            "http://",
            "http://a b/",
            "tcp://a.example",
            "tcp://a.example:1/x",
            "tcp://u:p@a.example:1",
            "icmp://a.example:1",
            "dns://a.example",
            "dns://a.example/b.example?type=ANY",
            "grpc://a.example",
            "grpc://a.example:1/x?y",
            "1.1.1.1",
            "htp://x",
        ] {
            assert_eq!(plain.is_match(text), Target::parse(text).is_ok(), "{text}");
        }
        let hidden = Regex::new(shape["anyOf"][1]["pattern"].as_str().unwrap()).unwrap();
        for (text, fits) in [
            ("${URL}", true),
            ("tcp://${HOST}:5432", true),
            ("smtp+starttls://${HOST}", true),
            ("htps://${HOST}", false),
            ("https://a.example", false),
        ] {
            assert_eq!(hidden.is_match(text), fits, "{text}");
        }
    }

    #[test]
    fn every_kind_has_its_rule() {
        let kinds = kinds();
        let named = KEYS.iter().flat_map(|(_, kinds)| kinds.iter());
        for kind in named.chain(EXPECT_KEYS.iter().map(|(_, kind)| kind)) {
            assert!(kinds.contains(kind), "{kind}");
        }
        assert_eq!(rule(Kind::Tcp)["then"]["properties"]["headers"], json!(false));
        assert_eq!(
            rule(Kind::Dns)["then"]["properties"]["expect"]["properties"]["status"],
            json!(false)
        );
        assert!(rule(Kind::Dns)["then"]["properties"]["expect"]["properties"]["rcode"].is_null());
    }
}
