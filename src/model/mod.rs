//! Plain data that every other room speaks about: the words of a status page.
//!
//! Knows no file format, no disk, no network and no clock. Constructors keep
//! the invariants, so a value that exists is valid.

mod buckets;
pub mod compare;
pub mod content;
pub mod history;
pub mod json_path;
pub mod latency;
pub mod maintenance;
pub mod recurrence;
pub mod settings;
pub mod source;
pub mod status;
pub mod target;
pub mod template;
pub mod time;
pub mod zone;

pub use content::{Affected, Correction, Hands, Incident, Page, Update};
pub use history::{History, Run, Sample, Track};
pub use json_path::JsonPath;
pub use latency::{Band, Horizon, Latencies};
pub use maintenance::{Account, Maintenance, Occurrence};
pub use recurrence::Recurrence;
pub use settings::{Component, DownWhen, Group, Link, Probe, Settings};
pub use source::Source;
pub use status::{ComponentStatus, Impact, IncidentStatus, Indicator, MaintenanceStatus, Outcome};
pub use target::Target;
pub use template::Template;
pub use time::Time;
pub use zone::{Date, Zone};
