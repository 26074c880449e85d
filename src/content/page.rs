//! `content/pages/*.md`

use super::{File, read_title, title_from_slug};
use crate::model::Page;
use crate::problem::Problem;

pub(super) const KEYS: &[&str] = &["title"];

/// The address of a page must not be one that the site itself uses.
pub fn fitting(file: &mut File<'_>, slug: String) -> String {
    // A page at the address of a built-in one replaces it, so that links lead to it.
    let replaced = ["subscribe", "how-we-measure"];
    let slug = match replaced.iter().find(|built_in| built_in.eq_ignore_ascii_case(&slug)) {
        Some(built_in) => (*built_in).to_owned(),
        None => slug,
    };
    let is_language = file.settings.languages.iter().any(|tag| tag.eq_ignore_ascii_case(&slug));
    if is_language || Page::TAKEN.contains(&slug.to_lowercase().as_str()) {
        mistake(file, format!("`/{slug}/` is an address of the site itself"), "rename the file");
        return slug + "-page";
    }
    if slug.contains('.') {
        // `feed.atom` would be a folder where a file must be.
        mistake(
            file,
            format!("`{slug}` cannot be the address of a page"),
            "name the file without dots before `.md`",
        );
        return slug.replace('.', "-");
    }
    slug
}

fn mistake(file: &mut File<'_>, message: String, help: &str) {
    file.problems.push(Problem::in_file(&file.source.path, message, help));
}

/// Reads a free page. Whatever is wrong with the file, something comes back.
pub fn read(file: &mut File<'_>, slug: String) -> Page {
    let title = file.front_matter("a page", |_, root, map| read_title(root, map), KEYS);
    Page {
        title: title.unwrap_or_else(|| title_from_slug(&slug)),
        slug,
        body: file.body().trim().to_owned(),
        mistakes: file.mistakes(),
    }
}
