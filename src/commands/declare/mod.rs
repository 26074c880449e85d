//! `aboveboard incident` and `aboveboard maintenance`: writes what people would write into their
//! files, and leaves what stands there byte for byte.
//!
//! Nothing is written that does not read back as what was meant: a message may hold a heading or an
//! open code fence, and so may the end of a file.

pub mod alert;
mod ask;
mod editor;
mod incident;
mod maintenance;
pub mod sync;

use std::cell::Cell;
use std::path::{Path, PathBuf};

pub use self::incident::{NewIncident, NewUpdate};
pub use self::maintenance::{NewEnd, NewMaintenance};

use super::project::{load_content, load_settings};
use super::{Failure, World, print};
use crate::content::{self, Content, author};
use crate::git::{GitError, Repository};
use crate::model::time::MINUTE;
use crate::model::{Affected, ComponentStatus, Settings, Source, Time, Update};
use crate::{config, disk, problem};

/// The site as these commands see it: they need neither history nor theme.
pub struct Site<'w> {
    world: &'w World,
    folder: PathBuf,
    settings: Settings,
    content: Content,
    git: Git,
    /// A file is not any more as it was read.
    has_written: Cell<bool>,
}

/// What git does with a file that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Git {
    /// Nothing.
    Leave,
    /// It commits the file.
    Commit,
    /// It commits the file and pushes the branch.
    Push,
}

impl<'w> Site<'w> {
    /// Reads the configuration and the content.
    pub fn load(world: &'w World, folder: &Path) -> Result<Self, Failure> {
        let (settings, problems) = load_settings(folder)?;
        let Some(settings) = settings else {
            print(&problems);
            return Err(Failure::Mistakes);
        };
        let (content, _) = load_content(folder, &settings)?;
        let (git, has_written) = (Git::Leave, Cell::new(false));
        Ok(Self { world, folder: folder.to_owned(), settings, content, git, has_written })
    }

    /// The same, with a file given to git. It must be able to take it before anything is written.
    pub fn with_git(self, git: Git) -> Result<Self, Failure> {
        if git != Git::Leave {
            self.repository()
                .and_then(|repository| repository.branch())
                .map_err(|error| {
                    let help = "the site must be in a repository with a branch checked out, as by `git switch main`";
                    Failure::Usage(format!("nothing was written: {error}; {help}"))
                })?;
        }
        Ok(Self { git, ..self })
    }

    /// Holds until dropped that nobody else writes by itself into this site.
    fn turn(folder: &Path) -> Result<disk::Lock, Failure> {
        Ok(disk::lock_folder(&folder.join(config::FILE))?)
    }

    /// Pushes what an earlier run has committed and could not push.
    fn push_rest(&self) -> Result<(), Failure> {
        if self.git == Git::Push {
            self.repository().and_then(|repository| repository.push_branch()).map_err(|error| {
                Failure::World(format!("{error}; mend that, and push it with `git push`"))
            })?;
        }
        Ok(())
    }

    fn repository(&self) -> Result<Repository, GitError> {
        Repository::find(&self.folder, |name| self.world.variables.get(name).cloned())
    }

    /// Gives a file to git that was written, and says what became of it.
    fn finish(&self, path: &str, commit: &str, said: &str) -> Result<(), Failure> {
        self.has_written.set(true);
        // A title may hold what a host acts upon: `[skip ci]`, `fixes #1`, `@somebody`.
        let commit = author::one_line(&commit.replace(['[', ']', '#', '@'], " "));
        let commit = commit.as_str();
        if self.git == Git::Leave {
            self.world.say(format!("{said}; visitors read it with the next build"));
            return Ok(());
        }
        let failed = |error: &dyn std::fmt::Display, left: &str| {
            Failure::World(format!("`{path}` is written, but {error}; {left}"))
        };
        let file = self.folder.join(path);
        let file = match (disk::absolute(&file), file.parent(), file.file_name()) {
            // It is gone, and that is what is committed.
            (Err(error), Some(folder), Some(name)) if error.is_not_found() => {
                disk::absolute(folder)?.join(name)
            }
            (found, ..) => found?,
        };
        let repository = self
            .repository()
            .and_then(|repository| {
                repository.commit_file(&file, commit)?;
                Ok(repository)
            })
            .map_err(|error| failed(&error, "mend that, and commit the file with `git commit`"))?;
        if self.git == Git::Commit {
            self.world.say(format!("{said}; committed as \"{commit}\""));
            return Ok(());
        }
        repository.push_branch().map_err(|error| {
            failed(
                &error,
                "it is committed: mend that, or bring in what others pushed with `git pull --rebase`, and push it with `git push`",
            )
        })?;
        self.world.say(format!("{said}; pushed as \"{commit}\""));
        Ok(())
    }

    /// `api=major_outage`, checked.
    fn affected(&self, pairs: &[String]) -> Result<Affected, Failure> {
        let mut affected = Affected::new();
        for pair in pairs.iter().flat_map(|list| list.split(',')).map(str::trim) {
            let Some((id, word)) = pair.split_once('=') else {
                let id = pair.split([':', ' ']).next().unwrap_or(pair);
                return Err(Failure::Usage(format!(
                    "`--affects {pair}` gives no status; write `--affects {id}=major_outage`"
                )));
            };
            self.component(id)?;
            let Some((_, status)) =
                ComponentStatus::DECLARABLE.iter().find(|(known, _)| *known == word)
            else {
                let help = problem::suggest(
                    word,
                    ComponentStatus::DECLARABLE.iter().map(|(word, _)| *word),
                );
                return Err(Failure::Usage(format!(
                    "`{word}` is not a status that people give a component; {help}"
                )));
            };
            if affected.insert(id.to_owned(), *status).is_some_and(|before| before != *status) {
                return Err(Failure::Usage(format!("`{id}` is given two statuses; give it one")));
            }
        }
        Ok(affected)
    }

    fn component(&self, id: &str) -> Result<(), Failure> {
        if self.settings.component(id).is_some() {
            return Ok(());
        }
        let ids = self.settings.components.iter().map(|component| component.id.as_str());
        Err(Failure::Usage(format!("unknown component `{id}`; {}", problem::suggest(id, ids))))
    }

    /// Asks for components and how each does.
    fn ask_affected(&self) -> Result<Vec<String>, Failure> {
        // The worst first: it is what people come for.
        let words: Vec<&str> =
            ComponentStatus::DECLARABLE.iter().rev().map(|(word, _)| *word).collect();
        let mut pairs = Vec::new();
        for id in self.ask_components()? {
            let name = &self.settings.component(&id).map_or(&*id, |component| &component.name);
            let status = words[ask::choice(&format!("How does {name} do?"), &words, 0)?];
            pairs.push(format!("{id}={status}"));
        }
        Ok(pairs)
    }

    /// Asks for the ids of components, until all of them are known.
    fn ask_components(&self) -> Result<Vec<String>, Failure> {
        for component in &self.settings.components {
            super::err(format_args!("  {:<16} {}", component.id, component.name));
        }
        loop {
            let answer = ask::line("Which components does it concern? Their ids:")?;
            let ids: Vec<String> =
                answer.split([' ', ',']).filter(|id| !id.is_empty()).map(str::to_owned).collect();
            match ids.iter().try_for_each(|id| self.component(id)) {
                Ok(()) => return Ok(ids),
                Err(Failure::Usage(why)) => super::err(why),
                Err(failure) => return Err(failure),
            }
        }
    }

    /// The time of an update: this minute, unless something was said in it already.
    fn time_after(&self, newest: Option<Time>) -> Result<Time, Failure> {
        let now = self.world.now;
        let minute = Time::from_ms(now.ms() - now.ms().rem_euclid(MINUTE));
        match newest {
            Some(newest) if newest > now => Err(Failure::Usage(format!(
                "its newest update is of {}, which lies in the future; mend that time in the file first",
                newest.rfc3339()
            ))),
            Some(newest) if newest > minute => Ok(now),
            _ => Ok(minute),
        }
    }

    /// Writes a new file, and returns its path within the site. One without a name gets it from its
    /// title, and a number where that is taken.
    fn create(
        &self,
        folder: &str,
        named: Option<&str>,
        title: &str,
        text: &str,
        is_meant: &dyn Fn(&Content) -> bool,
    ) -> Result<String, Failure> {
        let path = |slug: &str| format!("content/{folder}/{slug}.md");
        self.read_back(&path("new"), text, None, is_meant)?;
        if let Some(slug) = named {
            let path = path(slug);
            return match disk::write_new(&self.folder.join(&path), text)? {
                true => Ok(path),
                false => Err(Failure::Usage(format!(
                    "nothing was written: there is a file `{path}` already; take another name"
                ))),
            };
        }
        let day = self.settings.timezone.date(self.world.now).to_string();
        let slug = author::slug(&day, title);
        for number in 1..1000 {
            let slug = if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
            let path = path(&slug);
            if disk::write_new(&self.folder.join(&path), text)? {
                return Ok(path);
            }
        }
        Err(Failure::Usage(format!("there are a thousand files like `{}` already", path(&slug))))
    }

    /// Adds an update to a file.
    fn add(
        &self,
        path: &str,
        heading: &str,
        message: &str,
        is_meant: &dyn Fn(&Content) -> bool,
    ) -> Result<(), Failure> {
        let add =
            |source: &Source| Ok(author::with_update(source, &self.settings, heading, message));
        self.rewrite(path, &add, is_meant)
    }

    /// Changes a file.
    fn rewrite(
        &self,
        path: &str,
        change: &dyn Fn(&Source) -> Result<String, Failure>,
        is_meant: &dyn Fn(&Content) -> bool,
    ) -> Result<(), Failure> {
        // What a link leads to is changed, and the link stays.
        let file = disk::absolute(&self.folder.join(path))?;
        // Two who write at the same moment take turns.
        let _turn = file.parent().map(disk::lock_folder).transpose()?;
        let bytes = disk::read(&file)?;
        let source = Source::new(path, &bytes);
        if source.invalid_at.is_some() {
            return Err(Failure::Usage(format!(
                "`{path}` is not UTF-8 text; save it with the encoding UTF-8 first"
            )));
        }
        let (now, _) = content::parse(&[Source::new(path, &bytes)], &self.settings);
        if updates_of(&now, path) != updates_of(&self.content, path) {
            return Err(Failure::Usage(format!(
                "nothing was written: `{path}` changed meanwhile; look at it, and run this again"
            )));
        }
        let text = change(&source)?;
        self.read_back(path, &text, Some(&source), is_meant)?;
        // The mark of an editor stays where it was.
        let mark = bytes.len() - source.text.len();
        disk::replace(&file, &[&bytes[..mark], text.as_bytes()].concat())?;
        Ok(())
    }

    /// Tells the mistakes of a file that somebody has edited.
    fn tell_mistakes(&self, path: &str) -> Result<(), Failure> {
        let sources = disk::sources(&self.folder, &[path.to_owned()])?;
        let (_, mut problems) = content::parse(&sources, &self.settings);
        problem::sort(&mut problems);
        print(&problems);
        if problem::any_error(&problems) { Err(Failure::Mistakes) } else { Ok(()) }
    }

    /// Refuses a text that would not be read as it is meant, now or when another update follows.
    fn read_back(
        &self,
        path: &str,
        text: &str,
        before: Option<&Source>,
        is_meant: &dyn Fn(&Content) -> bool,
    ) -> Result<(), Failure> {
        let read =
            |text: &str| content::parse(&[Source::new(path, text.as_bytes())], &self.settings).0;
        let count = |content: &Content| {
            let incidents = content.incidents.iter().map(|one| one.updates.len());
            incidents.chain(content.maintenance.iter().map(|one| one.updates.len())).sum::<usize>()
        };
        let content = read(text);
        let source = Source::new(path, text.as_bytes());
        let word = if path.contains("/maintenance/") { "verifying" } else { "monitoring" };
        let next = author::heading(word, self.world.now, &Affected::new());
        let again = read(&author::with_update(&source, &self.settings, &next, "Next."));
        if is_meant(&content) && count(&again) == count(&content) + 1 {
            return Ok(());
        }
        // Would anything at all find its place there?
        let is_file = before.is_some_and(|before| {
            let again = read(&author::with_update(before, &self.settings, &next, "Next."));
            count(&again) != count(&read(&before.text)) + 1
        });
        Err(Failure::Usage(match is_file {
            true => format!(
                "nothing was written: `{path}` ends within a code fence or a comment, which would swallow it; close that first"
            ),
            false => "nothing was written: a line of the message would be read as an update of its own, or an open code fence or comment in it would swallow the next one; begin no line with `#` and the word of a status, and close every fence"
                .to_owned(),
        }))
    }
}

/// The headings and texts of the updates in a file.
fn updates_of<'c>(content: &'c Content, path: &str) -> Vec<(&'c str, &'c str)> {
    fn told<Status>(updates: &[Update<Status>]) -> Vec<(&str, &str)> {
        updates.iter().map(|update| (&*update.heading, &*update.body)).collect()
    }
    let incident = content.incidents.iter().find(|one| one.path == path);
    let maintenance = content.maintenance.iter().find(|one| one.path == path);
    incident
        .map(|one| told(&one.updates))
        .or(maintenance.map(|one| told(&one.updates)))
        .unwrap_or_default()
}

/// Whether `after` has all that `before` has, and one more update that is this.
fn is_one_more<Status: Copy + PartialEq>(
    before: &[Update<Status>],
    after: &[Update<Status>],
    (status, at): (Status, Time),
    changes: &Affected,
    message: &str,
) -> bool {
    let same = |a: &Update<Status>, b: &Update<Status>| {
        (a.status, a.at, &a.heading, &a.changes) == (b.status, b.at, &b.heading, &b.changes)
            && lines(&a.body) == lines(&b.body)
    };
    let mut left: Vec<&Update<Status>> = after.iter().collect();
    for old in before {
        let Some(index) = left.iter().position(|new| same(old, new)) else { return false };
        left.remove(index);
    }
    matches!(left.as_slice(), [new] if new.status == Some(status)
        && new.at == Some(at)
        && new.changes == *changes
        && begins_with(&new.body, message))
}

/// Whether a text is this, but for the definitions of links that a reader adds to it.
fn begins_with(text: &str, message: &str) -> bool {
    let (text, message) = (lines(text), lines(message));
    text.starts_with(&message)
        && text[message.len()..].iter().all(|line| line.is_empty() || is_definition(line))
}

fn is_definition(line: &str) -> bool {
    line.starts_with('[') && line.contains("]: <") && line.ends_with('>')
}

/// A text without what Markdown does not see.
fn lines(text: &str) -> Vec<&str> {
    text.trim().lines().map(str::trim_end).collect()
}

/// The one that was named, as a person may name it: with its path or its ending, too.
fn named<'a, One>(
    all: &'a [One],
    slug: &str,
    slug_of: impl Fn(&One) -> &str,
    what: &str,
) -> Result<&'a One, Failure> {
    let name = slug.rsplit('/').next().unwrap_or(slug);
    let name = name.strip_suffix(".md").unwrap_or(name);
    all.iter().find(|one| slug_of(one) == name).ok_or_else(|| {
        let help = match all.is_empty() {
            true => "there is none yet".to_owned(),
            false => problem::suggest(name, all.iter().map(&slug_of).collect::<Vec<_>>()),
        };
        Failure::Usage(format!("there is no {what} `{name}`; {help}"))
    })
}
