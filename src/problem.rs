//! Mistakes in a site's files: where, what, and what to do next.
//!
//! Everything that reads files gathers problems instead of stopping at the first,
//! and all of them are printed in one shape, that of rustc.

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

use crate::model::Source;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Must be mended; `check` fails.
    Error,
    /// Worth knowing; nothing fails.
    Warning,
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// The file, within the site.
    pub path: String,
    /// The place in the file, when it has one.
    pub place: Option<Place>,
    /// What is wrong: lower case, no final stop, the user's values in backticks.
    pub message: String,
    /// The next step.
    pub help: String,
}

/// A stretch of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters, at least 1.
    pub length: usize,
    text: String,
}

impl Problem {
    /// An error at a place of a source: a byte offset and a length in characters.
    pub fn at(
        source: &Source,
        offset: usize,
        length: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let (line, column) = source.position(offset);
        Self::at_line(source, line, column, length, message, help)
    }

    /// An error at a line and column of a source, both from 1.
    pub fn at_line(
        source: &Source,
        line: usize,
        column: usize,
        length: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let text = source.line(line).to_owned();
        let rest = text.chars().count().saturating_sub(column - 1).max(1);
        Self {
            severity: Severity::Error,
            path: source.path.clone(),
            place: Some(Place { line, column, length: length.clamp(1, rest), text }),
            message: message.into(),
            help: help.into(),
        }
    }

    /// An error of a whole line, of which `line` holds the text alone and `number` says where
    /// in the file it is.
    pub fn at_numbered(
        line: &Source,
        number: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let mut problem = Self::at_line(line, 1, 1, usize::MAX, message, help);
        if let Some(place) = &mut problem.place {
            place.line = number;
        }
        problem
    }

    /// An error that concerns a file as a whole.
    pub fn in_file(
        path: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            severity: Severity::Error,
            path: path.into(),
            place: None,
            message: message.into(),
            help: help.into(),
        }
    }

    /// The same, as a warning.
    pub fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }

    /// One line for the mark on a page: `line 12: unknown component`.
    pub fn summary(&self) -> String {
        match &self.place {
            Some(place) => format!("line {}: {}", place.line, self.message),
            None => self.message.clone(),
        }
    }

    /// The problem with its source line and a caret, as text without colour.
    pub fn render(&self) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(clean(&self.message));
        let help = clean(&self.help);
        let help = Level::HELP.message(&help);
        let path = clean(&self.path);
        let group = match &self.place {
            None => title.element(Origin::path(&path)).element(help),
            Some(place) => {
                let text = printable(&place.text);
                let byte = |column: usize| {
                    text.char_indices().nth(column).map_or(text.len(), |(index, _)| index)
                };
                let span = byte(place.column - 1)..byte(place.column - 1 + place.length);
                let snippet = Snippet::source(text.as_str())
                    .line_start(place.line)
                    .path(&path)
                    .annotation(AnnotationKind::Primary.span(span));
                return Renderer::plain().render(&[title.element(snippet).element(help)]);
            }
        };
        Renderer::plain().render(&[group])
    }
}

/// Sorts by path and place, and drops exact repetitions.
pub fn sort(problems: &mut Vec<Problem>) {
    let key = |problem: &Problem| {
        let place = problem.place.as_ref().map(|place| (place.line, place.column));
        (problem.path.clone(), place, problem.message.clone())
    };
    problems.sort_by_key(key);
    problems.dedup();
}

/// Whether any of them is an error.
pub fn any_error(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// A source line for a terminal: no control characters, and the user and
/// password of an address masked, character for character so that carets hold.
fn printable(line: &str) -> String {
    let mut text = clean(line);
    let mut from = 0;
    while let Some(found) = text[from..].find("://") {
        let start = from + found + 3;
        let authority = text[start..]
            .find(|c: char| c.is_whitespace() || "/?#\"'".contains(c))
            .map_or(text.len(), |end| start + end);
        if let Some(at) = text[start..authority].rfind('@') {
            let mask = "*".repeat(text[start..start + at].chars().count());
            text.replace_range(start..start + at, &mask);
            from = start + mask.len();
        } else {
            from = start;
        }
    }
    text
}

fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The nearest of `known` to `word`, for a hint, or none when nothing is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 80 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .min()
        .filter(|(steps, candidate)| *steps <= 1 + candidate.len().min(word.len()) / 4)
        .map(|(_, candidate)| candidate)
}

/// Help for a word that is not among `known`: the nearest one, else all of them.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let mut all: Vec<String> = known.into_iter().map(|word| format!("`{word}`")).collect();
            all.truncate(20);
            format!("known here: {}", all.join(", "))
        }
    }
}

/// Edits between two words, where swapping two neighbours is one edit.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let cost = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + cost);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_looks_like_one_of_rustc() {
        let source = Source::new("probes.yaml", b"a: 1\n    timout: 5s\n");
        let problem = Problem::at(&source, 9, 6, "unknown key `timout`", "did you mean `timeout`?");
        assert_eq!(
            problem.render(),
            "error: unknown key `timout`\n --> probes.yaml:2:5\n  |\n2 |     timout: 5s\n  |     ^^^^^^\n  |\n  = help: did you mean `timeout`?"
        );
    }

    #[test]
    fn a_password_in_a_quoted_line_is_masked_and_the_caret_holds() {
        let source = Source::new("probes.yaml", "url: http://ü:geheim@h/ x".as_bytes());
        let problem = Problem::at_line(&source, 1, 24, 1, "m", "h");
        assert!(
            problem
                .render()
                .contains("1 | url: http://********@h/ x\n  |                        ^\n"),
            "{}",
            problem.render()
        );
    }

    #[test]
    fn hints_are_near_words_only() {
        let known = ["timeout", "retries", "url"];
        assert_eq!(nearest("timout", known), Some("timeout"));
        assert_eq!(nearest("tiemout", known), Some("timeout"));
        assert_eq!(nearest("ulr", known), Some("url"));
        assert_eq!(nearest("banana", known), None);
    }
}
