//! YAML as a tree whose every node can be found again in the text.
//!
//! The one file that names the YAML crate. Typed deserialization stops at the
//! first mistake; this tree is walked by readers that gather all of them. The crate
//! tells positions only in errors, so a node's place is found by walking to it a
//! second time and failing there: slow, exact, and done only for mistakes.

mod finder;
mod node;

use std::cell::{Cell, RefCell};

use serde::de::DeserializeSeed;

use crate::model::{Source, time};
use crate::problem::{self, Problem};

pub use self::node::Node;

use self::finder::{Finder, Step};
use self::node::{MOST_NODES, NodeSeed};

/// The largest text that is read; deeper nests of brackets take seconds beyond it.
const MAX_BYTES: usize = 1 << 20;

/// How many mistakes of one text are told.
const MOST_PROBLEMS: usize = 100;

/// Where brackets are nested deeper than any site needs; the parser takes minutes for thousands.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            // Brackets do not reach over an unbracketed new key, so that text like `a [` adds up to nothing.
            b'\n' if !text[offset + 1..].starts_with([' ', '\t', '[', '{', ']', '}', '\n']) => {
                depth = 0
            }
            _ => {}
        }
        if depth > 200 {
            return Some(offset);
        }
    }
    None
}

/// A parsed text, and the problems that readers find in it.
#[derive(Debug)]
pub struct Document<'s> {
    source: &'s Source,
    /// The YAML within the source, as a byte range.
    range: std::ops::Range<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl<'s> Document<'s> {
    /// Parses a byte range of a source. A syntax error is recorded and gives no node.
    pub fn parse(source: &'s Source, range: std::ops::Range<usize>) -> (Self, Option<Node>) {
        let document = Self { source, range, problems: RefCell::default() };
        let text = document.text();
        if text.len() > MAX_BYTES {
            document.push(Problem::in_file(
                &source.path,
                "this file is larger than 1 MiB",
                "split it, or remove what is not configuration",
            ));
            return (document, None);
        }
        if let Some(offset) = too_deep(text) {
            document.push(Problem::at(
                source,
                document.range.start + offset,
                1,
                "this is nested too deep",
                "no key of a site needs so many brackets within brackets",
            ));
            return (document, None);
        }
        match NodeSeed(&Cell::new(MOST_NODES)).deserialize(serde_yaml::Deserializer::from_str(text))
        {
            Ok(node) => (document, Some(node)),
            Err(error) => {
                let problem = document.syntax_problem(&error);
                document.push(problem);
                (document, None)
            }
        }
    }

    /// The problems found so far.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The root as an item.
    pub fn root<'d>(&'d self, node: &'d Node) -> Item<'d> {
        Item { document: self, node, path: Vec::new() }
    }

    fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Each mistake is searched for in the text, and nobody reads a thousand of them.
    fn has_room(&self) -> bool {
        self.problems.borrow().len() < MOST_PROBLEMS
    }

    fn text(&self) -> &str {
        &self.source.text[self.range.clone()]
    }

    fn syntax_problem(&self, error: &serde_yaml::Error) -> Problem {
        let full = error.to_string();
        let message = match full.find(" at line ") {
            Some(end) => &full[..end],
            None => &full,
        };
        let second = full.contains("more than one document").then(|| self.text().find("\n---"));
        let offset = match (error.location(), second.flatten()) {
            (Some(location), _) => location.index(),
            (None, Some(line_break)) => line_break + 1,
            (None, None) => 0,
        };
        let indented_by_tab = self.text()[offset.min(self.text().len())..].starts_with('\t');
        let (message, help) = if indented_by_tab {
            ("a tab cannot indent YAML", "indent with spaces")
        } else if message.contains("repetition limit") {
            (
                "this YAML refers to itself too often",
                "write the values out instead of using aliases",
            )
        } else if message.contains("more than one document") {
            (
                "this file holds more than one YAML document",
                "keep one document: remove the line `---` and what does not belong",
            )
        } else if message.contains("mapping values are not allowed") {
            (message, "put quotes around a text with `: ` in it; else mend the indentation")
        } else {
            (message, "mend the YAML here; the cause may stand in the lines above")
        };
        let message = message.strip_prefix("<root>: ").unwrap_or(message);
        Problem::at(self.source, self.range.start + offset, 1, message, help)
    }

    /// The byte offset within the source of a node, or of the key in front of it.
    fn locate(&self, path: &[Step], key: bool) -> usize {
        let seed = Finder { path, key };
        let error = seed.deserialize(serde_yaml::Deserializer::from_str(self.text())).err();
        let index = error.and_then(|error| error.location()).map_or(0, |location| location.index());
        self.range.start + index.min(self.range.len())
    }
}

/// A node with its path, so that a problem can point at it.
#[derive(Debug, Clone)]
pub struct Item<'d> {
    document: &'d Document<'d>,
    /// The value.
    pub node: &'d Node,
    path: Vec<Step>,
}

impl<'d> Item<'d> {
    /// Records a mistake at this value.
    pub fn mistake(&self, message: impl Into<String>, help: impl Into<String>) {
        let length = match self.node {
            Node::Text(text) => text.chars().count(),
            Node::Int(number) => number.to_string().len(),
            Node::Bool(value) => value.to_string().len(),
            _ => 1,
        };
        self.record(false, length, message.into(), help.into());
    }

    /// Records a mistake at the key in front of this value.
    pub fn key_mistake(&self, message: impl Into<String>, help: impl Into<String>) {
        let length = match self.path.last() {
            Some(Step::Key(key, _)) => key.chars().count(),
            _ => 1,
        };
        self.record(true, length, message.into(), help.into());
    }

    /// Records a mistake `offset` bytes into this text, where the text is written plainly.
    pub fn mistake_within(
        &self,
        offset: usize,
        length: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let start = self.document.locate(&self.path, false);
        let text = &self.document.source.text;
        let quoted = usize::from(text[start..].starts_with(['"', '\'']));
        self.document.push(Problem::at(
            self.document.source,
            start + quoted + offset,
            length,
            message,
            help,
        ));
    }

    fn record(&self, key: bool, length: usize, message: String, help: String) {
        if !self.document.has_room() {
            return;
        }
        let offset = self.document.locate(&self.path, key);
        let source = self.document.source;
        let quoted = source.text[offset..].starts_with(['"', '\'']);
        let length = length + if quoted { 2 } else { 0 };
        self.document.push(Problem::at(source, offset, length, message, help));
    }

    fn expected(&self, what: &str, example: &str) {
        self.mistake(
            format!("expected {what}, found {}", self.node.kind()),
            format!("write {example}"),
        );
    }

    /// The elements of a list.
    pub fn list(&self, example: &str) -> Vec<Item<'d>> {
        match self.node {
            Node::List(nodes) => nodes
                .iter()
                .enumerate()
                .map(|(index, node)| self.child(node, Step::Index(index)))
                .collect(),
            _ => {
                self.expected("a list", example);
                Vec::new()
            }
        }
    }

    /// Keys and values. `what` names the thing in messages: `probe `api``.
    pub fn map(&self, what: impl Into<String>, example: &str) -> Option<Map<'d>> {
        match self.node {
            Node::Map(entries) => {
                let mut map = Map { items: Vec::new(), what: what.into() };
                for (index, (key, node)) in entries.iter().enumerate() {
                    let nth = entries[..index].iter().filter(|(other, _)| other == key).count();
                    let item = self.child(node, Step::Key(key.clone(), nth));
                    if nth > 0 {
                        item.key_mistake(
                            format!("duplicate key `{key}`"),
                            "keep one of the two; a key stands once",
                        );
                    } else {
                        map.items.push((key, item, false));
                    }
                }
                Some(map)
            }
            _ => {
                self.expected("keys and values", example);
                None
            }
        }
    }

    fn child(&self, node: &'d Node, step: Step) -> Item<'d> {
        let mut path = self.path.clone();
        path.push(step);
        Item { document: self.document, node, path }
    }

    /// A text.
    pub fn text(&self, example: &str) -> Option<&'d str> {
        match self.node {
            Node::Text(text) => Some(text),
            _ => {
                self.expected("a text", example);
                None
            }
        }
    }

    /// A text with something in it.
    pub fn filled_text(&self, example: &str) -> Option<&'d str> {
        let text = self.text(example)?;
        if text.trim().is_empty() {
            self.mistake("this text is empty", format!("write {example}"));
            return None;
        }
        Some(text)
    }

    /// `true` or `false`.
    pub fn bool(&self) -> Option<bool> {
        match self.node {
            Node::Bool(value) => Some(*value),
            _ => {
                self.expected("true or false", "`true` or `false`");
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn integer(&self, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
        match self.node {
            Node::Int(number) if range.contains(number) => Some(*number),
            Node::Int(number) => {
                self.mistake(
                    format!("`{number}` is out of range"),
                    format!("write a number from {} to {}", range.start(), range.end()),
                );
                None
            }
            _ => {
                self.expected(
                    "a whole number",
                    &format!("a number from {} to {}", range.start(), range.end()),
                );
                None
            }
        }
    }

    /// A duration of at least `least` milliseconds, in milliseconds.
    pub fn duration(&self, least: i64) -> Option<i64> {
        const HELP: &str = "write a number and a unit: `500ms`, `10s`, `5m`, `26h` or `14d`";
        match self.node {
            Node::Text(text) => match time::parse_duration(text) {
                Some(ms) if ms >= least => Some(ms),
                Some(_) => {
                    self.mistake(
                        format!("`{text}` is too short"),
                        format!(
                            "write at least `{}`",
                            if least % 1000 == 0 {
                                format!("{}s", least / 1000)
                            } else {
                                format!("{least}ms")
                            }
                        ),
                    );
                    None
                }
                None => {
                    self.mistake(format!("`{text}` is not a duration"), HELP);
                    None
                }
            },
            Node::Int(number) => {
                self.mistake(format!("`{number}` has no unit"), HELP);
                None
            }
            _ => {
                self.expected("a duration", "`10s` or `5m`");
                None
            }
        }
    }

    /// One of some words.
    pub fn word<T: Copy>(&self, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(&format!("`{}`", words[0].0))?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known = words.iter().map(|(word, _)| *word);
            self.mistake(format!("unknown word `{text}`"), problem::suggest(text, known));
        }
        found
    }
}

/// Keys and values, each taken once; what is left over is a mistake.
#[derive(Debug)]
pub struct Map<'d> {
    items: Vec<(&'d str, Item<'d>, bool)>,
    what: String,
}

impl<'d> Map<'d> {
    /// The value of a key, unless the key is absent or has no value.
    pub fn get(&mut self, key: &str) -> Option<Item<'d>> {
        let (_, item, taken) = self.items.iter_mut().find(|(name, _, _)| *name == key)?;
        *taken = true;
        (*item.node != Node::Null).then(|| item.clone())
    }

    /// The names the map has for free keys, each with its value.
    pub fn entries(&self) -> impl Iterator<Item = (&'d str, &Item<'d>)> {
        self.items.iter().map(|(key, item, _)| (*key, item))
    }

    /// Renames what messages call this thing, once its id is known.
    pub fn rename(&mut self, what: String) {
        self.what = what;
    }

    /// Records each key that nobody took.
    pub fn finish(self, known: &[&str]) {
        for (key, item, taken) in &self.items {
            // What a reader takes, its list must name: the schema for editors is made of that.
            debug_assert!(!taken || known.contains(key), "`{key}` is missing in {known:?}");
            if !taken {
                item.key_mistake(
                    format!("unknown key `{key}` in {}", self.what),
                    problem::suggest(key, known.iter().copied()),
                );
            }
        }
    }
}
