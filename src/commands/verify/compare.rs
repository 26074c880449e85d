//! Two versions of one file, and where they differ.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// One place where a page does not say what follows from what it was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The file, within the page.
    pub path: String,
    /// A line, or the way to a value; none where it is about the file as a whole.
    place: Option<String>,
    /// What the page says; none where it says nothing.
    published: Option<String>,
    /// What it should say; none where it should say nothing.
    computed: Option<String>,
    /// What is wrong with the file as a whole.
    fault: Option<String>,
}

impl Difference {
    /// A file that should be there.
    pub fn missing(path: &str) -> Self {
        Self::of_file(path, "it is missing")
    }

    /// Something about a file as a whole.
    pub fn of_file(path: &str, fault: &str) -> Self {
        Self {
            path: path.to_owned(),
            place: None,
            published: None,
            computed: None,
            fault: Some(fault.to_owned()),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, place, published, computed, fault } = self;
        if let Some(fault) = fault {
            return write!(f, "{path}: {fault}");
        }
        let place = place.as_deref().unwrap_or_default();
        let or_nothing = |text: &Option<String>| {
            text.as_ref().map_or("nothing".to_owned(), |text| format!("`{text}`"))
        };
        write!(
            f,
            "{path}: {place}: the page says {}, computed is {}",
            or_nothing(published),
            or_nothing(computed)
        )
    }
}

/// Compares two texts and names the first line that differs.
pub fn text(path: &str, published: &[u8], computed: &[u8], differences: &mut Vec<Difference>) {
    if published == computed {
        return;
    }
    let (left, right) = (String::from_utf8_lossy(published), String::from_utf8_lossy(computed));
    let (mut left, mut right) = (left.lines(), right.lines());
    let mut number = 1;
    let (left, right) = loop {
        match (left.next(), right.next()) {
            (Some(a), Some(b)) if a == b => number += 1,
            pair => break pair,
        }
    };
    let (left, right) = around(left, right);
    differences.push(Difference {
        path: path.to_owned(),
        place: Some(format!("line {number}")),
        published: left,
        computed: right,
        fault: None,
    });
}

/// The parts of two lines in which they differ, with a little of what is around.
fn around(left: Option<&str>, right: Option<&str>) -> (Option<String>, Option<String>) {
    const BEFORE: usize = 30;
    const LENGTH: usize = 90;
    let (Some(a), Some(b)) = (left, right) else {
        let short = |text: Option<&str>| text.map(|text| cut(text, 0, LENGTH));
        return (short(left), short(right));
    };
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let from = same.saturating_sub(BEFORE);
    (Some(cut(a, from, LENGTH)), Some(cut(b, from, LENGTH)))
}

fn cut(text: &str, from: usize, length: usize) -> String {
    let part: String = text.chars().skip(from).take(length).collect();
    let before = if from > 0 { "…" } else { "" };
    let after = if text.chars().count() > from + length { "…" } else { "" };
    format!("{before}{part}{after}")
}

/// Compares two JSON documents value by value; how many there are.
pub fn values(
    path: &str,
    published: &Value,
    computed: &Value,
    differences: &mut Vec<Difference>,
) -> usize {
    let mut walk = Walk { path, differences, values: 0 };
    walk.value("", published, computed);
    walk.values
}

struct Walk<'d> {
    path: &'d str,
    differences: &'d mut Vec<Difference>,
    values: usize,
}

impl Walk<'_> {
    fn value(&mut self, place: &str, published: &Value, computed: &Value) {
        match (published, computed) {
            (Value::Object(left), Value::Object(right)) => {
                let mut keys: Vec<&String> = right.keys().collect();
                keys.extend(left.keys().filter(|key| !right.contains_key(*key)));
                for key in keys {
                    let inner =
                        if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                    self.pair(&inner, left.get(key), right.get(key));
                }
            }
            (Value::Array(left), Value::Array(right)) => {
                for index in 0..left.len().max(right.len()) {
                    let (a, b) = (left.get(index), right.get(index));
                    let name = b.or(a).and_then(name).unwrap_or_else(|| index.to_string());
                    self.pair(&format!("{place}[{name}]"), a, b);
                }
            }
            _ => {
                self.values += 1;
                if published != computed {
                    self.differ(place, Some(published), Some(computed));
                }
            }
        }
    }

    fn pair(&mut self, place: &str, published: Option<&Value>, computed: Option<&Value>) {
        match (published, computed) {
            (Some(left), Some(right)) => self.value(place, left, right),
            _ => self.differ(place, published, computed),
        }
    }

    fn differ(&mut self, place: &str, published: Option<&Value>, computed: Option<&Value>) {
        let text = |value: Option<&Value>| value.map(|value| cut(&value.to_string(), 0, 90));
        self.differences.push(Difference {
            path: self.path.to_owned(),
            place: Some(place.to_owned()),
            published: text(published),
            computed: text(computed),
            fault: None,
        });
    }
}

/// What tells an entry of a list from the others.
fn name(entry: &Value) -> Option<String> {
    let of = |key: &str| match entry.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(format!("{key}={number}")),
        _ => None,
    };
    ["id", "slug", "date", "month", "days", "from"].into_iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_digit_is_named_with_its_place() {
        let mut found = Vec::new();
        let page = |number| format!("<p>\n<strong>{number}</strong> and more\n");
        text("index.html", page("99.94").as_bytes(), page("99.93").as_bytes(), &mut found);
        assert_eq!(
            found[0].to_string(),
            "index.html: line 2: the page says `<strong>99.94</strong> and more`, computed is `<strong>99.93</strong> and more`"
        );
        let claim = |number: f64| serde_json::json!({ "components": [{ "id": "api", "uptime": [{ "days": 90, "availability_percent": number }] }] });
        let mut found = Vec::new();
        assert_eq!(values("status.json", &claim(99.9), &claim(99.8), &mut found), 3);
        assert_eq!(
            found[0].to_string(),
            "status.json: components[api].uptime[days=90].availability_percent: the page says `99.9`, computed is `99.8`"
        );
    }
}
