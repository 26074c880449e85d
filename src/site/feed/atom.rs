//! Atom 1.0 (RFC 4287).

use std::collections::BTreeMap;

use atom_syndication as atom;
use atom_syndication::extension::Extension;
use chrono::{DateTime, FixedOffset};

use super::{Category, Channel, Item, XHTML};
use crate::model::Time;

/// Renders a feed.
pub fn render(channel: &Channel<'_>) -> String {
    let feed = atom::Feed {
        title: atom::Text::plain(channel.title.clone()),
        subtitle: Some(atom::Text::plain(channel.description)),
        id: channel.id.clone(),
        updated: stamp(channel.updated()),
        authors: vec![atom::Person { name: channel.site.to_owned(), ..atom::Person::default() }],
        links: vec![
            link(channel.page.clone(), "alternate", "text/html"),
            link(format!("{}.atom", channel.address), "self", "application/atom+xml"),
        ],
        lang: Some(channel.language.to_owned()),
        namespaces: BTreeMap::from([("h".to_owned(), XHTML.to_owned())]),
        extensions: BTreeMap::from([(
            "h".to_owned(),
            BTreeMap::from([("a".to_owned(), vec![help(channel)])]),
        )]),
        entries: channel.items.iter().map(entry).collect(),
        ..atom::Feed::default()
    };
    super::finish(&feed.to_string(), channel)
}

fn help(channel: &Channel<'_>) -> Extension {
    let (address, name) = &channel.help;
    Extension {
        name: "h:a".to_owned(),
        value: Some((*name).to_owned()),
        attrs: BTreeMap::from([("href".to_owned(), address.clone())]),
        ..Extension::default()
    }
}

fn entry(item: &Item) -> atom::Entry {
    atom::Entry {
        id: item.id.clone(),
        title: atom::Text::plain(item.title.clone()),
        updated: stamp(item.updated),
        published: Some(stamp(item.published)),
        links: vec![link(item.url.clone(), "alternate", "text/html")],
        categories: item.categories.iter().map(category).collect(),
        summary: Some(atom::Text::plain(item.summary.clone())),
        content: Some(atom::Content {
            content_type: Some("html".to_owned()),
            value: Some(item.html.clone()),
            ..atom::Content::default()
        }),
        ..atom::Entry::default()
    }
}

fn stamp(time: Time) -> DateTime<FixedOffset> {
    time.utc().fixed_offset()
}

fn link(href: String, rel: &str, mime: &str) -> atom::Link {
    let (rel, mime_type) = (rel.to_owned(), Some(mime.to_owned()));
    atom::Link { href, rel, mime_type, ..atom::Link::default() }
}

fn category(category: &Category) -> atom::Category {
    let Category { term, label } = category.clone();
    atom::Category { term, label: Some(label), ..atom::Category::default() }
}
