//! What `probes.yaml` says, checked.

use url::Url;

use super::{Date, Template, Zone};

/// The whole configuration of a site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the site.
    pub title: String,
    /// Where the site is published; its path ends with a slash.
    pub url: Url,
    /// The zone whose days and times the page shows.
    pub timezone: Zone,
    /// The language of the page, as in HTML's `lang`.
    pub language: String,
    /// Links in the head of the page.
    pub links: Vec<Link>,
    /// A sentence shown on top of every page, for example that this is a demonstration.
    pub notice: Option<String>,
    /// The folder below `themes/` that overrides the built-in theme.
    pub theme: String,
    /// How often an open page asks for news, in milliseconds.
    pub refresh_ms: i64,
    /// The cadence of the scheduler, in milliseconds; a sample speaks for three of them.
    pub interval_ms: i64,
    /// How many probes may be under way at once.
    pub concurrency: usize,
    /// The groups, in the order of the page.
    pub groups: Vec<Group>,
    /// The components, in the order of the page.
    pub components: Vec<Component>,
}

impl Settings {
    /// How long a sample speaks, and how old the newest may be before the page is stale.
    pub fn hold_ms(&self) -> i64 {
        self.interval_ms * 3
    }

    /// All probes of all components.
    pub fn probes(&self) -> impl Iterator<Item = &Probe> {
        self.components.iter().flat_map(|component| &component.probes)
    }

    /// The component with this id.
    pub fn component(&self, id: &str) -> Option<&Component> {
        self.components.iter().find(|component| component.id == id)
    }

    /// The absolute address of a site path such as `history/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// A named link.
#[derive(Debug, Clone)]
pub struct Link {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub url: String,
}

/// Several components under one name.
#[derive(Debug, Clone)]
pub struct Group {
    /// The stable key.
    pub id: String,
    /// What visitors read.
    pub name: String,
    /// When the group counts as down.
    pub down_when: DownWhen,
}

/// How many parts must be down before the whole is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DownWhen {
    /// One is enough.
    Any,
    /// Every one of them.
    All,
    /// At least this many.
    AtLeast(usize),
}

impl DownWhen {
    /// How many of `parts` make the whole down; at least one.
    pub fn needed(self, parts: usize) -> usize {
        match self {
            Self::Any => 1,
            Self::All => parts.max(1),
            Self::AtLeast(number) => number.max(1),
        }
    }
}

/// A part of the service that visitors know by name.
#[derive(Debug, Clone)]
pub struct Component {
    /// The stable key; renaming `name` never loses history.
    pub id: String,
    /// What visitors read.
    pub name: String,
    /// One line below the name.
    pub description: Option<String>,
    /// The group it belongs to.
    pub group: Option<String>,
    /// The first day of its life; without one it begins with its first evidence.
    pub since: Option<Date>,
    /// When the component counts as down.
    pub down_when: DownWhen,
    /// What checks it; none for a component that only people speak for.
    pub probes: Vec<Probe>,
}

/// One check of a component.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The stable key of its samples.
    pub id: String,
    /// The address; its scheme picks the kind.
    pub url: Template,
    /// Whether visitors may see the address.
    pub show_url: bool,
    /// The HTTP method.
    pub method: String,
    /// HTTP headers to send.
    pub headers: Vec<(String, Template)>,
    /// HTTP body to send.
    pub body: Option<Template>,
    /// What a good answer looks like.
    pub expect: Expect,
    /// The time one attempt may take, from the first lookup to the last byte, in milliseconds.
    pub timeout_ms: i64,
    /// How many more attempts follow a failed one.
    pub retries: u32,
    /// The pause before each further attempt, in milliseconds.
    pub retry_delay_ms: i64,
    /// An answer slower than this is degraded, in milliseconds.
    pub degraded_after_ms: Option<i64>,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
}

/// What a good HTTP answer looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expect {
    /// Accepted status codes, each an inclusive range.
    pub status: Vec<(u16, u16)>,
    /// Text that must be in the body.
    pub body_contains: Option<Template>,
    /// Text that must not be in the body.
    pub body_not_contains: Option<Template>,
}

impl Default for Expect {
    fn default() -> Self {
        Self { status: vec![(200, 299)], body_contains: None, body_not_contains: None }
    }
}
