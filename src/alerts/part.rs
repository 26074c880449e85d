//! An object within a payload, read by name, with the words for what is wrong with it.
//!
//! What a reader needs must be there and of the right type; everything else is read leniently,
//! for an alert with an odd field is better than none.

use serde_json::{Map, Value};

use super::text::{self, quoted};
use super::{Fields, Mistake};
use crate::model::Time;

/// An object, and what mistakes call it.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// Its members.
    pub object: &'a Map<String, Value>,
    /// What follows the name of a member in a message, such as ` of alert 2`.
    pub of: &'a str,
    /// The next step when a member is not as it must be.
    pub help: &'a str,
}

impl<'a> Part<'a> {
    /// The same with another next step.
    pub fn advising(self, help: &'a str) -> Self {
        Self { help, ..self }
    }

    /// A member as text; numbers, true and false are text too. None if it is anything else, null
    /// or empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.object.get(name).and_then(scalar).filter(|text| !text.trim().is_empty())
    }

    /// A member that must be there, as text.
    pub fn needed(&self, name: &str) -> Result<String, Mistake> {
        let value = self.object.get(name).unwrap_or(&Value::Null);
        match scalar(value).filter(|_| !value.is_boolean()) {
            Some(text) if text.trim().is_empty() => Err(self.wrong(name, "empty")),
            Some(text) => Ok(text),
            None if value.is_null() => Err(self.wrong(name, "missing")),
            None => Err(self.wrong(name, &format!("{}, not a text", kind(value)))),
        }
    }

    /// A member that is an object; none if it is missing or null.
    pub fn object(&self, name: &str) -> Result<Option<&'a Map<String, Value>>, Mistake> {
        match self.object.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(other) => Err(self.wrong(name, &format!("{}, not an object", kind(other)))),
        }
    }

    /// A member that must be an object.
    pub fn needed_object(&self, name: &str) -> Result<&'a Map<String, Value>, Mistake> {
        self.object(name)?.ok_or_else(|| self.wrong(name, "missing"))
    }

    /// A member that must be a list.
    pub fn needed_list(&self, name: &str) -> Result<&'a [Value], Mistake> {
        match self.object.get(name) {
            None | Some(Value::Null) => Err(self.wrong(name, "missing")),
            Some(Value::Array(list)) => Ok(list),
            Some(other) => Err(self.wrong(name, &format!("{}, not a list", kind(other)))),
        }
    }

    /// A member that is an instant; none if it is no time or no real one.
    pub fn time(&self, name: &str) -> Option<Time> {
        moment(&self.text(name)?)
    }

    /// A mistake in a member with a value that is not among those expected.
    pub fn odd(&self, name: &str, value: &str) -> Mistake {
        self.wrong(name, &quoted(value))
    }

    /// A mistake in a member: ``message `name` of alert 2 is …``.
    pub fn wrong(&self, name: &str, what: &str) -> Mistake {
        Mistake::new(format!("`{name}`{} is {what}", self.of), self.help)
    }
}

/// An element of a list that must be an object.
pub fn element<'a>(
    value: &'a Value,
    what: &str,
    help: &str,
) -> Result<&'a Map<String, Value>, Mistake> {
    value
        .as_object()
        .ok_or_else(|| Mistake::new(format!("{what} is {}, not an object", kind(value)), help))
}

/// What a value is, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// RFC 3339, or seconds or milliseconds since 1970. Year 1 is how Go writes no time at all.
pub fn moment(text: &str) -> Option<Time> {
    let text = text.trim();
    let time = match text.parse::<i64>() {
        // Beyond this they would be seconds of the year 5138.
        Ok(number) if number >= 100_000_000_000 => Time::from_ms(number),
        Ok(number) => Time::from_seconds(number),
        Err(_) => Time::parse_rfc3339(text)?,
    };
    Some(time).filter(|time| time.ms() > 0)
}

/// Adds what an object holds, under the names that are free. Lists give each element that is
/// text; an object within gives its members, and what is deeper is left out.
pub fn add(fields: &mut Fields, object: &Map<String, Value>, skip: &[&str]) {
    let mut found = Fields::new();
    let mut inner = Fields::new();
    for (name, value) in object.iter().filter(|(name, _)| !skip.contains(&name.as_str())) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    put(&mut inner, name, value);
                }
            }
            value => put(&mut found, name, value),
        }
    }
    for (name, values) in found.into_iter().chain(inner) {
        fields.entry(name).or_insert(values);
    }
}

/// Adds a value to those of a name, once.
pub fn push(fields: &mut Fields, name: &str, value: &str) {
    let values = fields.entry(text::line(name, text::TITLE)).or_default();
    let value = text::text(value);
    if !values.contains(&value) {
        values.push(value);
    }
}

fn put(fields: &mut Fields, name: &str, value: &Value) {
    let list = std::slice::from_ref(value);
    for one in value.as_array().map_or(list, Vec::as_slice) {
        // Sources write the empty text for what they do not know.
        if let Some(text) = scalar(one).filter(|text| !text.is_empty()) {
            push(fields, name, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_every_form_that_sources_write() {
        for (text, want) in [
            ("2026-11-22T11:05:00.123456+01:00", Some("2026-11-22T10:05:00Z")),
            ("1795341900", Some("2026-11-22T10:05:00Z")),
            ("1795341900000", Some("2026-11-22T10:05:00Z")),
            ("0001-01-01T00:00:00Z", None),
            ("0", None),
            ("-5", None),
            ("yesterday", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(moment(text).map(Time::rfc3339).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn fields_hold_each_element_and_labels_win() {
        let json = r#"{"a": ["x", 1, null, "", "x"], "b": {"a": "no", "c": true, "d": {}}, "e": null, "team": "no"}"#;
        let object: Map<String, Value> = serde_json::from_str(json).expect("valid");
        let mut fields = Fields::new();
        push(&mut fields, "team", "core");
        add(&mut fields, &object, &[]);
        let shown = format!("{fields:?}");
        assert_eq!(shown, r#"{"a": ["x", "1"], "c": ["true"], "team": ["core"]}"#);
    }
}
