//! Loads everything a site is made from, and gathers every problem in it.

use std::path::{Path, PathBuf};

use super::{Failure, history};
use crate::content::{self, Content};
use crate::files::DataFile;
use crate::model::time::{DAY, MINUTE};
use crate::model::{Hands, History, IncidentStatus, Settings, Source, Time};
use crate::problem::{self, Problem};
use crate::site::sync::claims;
use crate::site::{self, Inputs};
use crate::theme::Theme;
use crate::{config, disk};

/// An open incident of which nobody has said anything for so long may have been forgotten.
const FORGOTTEN_MS: i64 = 3 * DAY;

/// An incident that lasted for so long may have a wrong date.
const LONG_MS: i64 = 30 * DAY;

/// A loaded site. What has mistakes is absent or marked; `problems` tells all of them.
pub struct Project {
    /// The folder.
    pub folder: PathBuf,
    /// The configuration; none when it has a mistake.
    pub settings: Option<Settings>,
    /// What people wrote.
    pub content: Content,
    /// What probes found.
    pub history: History,
    /// The files of the history.
    pub data: Vec<DataFile>,
    /// The theme; none when it has a mistake.
    pub theme: Option<Theme>,
    /// All problems, sorted.
    pub problems: Vec<Problem>,
}

impl Project {
    /// Loads a site. Only the disk can make this fail.
    pub fn load(folder: &Path, now: Time) -> Result<Self, Failure> {
        let (settings, mut problems) = load_settings(folder)?;
        let mut project = Self {
            folder: folder.to_owned(),
            settings,
            content: Content::default(),
            history: History::default(),
            data: Vec::new(),
            theme: None,
            problems: Vec::new(),
        };
        // The mistakes of the history are told beside those of the configuration.
        let hold_ms = project.settings.as_ref().map_or(MINUTE, Settings::hold_ms);
        let mut loaded = history::load(folder, hold_ms, now)?;
        project.history = loaded.history;
        project.data = loaded.files;
        problems.append(&mut loaded.problems);
        if let Some(settings) = &project.settings {
            let (content, mut found) = load_content(folder, settings)?;
            project.content = content;
            problems.append(&mut found);
            match load_theme(folder, settings)? {
                Ok(theme) => project.theme = Some(theme),
                Err(mut found) => problems.append(&mut found),
            }
        }
        problem::sort(&mut problems);
        project.problems = problems;
        Ok(project)
    }

    /// Which part of the site a build into `output` would overwrite, if any.
    pub fn part_of_sources(&self, output: &Path) -> Option<&'static str> {
        let real = |path: &Path| {
            path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or(path.to_owned())
        };
        let output = real(output);
        if real(&self.folder).starts_with(&output) {
            return Some("files");
        }
        ["content", "data", "themes", ".git", ".github"]
            .into_iter()
            .find(|part| output.starts_with(real(&self.folder.join(part))))
    }

    /// What is legal and yet probably not meant, at this time.
    pub fn doubts(&self, settings: &Settings, now: Time) -> Vec<Problem> {
        let mut doubts = Vec::new();
        let mut doubt = |path: String, message: String, help: &str| {
            doubts.push(Problem::in_file(path, message, help).warning());
        };
        for incident in &self.content.incidents {
            // The program writes what comes after maintenance ahead.
            if incident.hands == Hands::Program {
                continue;
            }
            if let Some(first) = incident.first().filter(|first| *first > now) {
                let message = format!("this incident begins in the future, at {}", first.rfc3339());
                let help =
                    "it is not shown until then; planned work belongs into `content/maintenance/`";
                doubt(incident.path.clone(), message, help);
            } else if let Some(at) =
                incident.updates.iter().filter_map(|update| update.at).find(|at| *at > now)
            {
                let message = format!("the update of {} lies in the future", at.rfc3339());
                doubt(
                    incident.path.clone(),
                    message,
                    "it is not shown until then; is the zone right?",
                );
            }
        }
        for incident in &self.content.incidents {
            let newest = incident.seen_updates(now).map(|(at, ..)| at).max();
            if let Some(at) = newest.filter(|at| now.ms() - at.ms() > FORGOTTEN_MS)
                && incident.is_open(now)
            {
                let message =
                    format!("this incident is open, and nothing was said since {}", at.rfc3339());
                let help = format!(
                    "if it is over, say so: `aboveboard incident resolve {}`",
                    incident.slug
                );
                doubt(incident.path.clone(), message, &help);
            }
            let said: Vec<IncidentStatus> =
                incident.seen_updates(now).map(|(_, status, _)| status).collect();
            if incident.is_open(now) && said.contains(&IncidentStatus::Postmortem) {
                let message =
                    "this incident has a postmortem and no `Resolved` after its last trouble";
                let help = "it is shown as open; say when it was over: `## Resolved · 2026-11-22 11:02 UTC`";
                doubt(incident.path.clone(), message.to_owned(), help);
            }
            let first = incident.seen_updates(now).map(|(at, ..)| at).min();
            let is_early = |(at, status): (Time, IncidentStatus)| {
                status == IncidentStatus::Resolved && Some(at) == first
            };
            let mut stages = incident.seen_updates(now).map(|(at, status, _)| (at, status));
            if said.len() > 1 && stages.any(is_early) {
                let message = "this incident was resolved before anything else was said".to_owned();
                doubt(incident.path.clone(), message, "is the time of its `Resolved` right?");
            }
            let are_all_good = || claims(incident, now).values().all(|claim| !claim.is_bad());
            if incident.hands == Hands::TakenOver && incident.is_open(now) && are_all_good() {
                let message = "the checks find nothing wrong any more, and this incident is open";
                let help = format!(
                    "a person has edited it, so a person says that it is over: `aboveboard incident resolve {}`; or write `auto: resolve` into it",
                    incident.slug
                );
                doubt(incident.path.clone(), message.to_owned(), &help);
            }
            if let Some((start, end)) = incident.start(now).zip(incident.resolved_at(now))
                && end.ms() - start.ms() > LONG_MS
            {
                let days = (end.ms() - start.ms()) / DAY;
                let message = format!("this incident lasted for {days} days");
                doubt(incident.path.clone(), message, "are the dates of its updates right?");
            }
        }
        for maintenance in &self.content.maintenance {
            if let Some((announced, start)) = maintenance.announced.zip(maintenance.start)
                && announced > start
            {
                let message = "this maintenance was announced after it began".to_owned();
                let help = "so it is not taken out of uptime; is `announced` right?";
                doubt(maintenance.path.clone(), message, help);
            }
        }
        for maintenance in self.content.maintenance.iter().filter(|one| !one.is_visible(now)) {
            let message = "this maintenance is announced in the future".to_owned();
            doubt(maintenance.path.clone(), message, "it is not shown until then");
        }
        for correction in
            self.content.corrections.iter().filter(|correction| correction.until > now)
        {
            let message =
                format!("this correction ends in the future, at {}", correction.until.rfc3339());
            doubt(
                correction.path.clone(),
                message,
                "it takes back only what was measured until now; write when the fault ended",
            );
        }
        for component in &settings.components {
            if let Some(since) =
                component.since.filter(|since| settings.timezone.start_of_day(*since) > now)
            {
                let message = format!(
                    "component `{}` begins its life on {since}, in the future",
                    component.id
                );
                doubt(
                    config::FILE.to_owned(),
                    message,
                    "until then nothing that its probes find is shown",
                );
            }
        }
        let rows = self.history.future;
        if rows > 0 {
            let message = format!("{} from the future", super::count(rows, "row"));
            doubt(
                "data".to_owned(),
                message,
                "a clock was wrong when they were written; the page ignores them until their time comes",
            );
        }
        doubts
    }

    /// What the site is planned from, once the settings are known to be there.
    pub fn inputs<'a>(&'a self, settings: &'a Settings, now: Time) -> Inputs<'a> {
        Inputs {
            settings,
            incidents: &self.content.incidents,
            maintenance: &self.content.maintenance,
            corrections: &self.content.corrections,
            pages: &self.content.pages,
            history: &self.history,
            now,
        }
    }
}

/// Reads `probes.yaml` alone.
pub fn load_settings(folder: &Path) -> Result<(Option<Settings>, Vec<Problem>), Failure> {
    match disk::read(&folder.join(config::FILE)) {
        Ok(bytes) => Ok(config::parse(&Source::new(config::FILE, &bytes))),
        Err(error) if error.is_not_found() => Err(Failure::Usage(format!(
            "there is no `{}` in `{}`; make a site with `aboveboard init DIR`, or name one with `--site DIR`",
            config::FILE,
            folder.display()
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Reads everything below `content/`.
pub fn load_content(
    folder: &Path,
    settings: &Settings,
) -> Result<(Content, Vec<Problem>), Failure> {
    let mut listing = disk::list(folder, "content")?;
    let mut problems = std::mem::take(&mut listing.problems);
    // What incidents are begun with is no incident.
    listing.paths.retain(|path| !path.starts_with(content::TEMPLATES));
    let (texts, others): (Vec<String>, Vec<String>) =
        listing.paths.into_iter().partition(|path| path.ends_with(".md"));
    problems.extend(others.into_iter().map(|path| {
        Problem::in_file(
            path,
            "nothing reads this file",
            "give it the ending `.md`, or move it out of `content`",
        )
    }));
    let sources = disk::sources(folder, &texts)?;
    let (content, mut found) = content::parse(&sources, settings);
    problems.append(&mut found);
    Ok((content, problems))
}

/// Reads the theme of the site over the built-in one.
pub fn load_theme(
    folder: &Path,
    settings: &Settings,
) -> Result<Result<Theme, Vec<Problem>>, Failure> {
    let listing = disk::list(folder, &format!("themes/{}", settings.look.theme))?;
    let own = disk::sources(folder, &listing.paths)?;
    if own.is_empty() && settings.look.theme != "default" {
        let message = format!("there is no theme `{}`", settings.look.theme);
        let help = format!(
            "put its files into `themes/{}/`, or remove `theme` from `site`",
            settings.look.theme
        );
        return Ok(Err(vec![Problem::in_file(config::FILE, message, help)]));
    }
    Ok(Theme::load(own).and_then(|theme| {
        let mut problems = site::languages(&theme, &settings.languages).err().unwrap_or_default();
        if let Some(name) =
            settings.look.logo.as_deref().filter(|name| theme.picture(name).is_none())
        {
            problems.push(Problem::in_file(
                config::FILE,
                format!("there is no logo `{name}`"),
                format!("put it into `themes/{}/`", settings.look.theme),
            ));
        }
        if problems.is_empty() { Ok(theme) } else { Err(problems) }
    }))
}
