//! The words of a page in one language: `i18n/<tag>.yaml` of a theme.
//!
//! English knows every message. Another language may lack some, which are then said in English; a
//! site's own theme may say any of them in its own words.

use std::collections::BTreeMap;

use super::plural::{Category, categories, category};
use crate::model::Source;
use crate::problem::{self, Problem};
use crate::yaml::{Document, Item, Node};

/// What a file says for one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A text, with places such as `{count}` to be filled.
    Text(String),
    /// A text for each plural category; `other` is always there.
    Forms(BTreeMap<Category, String>),
    /// Names that are asked for by their number, such as months.
    Names(Vec<String>),
}

impl Message {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Forms(_) => "a text for each plural form, such as `{ one: …, other: … }`",
            Self::Names(_) => "a list",
        }
    }

    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Forms(forms) => forms.values().map(String::as_str).collect(),
            Self::Names(names) => names.iter().map(String::as_str).collect(),
        }
    }

    /// The places that any of its texts has.
    fn places(&self) -> Vec<&str> {
        self.texts().into_iter().flat_map(places).collect()
    }
}

/// The names between braces.
fn places(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// The messages of a file, by key.
pub type Messages = BTreeMap<String, Message>;

/// Reads a file. With a tag and the messages of English only theirs are accepted, in forms that the
/// language has.
pub fn parse(source: &Source, known: Option<(&str, &Messages)>) -> (Messages, Vec<Problem>) {
    let (document, node) = Document::parse(source, 0..source.text.len());
    let mut messages = Messages::new();
    if let Some(node) = &node
        && let Some(map) = document.root(node).map("the words", "`status_unknown: Unknown`")
    {
        for (key, item) in map.entries() {
            let Some(message) = read(item) else { continue };
            match known.map(|(_, english)| english.get(key)) {
                Some(None) => {
                    let english = known.into_iter().map(|(_, english)| english);
                    let keys = english.flat_map(BTreeMap::keys).map(String::as_str);
                    let help = match problem::nearest(key, keys) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "`aboveboard theme eject i18n/en.yaml` writes all keys".to_owned(),
                    };
                    item.key_mistake(format!("no page says `{key}`"), help);
                    continue;
                }
                Some(Some(reference)) if !is_like(&message, reference, item) => continue,
                Some(Some(_)) => {
                    if let (Message::Forms(forms), Some((tag, _))) = (&message, known) {
                        check_forms(forms, tag, item);
                    }
                    if key == "direction"
                        && !matches!(item.node, Node::Text(text) if text == "ltr" || text == "rtl")
                    {
                        item.mistake("this is not a direction", "write `ltr` or `rtl`");
                    }
                }
                _ => {}
            }
            messages.insert(key.to_owned(), message);
        }
    }
    (messages, document.into_problems())
}

fn read(item: &Item<'_>) -> Option<Message> {
    match item.node {
        Node::List(_) => {
            let names = item.list("`[Monday, Tuesday]`");
            let names = names.iter().map(|name| Some(name.text("a name")?.to_owned()));
            Some(Message::Names(names.collect::<Option<Vec<String>>>()?))
        }
        Node::Map(_) => {
            let map = item.map("a message", "`{ one: …, other: … }`")?;
            let mut forms = BTreeMap::new();
            for (name, item) in map.entries() {
                let form = Category::WORDS.iter().find(|(word, _)| *word == name);
                match form {
                    Some((_, form)) => {
                        forms.insert(*form, item.text("a text")?.to_owned());
                    }
                    None => item.key_mistake(
                        format!("`{name}` is not a plural form"),
                        "use zero, one, two, few, many and other",
                    ),
                }
            }
            if !forms.contains_key(&Category::Other) {
                item.mistake(
                    "the form `other` is missing",
                    "add `other:`, which all numbers may use",
                );
                return None;
            }
            Some(Message::Forms(forms))
        }
        _ => Some(Message::Text(item.text("a text")?.to_owned())),
    }
}

/// Tells of forms that the language needs and of those that it never uses.
fn check_forms(forms: &BTreeMap<Category, String>, tag: &str, item: &Item<'_>) {
    let needed = categories(tag);
    for (word, form) in Category::WORDS {
        match (needed.contains(form), forms.contains_key(form)) {
            (true, false) => item.mistake(
                format!("the form `{word}` is missing"),
                format!("this language has it for some numbers; write `{word}:` too"),
            ),
            (false, true) if *form != Category::Other => item.mistake(
                format!("no number takes the form `{word}` in this language"),
                "leave it out",
            ),
            _ => {}
        }
    }
}

/// Whether a message can stand where another one does.
fn is_like(message: &Message, reference: &Message, item: &Item<'_>) -> bool {
    let fits = match (message, reference) {
        (Message::Names(names), Message::Names(wanted)) => names.len() == wanted.len(),
        (Message::Forms(_) | Message::Text(_), Message::Forms(_)) => true,
        (Message::Text(_), Message::Text(_)) => true,
        _ => false,
    };
    if !fits {
        let wanted = match reference {
            Message::Names(names) => format!("a list of {} names", names.len()),
            other => other.kind().to_owned(),
        };
        item.mistake(format!("{} cannot stand here", message.kind()), format!("write {wanted}"));
        return false;
    }
    let allowed = reference.places();
    for place in message.places() {
        if !allowed.contains(&place) {
            let help = match allowed.as_slice() {
                [] => "nothing is filled into this text; leave the braces out".to_owned(),
                known => problem::suggest(place, known.iter().copied()),
            };
            item.mistake(format!("nothing fills `{{{place}}}`"), help);
            return false;
        }
    }
    true
}

/// Fills the places of a text.
pub fn fill(text: &str, with: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').and_then(|(name, tail)| Some((with(name)?, tail))) {
            Some((value, tail)) => {
                out.push_str(&value);
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The form of a text for a number, in the language with this tag.
pub fn form<'f>(forms: &'f BTreeMap<Category, String>, tag: &str, count: u64) -> &'f str {
    let wanted = forms.get(&category(tag, count)).or_else(|| forms.get(&Category::Other));
    wanted.map(String::as_str).unwrap_or_default()
}

/// A language that a page is written in.
#[derive(Debug, Clone)]
pub struct Language {
    tag: String,
    /// What this language says itself, by key, else what English says.
    messages: Messages,
    /// The keys that English says, sorted.
    borrowed: Vec<String>,
}

impl Language {
    /// A language over English.
    pub fn new(tag: &str, own: Messages, english: &Messages) -> Self {
        let borrowed = english.keys().filter(|key| !own.contains_key(*key)).cloned().collect();
        let mut messages = english.clone();
        messages.extend(own);
        Self { tag: tag.to_owned(), messages, borrowed }
    }

    /// Its tag, such as `pt-BR`.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The tag of the language in which a message is said.
    pub fn tag_of(&self, key: &str) -> &str {
        match self.borrowed.binary_search_by(|borrowed| borrowed.as_str().cmp(key)) {
            Ok(_) => "en",
            Err(_) => &self.tag,
        }
    }

    /// All messages.
    pub fn messages(&self) -> &Messages {
        &self.messages
    }

    /// A text in which nothing is to be filled.
    pub fn say<'s>(&'s self, key: &'s str) -> &'s str {
        match self.messages.get(key) {
            Some(Message::Text(text)) => text,
            // A test compares the keys that are used with those that there are.
            _ => key,
        }
    }

    /// The `number`th name of a list.
    pub fn name<'s>(&'s self, key: &'s str, number: usize) -> &'s str {
        match self.messages.get(key) {
            Some(Message::Names(names)) => names.get(number).map_or(key, String::as_str),
            _ => key,
        }
    }

    /// A text with its places filled.
    pub fn fill(&self, key: &str, with: &[(&str, &str)]) -> String {
        fill(self.say(key), &mut |name| value(with, name))
    }

    /// A text that depends on a number, which fills the place `{count}`.
    pub fn count(&self, key: &str, count: usize, with: &[(&str, &str)]) -> String {
        let count = count as u64;
        let text = match self.messages.get(key) {
            Some(Message::Forms(forms)) => form(forms, self.tag_of(key), count),
            _ => self.say(key),
        };
        fill(text, &mut |name| match name {
            "count" => Some(count.to_string()),
            name => value(with, name),
        })
    }
}

fn value(with: &[(&str, &str)], name: &str) -> Option<String> {
    with.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}
