//! Home and the pages that stand alone.

use serde::Serialize;

use super::{Correction, Group, Incident, Link, Maintenance, PastDay};

/// `home.html`
#[derive(Debug, Serialize)]
pub struct Home {
    /// Open incidents, pinned and newest first.
    pub incidents: Vec<Incident>,
    /// Maintenance going on, then to come.
    pub maintenance: Vec<Maintenance>,
    /// Components by group.
    pub groups: Vec<Group>,
    /// The last 14 days, newest first, as far as there are records; quiet days are folded together.
    pub past: Vec<PastDay>,
    /// Whether anything is known of the past.
    pub has_records: bool,
}

/// `page.html`
#[derive(Debug, Serialize)]
pub struct FreePage {
    /// Its title.
    pub title: String,
    /// Its text.
    pub body_html: String,
    /// What is wrong with its file, in English.
    pub mistakes: Vec<String>,
}

/// `data.html`
#[derive(Debug, Serialize)]
pub struct DataPage {
    /// The newest files of the history, newest first.
    pub files: Vec<RawFile>,
    /// How many older ones only `data/index.json` lists.
    pub more_files: usize,
}

/// A file of the history.
#[derive(Debug, Serialize)]
pub struct RawFile {
    /// Site path, to go behind `frame.root`.
    pub path: String,
    /// Its length in bytes.
    pub bytes: u64,
}

/// `subscribe.html`
#[derive(Debug, Serialize)]
pub struct SubscribePage {
    /// The absolute address of the Atom feed.
    pub feed: String,
    /// The absolute address of the RSS feed.
    pub rss: String,
    /// The absolute address of the JSON feed.
    pub json_feed: String,
    /// The absolute address of the calendar.
    pub calendar: String,
    /// The absolute address of the summary that clients of Statuspage read.
    pub api: String,
    /// The absolute address of `status.json`.
    pub json: String,
    /// The absolute address of the maintenance script.
    pub embed: String,
    /// Where visitors subscribe to mails, or null.
    pub mailing_list: Option<String>,
    /// Where the files of the site can be watched, or null.
    pub repository: Option<String>,
}

/// `embed.html`
#[derive(Debug, Serialize)]
pub struct EmbedPage {
    /// The absolute address of the maintenance script.
    pub maintenance: String,
    /// The absolute address of the status line.
    pub line: String,
    /// The badges of the site: what each says, and its site path, to go behind `frame.root`.
    pub pictures: Vec<Link>,
    /// The absolute address of the folder of badges.
    pub badges: String,
    /// Paths below it, of parts of this site: `components/api.svg`.
    pub badge_examples: Vec<String>,
    /// The first ids of components, as the option takes them: `api,web`.
    pub component_ids: String,
    /// The languages of the site: `en`.
    pub languages: Vec<String>,
    /// The absolute address of the declaration of `status.json`.
    pub types: String,
    /// The address of the site.
    pub address: String,
}

/// `measure.html`
#[derive(Debug, Serialize)]
pub struct MeasurePage {
    /// The cadence of checks: `5 min`.
    pub interval: String,
    /// How long a result speaks: `15 min`.
    pub hold: String,
    /// The places that checks run from, when they have names.
    pub locations: Vec<String>,
    /// The same in one text.
    pub location_names: String,
    /// What a partial outage counts: `100 %` of a major one.
    pub partial_weight: String,
    /// All corrections, newest first.
    pub corrections: Vec<Correction>,
    /// The address of the site.
    pub address: String,
}

/// `404.html`
#[derive(Debug, Serialize)]
pub struct NotFoundPage {}
