//! `aboveboard maintenance new`, `start`, `complete`, `cancel` and `list`.

use serde::Serialize;

use super::{Site, ask, is_one_more, lines, named};
use crate::commands::{Failure, err, out};
use crate::content::author;
use crate::model::time::{DAY, parse_duration};
use crate::model::{
    Account, Affected, Maintenance, MaintenanceStatus, Occurrence, Source, Time, zone,
};

/// A new maintenance, as typed.
#[derive(Debug)]
pub struct NewMaintenance {
    /// What visitors read first; asked for without one.
    pub title: Option<String>,
    /// Ids of components.
    pub components: Vec<String>,
    /// When it begins.
    pub start: Option<String>,
    /// When it ends.
    pub end: Option<String>,
    /// How long it takes, in milliseconds, where no end is given.
    pub length_ms: Option<i64>,
    /// Markdown.
    pub message: String,
}

/// Another end of a maintenance, as typed.
#[derive(Debug)]
pub struct NewEnd {
    /// Which one; the one that goes on, or is next, without one.
    pub slug: Option<String>,
    /// The new end.
    pub until: Option<String>,
    /// How much later than planned, in milliseconds, where no end is given.
    pub by_ms: Option<i64>,
    /// Markdown.
    pub message: String,
}

#[derive(Serialize)]
struct Entry<'a> {
    slug: &'a str,
    title: &'a str,
    status: MaintenanceStatus,
    start: Option<String>,
    end: Option<String>,
    repeats: bool,
}

/// How many of the past are listed.
const PAST: usize = 10;

impl Site<'_> {
    /// Plans a new one.
    pub fn plan(&self, new: NewMaintenance) -> Result<(), Failure> {
        let new = match new.title {
            None if ask::is_possible(&self.world.variables) => self.ask_plan(new)?,
            _ => new,
        };
        let title = new.title.as_deref().unwrap_or_default();
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() {
            return Err(Failure::Usage(
                "maintenance needs a title that visitors read, such as \"Database upgrade\""
                    .to_owned(),
            ));
        }
        let components: Vec<String> = new
            .components
            .iter()
            .flat_map(|list| list.split(','))
            .map(|id| id.trim().to_owned())
            .collect();
        for id in &components {
            self.component(id)?;
        }
        if components.is_empty() {
            return Err(Failure::Usage(
                "name the components that it concerns, such as `--affects api`".to_owned(),
            ));
        }
        let Some(start) = &new.start else {
            return Err(Failure::Usage(
                "say when it begins, such as `--start \"2026-11-24 02:00 UTC\"`".to_owned(),
            ));
        };
        let start = self.moment("--start", start)?;
        let end = match (&new.end, new.length_ms) {
            (Some(end), _) => self.moment("--end", end)?,
            (None, Some(length)) => start.plus(length),
            (None, None) => {
                return Err(Failure::Usage("say how long it takes, such as `--for 2h`".to_owned()));
            }
        };
        if end <= start {
            return Err(Failure::Usage(format!(
                "the end, {}, is not after the start, {}; swap them, or mend the date",
                end.rfc3339(),
                start.rfc3339()
            )));
        }
        let announced = self.time_after(None)?;
        let text = author::maintenance(&title, &components, (start, end), announced, &new.message);
        let path = self.create("maintenance", None, &title, &text, &|content| {
            matches!(content.maintenance.as_slice(), [one] if one.title == title
                && one.components == components
                && (one.start, one.end) == (Some(start), Some(end))
                && one.announced == Some(announced)
                && one.mistakes.is_empty()
                && one.updates.is_empty()
                && lines(&one.summary) == lines(&new.message))
        })?;
        self.finish(&path, &format!("maintenance: {title}"), &format!("planned `{path}`"))?;
        if announced > start {
            self.world.say("it begins before it is announced, so it is not taken out of uptime");
        }
        Ok(())
    }

    /// Asks for what was not typed.
    fn ask_plan(&self, new: NewMaintenance) -> Result<NewMaintenance, Failure> {
        let title = Some(ask::filled("What do visitors read first, such as Database upgrade?")?);
        let components = match new.components.is_empty() {
            true => self.ask_components()?,
            false => new.components,
        };
        let start = match new.start {
            Some(start) => Some(start),
            None => Some(loop {
                let start = ask::filled("When does it begin, such as 2026-11-24 02:00 UTC?")?;
                match self.moment("--start", &start) {
                    Ok(_) => break start,
                    Err(Failure::Usage(why)) => err(why),
                    Err(failure) => return Err(failure),
                }
            }),
        };
        let has_end = new.end.is_some() || new.length_ms.is_some();
        let length_ms = match has_end {
            true => new.length_ms,
            false => Some(loop {
                match parse_duration(&ask::filled("How long does it take, such as 2h?")?) {
                    Some(length) => break length,
                    None => err("write a number and a unit, such as 2h or 30m"),
                }
            }),
        };
        let message = match new.message.is_empty() {
            true => ask::text("What do visitors read?")?,
            false => new.message,
        };
        Ok(NewMaintenance { title, components, start, end: new.end, length_ms, message })
    }

    /// Says how one goes: it has begun, is done, or is called off.
    pub fn tell(
        &self,
        status: MaintenanceStatus,
        slug: Option<&str>,
        message: &str,
    ) -> Result<(), Failure> {
        let maintenance = self.maintenance(status, slug)?;
        let newest = maintenance.updates.iter().filter_map(|update| update.at).max();
        let at = self.time_after(newest)?;
        let none = Affected::new();
        let heading = author::heading(status.word(), at, &none);
        self.add(&maintenance.path, &heading, message, &|content| {
            matches!(content.maintenance.as_slice(), [one] if one.title == maintenance.title
                && one.components == maintenance.components
                && one.mistakes.len() == maintenance.mistakes.len()
                && (one.start, one.end) == (maintenance.start, maintenance.end)
                && lines(&one.summary) == lines(&maintenance.summary)
                && is_one_more(&maintenance.updates, &one.updates, (status, at), &none, message))
        })?;
        let is_within =
            self.windows(maintenance).any(|one| one.planned_start <= at && at < one.planned_end);
        let what = match status {
            MaintenanceStatus::Cancelled if maintenance.repeat.is_some() && !is_within => {
                "all windows to come of"
            }
            _ => "",
        };
        let said = format!("{what} `{}`", maintenance.slug);
        let said = format!("{}: {} since {}", said.trim(), status.word(), at.rfc3339());
        let commit = format!("maintenance: {} ({})", maintenance.title, status.word());
        self.finish(&maintenance.path, &commit, &said)
    }

    /// Gives one more time, or less.
    pub fn extend(&self, new: &NewEnd) -> Result<(), Failure> {
        let maintenance = self.maintenance(MaintenanceStatus::InProgress, new.slug.as_deref())?;
        let by_hand = || {
            Failure::Usage(format!(
                "change `end` in `{}` by hand: this one repeats, or its front matter is not written line by line",
                maintenance.path
            ))
        };
        let (Some(start), Some(old), None) =
            (maintenance.start, maintenance.end, &maintenance.repeat)
        else {
            return Err(by_hand());
        };
        let end = match (&new.until, new.by_ms) {
            (Some(until), _) => self.moment("--until", until)?,
            (None, by) => old.plus(by.unwrap_or(0)),
        };
        if end <= start || end <= self.world.now {
            return Err(Failure::Usage(format!(
                "the end, {}, is over already; say that the work is done with `aboveboard maintenance complete`",
                end.rfc3339()
            )));
        }
        let message = new.message.trim();
        let newest = maintenance.updates.iter().filter_map(|update| update.at).max();
        let at = self.time_after(newest)?;
        let status = match start <= self.world.now {
            true => MaintenanceStatus::InProgress,
            false => MaintenanceStatus::Scheduled,
        };
        let none = Affected::new();
        let change = |source: &Source| {
            let text = author::with_end(source, &self.settings, end).ok_or_else(by_hand)?;
            if message.is_empty() {
                return Ok(text);
            }
            let source = Source::new(&*source.path, text.as_bytes());
            let heading = author::heading(status.word(), at, &none);
            Ok(author::with_update(&source, &self.settings, &heading, message))
        };
        self.rewrite(&maintenance.path, &change, &|content| {
            matches!(content.maintenance.as_slice(), [one] if one.title == maintenance.title
            && one.components == maintenance.components
            && (one.start, one.end) == (Some(start), Some(end))
            && one.announced == maintenance.announced
            && one.mistakes.len() == maintenance.mistakes.len()
            && lines(&one.summary) == lines(&maintenance.summary)
            && match message.is_empty() {
                true => one.updates.len() == maintenance.updates.len(),
                false => {
                    let new = (status, at);
                    is_one_more(&maintenance.updates, &one.updates, new, &none, message)
                }
            })
        })?;
        let said = format!("`{}` ends at {}", maintenance.slug, end.rfc3339());
        let commit = format!("maintenance: {} (until {})", maintenance.title, end.rfc3339());
        self.finish(&maintenance.path, &commit, &said)
    }

    fn moment(&self, option: &str, text: &str) -> Result<Time, Failure> {
        zone::parse_moment(text, &self.settings.timezone).map_err(|why| {
            Failure::Usage(format!(
                "{why}; write `{option}` as \"2026-11-24 02:00 UTC\", or with another zone"
            ))
        })
    }

    fn windows<'a>(&self, one: &'a Maintenance) -> impl Iterator<Item = Occurrence> + use<'a> {
        one.occurrences(self.world.now).into_iter()
    }

    /// The one that is meant: the named one, else the only one that fits.
    fn maintenance(
        &self,
        status: MaintenanceStatus,
        slug: Option<&str>,
    ) -> Result<&Maintenance, Failure> {
        let now = self.world.now;
        let all = &self.content.maintenance;
        let is_said_over = |account: &Account<'_>| {
            let last = account.updates.last().and_then(|update| update.status);
            matches!(last, Some(MaintenanceStatus::Completed | MaintenanceStatus::Cancelled))
        };
        // What is to come can be called off or begun early, but not be done. Work that goes on after
        // its planned end is done when somebody says so.
        let fits = |account: &Account<'_>| match status {
            MaintenanceStatus::Completed => {
                let one = &account.occurrence;
                let has_begun = one.window.is_some_and(|(start, _)| start <= now);
                has_begun && !is_said_over(account) && now.ms() - one.planned_end.ms() <= DAY
            }
            _ => !account.occurrence.is_over(),
        };
        let nearest = |one: &Maintenance| {
            let (accounts, _) = one.accounts(now);
            let starts = accounts.iter().filter(|account| fits(account));
            starts.map(|account| account.occurrence.planned_start).min()
        };
        if let Some(slug) = slug {
            let one = named(all, slug, |one| &one.slug, "maintenance")?;
            // One whose window cannot be read is left to its authors.
            return match nearest(one).is_some() || one.start.is_none() {
                true => Ok(one),
                false => Err(Failure::Usage(format!(
                    "`{}` is over, or has not begun; see `aboveboard maintenance list`",
                    one.slug
                ))),
            };
        }
        let known = all.iter().filter(|one| one.is_visible(now));
        let mut fitting: Vec<(Time, &Maintenance)> =
            known.filter_map(|one| Some((nearest(one)?, one))).collect();
        fitting.sort_by_key(|(start, _)| *start);
        // What is begun or given more time goes on, or is about to.
        if status == MaintenanceStatus::InProgress {
            fitting.retain(|(start, _)| start.ms() - now.ms() <= DAY);
            if fitting.iter().any(|(start, _)| *start <= now) {
                fitting.retain(|(start, _)| *start <= now);
            }
        }
        match fitting.as_slice() {
            [(_, one)] => Ok(one),
            [] => Err(Failure::Usage(
                "no maintenance fits that; name one, or see them with `aboveboard maintenance list`"
                    .to_owned(),
            )),
            // Nothing is said by a guess.
            several => {
                let slugs: Vec<String> =
                    several.iter().map(|(_, one)| format!("`{}`", one.slug)).collect();
                Err(Failure::Usage(format!("name the one that is meant: {}", slugs.join(", "))))
            }
        }
    }

    /// Lists those that go on or are to come, and the newest of the past.
    pub fn list_maintenance(&self, json: bool) {
        let now = self.world.now;
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for one in self.content.maintenance.iter().filter(|one| one.is_visible(now)) {
            let windows: Vec<Occurrence> = self.windows(one).collect();
            let window = windows.iter().find(|window| !window.is_over()).or(windows.last());
            entries.push(Entry {
                slug: &one.slug,
                title: &one.title,
                status: window.map_or_else(|| one.said(now), |window| window.status),
                start: window.map(|window| window.planned_start).map(Time::rfc3339),
                end: window.map(|window| window.planned_end).map(Time::rfc3339),
                repeats: one.repeat.is_some(),
            });
        }
        let is_over = |entry: &Entry<'_>| {
            matches!(entry.status, MaintenanceStatus::Completed | MaintenanceStatus::Cancelled)
        };
        let (mut past, mut listed): (Vec<Entry<'_>>, Vec<Entry<'_>>) =
            entries.into_iter().partition(is_over);
        listed.sort_by(|a, b| a.start.cmp(&b.start));
        past.sort_by(|a, b| b.start.cmp(&a.start));
        listed.extend(past.into_iter().take(PAST));
        if json {
            let text = serde_json::to_string_pretty(&listed).expect("plain structs serialize");
            return out(text);
        }
        for entry in &listed {
            let start = entry.start.as_deref().unwrap_or("no readable window");
            let repeats = if entry.repeats { " (repeats)" } else { "" };
            out(format!(
                "{start:<20}  {:<11}  {}  {}{repeats}",
                entry.status.word(),
                entry.slug,
                entry.title
            ));
        }
        if listed.is_empty() {
            self.world.say("no maintenance was ever planned");
        }
    }
}
