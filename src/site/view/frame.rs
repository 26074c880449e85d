//! What all pages share.

use serde::Serialize;

/// An instant. The filter `fill` makes a `<time>` of it.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Moment {
    /// For `<time datetime>`: `2026-11-22T10:05:03Z`.
    pub iso: String,
    /// In the zone of the site: `22 Nov 2026, 10:05 UTC`.
    pub text: String,
}

/// A status of anything.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Status {
    /// The field's word: `major_outage`, `investigating`, `in_progress`.
    pub key: &'static str,
    /// What visitors read.
    pub label: String,
    /// One character whose shape tells the state without colour.
    pub mark: &'static str,
}

/// A link.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// What it says.
    pub name: String,
    /// Where it leads: a site path, or an address.
    pub url: String,
}

/// `frame`: what every page has around its content.
#[derive(Debug, Serialize)]
pub struct Frame {
    /// The title of the site.
    pub site: String,
    /// The title of the page, for the tab.
    pub title: String,
    /// One sentence for search engines and previews.
    pub description: String,
    /// The language of the page: `en`.
    pub language: String,
    /// The language by which a browser shall write times: `en-GB`.
    pub locale: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// What to put before the site path of a file: `./`, `../../`, or an absolute path.
    pub root: String,
    /// What to put before the site path of a page in the language of this one.
    pub home: String,
    /// The absolute address of the page.
    pub canonical: String,
    /// This page in all languages of the site, or nothing when it has one.
    pub editions: Vec<Edition>,
    /// The feeds that readers shall find from this page: its own first, then those of the site.
    pub feeds: Vec<Feed>,
    /// Site path of the style sheet.
    pub style: String,
    /// Site path of the script.
    pub script: String,
    /// Site path of the icon, whose shape and colour show the state.
    pub icon: String,
    /// The absolute address of the preview picture, which shows headline and days.
    pub card: String,
    /// Site path of the owner's logo, or null.
    pub logo: Option<String>,
    /// What machines may read of the page: JSON-LD that is safe within a script element, or null.
    pub structured: Option<String>,
    /// A sentence of the site's owner on top of every page, or null.
    pub notice: Option<String>,
    /// Links of the site's owner, as addresses.
    pub links: Vec<Link>,
    /// Links to the free pages.
    pub pages: Vec<Link>,
    /// The zone of the site: `Europe/London`. Clocks without a zone are in it.
    pub zone: String,
    /// Whether anything is checked at all.
    pub has_checks: bool,
    /// What changes with every build. Only pages that speak of the present have it, so that the
    /// thousand others stay the same files from build to build: home, components, today, open
    /// incidents and running maintenance.
    pub live: Option<Live>,
}

/// A feed that readers shall find.
#[derive(Debug, Serialize)]
pub struct Feed {
    /// Its media type: `application/atom+xml`.
    pub kind: &'static str,
    /// What it is of.
    pub title: String,
    /// Its site path, to go behind `frame.root`.
    pub path: String,
}

/// A page in one language.
#[derive(Debug, Serialize)]
pub struct Edition {
    /// The language: `de`.
    pub language: String,
    /// How that language calls itself: `Deutsch`.
    pub name: String,
    /// A link to it from this page.
    pub url: String,
    /// Its absolute address.
    pub address: String,
    /// Whether it is this page.
    pub is_current: bool,
}

/// The present, as of this build.
#[derive(Debug, Serialize)]
pub struct Live {
    /// The headline.
    pub headline: Headline,
    /// The newest check, or null when there was none.
    pub checked_at: Option<Moment>,
    /// When this page was made.
    pub generated_at: Moment,
    /// How often an open page asks for news, in seconds.
    pub refresh_s: i64,
    /// The cadence of checks in seconds.
    pub interval_s: i64,
    /// The cadence of checks: `5 min`.
    pub interval: String,
    /// How lengths of time are written, for the script: days, hours, minutes, seconds and two of
    /// them, separated by bars.
    pub units: String,
}

/// The state of the whole site.
#[derive(Debug, Clone, Serialize)]
pub struct Headline {
    /// `none`, `unknown`, `maintenance`, `minor`, `major` or `critical`.
    pub indicator: &'static str,
    /// What a visitor reads.
    pub sentence: String,
    /// The same with its time as a `<time>`.
    pub sentence_html: String,
    /// Since when it is so, where that can be said.
    pub since: Option<Moment>,
    /// How long that was when the page was made: `27 min`.
    pub lasting: Option<String>,
    /// One character whose shape tells the state without colour.
    pub mark: &'static str,
    /// Whether the newest check is too old to speak of now.
    pub is_stale: bool,
    /// The indicator once the page has become stale.
    pub stale_indicator: &'static str,
    /// The sentence once the page has become stale.
    pub stale_sentence_html: String,
}
