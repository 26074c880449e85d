//! Writes what people would write: new incidents and maintenance, and updates of those that are there.
//!
//! Text to text. Whatever stands in a file stays there, byte for byte: an update is put behind the
//! others, or before them where the newest is written first. Whoever writes the result reads it back
//! first, for a message may hold anything.

use ring::digest::{SHA256, digest as hash};

use super::{File, updates};
use crate::model::time::MINUTE;
use crate::model::{Affected, Settings, Source, Time};

/// In the heading of an update: no person wrote it.
pub const AUTOMATIC: &str = "auto";

/// The key of the digest by which the program knows that nobody has edited its file.
pub const DIGEST: &str = "auto_digest";

/// The key of what monitoring systems call their alerts.
pub const KEYS: &str = "alert_key";

/// An incident that the program raises.
#[derive(Debug)]
pub struct Raised<'a> {
    /// What visitors read first.
    pub title: &'a str,
    /// When it began.
    pub started: Time,
    /// Whether what it declares counts in uptime; not where checks measure it anyway.
    pub counts: bool,
    /// What a monitoring system calls it.
    pub alert_key: Option<&'a str>,
}

/// A new file of an incident that no person declared.
pub fn raised(new: &Raised<'_>, heading: &str, message: &str) -> String {
    let mut head = format!("---\ntitle: {}\n", scalar(new.title));
    head.push_str(&format!("started: {}\n", moment(new.started)));
    if !new.counts {
        head.push_str("affects_uptime: false # the checks measure it themselves\n");
    }
    let auto = match new.alert_key {
        Some(key) => {
            head.push_str(&format!("{KEYS}: {}\n", literal(key)));
            "alert"
        }
        None => "true",
    };
    head.push_str(&format!(
        "auto: {auto}\n{DIGEST}: none # fits while nobody has edited this file\n---\n"
    ));
    sealed(&with_update_at(&head, head.len(), heading, message))
}

/// The digest of a file, whatever its line ends and its own digest are.
pub fn digest(text: &str) -> String {
    let mut fences = 0;
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        fences += usize::from(line == "---");
        if fences != 1 || !line.starts_with(&format!("{DIGEST}:")) {
            lines.push(line);
        }
    }
    let hash = hash(&SHA256, lines.join("\n").trim_end().as_bytes());
    let hex: String = hash.as_ref()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The file with the digest of what is in it now.
pub fn sealed(text: &str) -> String {
    let digest = digest(text);
    let mut is_told = false;
    text.split_inclusive('\n')
        .map(|line| match line.strip_prefix(DIGEST).and_then(|rest| rest.strip_prefix(": ")) {
            Some(rest) if !is_told => {
                is_told = true;
                let old = rest.find(char::is_whitespace).unwrap_or(rest.len());
                format!("{DIGEST}: {digest}{}", &rest[old..])
            }
            _ => line.to_owned(),
        })
        .collect()
}

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
    with_marks(status, at, changes, None)
}

/// The heading of an update that no person wrote.
pub fn automatic_heading(status: &str, at: Time, changes: &Affected) -> String {
    with_marks(status, at, changes, Some(AUTOMATIC))
}

fn with_marks(status: &str, at: Time, changes: &Affected, mark: Option<&str>) -> String {
    let mut words = status.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let pairs = changes.iter().map(|(id, status)| format!("{id}={}", status.word()));
    let pairs: Vec<String> = mark.map(str::to_owned).into_iter().chain(pairs).collect();
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

/// The file of an incident with these keys of alerts; none where its own are not written in one line.
pub fn with_keys(source: &Source, settings: &Settings, keys: &[String]) -> Option<String> {
    let file = File::open(source, settings);
    let front = file.front?;
    let keys: Vec<String> = keys.iter().map(|key| literal(key)).collect();
    let keys = match keys.as_slice() {
        [one] => format!("{KEYS}: {one}"),
        several => format!("{KEYS}: [{}]", several.join(", ")),
    };
    let mut at = front.start;
    for line in source.text[front.clone()].split_inclusive('\n') {
        if let Some(value) = line.strip_prefix(KEYS).and_then(|rest| rest.strip_prefix(':')) {
            let value = without_comment(value).trim_end();
            if value.is_empty() {
                return None;
            }
            let end = at + KEYS.len() + 1 + value.len();
            return Some(format!("{}{keys}{}", &source.text[..at], &source.text[end..]));
        }
        at += line.len();
    }
    let end = if source.text.contains("\r\n") { "\r\n" } else { "\n" };
    let (before, after) = source.text.split_at(front.end);
    Some(format!("{before}{keys}{end}{after}"))
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

/// What stands before a comment of YAML; within quotes there is none.
fn without_comment(value: &str) -> &str {
    let (mut quote, mut before, mut is_escaped) = (None, ' ', false);
    for (at, c) in value.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some('"') if c == '\\' => is_escaped = true,
            Some(open) => quote = (c != open).then_some(open),
            None if c == '#' && before.is_whitespace() => return &value[..at],
            None if matches!(c, '"' | '\'')
                && (before.is_whitespace() || "[,'".contains(before)) =>
            {
                quote = Some(c);
            }
            None => {}
        }
        before = c;
    }
    value
}

/// A text in one line, without what no file of YAML may hold.
pub fn one_line(text: &str) -> String {
    let text: String = text.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text in quotes, to the last space of it.
fn literal(text: &str) -> String {
    serde_json::to_string(text).expect("a text always serializes")
}

/// A text in one line of YAML, in quotes where it could be read as anything else.
fn scalar(text: &str) -> String {
    let text = one_line(text);
    let is_plain = text.starts_with(|c: char| c.is_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || " ,.()/'+-_".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    match is_plain {
        true => text,
        false => literal(&text),
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
    fn a_comment_begins_outside_of_quotes() {
        for (value, want) in [
            (" a", " a"),
            (" a # it's \"x\"]", " a "),
            (" a#1", " a#1"),
            (" \"a #1\" # b", " \"a #1\" "),
            (" [\"a \\\" #1\", 'it''s #2', c] # d", " [\"a \\\" #1\", 'it''s #2', c] "),
            (" it's # b", " it's "),
        ] {
            assert_eq!(without_comment(value), want);
        }
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
