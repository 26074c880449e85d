//! What the public API of Statuspage, version 2, answers with: every key always there, and no
//! other, for there are clients that break on either.

use serde::Serialize;

#[derive(Serialize, Clone)]
pub struct Page {
    pub id: String,
    pub name: String,
    pub url: String,
    pub time_zone: String,
    pub updated_at: String,
}

#[derive(Serialize, Clone)]
pub struct Status {
    pub indicator: &'static str,
    pub description: String,
}

#[derive(Serialize, Clone)]
pub struct Component {
    pub id: String,
    pub name: String,
    pub status: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub position: usize,
    pub description: Option<String>,
    pub showcase: bool,
    pub start_date: Option<String>,
    pub group_id: Option<String>,
    pub page_id: String,
    pub group: bool,
    pub only_show_if_degraded: bool,
    /// Only groups have it: the ids of their members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub components: Option<Vec<String>>,
}

/// What incidents and maintenance have in common.
#[derive(Serialize, Clone)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub status: &'static str,
    pub created_at: String,
    pub updated_at: String,
    pub monitoring_at: Option<String>,
    pub resolved_at: Option<String>,
    pub impact: &'static str,
    pub shortlink: String,
    pub started_at: String,
    pub page_id: String,
    pub incident_updates: Vec<Update>,
    pub components: Vec<Component>,
}

#[derive(Serialize, Clone)]
pub struct Incident {
    #[serde(flatten)]
    pub event: Event,
    pub reminder_intervals: Option<String>,
}

#[derive(Serialize, Clone)]
pub struct Maintenance {
    #[serde(flatten)]
    pub event: Event,
    pub scheduled_for: String,
    pub scheduled_until: String,
}

#[derive(Serialize, Clone)]
pub struct Update {
    pub id: String,
    pub status: &'static str,
    pub body: String,
    pub incident_id: String,
    pub created_at: String,
    pub updated_at: String,
    pub display_at: String,
    pub affected_components: Option<Vec<Affected>>,
    pub deliver_notifications: bool,
    pub custom_tweet: Option<String>,
    pub tweet_id: Option<String>,
}

#[derive(Serialize, Clone)]
pub struct Affected {
    pub code: String,
    pub name: String,
    pub old_status: &'static str,
    pub new_status: &'static str,
}

#[derive(Serialize)]
pub struct Summary<'a> {
    pub page: &'a Page,
    pub components: &'a [Component],
    pub incidents: &'a [Incident],
    pub scheduled_maintenances: &'a [Maintenance],
    pub status: &'a Status,
}

#[derive(Serialize)]
pub struct StatusAnswer<'a> {
    pub page: &'a Page,
    pub status: &'a Status,
}

#[derive(Serialize)]
pub struct Components<'a> {
    pub page: &'a Page,
    pub components: &'a [Component],
}

#[derive(Serialize)]
pub struct Incidents<'a> {
    pub page: &'a Page,
    pub incidents: &'a [Incident],
}

#[derive(Serialize)]
pub struct Maintenances<'a> {
    pub page: &'a Page,
    pub scheduled_maintenances: &'a [Maintenance],
}
