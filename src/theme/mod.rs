//! Themes: templates, words, a style sheet and a script, embedded or from `themes/<name>/`.
//!
//! A site's theme overrides the built-in one file by file, and its words one by one. Mistakes in
//! templates are found when they are loaded, with file and line.

mod fill;
pub mod language;
pub mod plural;

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use tera::{Context, ErrorKind, Tera};

pub use self::language::Language;
use self::language::Messages;
use crate::model::Source;
use crate::problem::{self, Problem};

/// The theme in the binary.
static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

const STYLE: &str = "style.css";
/// What a site adds behind the style sheet, without a copy of it.
const EXTRA: &str = "extra.css";
const SCRIPT: &str = "page.js";
/// How feeds look in a browser.
const FEED: &str = "feed.css";
/// The folder of the words.
const WORDS: &str = "i18n/";
/// The language that knows every message.
const ENGLISH: &str = "en";

/// The files of the built-in theme, by name.
pub fn built_in() -> BTreeMap<&'static str, &'static str> {
    fn walk(dir: &'static Dir<'static>, files: &mut BTreeMap<&'static str, &'static str>) {
        for file in dir.files() {
            if let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) {
                files.insert(name, text);
            }
        }
        dir.dirs().for_each(|dir| walk(dir, files));
    }
    let mut files = BTreeMap::new();
    walk(&DEFAULT, &mut files);
    files
}

/// A theme that is ready to render.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    style: String,
    script: String,
    feed_style: String,
    /// The words by language tag, without what English adds.
    words: BTreeMap<String, Messages>,
    /// Pictures that the site's own theme adds: SVG by name.
    pictures: BTreeMap<String, String>,
    /// The site's own files, to quote in problems.
    own: Vec<Source>,
}

impl Theme {
    /// The built-in theme with the files of a site's theme over it.
    pub fn load(own: Vec<Source>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut files: BTreeMap<String, String> =
            built_in().into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let mut words = built_in_words();
        let mut pictures = BTreeMap::new();
        for source in &own {
            let name = own_name(source);
            if let Some(offset) = source.invalid_at.filter(|_| is_known(name, &files)) {
                problems.push(Problem::at(
                    source,
                    offset,
                    1,
                    "this file is not UTF-8 text",
                    "save it with the encoding UTF-8",
                ));
            }
            if let Some(tag) = words_tag(name) {
                let english = words.get(ENGLISH).map(|english| (tag, english));
                let (messages, mut found) = language::parse(source, english);
                problems.append(&mut found);
                words.entry(tag.to_owned()).or_default().extend(messages);
            } else if name.ends_with(".svg") {
                pictures.insert(name.to_owned(), source.text.clone());
            } else if is_known(name, &files) {
                files.insert(name.to_owned(), source.text.clone());
            } else {
                problems.push(unknown(source, name, &files));
            }
        }
        for source in &own {
            let name = own_name(source);
            if name.ends_with(".html") && !built_in().contains_key(name) && !is_used(source, &files)
            {
                problems.push(unknown(source, name, &files));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut take = |name: &str| files.remove(name).unwrap_or_default();
        let (style, extra, script) = (take(STYLE), take(EXTRA), take(SCRIPT));
        let feed_style = take(FEED);
        let style = if extra.is_empty() { style } else { format!("{}\n{extra}", style.trim_end()) };
        let mut theme = Self { tera: Tera::new(), style, script, feed_style, words, pictures, own };
        theme.tera.register_filter("fill", fill::fill);
        files.retain(|name, _| name.ends_with(".html"));
        match theme.tera.add_raw_templates(files) {
            Ok(()) => Ok(theme),
            Err(error) => Err(vec![theme.problem(&error)]),
        }
    }

    /// The site's own files.
    pub fn own(&self) -> &[Source] {
        &self.own
    }

    /// The style sheet.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The style sheet of feeds.
    pub fn feed_style(&self) -> &str {
        &self.feed_style
    }

    /// The script.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// A picture of the site's own theme, by its file name.
    pub fn picture(&self, name: &str) -> Option<&str> {
        self.pictures.get(name).map(String::as_str)
    }

    /// The words of a language. None when nobody wrote any. `pt-BR` says what `pt` says where it says
    /// nothing itself.
    pub fn language(&self, tag: &str) -> Option<Language> {
        let ends = tag.match_indices('-').map(|(end, _)| end).chain([tag.len()]);
        let known: Vec<&Messages> = ends.filter_map(|end| self.words.get(&tag[..end])).collect();
        if known.is_empty() {
            return None;
        }
        let mut own = Messages::new();
        for messages in known {
            own.extend(messages.clone());
        }
        Some(Language::new(tag, own, &self.words[ENGLISH]))
    }

    /// The tags of the languages that there are words of.
    pub fn tags(&self) -> Vec<&str> {
        self.words.keys().map(String::as_str).collect()
    }

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Box<Problem>> {
        self.tera.render(template, context).map_err(|error| Box::new(self.problem(&error)))
    }

    fn problem(&self, error: &tera::Error) -> Problem {
        const HELP: &str =
            "mend the template; docs/themes.md of Aboveboard has all that it can use";
        let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind()
        else {
            let text = error.to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            return Problem::in_file("themes", first_line(text), HELP);
        };
        let message = first_line(report.message());
        let own = self.own.iter().find(|source| own_name(source) == report.filename());
        match own {
            Some(source) => {
                let range = report.span().range.clone();
                let length = source.text.get(range.clone()).map_or(1, |text| text.chars().count());
                Problem::at(source, range.start, length, message, HELP)
            }
            None => {
                Problem::in_file(format!("themes/default/{}", report.filename()), message, HELP)
            }
        }
    }
}

impl Language {
    /// English as the program brings it, for what it says on a terminal.
    pub fn english() -> Self {
        let mut words = built_in_words();
        Self::new(ENGLISH, Messages::new(), &words.remove(ENGLISH).unwrap_or_default())
    }
}

/// Whether a theme may have a file of this name beside words and pictures.
fn is_known(name: &str, files: &BTreeMap<String, String>) -> bool {
    files.contains_key(name)
        || name == EXTRA
        || name.ends_with(".html")
        || words_tag(name).is_some()
}

/// Whether any template names this one, or calls a part that is in it.
fn is_used(source: &Source, files: &BTreeMap<String, String>) -> bool {
    let name = own_name(source);
    let parts: Vec<String> = source
        .text
        .split("{% component ")
        .skip(1)
        .filter_map(|rest| rest.split_once('(').map(|(part, _)| format!("{{{{<{part} ")))
        .collect();
    let others = files.iter().filter(|(known, _)| *known != name);
    others.into_iter().any(|(_, text)| {
        text.contains(&format!("\"{name}\"")) || parts.iter().any(|part| text.contains(part))
    })
}

fn unknown(source: &Source, name: &str, files: &BTreeMap<String, String>) -> Problem {
    let file = name.rsplit('/').next().unwrap_or(name);
    let same = files.keys().find(|known| known.rsplit('/').next() == Some(file) && *known != name);
    let help = match same {
        Some(known) => format!("did you mean `{known}`?"),
        None => match problem::nearest(name, files.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`aboveboard theme eject` writes all files that a theme has".to_owned(),
        },
    };
    Problem::in_file(&source.path, "nothing uses a file of this name", help)
}

/// `themes/<name>/home.html` is `home.html`.
fn own_name(source: &Source) -> &str {
    source.path.splitn(3, '/').nth(2).unwrap_or(&source.path)
}

/// `i18n/de.yaml` is `de`.
fn words_tag(name: &str) -> Option<&str> {
    name.strip_prefix(WORDS)?.strip_suffix(".yaml")
}

/// The words in the binary. They have no mistakes: a test says so.
fn built_in_words() -> BTreeMap<String, Messages> {
    let files = built_in();
    let words = files.into_iter().filter_map(|(name, text)| {
        let source = Source::new(format!("themes/default/{name}"), text.as_bytes());
        Some((words_tag(name)?.to_owned(), language::parse(&source, None).0))
    });
    words.collect()
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    let mut chars = line.chars();
    match chars.next() {
        Some(first) if !line.starts_with('`') => first.to_lowercase().chain(chars).collect(),
        _ => line.to_owned(),
    }
}
