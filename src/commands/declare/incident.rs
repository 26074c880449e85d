//! `aboveboard incident new`, `update`, `resolve` and `list`.

use serde::Serialize;

use super::{Site, ask, editor, is_one_more, lines, named};
use crate::commands::{Failure, err, out};
use crate::content::{self, author};
use crate::model::{Affected, Hands, Incident, IncidentStatus, Source, Time};
use crate::{disk, problem};

/// A new incident, as typed.
#[derive(Debug)]
pub struct NewIncident {
    /// What visitors read first; asked for without one.
    pub title: Option<String>,
    /// `ID=STATUS`
    pub affects: Vec<String>,
    /// The word of a status; the usual first one, or asked for, without one.
    pub status: Option<String>,
    /// What it is begun with.
    pub template: Option<String>,
    /// The file name without `.md`; made of the day and the title without one.
    pub slug: Option<String>,
    /// Markdown.
    pub message: String,
}

/// An update of an incident, as typed.
#[derive(Debug)]
pub struct NewUpdate {
    /// Which one; the newest that is open without one.
    pub slug: Option<String>,
    /// The word of a status; as before without one.
    pub status: Option<String>,
    /// `ID=STATUS`
    pub affects: Vec<String>,
    /// Markdown.
    pub message: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    slug: &'a str,
    title: &'a str,
    open: bool,
    status: Option<IncidentStatus>,
    started_at: Option<String>,
}

/// The words that somebody is asked to choose from.
const OPEN: [&str; 4] = ["investigating", "identified", "monitoring", "resolved"];

/// How many of the past are listed.
const PAST: usize = 10;

impl Site<'_> {
    /// Declares a new one.
    pub fn declare(&self, new: NewIncident) -> Result<(), Failure> {
        if let Some(slug) = &new.slug {
            // Said before anybody is asked for the rest.
            self.is_free(slug)?;
        }
        let new = match new.template {
            Some(_) => self.begin_with(new)?,
            None => new,
        };
        let new = match new.title {
            None if ask::is_possible(&self.world.variables) => self.ask(new)?,
            _ => new,
        };
        let title = new.title.as_deref().unwrap_or_default();
        let title = author::one_line(title);
        if title.is_empty() {
            return Err(Failure::Usage(
                "an incident needs a title that visitors read, such as \"API errors\"".to_owned(),
            ));
        }
        let affected = self.affected(&new.affects)?;
        let status = status(new.status.as_deref().unwrap_or("investigating"))?;
        let at = self.time_after(None)?;
        let heading = author::heading(status.word(), at, &Affected::new());
        let text = author::incident(&title, &affected, &heading, &new.message);
        let named = new.slug.as_deref();
        let path = self.create("incidents", named, &title, &text, &|content| {
            matches!(content.incidents.as_slice(), [one] if one.title == title
                && one.affected == affected
                && one.mistakes.is_empty()
                && one.summary.is_empty()
                && is_one_more(&[], &one.updates, (status, at), &Affected::new(), &new.message))
        })?;
        self.finish(&path, &format!("incident: {title}"), &format!("declared `{path}`"))
    }

    /// Refuses a name that cannot be the address of an incident, or is one already.
    fn is_free(&self, slug: &str) -> Result<(), Failure> {
        if !content::is_slug(slug) || slug.ends_with(".md") {
            return Err(Failure::Usage(format!(
                "`--slug {slug}` cannot be an address; use letters, digits, `-`, `_` and `.` only, no `.` in front and no `.md` at the end"
            )));
        }
        // Some disks, and the addresses of the page, make no difference between `A` and `a`.
        let taken = self.content.incidents.iter().find(|one| one.slug.eq_ignore_ascii_case(slug));
        match taken {
            Some(one) => Err(Failure::Usage(format!(
                "there is an incident `{slug}` already, `{}`; say more of it with `aboveboard incident update {}`, or take another name",
                one.path, one.slug
            ))),
            None => Ok(()),
        }
    }

    /// Takes from a template what was not typed.
    fn begin_with(&self, new: NewIncident) -> Result<NewIncident, Failure> {
        let name = new.template.as_deref().unwrap_or_default();
        let mut known = disk::list(&self.folder, content::TEMPLATES.trim_end_matches('/'))?.paths;
        known.retain(|path| path.ends_with(".md"));
        let path = format!("{}{name}.md", content::TEMPLATES);
        if !known.contains(&path) {
            let names = known
                .iter()
                .filter_map(|path| path.strip_prefix(content::TEMPLATES)?.strip_suffix(".md"));
            let names: Vec<&str> = names.collect();
            let help = match names.is_empty() {
                true => format!("write one into `{path}`"),
                false => problem::suggest(name, names),
            };
            return Err(Failure::Usage(format!("there is no template `{name}`; {help}")));
        }
        // It is written like an incident that has no update yet.
        let bytes = disk::read(&self.folder.join(&path))?;
        let like = Source::new(format!("content/incidents/{name}.md"), &bytes);
        let (read, problems) = content::parse(&[like], &self.settings);
        let template = read.incidents.first();
        let is_more = template.is_some_and(|one| {
            !one.updates.is_empty()
                || one.impact.is_some()
                || one.started.is_some()
                || one.pinned
                || one.informational
                || !one.affects_uptime
        });
        let is_wrong = problems.iter().any(|problem| problem.place.is_some());
        if is_more || is_wrong {
            return Err(Failure::Usage(format!(
                "`{path}` holds more than a template can: write `title`, `affected` with known components, and the text of one update without its heading"
            )));
        }
        let affects = template.into_iter().flat_map(|one| &one.affected);
        Ok(NewIncident {
            title: new.title.or(template.map(|one| one.title.clone())),
            affects: match new.affects.is_empty() {
                true => affects.map(|(id, status)| format!("{id}={}", status.word())).collect(),
                false => new.affects,
            },
            message: match new.message.is_empty() {
                true => template.map_or(String::new(), |one| one.summary.clone()),
                false => new.message,
            },
            status: new.status,
            template: None,
            slug: new.slug,
        })
    }

    /// Asks for what was not typed.
    fn ask(&self, new: NewIncident) -> Result<NewIncident, Failure> {
        let title = Some(ask::filled("What do visitors read first, such as API errors?")?);
        let affects = match new.affects.is_empty() {
            true => self.ask_affected()?,
            false => new.affects,
        };
        let status = match new.status {
            Some(status) => Some(status),
            None => Some(OPEN[ask::choice("Where does the work stand?", &OPEN, 0)?].to_owned()),
        };
        let message = match new.message.is_empty() {
            true => ask::text("What do visitors read?")?,
            false => new.message,
        };
        Ok(NewIncident { title, affects, status, message, template: None, slug: new.slug })
    }

    /// Adds an update to one.
    pub fn update(&self, new: NewUpdate) -> Result<(), Failure> {
        let now = self.world.now;
        let incident = self.incident(new.slug.as_deref())?;
        let says_nothing =
            new.message.trim().is_empty() && new.affects.is_empty() && new.status.is_none();
        let new = match says_nothing && ask::is_possible(&self.world.variables) {
            false => new,
            true => {
                err(format_args!("{}", incident.title));
                let last = incident.status(now).map(IncidentStatus::word);
                let default = OPEN.iter().position(|word| Some(*word) == last).unwrap_or(0);
                let status = OPEN[ask::choice("Where does the work stand?", &OPEN, default)?];
                let message = ask::text("What do visitors read?")?;
                NewUpdate { status: Some(status.to_owned()), message, ..new }
            }
        };
        let is_over = !incident.is_open(now);
        let wanted = new.status.as_deref().map(status).transpose()?;
        let status = match wanted.or(incident.status(now).filter(|_| !is_over)) {
            Some(status) => status,
            None if is_over => {
                return Err(Failure::Usage(format!(
                    "`{}` is over; open it again with `--status investigating`, or add what was learned with `--status postmortem`",
                    incident.slug
                )));
            }
            None => IncidentStatus::Investigating,
        };
        if status == IncidentStatus::Resolved && is_over {
            return Err(Failure::Usage(format!("`{}` is over already", incident.slug)));
        }
        let changes = self.affected(&new.affects)?;
        if new.message.trim().is_empty() && changes.is_empty() && wanted.is_none() {
            return Err(Failure::Usage(
                "this update says nothing; give it `--message`, `--status` or `--affects`"
                    .to_owned(),
            ));
        }
        self.say_of(incident, status, &changes, &new.message)
    }

    /// Says that one is over.
    pub fn resolve(&self, slug: Option<&str>, message: &str) -> Result<(), Failure> {
        let message = match message.trim().is_empty() && ask::is_possible(&self.world.variables) {
            true => ask::text("What do visitors read?")?,
            false => message.to_owned(),
        };
        self.update(NewUpdate {
            slug: slug.map(str::to_owned),
            status: Some(IncidentStatus::Resolved.word().to_owned()),
            affects: Vec::new(),
            message,
        })
    }

    /// Opens one in the editor, and tells its mistakes afterwards.
    pub fn edit(&self, slug: Option<&str>) -> Result<(), Failure> {
        let incident = self.incident(slug)?;
        let file = self.folder.join(&incident.path);
        let before = disk::read(&file)?;
        editor::edit(&self.world.variables, &file).map_err(Failure::World)?;
        if disk::read(&file)? == before {
            self.world.say(format!("`{}` is as it was", incident.path));
            return Ok(());
        }
        self.tell_mistakes(&incident.path)?;
        let commit = format!("incident: {} (edited)", incident.title);
        self.finish(&incident.path, &commit, &format!("edited `{}`", incident.path))
    }

    /// Deletes one that nobody could read yet; the record of others should stay.
    pub fn delete(&self, slug: &str, force: bool) -> Result<(), Failure> {
        let incident = self.incident(Some(slug))?;
        let path = &incident.path;
        if incident.is_visible(self.world.now) && !force {
            return Err(Failure::Usage(format!(
                "`{path}` is public, and the record should stay: say that it is over with `aboveboard incident resolve {slug}`, or delete it all the same with `--force`"
            )));
        }
        let question = format!("delete `{path}`?");
        if !force && !ask::is_possible(&self.world.variables) {
            return Err(Failure::Usage(format!(
                "{question} nobody is there to ask; agree with `--force`"
            )));
        }
        if !force && !ask::is_agreed(&question)? {
            self.world.say(format!("`{path}` stays"));
            return Ok(());
        }
        disk::remove_file(&self.folder.join(path))?;
        self.world.say(format!("deleted `{path}`; it is gone from the page with the next build"));
        Ok(())
    }

    fn say_of(
        &self,
        incident: &Incident,
        status: IncidentStatus,
        changes: &Affected,
        message: &str,
    ) -> Result<(), Failure> {
        let newest = incident.updates.iter().filter_map(|update| update.at).max();
        let at = self.time_after(newest)?;
        let heading = author::heading(status.word(), at, changes);
        self.add(&incident.path, &heading, message, &|content| {
            matches!(content.incidents.as_slice(), [one] if one.title == incident.title
                && one.affected == incident.affected
                && one.mistakes.len() == incident.mistakes.len()
                && lines(&one.summary) == lines(&incident.summary)
                && is_one_more(&incident.updates, &one.updates, (status, at), changes, message))
        })?;
        let said = format!("`{}`: {} at {}", incident.slug, status.word(), at.rfc3339());
        let commit = format!("incident: {} ({})", incident.title, status.word());
        self.finish(&incident.path, &commit, &said)?;
        if incident.hands == Hands::Program && status != IncidentStatus::Resolved {
            let when =
                if incident.is_by_alert { "the alert is over" } else { "the checks are good" };
            self.world.say(format!(
                "it is yours now: say when it is over, or write `auto: resolve` into it to have it resolved when {when}"
            ));
        }
        Ok(())
    }

    /// The one that is meant.
    fn incident(&self, slug: Option<&str>) -> Result<&Incident, Failure> {
        let now = self.world.now;
        if let Some(slug) = slug {
            return named(&self.content.incidents, slug, |one| &one.slug, "incident");
        }
        let open =
            self.content.incidents.iter().filter(|one| one.is_visible(now) && one.is_open(now));
        // Of those that began together the first, as they are listed.
        open.rev().max_by_key(|one| one.start(now)).ok_or_else(|| {
            Failure::Usage(
                "no incident is open; name one that is over, or declare one with `aboveboard incident new \"What happens\" --affects ID=STATUS`"
                    .to_owned(),
            )
        })
    }

    /// Lists those that are open, and the newest of the past.
    pub fn list_incidents(&self, json: bool) {
        let now = self.world.now;
        let mut all: Vec<&Incident> =
            self.content.incidents.iter().filter(|one| one.is_visible(now)).collect();
        all.sort_by_key(|one| (!one.is_open(now), std::cmp::Reverse(one.start(now))));
        let open = all.iter().filter(|one| one.is_open(now)).count();
        all.truncate(open + PAST);
        let entries: Vec<Entry<'_>> = all
            .iter()
            .map(|one| Entry {
                slug: &one.slug,
                title: &one.title,
                open: one.is_open(now),
                status: one.status(now),
                started_at: one.start(now).map(Time::rfc3339),
            })
            .collect();
        if json {
            let text = serde_json::to_string_pretty(&entries).expect("plain structs serialize");
            return out(text);
        }
        for entry in &entries {
            let status = entry.status.map_or("unreadable", IncidentStatus::word);
            let since = entry.started_at.as_deref().unwrap_or("no readable time");
            let mark = if entry.open { "open" } else { "over" };
            out(format!("{mark}  {since:<20}  {status:<13}  {}  {}", entry.slug, entry.title));
        }
        if entries.is_empty() {
            self.world.say("no incident was ever declared");
        }
    }
}

fn status(word: &str) -> Result<IncidentStatus, Failure> {
    let known = word.to_lowercase().replace([' ', '-'], "_");
    IncidentStatus::from_word(&known).ok_or_else(|| {
        let words = IncidentStatus::WORDS.iter().map(|(word, _)| *word);
        Failure::Usage(format!(
            "`{word}` is not a status of an incident; {}",
            problem::suggest(&known, words)
        ))
    })
}
