//! What `probes.yaml` says, checked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::time::{HOUR, MINUTE, SECOND};
use super::{ComponentStatus, Date, JsonPath, Template, Zone};

/// The whole configuration of a site.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The name of the site.
    pub title: String,
    /// Where the site is published; its path ends with a slash.
    pub url: Url,
    /// The zone whose days and times the page shows.
    pub timezone: Zone,
    /// The languages of the page, as in HTML's `lang`; the first one has the short addresses.
    pub languages: Vec<String>,
    /// Links in the head of the page.
    pub links: Vec<Link>,
    /// A sentence shown on top of every page, for example that this is a demonstration.
    pub notice: Option<String>,
    /// How the page looks.
    pub look: Look,
    /// Where visitors subscribe to mails.
    pub mailing_list: Option<String>,
    /// Where the files of the site can be watched.
    pub repository: Option<String>,
    /// The branch of it that the site is built from.
    pub branch: String,
    /// Whether open incidents count in the headline beside what they do to components.
    pub rollup: Rollup,
    /// How often an open page asks for news, in milliseconds.
    pub refresh_ms: i64,
    /// The cadence of the scheduler, in milliseconds; a sample speaks for three of them.
    pub interval_ms: i64,
    /// How many probes may be under way at once.
    pub concurrency: usize,
    /// How many of them may ask one host; no limit of its own without one.
    pub per_host: Option<usize>,
    /// Addresses that always answer; when none does, the prober is cut off.
    pub self_check: Vec<Template>,
    /// What a partial outage weighs in uptime, in thousandths of a major one.
    pub partial_outage_permille: i64,
    /// When incidents are raised and resolved by themselves.
    pub incidents: IncidentRules,
    /// What the alerts of monitoring systems mean; the first that fits counts.
    pub alerts: Vec<AlertRule>,
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

    /// The language that has the short addresses.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }

    /// The absolute address of a site path such as `history/`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// When the program resolves incidents and opens them again. When it raises one is said of each
/// component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IncidentRules {
    /// How long all must have been good, in milliseconds.
    pub resolve_after_ms: i64,
    /// What fails within this time after that opens the same incident again, in milliseconds.
    pub reopen_within_ms: i64,
}

impl Default for IncidentRules {
    fn default() -> Self {
        Self { resolve_after_ms: 10 * MINUTE, reopen_within_ms: HOUR }
    }
}

/// What an alert means that fits.
#[derive(Debug, Clone)]
pub struct AlertRule {
    /// Fields of the alert, and the values of which each has one; any value where `*` is among them.
    pub fields: BTreeMap<String, Vec<String>>,
    /// What it says; none for an alert that concerns nobody.
    pub effect: Option<AlertEffect>,
}

/// What an alert says of a component.
#[derive(Debug, Clone)]
pub struct AlertEffect {
    /// The id of the component.
    pub component: String,
    /// How it does while the alert fires.
    pub status: ComponentStatus,
    /// The title of an incident that it opens, with fields of the alert in braces.
    pub title: Option<String>,
    /// What the first update says, in Markdown, with fields of the alert in braces.
    pub message: Option<String>,
}

/// How the page looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// The folder below `themes/` that overrides the built-in theme.
    pub theme: String,
    /// Colours by name, such as `#1d4f91`.
    pub colors: BTreeMap<String, String>,
    /// The same for visitors who want it dark.
    pub dark: BTreeMap<String, String>,
    /// Font families, as in CSS.
    pub font: Option<String>,
    /// How round corners are, in CSS pixels.
    pub radius: Option<u32>,
    /// The SVG file in the folder of the theme that stands before the title.
    pub logo: Option<String>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            theme: "default".to_owned(),
            colors: BTreeMap::new(),
            dark: BTreeMap::new(),
            font: None,
            radius: None,
            logo: None,
        }
    }
}

impl Look {
    /// The colours that can be chosen; the style sheet has a variable of the same name for each.
    pub const COLORS: &[&'static str] = &[
        "paper", "ink", "quiet", "rule", "tint", "link", "good", "slow", "part", "down", "work",
        "none",
    ];
}

/// What the headline of a site is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rollup {
    /// The worse of the components and the open incidents.
    Incidents,
    /// The components alone, as on Statuspage.
    Statuspage,
}

impl Rollup {
    /// Every value with its word in files.
    pub const WORDS: &[(&'static str, Self)] =
        &[("incidents", Self::Incidents), ("statuspage", Self::Statuspage)];
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
    /// How long it must have been down before an incident is raised, in milliseconds; none means
    /// never.
    pub raise_after_ms: Option<i64>,
    /// What checks it; none for a component that only people speak for.
    pub probes: Vec<Probe>,
}

/// One check of a component.
#[derive(Debug, Clone)]
pub struct Probe {
    /// The stable key of its samples.
    pub id: String,
    /// What it looks at.
    pub subject: Subject,
    /// Whether visitors may see the address.
    pub show_url: bool,
    /// The HTTP method.
    pub method: String,
    /// Headers to send; metadata, where the protocol calls them so.
    pub headers: Vec<(String, Template)>,
    /// Who asks.
    pub auth: Option<Auth>,
    /// HTTP body to send.
    pub body: Option<Template>,
    /// Whether redirects are followed.
    pub follow_redirects: bool,
    /// What is said and heard on a connection, in this order.
    pub steps: Vec<Step>,
    /// What a good answer looks like.
    pub expect: Expect,
    /// Whom to trust.
    pub trust: Trust,
    /// A certificate that ends sooner than this is degraded, in milliseconds.
    pub cert_warn_ms: Option<i64>,
    /// The time one attempt may take, from the first lookup to the last byte, in milliseconds.
    pub timeout_ms: i64,
    /// How many more attempts follow a failed one.
    pub retries: u32,
    /// The pause before each further attempt, in milliseconds.
    pub retry_delay_ms: i64,
    /// An answer slower than this is degraded, in milliseconds.
    pub degraded_after_ms: Option<i64>,
    /// How many failed samples in a row make it down.
    pub confirm_down: u32,
    /// How many good samples in a row make it up again.
    pub confirm_up: u32,
}

impl Probe {
    /// A probe that says nothing of itself.
    pub fn new(id: &str, subject: Subject) -> Self {
        Self {
            id: id.to_owned(),
            subject,
            show_url: false,
            method: "GET".to_owned(),
            headers: Vec::new(),
            auth: None,
            body: None,
            follow_redirects: true,
            steps: Vec::new(),
            expect: Expect::default(),
            trust: Trust::default(),
            cert_warn_ms: None,
            timeout_ms: 10 * SECOND,
            retries: 0,
            retry_delay_ms: 0,
            degraded_after_ms: None,
            confirm_down: 1,
            confirm_up: 1,
        }
    }

    /// The address that visitors may see, when it is one that no variable hides; its user and
    /// password are nobody's business.
    pub fn shown_url(&self) -> Option<String> {
        let address = match &self.subject {
            Subject::Address(url) | Subject::Vendor { url, .. } if self.show_url => {
                url.literal()?
            }
            _ => return None,
        };
        let mut url = Url::parse(address).ok()?;
        // Both fail only for addresses that cannot have credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Some(url.to_string())
    }
}

/// What a probe looks at.
#[derive(Debug, Clone)]
pub enum Subject {
    /// An address; its scheme picks the kind.
    Address(Template),
    /// A sign of life that something else leaves behind.
    Heartbeat {
        /// Where the time of the last one is written.
        source: HeartbeatSource,
        /// Where in a JSON document it stands; without one it is the whole text.
        json: Option<JsonPath>,
        /// It may be this old, in milliseconds.
        max_age_ms: i64,
    },
    /// A program on this machine with its arguments.
    Exec(Vec<Template>),
    /// The public page of a vendor.
    Vendor {
        /// The address of the page.
        url: Template,
        /// The name or id of one component of it; the whole page without one.
        component: Option<String>,
    },
}

/// Where a heartbeat is written.
#[derive(Debug, Clone)]
pub enum HeartbeatSource {
    /// An `http(s)` address.
    Url(Template),
    /// A file; a relative path begins in the folder of the site.
    File(Template),
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Auth {
    /// A user and a password.
    Basic(Template, Template),
    /// A token.
    Bearer(Template),
}

/// One step of a conversation.
#[derive(Debug, Clone)]
pub enum Step {
    /// This is sent.
    Send(Template),
    /// What is heard must match this regular expression.
    Expect(String),
}

/// Whom a TLS handshake trusts, and who we are in it.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// The certificates of the only authorities to trust: a path or PEM text.
    pub ca: Option<Template>,
    /// Our own certificate and those above it: a path or PEM text.
    pub client_cert: Option<Template>,
    /// Its key: a path or PEM text.
    pub client_key: Option<Template>,
    /// Any certificate will do.
    pub insecure: bool,
}

/// What a good answer looks like.
#[derive(Debug, Clone)]
pub struct Expect {
    /// Accepted status codes, each an inclusive range.
    pub status: Vec<(u16, u16)>,
    /// Text that must be in the body.
    pub body_contains: Option<Template>,
    /// Text that must not be in the body.
    pub body_not_contains: Option<Template>,
    /// A regular expression that the body must match.
    pub body_matches: Option<String>,
    /// What places of a JSON body must hold: a comparison, such as `up` or `< 100`.
    pub json: Vec<(JsonPath, Template)>,
    /// Text that headers must contain, by their names.
    pub header: Vec<(String, Template)>,
    /// The code of a DNS answer, such as `NOERROR`.
    pub rcode: Option<String>,
    /// The DNS records, all of them, in any order.
    pub records: Option<Vec<Template>>,
    /// Text that one of the DNS records must contain.
    pub contains: Option<Template>,
}

impl Default for Expect {
    fn default() -> Self {
        Self {
            status: vec![(200, 299)],
            body_contains: None,
            body_not_contains: None,
            body_matches: None,
            json: Vec::new(),
            header: Vec::new(),
            rcode: None,
            records: None,
            contains: None,
        }
    }
}
