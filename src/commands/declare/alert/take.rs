//! Writes what a notice means: a new incident, an update, its end.
//!
//! The same key is the same incident. What a person has edited gets facts only, as with `incident sync`.
//! An alert of what another incident tells already is remembered there by its key, so that neither is
//! over before both are.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Site, author, begins_with};
use super::meaning::{Meaning, escaped};
use crate::alerts::{self, Notice};
use crate::commands::Failure;
use crate::disk;
use crate::model::time::DAY;
use crate::model::{
    Affected, ComponentStatus, Hands, Incident, IncidentStatus, Maintenance, Time, Update,
};
use crate::site::sync::{self, claims, listed, plain};
use crate::site::words;
use crate::theme::Language;

/// Nobody was told of an alert that began longer ago.
const LONGEST_MS: i64 = 30 * DAY;

impl Site<'_> {
    /// The incidents of a list that are open and not in it any more.
    pub fn over_by_absence(&self, listed: &[Notice]) -> Vec<Notice> {
        let now = self.world.now;
        let prefix = format!("{}:", alerts::WHOLE);
        let open = self.content.incidents.iter().filter(|one| one.is_open(now));
        let keys: BTreeSet<&String> = open
            .flat_map(|one| &one.alert_keys)
            .filter(|key| key.starts_with(&prefix))
            .filter(|key| !listed.iter().any(|notice| notice.key == **key))
            .collect();
        keys.into_iter()
            .map(|key| Notice { key: key.clone(), alerts: Vec::new(), is_cut: false })
            .collect()
    }

    /// Takes in a notice from `file`.
    pub fn take(&self, notice: &Notice, file: &str, language: &Language) -> Result<(), Failure> {
        let meaning = self.meaning(notice, file)?;
        let key = &notice.key;
        if meaning.is_ignored {
            self.world.say(format!("{key}: a rule says that it concerns nobody"));
            return Ok(());
        }
        let words = Words { site: self, language };
        let now = self.world.now;
        let known = self.content.incidents.iter().filter(|one| has_key(one, key));
        let known = known.max_by_key(|one| (one.is_open(now), one.first()));
        match known {
            Some(open) if open.is_open(now) => self.update_by_alert(open, key, &meaning, &words)?,
            _ if meaning.is_over => {
                self.world.say(format!("{key}: over, and no open incident has it"));
            }
            _ if meaning.failing.is_empty() && meaning.unmapped.is_empty() => {
                self.world.say(format!("{key}: nothing fails"));
            }
            Some(over) if self.is_fresh(over) => self.reopen_by_alert(over, &meaning, &words)?,
            _ => match self.teller(&meaning) {
                Some(other) => return self.tie(other, notice, file, language),
                None => self.raise_by_alert(key, &meaning, &words)?,
            },
        }
        // Who goes on with a known incident need not name its components again.
        let is_known = known.is_some_and(|one| one.is_open(now));
        let mut taken = Ok(());
        for alert in &meaning.unmapped {
            if !(is_known && alert.fields.is_empty()) {
                self.tell_unmapped(alert, file);
                taken = Err(Failure::Mistakes);
            }
        }
        taken
    }

    /// It was resolved by itself, and that was not long ago.
    fn is_fresh(&self, over: &Incident) -> bool {
        let within = self.settings.incidents.reopen_within_ms;
        let now = self.world.now;
        sync::resolved_by_itself(over, now).is_some_and(|end| now <= end.plus(within))
    }

    /// The open incident that tells of what fails, and that the program may write to.
    fn teller(&self, meaning: &Meaning) -> Option<&Incident> {
        let told_by = |id: &String| {
            sync::told_by(&self.content.incidents, None, id, self.world.now)
                .filter(|one| one.hands != Hands::Person)
        };
        meaning.failing.keys().find_map(told_by)
    }

    /// The incident gets the key of one more alert, which then updates it.
    fn tie(
        &self,
        to: &Incident,
        notice: &Notice,
        file: &str,
        language: &Language,
    ) -> Result<(), Failure> {
        let mut keys = to.alert_keys.clone();
        keys.push(notice.key.clone());
        let told = format!("`{}` tells of it already, and has its key now", to.slug);
        self.give_keys(to, &keys, &told)?;
        let again = Site::load(self.world, &self.folder)?;
        Site { git: self.git, ..again }.take(notice, file, language)
    }

    fn give_keys(&self, to: &Incident, keys: &[String], said: &str) -> Result<(), Failure> {
        let change = |source: &crate::model::Source| {
            let text = author::with_keys(source, &self.settings, keys).ok_or_else(|| {
                Failure::Usage(format!(
                    "nothing was written: write `{}:` of `{}` in one line, as `{0}: [a, b]`",
                    author::KEYS,
                    to.path
                ))
            })?;
            Ok(if to.hands == Hands::Program { author::sealed(&text) } else { text })
        };
        self.rewrite(&to.path, &change, &|content| {
            matches!(content.incidents.as_slice(), [one] if one.alert_keys == keys
                && one.hands == to.hands
                && one.title == to.title
                && one.updates.len() == to.updates.len())
        })?;
        self.finish(&to.path, &format!("incident: {} (alerts)", to.title), said)
    }

    /// Of what fails, what is news: no other incident and no planned work tells of it.
    fn untold(&self, meaning: &Meaning, own: Option<&Incident>) -> Affected {
        let now = self.world.now;
        let mut untold = Affected::new();
        for (id, (status, _)) in &meaning.failing {
            let other = sync::told_by(&self.content.incidents, own, id, now);
            if let Some(other) = other {
                let whose = match other.hands {
                    Hands::Person => ", and a person has it in hand",
                    _ => "",
                };
                self.world.say(format!("`{}` tells of `{id}` already{whose}", other.slug));
            } else {
                untold.insert(id.clone(), *status);
            }
        }
        untold
    }

    /// The planned work on one of these that goes on, and when it should be over.
    fn planned(&self, ids: &Affected) -> Option<(&Maintenance, Time)> {
        let now = self.world.now;
        self.content.maintenance.iter().find_map(|one| {
            one.components.iter().find(|id| ids.contains_key(*id))?;
            let windows = one.occurrences(now).into_iter().filter_map(|one| one.window);
            let (_, end) = windows.into_iter().find(|(from, to)| *from <= now && now < *to)?;
            Some((one, end))
        })
    }

    fn raise_by_alert(
        &self,
        key: &str,
        meaning: &Meaning,
        words: &Words<'_>,
    ) -> Result<(), Failure> {
        let changes = self.untold(meaning, None);
        if changes.is_empty() {
            return Ok(());
        }
        let failing: Vec<_> = changes
            .iter()
            .filter_map(|(id, status)| Some((self.settings.component(id)?, *status)))
            .collect();
        let title = match meaning.title.as_deref().filter(|title| !title.is_empty()) {
            Some(title) => title.to_owned(),
            None => sync::title(words.language, &failing),
        };
        let began = meaning.failing.values().filter_map(|(_, since)| *since).min();
        // A clock that says 1970 knows nothing.
        let now = self.world.now;
        let began = began.filter(|at| (now.plus(-LONGEST_MS)..=now).contains(at)).unwrap_or(now);
        let planned = self.planned(&changes);
        let mut message = words.failing(meaning, &changes);
        // Planned work is quiet: visitors read it when that should be over, unless the alert is by then.
        let (at, started) = match planned {
            None => (self.world.now, began),
            Some((_, end)) => (end, end),
        };
        if let Some((work, end)) = planned {
            self.world.say(format!(
                "maintenance goes on, so visitors read of this from {} on, unless it is over by then",
                end.rfc3339()
            ));
            message = format!("{message} {}", words.overrun(work, end));
        }
        let new = author::Raised { title: &title, started, counts: true, alert_key: Some(key) };
        words.or_escaped(&message, &|message| {
            self.declare_by_itself(&new, (IncidentStatus::Investigating, at), &changes, message)
        })
    }

    fn reopen_by_alert(
        &self,
        over: &Incident,
        meaning: &Meaning,
        words: &Words<'_>,
    ) -> Result<(), Failure> {
        let failing = self.untold(meaning, Some(over));
        if failing.is_empty() {
            return Ok(());
        }
        let changes = sync::reopened(over, &failing, self.world.now);
        words.or_escaped(&words.failing(meaning, &failing), &|message| {
            self.add_by_itself(over, IncidentStatus::Investigating, &changes, message)
        })
    }

    fn update_by_alert(
        &self,
        open: &Incident,
        key: &str,
        meaning: &Meaning,
        words: &Words<'_>,
    ) -> Result<(), Failure> {
        let now = self.world.now;
        if meaning.is_over && self.is_over_for_others(open, key)? {
            return Ok(());
        }
        let said = claims(open, now);
        let ours = said.iter().filter(|(_, claim)| claim.is_ours && claim.is_bad());
        // Of several alerts nobody can tell which component another one still means.
        let several = open.alert_keys.len() > 1;
        let better: BTreeMap<&str, Option<Time>> = ours
            .filter(|_| !several)
            .filter(|(id, _)| !meaning.failing.contains_key(**id))
            .filter(|(id, _)| meaning.is_over || meaning.over.contains_key(**id))
            .map(|(id, _)| (*id, meaning.over.get(*id).copied().flatten()))
            .collect();
        let mut changes = self.untold(meaning, Some(open));
        changes.retain(|id, status| match said.get(id.as_str()) {
            // Another alert may say worse.
            Some(claim) if several => claim.is_ours && claim.status < *status,
            Some(claim) => claim.is_ours && claim.status != *status,
            None => open.is_visible(now),
        });
        let worse: Affected = changes
            .iter()
            .filter(|(id, status)| {
                said.get(id.as_str()).is_none_or(|claim| claim.status < **status)
            })
            .map(|(id, status)| (id.clone(), *status))
            .collect();
        let ends = meaning.is_over && matches!(open.hands, Hands::Program | Hands::Resolve);
        let message = words.update(open, meaning, &worse, &better);
        let mut automatic = open.seen_updates(now).filter(|(_, _, update)| update.is_automatic);
        let is_told = automatic.any(|(_, _, update)| {
            begins_with(&update.body, &message) || begins_with(&update.body, &escaped(&message))
        });
        let has_news =
            !changes.is_empty() || !better.is_empty() || (!message.trim().is_empty() && !is_told);
        if open.hands == Hands::Person || !(ends || has_news) {
            self.world.say(format!("`{}` says so already", open.slug));
            return Ok(());
        }
        let status = match ends {
            true => {
                changes.clear();
                IncidentStatus::Resolved
            }
            false => {
                let good = better.keys().map(|id| ((*id).to_owned(), ComponentStatus::Operational));
                changes.extend(good);
                open.status(now).unwrap_or(IncidentStatus::Investigating)
            }
        };
        words.or_escaped(&message, &|message| self.add_by_itself(open, status, &changes, message))
    }

    /// One alert is over, and that is no end of the incident: others go on, checks have the last word, or
    /// nobody has read of it. Tells whether it was so.
    fn is_over_for_others(&self, open: &Incident, key: &str) -> Result<bool, Failure> {
        let others: Vec<String> =
            open.alert_keys.iter().filter(|one| !is_key(one, key)).cloned().collect();
        if open.hands == Hands::Person || (others.is_empty() && open.is_by_alert) {
            if open.hands == Hands::Program && !open.is_visible(self.world.now) {
                self.take_back(open)?;
                return Ok(true);
            }
            return Ok(false);
        }
        let told = match others.is_empty() {
            true => format!("`{}`: {key} is over; the checks resolve it", open.slug),
            false => format!("`{}`: {key} is over, others go on", open.slug),
        };
        self.give_keys(open, &others, &told)?;
        Ok(true)
    }

    /// Nobody has read of it, and nobody need.
    fn take_back(&self, incident: &Incident) -> Result<(), Failure> {
        disk::remove_file(&self.folder.join(&incident.path))?;
        let said = format!("took `{}` back: over before the maintenance was", incident.path);
        self.finish(&incident.path, &format!("incident: {} (taken back)", incident.title), &said)
    }
}

/// A person may leave out the name of the source.
fn is_key(known: &str, key: &str) -> bool {
    known == key || key.split_once(':').is_some_and(|(_, own)| own == known)
}

fn has_key(incident: &Incident, key: &str) -> bool {
    incident.alert_keys.iter().any(|known| is_key(known, key))
}

struct Words<'a> {
    site: &'a Site<'a>,
    language: &'a Language,
}

impl Words<'_> {
    fn time(&self, time: Time) -> String {
        let now = self.site.world.now;
        words::moment_near(self.language, time, now, &self.site.settings.timezone)
    }

    fn sentence(&self, key: &str, id: &str, time: Option<Time>) -> String {
        let now = self.site.world.now;
        let name = self.site.settings.component(id).map_or(id, |component| &component.name);
        let time = self.time(time.unwrap_or(now).min(now));
        let what = self.language.fill(key, &[("name", &plain(name)), ("time", &time)]);
        self.language.fill("auto_sentence", &[("what", &what)])
    }

    fn overrun(&self, work: &Maintenance, end: Time) -> String {
        let (title, time) = (plain(&work.title), self.time(end));
        self.language.fill("auto_overrun", &[("title", &title), ("time", &time)])
    }

    /// What is told of components that fail: the words of the rule, or ours.
    fn failing(&self, meaning: &Meaning, changes: &Affected) -> String {
        if let Some(message) = meaning.message.as_deref().filter(|text| !text.trim().is_empty()) {
            return message.to_owned();
        }
        let since = |id: &str| meaning.failing.get(id).and_then(|(_, since)| *since);
        let told: Vec<String> =
            changes.keys().map(|id| self.sentence("alert_firing", id, since(id))).collect();
        listed(&told)
    }

    /// What an update says: the words of its author, or what is worse, better, and taken up.
    fn update(
        &self,
        open: &Incident,
        meaning: &Meaning,
        worse: &Affected,
        better: &BTreeMap<&str, Option<Time>>,
    ) -> String {
        let mut told: Vec<String> = Vec::new();
        if meaning.is_public {
            told.extend(meaning.message.clone());
        } else {
            if !worse.is_empty() {
                told.push(self.failing(meaning, worse));
            }
            let over =
                |(id, ended): (&&str, &Option<Time>)| self.sentence("alert_over", id, *ended);
            told.extend(better.iter().map(over));
        }
        let acknowledged = self.language.say("alert_acknowledged");
        let is_new = |update: &Update<IncidentStatus>| !update.body.contains(acknowledged);
        if meaning.is_acknowledged && open.updates.iter().all(is_new) {
            told.push(acknowledged.to_owned());
        }
        listed(&told)
    }

    /// Writes a message, and where it cannot be read back as it is meant, writes it without Markdown:
    /// an alert is not lost for what its text holds.
    fn or_escaped(
        &self,
        message: &str,
        write: &dyn Fn(&str) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match write(message) {
            Err(Failure::Usage(_)) => write(&escaped(message)),
            other => other,
        }
    }
}
