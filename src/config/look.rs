//! `site.theme` and `site.languages`: how the page looks, and the languages it is told in.

use std::collections::BTreeMap;

use super::Settings;
use crate::model::Page;
use crate::model::settings::Look;
use crate::problem;
use crate::yaml::{Item, Node};

pub(super) const THEME_KEYS: &[&str] = &["name", "colors", "dark", "font", "radius", "logo"];
const THEME_EXAMPLE: &str = "`theme: { name: acme, colors: { link: \"#1d4f91\" } }`";

/// Reads `site.theme`: the name of a folder, or a map with it.
pub fn read_theme(item: &Item<'_>, look: &mut Look) {
    if let Node::Text(_) = item.node {
        read_name(item, look);
        return;
    }
    let Some(mut map) = item.map("`theme`", THEME_EXAMPLE) else { return };
    if let Some(item) = map.get("name") {
        read_name(&item, look);
    }
    for (key, colors) in [("colors", &mut look.colors), ("dark", &mut look.dark)] {
        if let Some(item) = map.get(key) {
            *colors = read_colors(&item);
        }
    }
    if let Some(item) = map.get("font")
        && let Some(font) = item.filled_text("`font: Inter, sans-serif`")
    {
        let fits = |c: char| c.is_alphanumeric() || " ,'-_".contains(c);
        // One kind of quotes, so that they cannot cross.
        let name = font.replace('"', "'");
        if name.chars().all(fits)
            && name.matches('\'').count() % 2 == 0
            && font.contains('"') != font.contains('\'')
            || font.chars().all(|c| fits(c) && c != '\'')
        {
            look.font = Some(font.to_owned());
        } else {
            item.mistake("this is not a list of fonts", "write names and commas, as in CSS");
        }
    }
    if let Some(item) = map.get("radius") {
        let number = match item.node {
            Node::Text(text) => text.strip_suffix("px").and_then(|text| text.trim().parse().ok()),
            _ => None,
        };
        match number.filter(|number| *number <= 100) {
            Some(number) => look.radius = Some(number),
            None => item.mistake("this is not a radius", "write one such as `6px`"),
        }
    }
    if let Some(item) = map.get("logo")
        && let Some(name) = item.filled_text("`logo: logo.svg`")
    {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.ends_with(".svg") && !name.starts_with('.') && name.chars().all(fits) {
            look.logo = Some(name.to_owned());
        } else {
            item.mistake(
                format!("`{name}` cannot be the logo"),
                "write the name of an SVG file in the folder of the theme, such as `logo.svg`",
            );
        }
    }
    map.finish(THEME_KEYS);
}

fn read_name(item: &Item<'_>, look: &mut Look) {
    let Some(name) = item.text("the name of a folder below `themes/`") else { return };
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        item.mistake(
            format!("`{name}` cannot be a theme"),
            "write the name of a folder below `themes/`",
        );
    } else {
        look.theme = name.to_owned();
    }
}

fn read_colors(item: &Item<'_>) -> BTreeMap<String, String> {
    let mut colors = BTreeMap::new();
    let Some(map) = item.map("a list of colours", "`colors: { link: \"#1d4f91\" }`") else {
        return colors;
    };
    for (name, item) in map.entries() {
        if !Look::COLORS.contains(&name) {
            item.key_mistake(
                format!("no colour is called `{name}`"),
                problem::suggest(name, Look::COLORS.iter().copied()),
            );
            continue;
        }
        let Some(text) = item.text("a colour such as `\"#1d4f91\"`") else { continue };
        let digits = text.strip_prefix('#').unwrap_or_default();
        if matches!(digits.len(), 3 | 6) && digits.chars().all(|c| c.is_ascii_hexdigit()) {
            colors.insert(name.to_owned(), text.to_ascii_lowercase());
        } else {
            item.mistake(
                format!("`{text}` is not a colour"),
                "write three or six hexadecimal digits, in quotes: `\"#1d4f91\"`",
            );
        }
    }
    colors
}

/// Reads `site.language`: one tag, or `site.languages`: several, the first one at `/`.
pub fn read_languages(one: Option<Item<'_>>, several: Option<Item<'_>>, settings: &mut Settings) {
    if let (Some(_), Some(item)) = (&one, &several) {
        item.key_mistake("`language` is there too", "keep `languages` alone; its first is at `/`");
    }
    let items = match (&one, &several) {
        (_, Some(item)) => {
            let items = item.list("`[en, de]`");
            if items.is_empty() && matches!(item.node, Node::List(_)) {
                item.mistake("there is no language", "write at least one, such as `[en]`");
            }
            items
        }
        (Some(item), None) => vec![item.clone()],
        (None, None) => return,
    };
    let mut tags: Vec<String> = Vec::new();
    for item in items {
        let Some(tag) = read_tag(&item) else { continue };
        if tags.iter().any(|known| known.eq_ignore_ascii_case(&tag)) {
            item.mistake(format!("`{tag}` is there twice"), "name each language once");
            continue;
        }
        tags.push(tag);
    }
    if !tags.is_empty() {
        settings.languages = tags;
    }
}

fn read_tag(item: &Item<'_>) -> Option<String> {
    let tag = item.text("a language tag such as `en`")?;
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if Page::TAKEN.contains(&tag.to_lowercase().as_str()) {
        item.mistake(format!("`/{tag}/` is an address of the site itself"), "write a language tag");
        return None;
    }
    if tag.split('-').all(is_part) && tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(tag.to_owned());
    }
    item.mistake(format!("`{tag}` is not a language tag"), "write one such as `en` or `pt-BR`");
    None
}
