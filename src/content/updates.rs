//! The `## Status · time {component=status}` headings of a body.
//!
//! Finds headings with a Markdown parser, so that those inside code fences,
//! lists and quotes stay text.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{File, author, known_component};
use crate::model::{Affected, ComponentStatus, Time, Update, zone};
use crate::problem::{self, Problem};

/// The words of a status.
pub type Words<Status> = [(&'static str, Status)];

/// A body cut at its update headings.
pub struct Body<Status> {
    /// Markdown before the first update.
    pub summary: String,
    /// Oldest first; those without a readable heading stay where they were written.
    pub updates: Vec<Update<Status>>,
}

/// A top-level `##` heading: its text, and where it begins and ends in the body.
struct Heading {
    text: std::ops::Range<usize>,
    start: usize,
    end: usize,
}

/// Reads the body of a file. After a heading that `frees` names, other `##` headings are text.
pub fn read<Status: Copy + PartialEq>(
    file: &mut File<'_>,
    words: &Words<Status>,
    frees: Option<Status>,
) -> Body<Status> {
    let body = file.body();
    let mut updates: Vec<Update<Status>> = Vec::new();
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for heading in headings(body) {
        let text = &body[heading.text.clone()];
        let free = frees.is_some() && updates.last().is_some_and(|last| last.status == frees);
        let (word, rest) = split_status(text);
        // A postmortem has headings of its own; one with a time is an update all the same.
        let is_update = find_word(words, word).is_some()
            || zone::parse_moment(without_attributes(rest), &file.settings.timezone).is_ok();
        if free && !is_update {
            continue;
        }
        updates.push(read_heading(file, words, &heading));
        cuts.push((heading.start, heading.end));
    }
    let summary_end = cuts.first().map_or(body.len(), |(start, _)| *start);
    for (index, update) in updates.iter_mut().enumerate() {
        let end = cuts.get(index + 1).map_or(body.len(), |(start, _)| *start);
        update.body = body[cuts[index].1..end].trim().to_owned();
    }
    find_disorder(file, &updates, &cuts, frees);
    find_lookalikes(file, words, &cuts);
    let references = references(body);
    for text in updates.iter_mut().map(|update| &mut update.body) {
        add_references(text, &references);
    }
    sort_by_time(&mut updates);
    let mut summary = body[..summary_end].trim().to_owned();
    add_references(&mut summary, &references);
    Body { summary, updates }
}

/// Where the next update belongs in a file whose newest stands first; none where it goes to the end.
pub fn place_of_next(file: &File<'_>) -> Option<usize> {
    let body = file.body();
    let dated: Vec<(usize, Time)> = headings(body)
        .into_iter()
        .filter_map(|heading| {
            let (_, rest) = split_status(&body[heading.text.clone()]);
            let at = zone::parse_moment(without_attributes(rest), &file.settings.timezone).ok()?;
            Some((heading.start, at))
        })
        .collect();
    let (first, last) = (dated.first()?, dated.last()?);
    (first.1 > last.1).then_some(file.body_start + first.0)
}

/// Adds the definitions that a text needs; the others may be of an update to come.
fn add_references(text: &mut String, references: &[(String, String)]) {
    // Markdown compares labels without regard to case and white space.
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let written = plain(text);
    let mut separator = "\n\n";
    for (label, address) in references {
        if written.contains(&format!("[{}]", plain(label))) {
            text.push_str(&format!("{separator}[{label}]: <{address}>"));
            separator = "\n";
        }
    }
}

/// The definitions of reference links, which hold for the whole file: label and address.
fn references(body: &str) -> Vec<(String, String)> {
    let parser = Parser::new(body);
    let mut definitions: Vec<(String, String)> = parser
        .reference_definitions()
        .iter()
        .map(|(label, definition)| (label.to_owned(), definition.dest.to_string()))
        .collect();
    definitions.sort();
    definitions
}

/// An update between others that is older than the one it follows, where the oldest stands first, or
/// newer, where the newest does.
///
/// A postmortem often stands last, whatever the order of the others.
fn find_disorder<Status: PartialEq>(
    file: &mut File<'_>,
    updates: &[Update<Status>],
    cuts: &[(usize, usize)],
    postmortem: Option<Status>,
) {
    let dated: Vec<(Time, usize)> = updates
        .iter()
        .zip(cuts)
        .filter(|(update, _)| postmortem.is_none() || update.status != postmortem)
        .filter_map(|(update, (cut, _))| Some((update.at?, *cut)))
        .collect();
    let is_newest_first = dated.first().map(|(at, _)| at) > dated.last().map(|(at, _)| at);
    let wrong = dated.windows(2).find(|pair| match is_newest_first {
        true => pair[1].0 > pair[0].0,
        false => pair[1].0 < pair[0].0,
    });
    let Some([(before, _), (at, cut)]) = wrong else { return };
    let line = file.body()[*cut..].lines().next().unwrap_or_default().trim_end();
    let (how, order) = match is_newest_first {
        true => ("newer", "newest"),
        false => ("older", "oldest"),
    };
    file.problems.push(
        Problem::at(
            file.source,
            file.body_start + cut,
            line.chars().count(),
            format!("this update is {how} than the one before it, of {}", before.rfc3339()),
            format!("the {order} stands first in this file; is {} right?", at.rfc3339()),
        )
        .warning(),
    );
}

/// Lines that a person would take for an update, and Markdown does not: `##Resolved · …`,
/// `### Resolved · …`, or one swallowed by an open code fence.
fn find_lookalikes<Status: Copy>(
    file: &mut File<'_>,
    words: &Words<Status>,
    cuts: &[(usize, usize)],
) {
    let body = file.body();
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let (start, text) = (at, line.trim_start_matches('#').trim());
        at += line.len();
        if !line.starts_with('#') || cuts.binary_search_by_key(&start, |(cut, _)| *cut).is_ok() {
            continue;
        }
        let (word, rest) = split_status(without_attributes(text));
        let has_time = zone::parse_moment(rest, &file.settings.timezone).is_ok();
        if find_word(words, word).is_some() && has_time && file.problems.len() < MOST_PROBLEMS {
            file.problems.push(Problem::at(
                file.source,
                file.body_start + start,
                line.trim_end().chars().count(),
                "this line is not read as an update",
                format!("write `## {text}` after a blank line, outside of any code"),
            ));
        }
    }
}

/// How many mistakes of one file are told.
const MOST_PROBLEMS: usize = 100;

fn without_attributes(text: &str) -> &str {
    match text.strip_suffix('}').and_then(|rest| rest.rfind('{')) {
        Some(brace) => text[..brace].trim_end(),
        None => text,
    }
}

/// Many people write the newest first; then those of one minute are newest first too. An
/// update without a time stays behind the one it follows.
fn sort_by_time<Status>(updates: &mut Vec<Update<Status>>) {
    let dated: Vec<_> = updates.iter().filter_map(|update| update.at).collect();
    if dated.first() > dated.last() {
        updates.reverse();
    }
    let mut last = None;
    let mut keyed: Vec<_> = updates
        .drain(..)
        .map(|update| {
            last = update.at.or(last);
            (last, update)
        })
        .collect();
    keyed.sort_by_key(|(at, _)| *at);
    updates.extend(keyed.into_iter().map(|(_, update)| update));
}

fn headings(body: &str) -> Vec<Heading> {
    let mut headings = Vec::new();
    let mut depth = 0_usize;
    for (event, range) in Parser::new(body).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) if depth == 0 => {
                depth += 1;
                let raw = &body[range.clone()];
                // Only `## …`; a line underlined with dashes is somebody's ordinary heading.
                let Some(rest) = raw.strip_prefix("##") else {
                    continue;
                };
                let line = rest.lines().next().unwrap_or_default();
                let text = line.trim().trim_end_matches('#').trim_end();
                let start = range.start + 2 + (line.len() - line.trim_start().len());
                headings.push(Heading {
                    text: start..start + text.len(),
                    start: range.start,
                    end: range.end,
                });
            }
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::Heading(_)) | Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    headings
}

/// The leading words of a heading, and the rest behind a separator.
fn split_status(text: &str) -> (&str, &str) {
    let end =
        text.find(|c: char| !(c.is_alphabetic() || c == ' ' || c == '_')).unwrap_or(text.len());
    let rest =
        text[end..].trim_start_matches(|c: char| c.is_whitespace() || "·-—–:@|,".contains(c));
    (text[..end].trim(), rest)
}

fn find_word<Status: Copy>(words: &Words<Status>, word: &str) -> Option<Status> {
    let word = word.to_lowercase().replace(' ', "_");
    words.iter().find(|(known, _)| *known == word).map(|(_, status)| *status)
}

fn read_heading<Status: Copy>(
    file: &mut File<'_>,
    words: &Words<Status>,
    heading: &Heading,
) -> Update<Status> {
    let body = file.body();
    let whole = &body[heading.text.clone()];
    let offset = file.body_start + heading.text.start;
    let (text, attributes) = match whole.strip_suffix('}').and_then(|rest| rest.rfind('{')) {
        Some(brace) => (whole[..brace].trim_end(), Some(brace + 1..whole.len() - 1)),
        None => (whole, None),
    };
    let (word, rest) = split_status(text);
    let status = find_word(words, word);
    let mut mistake = |at: usize, length: usize, message: String, help: String| {
        if file.problems.len() >= MOST_PROBLEMS {
            return;
        }
        file.problems.push(Problem::at(file.source, offset + at, length, message, help));
    };
    let mut at = None;
    if status.is_none() {
        // Its time is good all the same: what is not to be read before then stays unread.
        at = zone::parse_moment(rest, &file.settings.timezone).ok();
        let help = match problem::nearest(&word.replace(' ', "_"), words.iter().map(|(w, _)| *w)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "an update begins with one of {}; use `###` for headings within an update",
                words.iter().map(|(w, _)| format!("`{w}`")).collect::<Vec<_>>().join(", ")
            ),
        };
        let shown = if word.is_empty() { whole } else { word };
        mistake(0, shown.chars().count(), format!("`{shown}` is not a status of an update"), help);
    } else if rest.is_empty() {
        mistake(
            0,
            text.chars().count(),
            "this update has no time".to_owned(),
            "write it behind the status: `· 2026-11-22 10:05 UTC`".to_owned(),
        );
    } else {
        match zone::parse_moment(rest, &file.settings.timezone) {
            Ok(time) => at = Some(time),
            Err(why) => mistake(
                text.len() - rest.len(),
                rest.chars().count(),
                why,
                "write a time such as `2026-11-22 10:05 UTC`".to_owned(),
            ),
        }
    }
    let mut changes = Affected::new();
    let mut is_automatic = false;
    for (position, pair) in attributes.map(|range| pairs(whole, range)).unwrap_or_default() {
        if pair == author::AUTOMATIC {
            is_automatic = true;
            continue;
        }
        let Some((id, word)) = pair.split_once('=') else {
            mistake(
                position,
                pair.chars().count(),
                format!("`{pair}` gives no component a status"),
                "write `{api=degraded_performance}`".to_owned(),
            );
            continue;
        };
        let known = known_component(file.settings, id, |message, help| {
            mistake(position, id.chars().count(), message, help);
        });
        match ComponentStatus::DECLARABLE.iter().find(|(known, _)| *known == word) {
            Some((_, status)) if known => {
                changes.insert(id.to_owned(), *status);
            }
            Some(_) => {}
            None => mistake(
                position + id.len() + 1,
                word.chars().count(),
                format!("unknown word `{word}`"),
                problem::suggest(word, ComponentStatus::DECLARABLE.iter().map(|(word, _)| *word)),
            ),
        }
    }
    Update { status, at, heading: whole.to_owned(), changes, is_automatic, body: String::new() }
}

/// The words between braces with their offsets; commas and spaces separate them.
fn pairs(text: &str, range: std::ops::Range<usize>) -> Vec<(usize, &str)> {
    let start = range.start;
    let inner = &text[range];
    inner
        .split([' ', ','])
        .filter(|pair| !pair.is_empty())
        .map(|pair| (start + (pair.as_ptr() as usize - inner.as_ptr() as usize), pair))
        .collect()
}
