//! `content/pages/*.md`

use super::{File, read_title, title_from_slug};
use crate::model::Page;
use crate::problem::Problem;

const KEYS: &[&str] = &["title"];

/// Addresses that the site itself uses.
const TAKEN: &[&str] = &[
    "api",
    "assets",
    "badges",
    "components",
    "data",
    "embed",
    "history",
    "incidents",
    "maintenance",
];

/// Reads a free page. Whatever is wrong with the file, something comes back.
pub fn read(file: &mut File<'_>, mut slug: String) -> Page {
    let title = file.front_matter("a page", |_, root, map| read_title(root, map), KEYS);
    if TAKEN.contains(&slug.as_str()) {
        file.problems.push(Problem::in_file(
            &file.source.path,
            format!("`/{slug}/` is an address of the site itself"),
            "rename the file",
        ));
        slug.push_str("-page");
    } else if slug.contains('.') {
        // `feed.atom` would be a folder where a file must be.
        file.problems.push(Problem::in_file(
            &file.source.path,
            format!("`{slug}` cannot be the address of a page"),
            "name the file without dots before `.md`",
        ));
        slug = slug.replace('.', "-");
    }
    Page {
        title: title.unwrap_or_else(|| title_from_slug(&slug)),
        slug,
        body: file.body().trim().to_owned(),
        mistakes: file.mistakes(),
    }
}
