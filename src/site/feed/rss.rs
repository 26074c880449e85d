//! RSS 2.0, with the whole text in `content:encoded`.

use std::collections::BTreeMap;

use rss::extension::Extension;

use super::{Channel, Item, XHTML};
use crate::model::Time;
use crate::site::markdown::escape;

/// Renders a feed.
pub fn render(channel: &Channel<'_>) -> String {
    let attribute = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let itself = Extension {
        name: "atom:link".to_owned(),
        attrs: BTreeMap::from([
            attribute("href", &format!("{}.rss", channel.address)),
            attribute("rel", "self"),
            attribute("type", "application/rss+xml"),
        ]),
        ..Extension::default()
    };
    let (address, name) = &channel.help;
    let help = Extension {
        name: "h:a".to_owned(),
        value: Some((*name).to_owned()),
        attrs: BTreeMap::from([attribute("href", address)]),
        ..Extension::default()
    };
    let feed = rss::Channel {
        title: channel.title.clone(),
        link: channel.page.clone(),
        description: channel.description.to_owned(),
        language: Some(channel.language.to_owned()),
        last_build_date: Some(stamp(channel.updated())),
        generator: Some("Aboveboard".to_owned()),
        items: channel.items.iter().map(item).collect(),
        extensions: BTreeMap::from([
            ("atom".to_owned(), BTreeMap::from([("link".to_owned(), vec![itself])])),
            ("h".to_owned(), BTreeMap::from([("a".to_owned(), vec![help])])),
        ]),
        namespaces: BTreeMap::from([
            ("atom".to_owned(), "http://www.w3.org/2005/Atom".to_owned()),
            ("content".to_owned(), "http://purl.org/rss/1.0/modules/content/".to_owned()),
            ("h".to_owned(), XHTML.to_owned()),
        ]),
        ..rss::Channel::default()
    };
    super::finish(&feed.to_string(), channel)
}

fn item(item: &Item) -> rss::Item {
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        // Readers take it for HTML.
        description: Some(escape(&item.summary)),
        guid: Some(rss::Guid { value: item.id.clone(), permalink: false }),
        pub_date: Some(stamp(item.published)),
        content: Some(item.html.clone()),
        categories: item
            .categories
            .iter()
            .map(|category| rss::Category { name: category.label.clone(), domain: None })
            .collect(),
        ..rss::Item::default()
    }
}

/// `Sun, 22 Nov 2026 10:05:00 +0000`
fn stamp(time: Time) -> String {
    time.utc().to_rfc2822()
}
