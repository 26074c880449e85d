//! Themes: templates, a style sheet and a script, embedded or from `themes/<name>/`.
//!
//! A site's theme overrides the built-in one file by file. Mistakes in templates are
//! found when they are loaded, with file and line.

use include_dir::{Dir, include_dir};
use tera::{Context, ErrorKind, Tera};

use crate::model::Source;
use crate::problem::{self, Problem};

/// The theme in the binary.
static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

const STYLE: &str = "style.css";
const SCRIPT: &str = "page.js";

/// A theme that is ready to render.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    style: String,
    script: String,
    /// The site's own files, to quote in problems.
    own: Vec<Source>,
}

impl Theme {
    /// The built-in theme with the files of a site's theme over it.
    pub fn load(own: Vec<Source>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut files: Vec<(String, String)> = DEFAULT
            .files()
            .filter_map(|file| {
                let name = file.path().to_str()?.to_owned();
                Some((name, file.contents_utf8()?.to_owned()))
            })
            .collect();
        for source in &own {
            // `themes/<name>/home.html`
            let name = source.path.splitn(3, '/').nth(2).unwrap_or(&source.path);
            if let Some(offset) = source.invalid_at {
                problems.push(Problem::at(
                    source,
                    offset,
                    1,
                    "this file is not UTF-8 text",
                    "save it with the encoding UTF-8",
                ));
            }
            match files.iter_mut().find(|(known, _)| known == name) {
                Some((_, text)) => *text = source.text.clone(),
                None if name.ends_with(".html") => {
                    files.push((name.to_owned(), source.text.clone()))
                }
                None => {
                    let known: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
                    problems.push(Problem::in_file(
                        &source.path,
                        "no theme has a file of this name",
                        problem::suggest(name, known),
                    ));
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let take = |name: &str| {
            files
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, text)| text.clone())
                .unwrap_or_default()
        };
        let (style, script) = (take(STYLE), take(SCRIPT));
        let mut theme = Self { tera: Tera::new(), style, script, own };
        files.retain(|(name, _)| name.ends_with(".html"));
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

    /// Renders a template.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, Box<Problem>> {
        self.tera.render(template, context).map_err(|error| Box::new(self.problem(&error)))
    }

    fn problem(&self, error: &tera::Error) -> Problem {
        const HELP: &str =
            "mend the template; `src/site/view.rs` of Aboveboard documents what it can use";
        let (ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report)) = error.kind()
        else {
            return Problem::in_file("themes", first_line(&error.to_string()), HELP);
        };
        let message = first_line(report.message());
        let own = self
            .own
            .iter()
            .find(|source| source.path.ends_with(&format!("/{}", report.filename())));
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

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim().trim_end_matches('.');
    let mut chars = line.chars();
    match chars.next() {
        Some(first) if !line.starts_with('`') => first.to_lowercase().chain(chars).collect(),
        _ => line.to_owned(),
    }
}
