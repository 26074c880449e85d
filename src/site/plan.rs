//! From the model to what the site says: pure, and without a way to fail.

use std::collections::BTreeMap;

use super::headline::{self, Headline, Open, Part};
use super::timeline::{self, Declarations, Evidence, Slice};
use super::uptime::Uptime;
use super::words;
use crate::model::time::DAY;
use crate::model::{
    Component, ComponentStatus, Correction, Date, Group, History, Incident, Maintenance,
    MaintenanceStatus, Outcome, Page, Sample, Settings, Time,
};

/// How many days the timelines show.
pub const DAYS: usize = 90;

/// How long a completed or cancelled maintenance stays in the list of the past, and
/// how many days of the past the home page shows.
pub const PAST_DAYS: i64 = 14;

/// Everything a site is made from.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The configuration.
    pub settings: &'a Settings,
    /// All incidents.
    pub incidents: &'a [Incident],
    /// All maintenance.
    pub maintenance: &'a [Maintenance],
    /// All corrections.
    pub corrections: &'a [Correction],
    /// All free pages.
    pub pages: &'a [Page],
    /// All samples.
    pub history: &'a History,
    /// Now, in whole seconds.
    pub now: Time,
}

/// What the site says.
#[derive(Debug)]
pub struct Site<'a> {
    /// What it was planned from.
    pub inputs: Inputs<'a>,
    /// The newest sample, not counting those from the future.
    pub checked_at: Option<Time>,
    /// Whether the newest sample is too old to speak of now.
    pub is_stale: bool,
    /// The state of the whole site.
    pub headline: Headline,
    /// What the headline becomes when no further check is heard of.
    pub stale_headline: Headline,
    /// In the order of the configuration.
    pub components: Vec<ComponentReport<'a>>,
    /// In the order of the configuration.
    pub groups: Vec<GroupReport<'a>>,
    /// Pinned ones first, then the newest first.
    pub open_incidents: Vec<&'a Incident>,
    /// Over, newest first.
    pub past_incidents: Vec<&'a Incident>,
    /// Going on, soonest end first.
    pub current_maintenance: Vec<&'a Maintenance>,
    /// To come, soonest first, and those whose window cannot be read.
    pub upcoming_maintenance: Vec<&'a Maintenance>,
    /// Over or cancelled, newest first.
    pub past_maintenance: Vec<&'a Maintenance>,
}

/// What the site says of one component.
#[derive(Debug)]
pub struct ComponentReport<'a> {
    /// The component.
    pub component: &'a Component,
    /// What visitors are told of it now.
    pub status: ComponentStatus,
    /// What visitors are told once nothing is measured any more.
    pub stale_status: ComponentStatus,
    /// Since when it is so.
    pub since: Option<Time>,
    /// Its life in slices.
    pub slices: Vec<Slice>,
    /// The last [`DAYS`] days, oldest first.
    pub days: Vec<DayReport>,
    /// All measured outages, newest first.
    pub outages: Vec<Outage>,
    /// Each probe with its newest sample.
    pub probes: Vec<(&'a crate::model::Probe, Option<&'a Sample>)>,
}

/// What the site says of one day of a component.
#[derive(Debug, Clone, Copy)]
pub struct DayReport {
    /// The day in the zone of the site.
    pub date: Date,
    /// The worst status of the day; unknown when none was bad and less than half was observed.
    pub worst: ComponentStatus,
    /// How much of it a correction took back.
    pub corrected_ms: i64,
    /// What the day adds up to.
    pub uptime: Uptime,
}

/// A measured stretch of being down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The first failing sample.
    pub from: Time,
    /// The first good sample, or where sight was lost; none while it goes on.
    pub to: Option<Time>,
    /// It ended because nothing was heard, not because it was good again.
    pub lost_sight: bool,
    /// The worst it was.
    pub status: ComponentStatus,
    /// It lay within announced maintenance from its start.
    pub in_maintenance: bool,
    /// Why, in the words of the first failing sample.
    pub detail: String,
}

/// What the site says of a group.
#[derive(Debug)]
pub struct GroupReport<'a> {
    /// The group; none for the components without one.
    pub group: Option<&'a Group>,
    /// Its status now.
    pub status: ComponentStatus,
    /// Its status once nothing is measured any more.
    pub stale_status: ComponentStatus,
    /// Indexes into [`Site::components`].
    pub members: Vec<usize>,
}

/// Decides everything the site says.
pub fn plan(inputs: Inputs<'_>) -> Site<'_> {
    let Inputs { settings, incidents, maintenance, history, now, .. } = inputs;
    let checked_at = checked_at(settings, history, now);
    let has_probes = settings.probes().next().is_some();
    let is_stale =
        has_probes && checked_at.is_none_or(|time| now.ms() - time.ms() > settings.hold_ms());

    let declarations = Declarations::gather(incidents, now);
    let evidence = Evidence {
        history,
        declarations: &declarations,
        maintenance,
        corrections: inputs.corrections,
        hold_ms: settings.hold_ms(),
        now,
    };
    let components: Vec<ComponentReport<'_>> = settings
        .components
        .iter()
        .map(|component| report(component, settings, history, &evidence))
        .collect();

    let mut open_incidents: Vec<&Incident> = Vec::new();
    let mut past_incidents: Vec<&Incident> = Vec::new();
    for incident in incidents.iter().filter(|incident| incident.is_visible(now)) {
        if incident.is_open(now) {
            open_incidents.push(incident);
        } else {
            past_incidents.push(incident);
        }
    }
    let newest_first = |incident: &&Incident| std::cmp::Reverse(incident.start());
    open_incidents.sort_by_key(|incident| (!incident.pinned, newest_first(incident)));
    past_incidents.sort_by_key(newest_first);

    let mut current_maintenance = Vec::new();
    let mut upcoming_maintenance = Vec::new();
    let mut past_maintenance = Vec::new();
    for maintenance in maintenance.iter().filter(|maintenance| maintenance.is_visible(now)) {
        match maintenance.status(now) {
            MaintenanceStatus::Scheduled => upcoming_maintenance.push(maintenance),
            MaintenanceStatus::InProgress | MaintenanceStatus::Verifying => {
                current_maintenance.push(maintenance);
            }
            MaintenanceStatus::Completed | MaintenanceStatus::Cancelled => {
                past_maintenance.push(maintenance);
            }
        }
    }
    current_maintenance.sort_by_key(|maintenance| maintenance.end);
    upcoming_maintenance.sort_by_key(|maintenance| maintenance.start);
    past_maintenance.sort_by_key(|maintenance| std::cmp::Reverse(maintenance.start));

    let open: Vec<Open<'_>> = open_incidents
        .iter()
        .filter(|incident| !incident.informational)
        .map(|incident| Open { title: &incident.title, impact: incident.impact(now) })
        .collect();
    let parts: Vec<Part<'_>> = components.iter().map(ComponentReport::part).collect();
    let stale_headline = headline::stale_headline(checked_at, &open, &settings.timezone);
    let headline = if is_stale {
        stale_headline.clone()
    } else {
        headline::headline(&parts, &open, now, &settings.timezone)
    };
    Site {
        inputs,
        checked_at,
        is_stale,
        headline,
        stale_headline,
        groups: groups(settings, &components),
        components,
        open_incidents,
        past_incidents,
        current_maintenance,
        upcoming_maintenance,
        past_maintenance,
    }
}

/// The newest sample of a probe that is still configured. Samples from the future, of a
/// wrong clock, would make the page look fresh for ever.
fn checked_at(settings: &Settings, history: &History, now: Time) -> Option<Time> {
    settings
        .probes()
        .filter_map(|probe| history.newest(&probe.id, now).map(|sample| sample.time))
        .max()
}

fn report<'a>(
    component: &'a Component,
    settings: &Settings,
    history: &'a History,
    evidence: &Evidence<'_>,
) -> ComponentReport<'a> {
    let zone = &settings.timezone;
    let now = evidence.now;
    let since = component.since.map(|date| zone.start_of_day(date));
    let slices = timeline::build(component, evidence, since);
    let status = slices.last().map_or(ComponentStatus::Unknown, |last| told(component, last));
    let stale_status = slices.last().map_or(ComponentStatus::Unknown, |last| {
        // Nor does an old page know whether planned work still goes on.
        let silent = Slice { measured: ComponentStatus::Unknown, maintenance: None, ..*last };
        told(component, &silent)
    });
    let since = slices
        .iter()
        .rev()
        .take_while(|slice| told(component, slice) == status)
        .last()
        .map(|slice| slice.from);
    let days = days(component, settings, &slices, now);
    let mut outages = outages(component, &slices, history);
    outages.reverse();
    let probes =
        component.probes.iter().map(|probe| (probe, history.newest(&probe.id, now))).collect();
    ComponentReport { component, status, stale_status, since, slices, days, outages, probes }
}

/// What visitors are told. A component that nothing checks has only what people declare.
fn told(component: &Component, slice: &Slice) -> ComponentStatus {
    match (component.probes.is_empty(), slice.maintenance, slice.declared) {
        (true, None, Some(declared)) => declared,
        _ => slice.effective(),
    }
}

impl<'a> ComponentReport<'a> {
    fn part(&self) -> Part<'a> {
        Part {
            name: &self.component.name,
            status: self.status,
            since: self.since,
            is_watched: !self.component.probes.is_empty() || self.status > ComponentStatus::Unknown,
        }
    }

    /// What the last `days` times 24 hours add up to.
    pub fn last_days(&self, days: i64, now: Time) -> Uptime {
        Uptime::of(&self.slices, now.plus(-days * DAY), now)
    }

    /// What the days of the timeline add up to.
    pub fn uptime(&self) -> Uptime {
        let mut sum = Uptime::default();
        for day in &self.days {
            sum.window_ms += day.uptime.window_ms;
            sum.observed_ms += day.uptime.observed_ms;
            sum.excluded_ms += day.uptime.excluded_ms;
            sum.down_ms += day.uptime.down_ms;
            sum.degraded_ms += day.uptime.degraded_ms;
        }
        sum
    }
}

fn days(component: &Component, settings: &Settings, slices: &[Slice], now: Time) -> Vec<DayReport> {
    let zone = &settings.timezone;
    let today = zone.date(now);
    let mut days: Vec<DayReport> = Vec::with_capacity(DAYS);
    let mut date = today;
    let mut end = now;
    let mut last = slices.len();
    while days.len() < DAYS {
        let start = zone.start_of_day(date);
        let first = slices[..last].partition_point(|slice| slice.to <= start);
        let within = &slices[first..last];
        let worst = within
            .iter()
            .filter(|slice| slice.overlap_ms(start, end) > 0)
            .map(|slice| told(component, slice))
            .filter(|status| *status != ComponentStatus::Unknown)
            .max()
            .unwrap_or(ComponentStatus::Unknown);
        let uptime = Uptime::of(within, start, end);
        // A day of which less than half was seen is not called a good one.
        let is_seen = uptime.observed_ms * 2 >= uptime.window_ms;
        let worst = match worst {
            ComponentStatus::Operational if !is_seen => ComponentStatus::Unknown,
            worst => worst,
        };
        let corrected_ms = within
            .iter()
            .filter(|slice| slice.corrected)
            .map(|slice| slice.overlap_ms(start, end))
            .sum();
        days.push(DayReport { date, worst, uptime, corrected_ms });
        last = (first + 1).min(slices.len());
        end = start;
        match date.pred_opt() {
            Some(before) => date = before,
            None => break,
        }
    }
    days.reverse();
    days
}

fn outages(component: &Component, slices: &[Slice], history: &History) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for (index, slice) in slices.iter().enumerate().filter(|(_, slice)| slice.measured.is_down()) {
        let next = slices.get(index + 1);
        let to = next.map(|_| slice.to);
        let lost_sight = next.is_some_and(|next| next.measured == ComponentStatus::Unknown);
        match outages.last_mut().filter(|last| last.to == Some(slice.from) && !last.lost_sight) {
            Some(last) => {
                last.to = to;
                last.lost_sight = lost_sight;
                last.status = last.status.max(slice.measured);
            }
            None => outages.push(Outage {
                from: slice.from,
                to,
                lost_sight,
                status: slice.measured,
                in_maintenance: slice.is_excluded(),
                detail: cause(component, history, slice.from),
            }),
        }
    }
    outages
}

/// What the probe that was down at `at` said.
fn cause(component: &Component, history: &History, at: Time) -> String {
    component
        .probes
        .iter()
        .flat_map(|probe| history.tracks(&probe.id))
        .filter_map(|samples| {
            let seen = samples.partition_point(|sample| sample.time <= at);
            samples[..seen].last().filter(|sample| sample.outcome == Outcome::Down)
        })
        .map(|sample| words::short(&sample.detail))
        .find(|detail| !detail.is_empty())
        .unwrap_or_default()
}

fn groups<'a>(settings: &'a Settings, components: &[ComponentReport<'_>]) -> Vec<GroupReport<'a>> {
    let mut members: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, report) in components.iter().enumerate() {
        members.entry(report.component.group.as_deref()).or_default().push(index);
    }
    let mut take = |group: Option<&'a Group>| {
        let members = members.remove(&group.map(|group| group.id.as_str()))?;
        let roll_up = |of: fn(&ComponentReport<'_>) -> ComponentStatus| {
            let statuses: Vec<ComponentStatus> =
                members.iter().map(|index| of(&components[*index])).collect();
            group_status(group, &statuses)
        };
        Some(GroupReport {
            group,
            status: roll_up(|report| report.status),
            stale_status: roll_up(|report| report.stale_status),
            members,
        })
    };
    let mut groups: Vec<GroupReport<'_>> =
        settings.groups.iter().filter_map(|group| take(Some(group))).collect();
    groups.extend(take(None));
    groups
}

fn group_status(group: Option<&Group>, statuses: &[ComponentStatus]) -> ComponentStatus {
    let worst = statuses.iter().copied().max().unwrap_or(ComponentStatus::Unknown);
    let major = statuses.iter().filter(|status| **status == ComponentStatus::MajorOutage).count();
    let needed = group.map_or(1, |group| group.down_when.needed(statuses.len()));
    if worst == ComponentStatus::MajorOutage && major < needed {
        ComponentStatus::PartialOutage
    } else {
        worst
    }
}
