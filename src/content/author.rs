//! Writes what people would write: new incidents and maintenance, and updates of those that are there.
//!
//! Text to text. Whatever stands in a file stays there, byte for byte: an update is put behind the
//! others, or before them where the newest is written first. Whoever writes the result reads it back
//! first, for a message may hold anything.

use super::{File, updates};
use crate::model::time::MINUTE;
use crate::model::{Affected, Settings, Source, Time};

/// A new file of an incident.
pub fn incident(title: &str, affected: &Affected, heading: &str, message: &str) -> String {
    let pairs: Vec<String> =
        affected.iter().map(|(id, status)| format!("{id}: {}", status.word())).collect();
    let affected = match pairs.is_empty() {
        true => String::new(),
        false => format!("affected: {{ {} }}\n", pairs.join(", ")),
    };
    let head = format!("---\ntitle: {}\n{affected}---\n", scalar(title));
    with_update_at(&head, head.len(), heading, message)
}

/// A new file of a maintenance.
pub fn maintenance(
    title: &str,
    components: &[String],
    (start, end): (Time, Time),
    announced: Time,
    message: &str,
) -> String {
    let text = format!(
        "---\ntitle: {}\ncomponents: [{}]\nstart: {}\nend: {}\nannounced: {}\n---\n",
        scalar(title),
        components.join(", "),
        moment(start),
        moment(end),
        moment(announced)
    );
    message_lines(message).fold(text, |text, line| format!("{text}{line}\n"))
}

/// The lines of a message without the empty ones around it. Spaces mean something in Markdown.
fn message_lines(message: &str) -> impl Iterator<Item = &str> {
    let is_empty = |line: &&str| line.trim().is_empty();
    let lines: Vec<&str> = message.lines().skip_while(is_empty).collect();
    let filled = lines.iter().rposition(|line| !is_empty(line)).map_or(0, |last| last + 1);
    lines.into_iter().take(filled)
}

/// The heading of an update: `## Identified · 2026-11-22 10:05 UTC {api=degraded_performance}`.
pub fn heading(status: &str, at: Time, changes: &Affected) -> String {
    let mut words = status.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let pairs: Vec<String> =
        changes.iter().map(|(id, status)| format!("{id}={}", status.word())).collect();
    let changes = match pairs.is_empty() {
        true => String::new(),
        false => format!(" {{{}}}", pairs.join(", ")),
    };
    format!("## {words} · {}{changes}", moment(at))
}

/// The file with one more update.
pub fn with_update(source: &Source, settings: &Settings, heading: &str, message: &str) -> String {
    let file = File::open(source, settings);
    let at = updates::place_of_next(&file).unwrap_or(source.text.len());
    with_update_at(&source.text, at, heading, message)
}

/// The file of a maintenance with another end; none where its front matter is not written line by
/// line, so that nobody can tell what to replace.
pub fn with_end(source: &Source, settings: &Settings, end: Time) -> Option<String> {
    let file = File::open(source, settings);
    let front = file.front?;
    let mut at = front.start;
    for line in source.text[front].split_inclusive('\n') {
        if line.starts_with("end:") || line.starts_with("duration:") {
            let told = line.trim_end();
            // A comment behind it stays.
            let told = told.find(" #").map_or(told, |comment| told[..comment].trim_end());
            let (before, after) = (&source.text[..at], &source.text[at + told.len()..]);
            return Some(format!("{before}end: {}{after}", moment(end)));
        }
        at += line.len();
    }
    None
}

fn with_update_at(text: &str, at: usize, heading: &str, message: &str) -> String {
    let (before, after) = text.split_at(at);
    // As the file does it.
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut update = String::new();
    if !before.is_empty() && !before.ends_with('\n') {
        update.push_str(end);
    }
    if before.lines().next_back().is_some_and(|line| !line.trim().is_empty()) {
        update.push_str(end);
    }
    update.push_str(heading);
    update.push_str(end);
    for line in message_lines(message) {
        update.push_str(line);
        update.push_str(end);
    }
    if !after.is_empty() {
        update.push_str(end);
    }
    format!("{before}{update}{after}")
}

/// A file name for something that is called so: `2026-11-22-api-errors`.
pub fn slug(day: &str, title: &str) -> String {
    let mut words = String::new();
    for c in title.chars() {
        match c {
            'a'..='z' | '0'..='9' => words.push(c),
            'A'..='Z' => words.push(c.to_ascii_lowercase()),
            _ if words.is_empty() || words.ends_with('-') => {}
            _ => words.push('-'),
        }
    }
    let words: String = words.trim_end_matches('-').chars().take(50).collect();
    match words.trim_end_matches('-') {
        "" => day.to_owned(),
        words => format!("{day}-{words}"),
    }
}

/// A time as a person writes it, with seconds only where there are some.
fn moment(at: Time) -> String {
    let format = if at.ms() % MINUTE == 0 { "%Y-%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    at.utc().format(format).to_string()
}

/// A text in one line of YAML, in quotes where it could be read as anything else.
fn scalar(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = text.starts_with(|c: char| c.is_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || " ,.()/'+-_".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    match is_plain {
        true => text,
        false => serde_json::to_string(&text).expect("a text always serializes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_a_file_name() {
        for (title, slug_wanted) in [
            ("API errors", "2026-11-22-api-errors"),
            ("  Checkout & cart: 50 % fail!", "2026-11-22-checkout-cart-50-fail"),
            ("文字", "2026-11-22"),
            ("../../etc/passwd", "2026-11-22-etc-passwd"),
        ] {
            assert_eq!(slug("2026-11-22", title), slug_wanted);
        }
        assert!(slug("2026-11-22", &"long ".repeat(40)).len() <= 61);
    }

    #[test]
    fn a_title_is_quoted_where_yaml_would_read_something_else() {
        for (title, want) in [
            ("API errors", "API errors"),
            ("Yes", "\"Yes\""),
            ("500 errors", "\"500 errors\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("\"x\"\nb", "\"\\\"x\\\" b\""),
            ("- a", "\"- a\""),
        ] {
            assert_eq!(scalar(title), want);
        }
    }
}
