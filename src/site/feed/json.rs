//! JSON Feed 1.1.

use serde::Serialize;

use super::{Channel, Item};

#[derive(Serialize)]
struct Feed<'a> {
    version: &'a str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: String,
    description: &'a str,
    language: &'a str,
    authors: [Author<'a>; 1],
    items: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    summary: &'a str,
    content_html: &'a str,
    date_published: String,
    date_modified: String,
    tags: Vec<&'a str>,
}

/// Renders a feed.
pub fn render(channel: &Channel<'_>) -> String {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &channel.title,
        home_page_url: &channel.page,
        feed_url: format!("{}.json", channel.address),
        description: channel.description,
        language: channel.language,
        authors: [Author { name: channel.site, url: &channel.page }],
        items: channel.items.iter().map(entry).collect(),
    };
    let text = serde_json::to_string(&feed).expect("plain structs always serialize");
    format!("{text}\n")
}

fn entry(item: &Item) -> Entry<'_> {
    Entry {
        id: &item.id,
        url: &item.url,
        title: &item.title,
        summary: &item.summary,
        content_html: &item.html,
        date_published: item.published.rfc3339(),
        date_modified: item.updated.rfc3339(),
        tags: item.categories.iter().map(|category| category.label.as_str()).collect(),
    }
}
