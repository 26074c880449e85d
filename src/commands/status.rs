//! `aboveboard status`: what the page would say now, on a terminal.

use std::io::IsTerminal;
use std::path::Path;

use super::project::Project;
use super::{Failure, World, err, out, print};
use crate::model::{ComponentStatus, Settings};
use crate::problem;
use crate::site::days::Days;
use crate::site::edition::{self, Edition};
use crate::site::plan::{ComponentReport, Life, Site};
use crate::site::{self, present, view, words};
use crate::theme::Language;

/// What stands for a day of each status, and the colour it has.
fn letter(status: ComponentStatus) -> (char, Colour) {
    match status {
        ComponentStatus::Operational => ('|', Colour::None),
        ComponentStatus::Unknown => ('?', Colour::Faint),
        ComponentStatus::UnderMaintenance => ('m', Colour::Blue),
        ComponentStatus::DegradedPerformance => ('d', Colour::Yellow),
        ComponentStatus::PartialOutage => ('p', Colour::Yellow),
        ComponentStatus::MajorOutage => ('X', Colour::Red),
    }
}

const LEGEND: &str = "Each sign is a day, today on the right: | good  : good, with gaps  d degraded  p partial outage  X down  m maintenance  ? no data  . not yet watched";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    None,
    Faint,
    Blue,
    Yellow,
    Red,
}

/// Tells the state of the site, or of one component or group.
pub fn run(world: &World, folder: &Path, id: Option<&str>, json: bool) -> Result<(), Failure> {
    let project = Project::load(folder, world.now)?;
    let Some(settings) = &project.settings else {
        print(&project.problems);
        err("nothing can be told: mend the mistakes above first");
        return Err(Failure::Mistakes);
    };
    let plan = site::plan(project.inputs(settings, world.now));
    if let Some(id) = id {
        check_id(settings, id)?;
    }
    // What a terminal says is English, whatever the languages of the page.
    let (english, days) = (Language::english(), Days::new(&plan));
    let edition = Edition { site: &plan, language: &english, days: &days, is_main: true };
    if json {
        let main = project.theme.as_ref().and_then(|theme| theme.language(settings.language()));
        let language = main.as_ref().unwrap_or(&english);
        out(as_json(Edition { language, ..edition }, id).trim_end());
        return Ok(());
    }
    let has_colour = std::io::stdout().is_terminal()
        && world.variables.get("NO_COLOR").is_none_or(String::is_empty);
    let text = Text { edition, site: &plan, has_colour };
    match id {
        None => text.site(),
        Some(id) => text.one(id),
    }
    let mistakes = project.problems.iter().filter(|one| one.severity == problem::Severity::Error);
    match mistakes.count() {
        0 => {}
        number => err(format_args!(
            "\nthere {} in the files of the site: `aboveboard check` tells which",
            if number == 1 { "is 1 mistake".to_owned() } else { format!("are {number} mistakes") }
        )),
    }
    Ok(())
}

fn check_id(settings: &Settings, id: &str) -> Result<(), Failure> {
    let components = settings.components.iter().map(|component| component.id.as_str());
    let groups = settings.groups.iter().map(|group| group.id.as_str());
    let known: Vec<&str> = components.chain(groups).collect();
    if known.contains(&id) {
        return Ok(());
    }
    let help = problem::suggest(id, known);
    Err(Failure::Usage(format!("there is no component or group `{id}`; {help}")))
}

/// `status.json`, or the entry of one component or group in it.
fn as_json(edition: Edition<'_>, id: Option<&str>) -> String {
    let text = site::status_json(edition);
    let Some(id) = id else { return text };
    let status: serde_json::Value = serde_json::from_str(&text).expect("it was rendered just now");
    let lists = ["components", "groups"].into_iter().filter_map(|key| status[key].as_array());
    let entry = lists.flatten().find(|entry| entry["id"] == id);
    entry.map(ToString::to_string).unwrap_or_default()
}

struct Text<'a> {
    edition: Edition<'a>,
    site: &'a Site<'a>,
    has_colour: bool,
}

impl Text<'_> {
    fn paint(&self, text: &str, colour: Colour) -> String {
        let code = match colour {
            Colour::None => return text.to_owned(),
            Colour::Faint => 2,
            Colour::Blue => 34,
            Colour::Yellow => 33,
            Colour::Red => 31,
        };
        if self.has_colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A status with its mark, as `✕ Down`.
    fn state(&self, status: &view::Status) -> String {
        let colour = match status.key {
            "major_outage" => Colour::Red,
            "partial_outage" | "degraded_performance" => Colour::Yellow,
            "under_maintenance" => Colour::Blue,
            "unknown" | "not_checked" => Colour::Faint,
            _ => Colour::None,
        };
        self.paint(&format!("{} {}", status.mark, status.label), colour)
    }

    fn headline(&self) {
        let Site { headline, checked_at, inputs, .. } = self.site;
        let mark = edition::indicator_mark(headline.indicator);
        out(format_args!("{mark} {}", self.edition.sentence()));
        let every = self.edition.length(inputs.settings.interval_ms);
        match checked_at {
            Some(at) => {
                let ago = self.edition.length(inputs.now.ms() - at.ms());
                let at = words::moment_near(
                    self.edition.language,
                    *at,
                    inputs.now,
                    &inputs.settings.timezone,
                );
                let stopped = if self.site.is_stale { "Checks have stopped. " } else { "" };
                out(format_args!(
                    "{stopped}Last check {ago} ago, at {at}; checks are meant to run every {every}."
                ));
            }
            None if inputs.settings.probes().next().is_some() => {
                out(format_args!(
                    "Nothing was checked yet; checks are meant to run every {every}."
                ));
            }
            None => out("Nothing here is checked automatically."),
        }
    }

    fn site(&self) {
        let home = present::home(self.edition);
        self.headline();
        if !home.incidents.is_empty() {
            out("\nOpen incidents");
        }
        for incident in &home.incidents {
            let status =
                incident.status.as_ref().map_or("its status cannot be read", |one| &one.label);
            let since = incident
                .started
                .as_ref()
                .map_or(String::new(), |at| format!(", since {}", at.text));
            out(format_args!("  {} ({status}{since})", incident.title));
        }
        if !home.maintenance.is_empty() {
            out("\nMaintenance");
        }
        for maintenance in &home.maintenance {
            let window = maintenance.window.as_deref().unwrap_or("its time cannot be read");
            out(format_args!("  {} ({}, {window})", maintenance.title, maintenance.status.label));
            if let Some(overrun) = &maintenance.overrun {
                out(format_args!("  {}", self.paint(overrun, Colour::Yellow)));
            }
        }
        for (group, report) in home.groups.iter().zip(&self.site.groups) {
            out("");
            if let Some(name) = &group.name {
                let uptime = group.uptime.as_ref();
                let uptime =
                    uptime.map_or(String::new(), |one| format!("  {}  {}", one.figure, one.note));
                out(format_args!("{name}: {}{uptime}", self.state(&group.status)));
            }
            for (component, index) in group.components.iter().zip(&report.members) {
                self.component(component, &self.site.components[*index].life);
            }
        }
        out(format_args!("\n{}", self.paint(LEGEND, Colour::Faint)));
    }

    fn component(&self, component: &view::Component, life: &Life<'_>) {
        let mut line = format!("{}  {}", self.state(&component.status), component.name);
        if component.name != component.id {
            line.push_str(&self.paint(&format!(" ({})", component.id), Colour::Faint));
        }
        out(line);
        let mut notes = Vec::new();
        if let Some(since) = &component.since {
            notes.push(format!("since {}", since.text));
        }
        notes.extend(component.reason.clone());
        if !notes.is_empty() {
            out(format_args!("  {}", notes.join(": ")));
        }
        if component.is_checked {
            out(format_args!("  {}", self.bar(life)));
            out(format_args!("  {}  {}", component.uptime, component.uptime_note));
        }
    }

    /// A sign for each day; runs of one colour are painted at once.
    fn bar(&self, life: &Life<'_>) -> String {
        let days: Vec<(char, Colour)> = life
            .days
            .iter()
            .map(|day| match day.worst {
                ComponentStatus::Unknown if day.uptime.window_ms == 0 => ('.', Colour::Faint),
                ComponentStatus::Operational if day.uptime.has_gaps() => (':', Colour::None),
                worst => letter(worst),
            })
            .collect();
        days.chunk_by(|a, b| a.1 == b.1)
            .map(|run| self.paint(&run.iter().map(|(sign, _)| sign).collect::<String>(), run[0].1))
            .collect()
    }

    fn one(&self, id: &str) {
        let component = self.site.components.iter().find(|one| one.component.id == id);
        if let Some(report) = component {
            let page = present::component_page(self.edition, report);
            self.component(&page.component, &report.life);
            self.windows(&page.windows);
            if !page.probes.is_empty() {
                out("\nChecks");
            }
            for probe in &page.probes {
                let found = probe
                    .outcome
                    .as_ref()
                    .map_or("not checked yet".to_owned(), |one| self.state(one));
                let at = probe.at.as_ref().map_or(String::new(), |at| format!(" at {}", at.text));
                let rest = [probe.latency.clone(), probe.detail.clone()];
                let rest: String =
                    rest.into_iter().flatten().map(|text| format!(", {text}")).collect();
                out(format_args!("  {}: {found}{at}{rest}", probe.id));
            }
            self.reasons(report);
            if !page.outages.is_empty() {
                out("\nOutages, newest first");
            }
            for outage in page.outages.iter().take(10) {
                let notes =
                    [&outage.detail, &outage.note].into_iter().filter(|note| !note.is_empty());
                let notes: String = notes.map(|note| format!(" · {note}")).collect();
                out(format_args!("  {}  {}{notes}", outage.from.text, outage.duration));
            }
            return;
        }
        let home = present::home(self.edition);
        let groups = self.site.groups.iter().zip(&home.groups);
        for (report, group) in
            groups.filter(|(report, _)| report.group.is_some_and(|one| one.id == id))
        {
            out(format_args!(
                "{}  {}",
                self.state(&group.status),
                group.name.as_deref().unwrap_or(id)
            ));
            out(format_args!("  {}", self.bar(&report.life)));
            self.windows(&present::windows(self.edition, &report.life));
            if !report.outages.is_empty() {
                out("\nOutages of the group, newest first");
            }
            for outage in report.outages.iter().take(10) {
                let until = outage.to.unwrap_or(self.site.inputs.now);
                out(format_args!(
                    "  {}  {}{}  {}",
                    self.edition.time(outage.from),
                    self.edition.length(until.ms() - outage.from.ms()),
                    if outage.to.is_none() { " so far" } else { "" },
                    words::status(self.edition.language, outage.status),
                ));
            }
            for (component, index) in group.components.iter().zip(&report.members) {
                out("");
                self.component(component, &self.site.components[*index].life);
            }
        }
    }

    fn windows(&self, windows: &[view::Window]) {
        out("\nUptime");
        for view::Window { name, uptime, note, outages } in windows {
            let outages = outages.as_ref().map_or(String::new(), |outages| format!(" · {outages}"));
            out(format_args!("  {name:>8}  {uptime:>15}  {note}{outages}"));
        }
    }

    /// Why the newest days that were not good were not.
    fn reasons(&self, report: &ComponentReport<'_>) {
        const DAYS: usize = 3;
        const STRETCHES: usize = 20;
        let days = report.life.days.iter().rev();
        let days = days.map(|day| (day, present::reasons_of_day(self.edition, report, &day.day)));
        for (day, (note, reasons)) in
            days.filter(|(_, (_, reasons))| !reasons.is_empty()).take(DAYS)
        {
            out(format_args!("\n{}  {note}", self.edition.day(day.day.date)));
            for reason in reasons.iter().take(STRETCHES) {
                let why =
                    if reason.why.is_empty() { String::new() } else { format!(": {}", reason.why) };
                out(format_args!("  {}  {}{why}", reason.clock, self.state(&reason.status)));
            }
            if let Some(more) = reasons.len().checked_sub(STRETCHES).filter(|more| *more > 0) {
                out(format_args!("  and {more} more; `--json` has all"));
            }
        }
    }
}
