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
const SCRIPT: &str = "page.js";
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
            if let Some(offset) = source.invalid_at {
                problems.push(Problem::at(
                    source,
                    offset,
                    1,
                    "this file is not UTF-8 text",
                    "save it with the encoding UTF-8",
                ));
            }
            if let Some(tag) = words_tag(name) {
                let (messages, mut found) = language::parse(source, words.get(ENGLISH));
                problems.append(&mut found);
                words.entry(tag.to_owned()).or_default().extend(messages);
            } else if name.ends_with(".svg") {
                pictures.insert(name.to_owned(), source.text.clone());
            } else if files.contains_key(name) || name.ends_with(".html") {
                files.insert(name.to_owned(), source.text.clone());
            } else {
                let known: Vec<&str> = files.keys().map(String::as_str).collect();
                problems.push(Problem::in_file(
                    &source.path,
                    "no theme has a file of this name",
                    problem::suggest(name, known),
                ));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut take = |name: &str| files.remove(name).unwrap_or_default();
        let (style, script) = (take(STYLE), take(SCRIPT));
        let mut theme = Self { tera: Tera::new(), style, script, words, pictures, own };
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

    /// The script.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// A picture of the site's own theme, by its file name.
    pub fn picture(&self, name: &str) -> Option<&str> {
        self.pictures.get(name).map(String::as_str)
    }

    /// The words of a language. None when nobody wrote any; `pt` will do for `pt-BR`.
    pub fn language(&self, tag: &str) -> Option<Language> {
        let mut near = tag;
        loop {
            if let Some(own) = self.words.get(near) {
                return Some(Language::new(tag, own.clone(), &self.words[ENGLISH]));
            }
            (near, _) = near.rsplit_once('-')?;
        }
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
            return Problem::in_file("themes", first_line(&error.to_string()), HELP);
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
