//! `aboveboard incident sync`: incidents that the checks raise, update and resolve by themselves.
//!
//! `site/sync` decides; this writes, into the files that people write too, and as carefully.

use std::path::Path;

use super::{Git, Site, is_one_more, lines};
use crate::commands::{Failure, World, err, history, project};
use crate::content::{Content, author};
use crate::model::{Affected, Hands, Incident, IncidentStatus, Time};
use crate::site::sync::{self, Step};
use crate::site::{self, Inputs};
use crate::theme::{Language, Theme};

/// Writes what is to be said now, and tells how much that was. What cannot be written stops nothing else.
pub fn run(world: &World, folder: &Path, git: Git) -> Result<usize, Failure> {
    let _turn = Site::turn(folder)?;
    let site = Site::load(world, folder)?.with_git(git)?;
    let history = history::load(folder, site.settings.hold_ms(), world.now)?.history;
    let steps = sync::steps(Inputs {
        settings: &site.settings,
        incidents: &site.content.incidents,
        maintenance: &site.content.maintenance,
        corrections: &site.content.corrections,
        pages: &site.content.pages,
        history: &history,
        now: world.now,
    });
    if steps.is_empty() {
        world.say("there is no incident to raise, update or resolve");
        site.push_rest()?;
        return Ok(0);
    }
    let language = site.language()?;
    let mut failure = None;
    for step in &steps {
        let message = sync::message(&language, &site.settings, step, world.now);
        let written = match step.incident {
            Some(of) => site.add_by_itself(of, step.status, &step.changes, &message),
            None => {
                let failing: Vec<_> =
                    step.failing.iter().map(|one| (one.component, one.status)).collect();
                site.raise(step, &sync::title(&language, &failing), &message)
            }
        };
        if let Err(Failure::Usage(why) | Failure::World(why)) = written {
            // The others are as urgent.
            err(format_args!("error: {why}"));
            failure = Some(Failure::World("not everything could be written".to_owned()));
        }
    }
    failure.map_or(Ok(steps.len()), Err)
}

impl Site<'_> {
    /// The language that the site speaks first. A theme with mistakes gives way to the built-in one.
    pub(super) fn language(&self) -> Result<Language, Failure> {
        let own = project::load_theme(&self.folder, &self.settings)?;
        let languages = own
            .ok()
            .or_else(|| Theme::load(Vec::new()).ok())
            .and_then(|theme| site::languages(&theme, &self.settings.languages).ok());
        Ok(languages.into_iter().flatten().next().unwrap_or_else(Language::english))
    }

    fn raise(&self, step: &Step<'_>, title: &str, message: &str) -> Result<(), Failure> {
        let now = self.world.now;
        let started = step.failing.iter().map(|one| one.since).min().unwrap_or(now);
        let new = author::Raised { title, started, counts: false, alert_key: None };
        self.declare_by_itself(&new, (step.status, self.world.now), &step.changes, message)
    }

    /// Writes a new incident that no person declared.
    pub(super) fn declare_by_itself(
        &self,
        new: &author::Raised<'_>,
        (status, at): (IncidentStatus, Time),
        changes: &Affected,
        message: &str,
    ) -> Result<(), Failure> {
        let title = author::one_line(new.title);
        let heading = author::automatic_heading(status.word(), at, changes);
        let text = author::raised(new, &heading, message);
        let path = self.create("incidents", None, &title, &text, &|content| {
            matches!(content.incidents.as_slice(), [one] if one.title == title
                && one.hands == Hands::Program
                && one.alert_keys.iter().map(String::as_str).eq(new.alert_key)
                && one.mistakes.is_empty()
                && one.summary.is_empty()
                && is_one_more(&[], &one.updates, (status, at), changes, message))
        })?;
        self.finish(&path, &format!("incident: {title}"), &format!("raised `{path}`"))
    }

    /// Adds an update that no person wrote.
    pub(super) fn add_by_itself(
        &self,
        of: &Incident,
        status: IncidentStatus,
        changes: &Affected,
        message: &str,
    ) -> Result<(), Failure> {
        let at = self.world.now;
        let mut automatic = of.updates.iter().filter(|update| update.is_automatic);
        if automatic.any(|update| update.at > Some(at)) {
            return Err(Failure::World(format!(
                "`{}` has an update of its own from later than now; is the clock right?",
                of.path
            )));
        }
        let heading = author::automatic_heading(status.word(), at, changes);
        let add = |source: &crate::model::Source| {
            let text = author::with_update(source, &self.settings, &heading, message);
            Ok(if of.hands == Hands::Program { author::sealed(&text) } else { text })
        };
        let is_meant = |content: &Content| {
            matches!(content.incidents.as_slice(), [one] if one.title == of.title
                && one.affected == of.affected
                && one.hands == of.hands
                && one.mistakes.len() == of.mistakes.len()
                && lines(&one.summary) == lines(&of.summary)
                && is_one_more(&of.updates, &one.updates, (status, at), changes, message))
        };
        self.rewrite(&of.path, &add, &is_meant)?;
        let said = format!("`{}`: {} at {}", of.slug, status.word(), at.rfc3339());
        let commit = format!("incident: {} ({})", of.title, status.word());
        self.finish(&of.path, &commit, &said)
    }
}
