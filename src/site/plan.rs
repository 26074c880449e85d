//! From the model to what the site says: pure, and without a way to fail.

use std::collections::BTreeMap;

use super::calendar::{Calendar, Stretch};
use super::headline::{self, Headline, Open, Part};
use super::outages::{FirstUpdates, Outage, Tally, detail, first_updates, outages};
use super::timeline::{self, Statements, Timeline};
use super::uptime::Uptime;
use crate::model::settings::Rollup;
use crate::model::{
    Component, ComponentStatus, Correction, Date, Group, History, Incident, Maintenance,
    MaintenanceStatus, Occurrence, Page, Probe, Sample, Settings, Time,
};

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
    /// The life that all components have together, in which one that is down is enough.
    pub whole: Life<'a>,
    /// Pinned ones first, then the newest first.
    pub open_incidents: Vec<&'a Incident>,
    /// Over, newest first.
    pub past_incidents: Vec<&'a Incident>,
    /// All maintenance that visitors may know of.
    pub maintenance: Vec<Planned<'a>>,
    /// Going on, soonest end first.
    pub current_maintenance: Vec<Planned<'a>>,
    /// To come, soonest first, and those whose window cannot be read; of a series the next one.
    pub upcoming_maintenance: Vec<Planned<'a>>,
    /// Over or cancelled, newest first.
    pub past_maintenance: Vec<Planned<'a>>,
    /// The days and windows that numbers are given for.
    pub calendar: Calendar,
    /// Since when anything is known of any component.
    pub records_since: Option<Time>,
    /// The titles of all incidents, by slug.
    pub incident_titles: BTreeMap<&'a str, &'a str>,
    /// The outages that each incident speaks of: indexes of components and of their outages.
    pub outages_of: BTreeMap<&'a str, Vec<(usize, usize)>>,
}

/// A maintenance with one of its windows.
#[derive(Debug, Clone, Copy)]
pub struct Planned<'a> {
    /// The maintenance.
    pub maintenance: &'a Maintenance,
    /// The window: where nothing else is said, the one that matters now. None when it cannot be
    /// read, or was called off before it was known.
    pub window: Option<Occurrence>,
    /// Where it stands.
    pub status: MaintenanceStatus,
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
    /// Its life.
    pub life: Life<'a>,
    /// All outages, newest first.
    pub outages: Vec<Outage<'a>>,
    /// Each probe with its newest sample.
    pub probes: Vec<(&'a Probe, Option<&'a Sample>)>,
}

/// The life of a component or a group, and what parts of it add up to.
#[derive(Debug)]
pub struct Life<'a> {
    /// Its slices.
    pub timeline: Timeline<'a>,
    /// The days of the calendar, oldest first.
    pub days: Vec<DayReport>,
    /// The windows of the calendar.
    pub windows: Vec<WindowReport>,
    /// The months of its life, newest first.
    pub months: Vec<MonthReport>,
}

/// What the site says of one day.
#[derive(Debug, Clone, Copy)]
pub struct DayReport {
    /// The day in the zone of the site.
    pub day: Stretch,
    /// The worst status of the day; unknown when none was bad and less than half was observed.
    pub worst: ComponentStatus,
    /// What the day adds up to.
    pub uptime: Uptime,
}

/// What a window adds up to.
#[derive(Debug, Clone, Copy)]
pub struct WindowReport {
    /// How many days it has; 1 means the last 24 hours.
    pub days: usize,
    /// The sums.
    pub uptime: Uptime,
    /// The outages whose downtime began in it.
    pub tally: Tally,
}

/// What a month adds up to.
#[derive(Debug, Clone, Copy)]
pub struct MonthReport {
    /// Its first day.
    pub month: Date,
    /// The sums.
    pub uptime: Uptime,
    /// The outages whose downtime began in it.
    pub tally: Tally,
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
    /// The life that its members have together; for the components without a group only as a
    /// thing that nobody shows.
    pub life: Life<'a>,
    /// All outages of that, newest first.
    pub outages: Vec<Outage<'a>>,
}

/// Decides everything the site says.
pub fn plan(inputs: Inputs<'_>) -> Site<'_> {
    let Inputs { settings, incidents, maintenance, history, now, .. } = inputs;
    let checked_at = checked_at(settings, history);
    let has_probes = settings.probes().next().is_some();
    let is_stale =
        has_probes && checked_at.is_none_or(|time| now.ms() - time.ms() > settings.hold_ms());

    let occurrences: Vec<(&Maintenance, Vec<Occurrence>)> =
        maintenance.iter().map(|one| (one, one.occurrences(now))).collect();
    let statements = Statements::gather(incidents, &occurrences, inputs.corrections, settings, now);
    let sources = Sources {
        settings,
        history,
        statements: &statements,
        first_updates: first_updates(incidents, now),
        calendar: Calendar::new(&settings.timezone, now),
        now,
    };
    let components: Vec<ComponentReport<'_>> =
        settings.components.iter().map(|component| report(component, &sources)).collect();

    let mut open_incidents: Vec<&Incident> = Vec::new();
    let mut past_incidents: Vec<&Incident> = Vec::new();
    for incident in incidents.iter().filter(|incident| incident.is_visible(now)) {
        if incident.is_open(now) {
            open_incidents.push(incident);
        } else {
            past_incidents.push(incident);
        }
    }
    let newest_first = |incident: &&Incident| std::cmp::Reverse(incident.start(now));
    open_incidents.sort_by_key(|incident| (!incident.pinned, newest_first(incident)));
    past_incidents.sort_by_key(newest_first);

    let Lists { all, current, upcoming, past } = lists(&occurrences, now);

    let mut outages_of: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (component, report) in components.iter().enumerate() {
        for (outage, one) in report.outages.iter().enumerate() {
            for incident in &one.incidents {
                outages_of.entry(*incident).or_default().push((component, outage));
            }
        }
    }
    // Trouble began when the first check failed, whenever people spoke of it.
    let since = |incident: &Incident| {
        let outages = outages_of.get(incident.slug.as_str()).into_iter().flatten();
        let seen = outages
            .filter_map(|(component, outage)| components[*component].outages[*outage].detected_at);
        seen.chain(incident.start(now)).min()
    };
    let open: Vec<Open<'_>> = open_incidents
        .iter()
        .filter(|incident| !incident.informational && settings.rollup == Rollup::Incidents)
        .map(|incident| Open {
            title: &incident.title,
            impact: incident.impact(now),
            since: since(incident),
        })
        .collect();
    let parts: Vec<Part<'_>> = components.iter().map(ComponentReport::part).collect();
    let stale_headline = headline::stale_headline(checked_at, &open);
    let headline =
        if is_stale { stale_headline.clone() } else { headline::headline(&parts, &open) };
    let begins =
        |report: &ComponentReport<'_>| report.life.timeline.slices.first().map(|slice| slice.from);
    Site {
        inputs,
        records_since: components.iter().filter_map(begins).min(),
        incident_titles: incidents
            .iter()
            .map(|one| (one.slug.as_str(), one.title.as_str()))
            .collect(),
        outages_of,
        checked_at,
        is_stale,
        headline,
        stale_headline,
        groups: groups(settings, &components, &sources),
        whole: together(None, &components.iter().collect::<Vec<_>>(), &sources).0,
        components,
        open_incidents,
        past_incidents,
        maintenance: all,
        current_maintenance: current,
        upcoming_maintenance: upcoming,
        past_maintenance: past,
        calendar: sources.calendar,
    }
}

#[derive(Default)]
struct Lists<'a> {
    all: Vec<Planned<'a>>,
    current: Vec<Planned<'a>>,
    upcoming: Vec<Planned<'a>>,
    past: Vec<Planned<'a>>,
}

fn lists<'a>(maintenance: &[(&'a Maintenance, Vec<Occurrence>)], now: Time) -> Lists<'a> {
    let mut lists = Lists::default();
    for (maintenance, occurrences) in maintenance.iter().filter(|(one, _)| one.is_visible(now)) {
        let planned =
            |one: Occurrence| Planned { maintenance, window: Some(one), status: one.status };
        let unread = |status| Planned { maintenance, window: None, status };
        let next = occurrences.iter().find(|one| !one.is_over());
        // Nobody can tell when it comes again.
        let is_unread = maintenance.is_repeat_unread && next.is_none();
        lists.all.push(match next.or(occurrences.last()).filter(|_| !is_unread) {
            Some(one) => planned(*one),
            None if is_unread => unread(MaintenanceStatus::Scheduled),
            None => unread(maintenance.said(now)),
        });
        let is_current = |one: &&Occurrence| {
            matches!(one.status, MaintenanceStatus::InProgress | MaintenanceStatus::Verifying)
        };
        lists.current.extend(occurrences.iter().filter(is_current).map(|one| planned(*one)));
        let coming = occurrences.iter().find(|one| one.status == MaintenanceStatus::Scheduled);
        lists.upcoming.extend(coming.map(|one| planned(*one)));
        lists.past.extend(occurrences.iter().filter(|one| one.is_over()).map(|one| planned(*one)));
        if let Some(unread) = lists.all.last().filter(|last| last.window.is_none()).copied() {
            match unread.status {
                MaintenanceStatus::Completed | MaintenanceStatus::Cancelled => {
                    lists.past.push(unread);
                }
                _ => lists.upcoming.push(unread),
            }
        }
    }
    let start = |one: &Planned<'_>| one.window.map(|window| window.planned_start);
    lists.current.sort_by_key(|one| one.window.map(|window| window.planned_end));
    lists.upcoming.sort_by_key(start);
    lists.past.sort_by_key(|one| std::cmp::Reverse(start(one)));
    lists
}

/// What every report is made from.
struct Sources<'s, 'a> {
    settings: &'a Settings,
    history: &'a History,
    statements: &'s Statements<'a>,
    first_updates: FirstUpdates<'a>,
    calendar: Calendar,
    now: Time,
}

/// The newest sample of a probe that is still configured.
fn checked_at(settings: &Settings, history: &History) -> Option<Time> {
    settings.probes().filter_map(|probe| history.newest(&probe.id).map(|sample| sample.time)).max()
}

fn report<'a>(component: &'a Component, sources: &Sources<'_, 'a>) -> ComponentReport<'a> {
    let Sources { settings, history, now, .. } = *sources;
    let since = component.since.map(|date| settings.timezone.start_of_day(date));
    let hold_ms = settings.hold_ms();
    let timeline = timeline::component(component, history, sources.statements, hold_ms, since, now);
    let (status, stale_status) = timeline.now();
    let since = timeline
        .slices
        .iter()
        .rev()
        .take_while(|slice| slice.shown == status)
        .last()
        .map(|slice| slice.from);
    let why = |at| detail(component, history, hold_ms, at);
    let mut outages = outages(&timeline, &sources.first_updates, &why, now);
    let life = life(timeline, &outages, sources);
    outages.reverse();
    let probes = component.probes.iter().map(|probe| (probe, history.newest(&probe.id))).collect();
    ComponentReport { component, status, stale_status, since, life, outages, probes }
}

fn life<'a>(timeline: Timeline<'a>, outages: &[Outage<'_>], sources: &Sources<'_, 'a>) -> Life<'a> {
    let Sources { calendar, now, .. } = sources;
    let days = calendar.days.iter().map(|day| day_report(&timeline, day)).collect();
    let windows = calendar
        .windows()
        .map(|(days, from)| WindowReport {
            days,
            uptime: Uptime::of(&timeline, from, *now),
            tally: Tally::of(outages, from, *now),
        })
        .collect();
    let months = timeline.slices.first().map_or_else(Vec::new, |first| {
        let months = calendar.months(first.from).into_iter();
        months
            .map(|Stretch { date, from, to }| MonthReport {
                month: date,
                uptime: Uptime::of(&timeline, from, to),
                tally: Tally::of(outages, from, to),
            })
            .collect()
    });
    Life { timeline, days, windows, months }
}

/// What the life of a component adds up to on one day.
pub fn day_report(timeline: &Timeline<'_>, day: &Stretch) -> DayReport {
    let within = timeline.within(day.from, day.to);
    let known = within.iter().map(|slice| slice.shown);
    let worst = known.filter(|status| *status != ComponentStatus::Unknown).max();
    let uptime = Uptime::of(timeline, day.from, day.to);
    // A day of which less than half was seen is not called a good one.
    let is_seen = uptime.observed_ms * 2 >= uptime.window_ms;
    let worst = match worst.filter(|_| day.from < day.to).unwrap_or(ComponentStatus::Unknown) {
        ComponentStatus::Operational if !is_seen => ComponentStatus::Unknown,
        worst => worst,
    };
    DayReport { day: *day, worst, uptime }
}

impl Site<'_> {
    /// When a probe first saw what an incident speaks of.
    pub fn detected_at(&self, incident: &str) -> Option<Time> {
        let outages = self.outages_of.get(incident).into_iter().flatten();
        outages
            .filter_map(|(component, outage)| {
                self.components[*component].outages[*outage].detected_at
            })
            .min()
    }
}

impl<'a> ComponentReport<'a> {
    /// Whether anything checks it, or somebody speaks of it now.
    pub fn is_watched(&self) -> bool {
        !self.component.probes.is_empty() || self.status > ComponentStatus::Unknown
    }

    fn part(&self) -> Part<'a> {
        Part {
            name: &self.component.name,
            status: self.status,
            since: self.since,
            is_watched: self.is_watched(),
        }
    }
}

impl Life<'_> {
    /// The window with so many days.
    pub fn window(&self, days: usize) -> &WindowReport {
        let window = self.windows.iter().find(|window| window.days == days);
        window.expect("only windows of the calendar are asked for")
    }
}

/// The life that components have together, and its outages, newest first.
fn together<'a>(
    group: Option<&Group>,
    reports: &[&ComponentReport<'a>],
    sources: &Sources<'_, 'a>,
) -> (Life<'a>, Vec<Outage<'a>>) {
    let lives: Vec<(&'a Component, &Timeline<'a>)> =
        reports.iter().map(|report| (report.component, &report.life.timeline)).collect();
    let timeline = timeline::group(group, &lives);
    let mut outages = outages(&timeline, &sources.first_updates, &|_| String::new(), sources.now);
    let life = life(timeline, &outages, sources);
    outages.reverse();
    (life, outages)
}

fn groups<'a>(
    settings: &'a Settings,
    components: &[ComponentReport<'a>],
    sources: &Sources<'_, 'a>,
) -> Vec<GroupReport<'a>> {
    let mut members: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (index, report) in components.iter().enumerate() {
        members.entry(report.component.group.as_deref()).or_default().push(index);
    }
    let mut take = |group: Option<&'a Group>| {
        let members = members.remove(&group.map(|group| group.id.as_str()))?;
        let reports: Vec<_> = members.iter().map(|index| &components[*index]).collect();
        let (life, outages) = together(group, &reports, sources);
        let (status, stale_status) = life.timeline.now();
        Some(GroupReport { group, status, stale_status, life, outages, members })
    };
    let mut groups: Vec<GroupReport<'_>> =
        settings.groups.iter().filter_map(|group| take(Some(group))).collect();
    groups.extend(take(None));
    groups
}
