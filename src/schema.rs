//! The bricks of the JSON Schemas that editors read: a text, a duration, keys and values.
//!
//! What a key means stands in `config/schema/` and `content/schema.rs`, next to the readers. Draft 7,
//! because every editor reads it. Nothing is read or validated here: what is a mistake, the readers decide,
//! and a schema marks the part of it that can be seen in one value.

use serde_json::{Map, Value, json};

use crate::model::time::SECOND;

/// A text with something in it.
const FILLED: &str = r"\S";
/// A text whose every `${` begins a `${NAME}` or `${NAME:-default}`, or is escaped.
const TEMPLATE: &str = r"^([^$]|\$+([^${]|$)|\$\$+\{|\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\})*$";
/// A text in which a variable stands.
pub const VARIABLE: &str = r"\$\{";
const ID: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";
const DAY: &str = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
const MOMENT: &str =
    r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[ Tt][0-9]{2}:[0-9]{2}(:[0-9]{2})?([^0-9:].*)?$";
const JSON_PATH: &str = r#"^\$(\.[^.\[\]'"* ]+|\[[0-9]+\]|\['[^']*'\]|\["[^"]*"\])*$"#;

/// A whole schema: `shape` with its title.
pub fn document(title: &str, shape: Value) -> Value {
    let shape = with(shape, "title", title.into());
    with(shape, "$schema", "http://json-schema.org/draft-07/schema#".into())
}

/// Keys and values. `known` is the list of keys that the reader has, and `entries` has one for each of
/// them; a key that may be missing may also have no value, as for the reader.
///
/// # Panics
/// When a key has no entry or an entry no key. Nothing that a user has comes here, so that the tests,
/// which make every schema, find it.
pub fn object(
    description: &str,
    known: &[&str],
    required: &[&str],
    entries: Vec<(&str, Value)>,
) -> Value {
    let mut properties = Map::new();
    for (key, shape) in entries {
        assert!(known.contains(&key), "no reader knows the key `{key}` of the schema");
        let shape = if required.contains(&key) { shape } else { nullable(shape) };
        assert!(properties.insert(key.to_owned(), shape).is_none(), "`{key}` is there twice");
    }
    for key in known.iter().chain(required) {
        assert!(properties.contains_key(*key), "the key `{key}` is not in the schema");
    }
    json!({
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// The names of a list of words and their values.
pub fn names<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
    words.iter().map(|(word, _)| *word).collect()
}

/// Free keys that match a pattern, and what stands below each.
pub fn free_keys(description: &str, pattern: &str, value: Value) -> Value {
    json!({
        "description": description,
        "type": "object",
        "propertyNames": { "pattern": pattern },
        "additionalProperties": value,
    })
}

/// The same, where the keys are ids.
pub fn by_id(description: &str, value: Value) -> Value {
    free_keys(description, ID, value)
}

/// A text with something in it.
pub fn text(description: &str) -> Value {
    matching(description, FILLED)
}

/// A text of a pattern.
pub fn matching(description: &str, pattern: &str) -> Value {
    json!({ "description": description, "type": "string", "pattern": pattern })
}

/// A text in which variables may stand.
pub fn template(description: &str) -> Value {
    matching(description, TEMPLATE)
}

/// The same with something in it.
pub fn filled_template(description: &str) -> Value {
    with(template(description), "allOf", json!([{ "pattern": FILLED }]))
}

/// A text that is of a pattern unless variables stand in it.
pub fn template_or(description: &str, pattern: &str) -> Value {
    with(template(description), "anyOf", json!([{ "pattern": pattern }, { "pattern": VARIABLE }]))
}

/// One of some words.
pub fn word(description: &str, words: &[&str]) -> Value {
    json!({ "description": description, "type": "string", "enum": words })
}

/// `true` or `false`.
pub fn flag(description: &str) -> Value {
    json!({ "description": description, "type": "boolean" })
}

/// A whole number.
pub fn integer(description: &str, range: std::ops::RangeInclusive<i64>) -> Value {
    let (least, most) = range.into_inner();
    json!({ "description": description, "type": "integer", "minimum": least, "maximum": most })
}

/// A list of at least so many.
pub fn list(description: &str, least: usize, items: Value) -> Value {
    json!({ "description": description, "type": "array", "minItems": least, "items": items })
}

/// One of several shapes.
pub fn either(description: &str, shapes: Vec<Value>) -> Value {
    json!({ "description": description, "anyOf": shapes })
}

/// An id of something.
pub fn id(description: &str) -> Value {
    matching(description, ID)
}

/// A day such as `2026-01-31`.
pub fn day(description: &str) -> Value {
    matching(description, DAY)
}

/// A time such as `2026-11-22 10:05 UTC`.
pub fn moment(description: &str) -> Value {
    matching(description, MOMENT)
}

/// A place in a JSON document.
pub fn json_path(description: &str) -> Value {
    matching(description, JSON_PATH)
}

/// The pattern of the places in a JSON document.
pub fn json_path_pattern() -> &'static str {
    JSON_PATH
}

/// A duration of at least `least` milliseconds: none, one, or a second.
pub fn duration(description: &str, least: i64) -> Value {
    matching(description, duration_pattern(least))
}

fn duration_pattern(least: i64) -> &'static str {
    match least {
        ..=0 => "^[0-9]+(ms|s|m|h|d)$",
        1..SECOND => "^0*[1-9][0-9]*(ms|s|m|h|d)$",
        _ => "^0*([1-9][0-9]*(s|m|h|d)|[1-9][0-9]{3,}ms)$",
    }
}

/// For `anyOf`: that exactly one of some keys has a value.
pub fn one_key_of(keys: &[&str]) -> Value {
    let way = |key: &&str| {
        let of = |other: &&str| {
            let nothing = json!({ "type": "null" });
            ((*other).to_owned(), if other == key { json!({ "not": nothing }) } else { nothing })
        };
        let properties: Map<String, Value> = keys.iter().map(of).collect();
        json!({ "required": [key], "properties": properties })
    };
    keys.iter().map(way).collect()
}

/// A shape with one more keyword, in place of what it had there.
pub fn with(mut shape: Value, keyword: &str, value: Value) -> Value {
    if let Some(map) = shape.as_object_mut() {
        map.insert(keyword.to_owned(), value);
    }
    shape
}

/// The same shape, or nothing.
fn nullable(mut shape: Value) -> Value {
    if let Some(one) = shape.get_mut("type") {
        *one = json!([one, "null"]);
        // A list of words names all that may be.
        if let Some(Value::Array(words)) = shape.get_mut("enum") {
            words.push(Value::Null);
        }
    } else if let Some(Value::Array(shapes)) = shape.get_mut("anyOf") {
        shapes.push(json!({ "type": "null" }));
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::parse_duration;
    use crate::model::{JsonPath, Template, Zone, zone};
    use regex::Regex;

    fn fits(pattern: &str, text: &str) -> bool {
        Regex::new(pattern).unwrap().is_match(text)
    }

    #[test]
    fn a_duration_fits_where_the_reader_takes_it() {
        for text in [
            "500ms",
            "999ms",
            "1000ms",
            "01000ms",
            "0ms",
            "0s",
            "00s",
            "1s",
            "1ms",
            "5m",
            "26h",
            "14d",
            "",
            "5",
            "m",
            "-5m",
            "5 m",
            "5M",
            "1.5h",
            "5min",
            "five minutes",
        ] {
            for least in [0, 1, SECOND] {
                let read = parse_duration(text).is_some_and(|ms| ms >= least);
                assert_eq!(fits(duration_pattern(least), text), read, "{text} from {least}");
            }
        }
    }

    #[test]
    fn a_text_with_variables_fits_where_the_reader_takes_it() {
        for text in [
            "",
            "plain",
            "Bearer ${TOKEN}",
            "${A}${B_2}",
            "${HOST:-localhost}:1",
            "${HOST:-}",
            "$${TOKEN}",
            "$$${TOKEN}",
            "$${TOKEN",
            "${A}$${B}",
            "costs $5 {x}",
            "a ${B",
            "a ${B C}",
            "${}",
            "${1A}",
            "${A:-b:-c}",
            "$",
            "$$",
            "a$",
            "${A:b}",
            "two\nlines ${A}",
            "$$ ${A",
        ] {
            assert_eq!(fits(TEMPLATE, text), Template::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_path_fits_where_the_reader_takes_it() {
        for text in [
            "$",
            "$.db.status",
            "$.a[0]['b.c'][\"d\"]",
            "",
            "db",
            "$db",
            "$.",
            "$..a",
            "$[",
            "$[a]",
            "$['a]",
            "$.a b",
            "$[*]",
            "$.*",
            "$['']",
        ] {
            assert_eq!(fits(JSON_PATH, text), JsonPath::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn a_time_fits_wherever_the_reader_takes_it() {
        for (text, is_seen) in [
            ("2026-11-22 10:05", true),
            ("2026-11-22 10:05:03 UTC", true),
            ("2026-11-22 10:05 Europe/London", true),
            ("2026-11-22T10:05:03Z", true),
            ("2026-11-22t10:05:03.5+01:00", true),
            ("2026-11-22 10:05+01:00", true),
            (" 2026-11-22 10:05 UTC ", true),
            ("2026-11-22", false),
            ("2026-11-22 10:055", false),
            ("2026-11-22 10:05:", false),
            ("yesterday at noon", false),
            ("22.11.2026 10:05", false),
        ] {
            assert_eq!(fits(MOMENT, text), is_seen, "{text}");
            assert_eq!(zone::parse_moment(text, &Zone::utc()).is_ok(), is_seen, "{text}");
        }
    }

    #[test]
    #[should_panic(expected = "the key `new` is not in the schema")]
    fn a_key_without_an_entry_is_found() {
        object("", &["old", "new"], &[], vec![("old", flag(""))]);
    }

    #[test]
    #[should_panic(expected = "no reader knows the key `new` of the schema")]
    fn an_entry_without_a_key_is_found() {
        object("", &["old"], &[], vec![("old", flag("")), ("new", flag(""))]);
    }

    #[test]
    fn what_may_be_missing_may_have_no_value() {
        let shape = object(
            "",
            &["a", "b", "c", "d"],
            &["a"],
            vec![
                ("a", flag("")),
                ("b", word("", &["x"])),
                ("c", either("", vec![flag("")])),
                ("d", template_or("", "^x")),
            ],
        );
        let of = |key: &str| shape["properties"][key].clone();
        assert_eq!(of("a")["type"], json!("boolean"));
        assert_eq!(of("b")["type"], json!(["string", "null"]));
        assert_eq!(of("b")["enum"], json!(["x", null]));
        assert_eq!(
            of("c")["anyOf"],
            json!([{ "type": "boolean", "description": "" }, { "type": "null" }])
        );
        // Patterns say nothing of what is no text.
        assert_eq!(of("d")["anyOf"], json!([{ "pattern": "^x" }, { "pattern": VARIABLE }]));
    }
}
