//! `aboveboard record`: brings the history of the disk and that of its branch together.
//!
//! Rows are only ever added, on both sides. Who is killed in between has lost nothing: all
//! rows stay where they were, and the next run goes on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Failure, World, count};
use crate::disk;
use crate::git::{GitError, Mirror, Remote, Repository, Tip};
use crate::store;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// The remote that has the branch.
    pub remote: String,
    /// The branch of the history.
    pub branch: String,
}

/// How often another writer may be faster before this one gives up.
const TRIES: u32 = 60;
/// How often the other side may fail to answer.
const FAILURES: u32 = 3;

/// How often the other side may refuse what nobody else has changed.
const REFUSALS: u32 = 5;

/// For those who look at the branch, and merge it by hand.
const ATTRIBUTES: (&str, &[u8]) = (".gitattributes", b"*.csv merge=union text eol=lf\n");

/// Fetches, adds, pushes; again if somebody else was faster.
pub fn run(world: &World, folder: &Path, options: &Options) -> Result<(), Failure> {
    let repository = Repository::find(folder, |name| world.variables.get(name).cloned())
        .map_err(|error| {
            Failure::Usage(format!(
                "{error}; the history goes to a branch of the repository that holds the site: name it with `--site DIR`, or make one with `git init`"
            ))
        })?;
    let remote = repository.remote(&options.remote).map_err(|error| {
        Failure::Usage(format!(
            "{error}; name the remote that keeps the history with `--remote`, or add it: `git remote add {} ADDRESS`",
            options.remote
        ))
    })?;
    // One at a time in one clone; clones race for the branch.
    let _lock = disk::lock(&repository.mirror_path().with_extension("lock"))?;
    discard_if_broken(&repository)?;
    let (mut added, mut taken) = (0, 0);
    let (mut failures, mut refusals) = (0, 0);
    let mut last_tip = None;
    for attempt in 0..TRIES {
        if attempt > 0 {
            std::thread::sleep(pause(attempt));
        }
        // Refused although nobody was faster: the other side may allow no rewriting.
        let may_amend = refusals < 2;
        match once(world, folder, options, &repository, &remote, may_amend) {
            Ok(done) => {
                taken += done.taken;
                added = done.added;
                failures = 0;
                let Some(refusal) = done.refusal else {
                    world.say(summary(added, taken, options));
                    return Ok(());
                };
                refusals = if last_tip.as_ref() == Some(&done.tip) { refusals + 1 } else { 0 };
                if refusals == REFUSALS {
                    return Err(Failure::World(refusal.to_string()));
                }
                last_tip = Some(done.tip);
            }
            Err(Trouble::Disk(failure)) => return Err(failure),
            Err(Trouble::Git(error)) => {
                failures += 1;
                if failures == FAILURES {
                    return Err(Failure::World(error.to_string()));
                }
                // What is wrong may be wrong here: the mirror holds nothing of its own.
                disk::remove(&repository.mirror_path())?;
            }
        }
    }
    let waiting = count(added, "row");
    Err(Failure::World(format!(
        "others wrote to the branch `{}` all the time; {waiting} stay in `data` and go with the next `aboveboard record`",
        options.branch
    )))
}

/// Half a mirror, or one in which a killed git left its locks, is made anew.
fn discard_if_broken(repository: &Repository) -> Result<(), Failure> {
    let path = repository.mirror_path();
    if path.exists() && disk::holds(&path, |name| name.ends_with(".lock"))? {
        disk::remove(&path)?;
    }
    Ok(())
}

/// Longer from try to try, up to a second, and different for each process.
fn pause(attempt: u32) -> Duration {
    let longest = (50_u64 << attempt.min(5)).min(1000);
    let seed = u64::from(std::process::id()).wrapping_mul(0x9e37_79b9) ^ u64::from(attempt) << 7;
    let spread = seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
    Duration::from_millis(longest / 2 + spread % longest)
}

/// What one try came to.
struct Done {
    /// Rows that the branch did not have.
    added: usize,
    /// Rows that the disk did not have.
    taken: usize,
    tip: Option<String>,
    /// The other side took nothing.
    refusal: Option<GitError>,
}

enum Trouble {
    Git(GitError),
    Disk(Failure),
}

impl From<GitError> for Trouble {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

impl From<disk::DiskError> for Trouble {
    fn from(error: disk::DiskError) -> Self {
        Self::Disk(error.into())
    }
}

fn once(
    world: &World,
    folder: &Path,
    options: &Options,
    repository: &Repository,
    remote: &Remote,
    may_amend: bool,
) -> Result<Done, Trouble> {
    let mirror = Mirror::open(repository)?;
    // Before the branch is read: the less lies between that and the push, the fewer are faster.
    let mut here = on_disk(folder, &mirror)?;
    let tip = mirror.fetch(&remote.fetch, &options.branch)?;
    let mut entries = tip.as_ref().map(|tip| tip.entries.clone()).unwrap_or_default();
    let taken = take(folder, &mirror, tip.as_ref(), &here)?;
    if taken > 0 {
        here = on_disk(folder, &mirror)?;
    }
    let mut added = 0;
    for (path, content) in changed(folder, &mirror, tip.as_ref(), here)? {
        added += content.rows;
        entries.insert(path, ("100644".to_owned(), mirror.keep(&content.bytes)?));
    }
    let id = tip.as_ref().map(|tip| tip.id.clone());
    if added == 0 {
        return Ok(Done { added, taken, tip: id, refusal: None });
    }
    let (name, text) = ATTRIBUTES;
    if !entries.contains_key(name) {
        entries.insert(name.to_owned(), ("100644".to_owned(), mirror.keep(text)?));
    }
    let message = format!("data: results until {}", world.now.rfc3339());
    let commit = mirror.commit(tip.as_ref(), may_amend, &entries, world.now, &message)?;
    let refusal = match mirror.push(&remote.push, &options.branch, tip.as_ref(), &commit) {
        Ok(()) => None,
        Err(error) if error.is_refusal() => Some(error),
        Err(error) => return Err(error.into()),
    };
    Ok(Done { added, taken, tip: id, refusal })
}

/// The files of the history on the disk, by their paths on the branch, with their ids.
fn on_disk(folder: &Path, mirror: &Mirror<'_>) -> Result<BTreeMap<String, String>, Trouble> {
    let paths: Vec<String> = disk::list(folder, "data")?
        .paths
        .into_iter()
        .filter(|path| path.ends_with(".csv") && !path.contains('\n'))
        .collect();
    if paths.is_empty() {
        return Ok(BTreeMap::new());
    }
    let top = disk::absolute(folder)?;
    let full: Vec<PathBuf> = paths.iter().map(|path| top.join(path)).collect();
    let ids = mirror.ids(&full)?;
    let inner = |path: &String| path.strip_prefix("data/").unwrap_or(path).to_owned();
    Ok(paths.iter().map(inner).zip(ids).collect())
}

/// Brings the rows of the branch to the disk. How many came.
fn take(
    folder: &Path,
    mirror: &Mirror<'_>,
    tip: Option<&Tip>,
    here: &BTreeMap<String, String>,
) -> Result<usize, Trouble> {
    let mut taken = 0;
    for (path, (_, id)) in tip.into_iter().flat_map(|tip| &tip.entries) {
        if !is_history(path) || here.get(path) == Some(id) {
            continue;
        }
        let place = folder.join("data").join(path);
        let ours = if here.contains_key(path) { disk::read(&place)? } else { Vec::new() };
        let (lines, rows) = store::missing(&ours, &whole(mirror.content(id)?));
        // Under the lock of the file: a prober may write to it meanwhile.
        if rows > 0 {
            disk::append(&place, store::HEADER.as_bytes(), &lines, store::is_whole_row)?;
            taken += rows;
        }
    }
    Ok(taken)
}

/// A file with the line break at its end that an editor may have left out.
fn whole(mut bytes: Vec<u8>) -> Vec<u8> {
    if store::is_whole_row(&bytes[store::whole_lines(&bytes)..]) {
        bytes.push(b'\n');
    }
    bytes
}

/// A file of the branch that belongs into `data`: nobody may write anywhere else from there.
fn is_history(path: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    path.ends_with(".csv") && path.split('/').all(is_name)
}

struct Changed {
    bytes: Vec<u8>,
    rows: usize,
}

/// The files of which the disk has rows that the branch lacks, with the rows of both.
fn changed(
    folder: &Path,
    mirror: &Mirror<'_>,
    tip: Option<&Tip>,
    here: BTreeMap<String, String>,
) -> Result<BTreeMap<String, Changed>, Trouble> {
    let mut changed = BTreeMap::new();
    for (path, id) in here {
        let theirs = tip.and_then(|tip| tip.entries.get(&path));
        if theirs.is_some_and(|(_, theirs)| *theirs == id) {
            continue;
        }
        let theirs = match theirs {
            Some((_, id)) => whole(mirror.content(id)?),
            None => store::HEADER.as_bytes().to_vec(),
        };
        let ours = disk::read(&folder.join("data").join(&path))?;
        let (lines, rows) = store::missing(&theirs, &ours);
        if rows > 0 {
            let kept = &theirs[..store::whole_lines(&theirs)];
            changed.insert(path, Changed { bytes: [kept, &lines].concat(), rows });
        }
    }
    Ok(changed)
}

fn summary(added: usize, taken: usize, options: &Options) -> String {
    let place = format!("branch `{}` of `{}`", options.branch, options.remote);
    match (added, taken) {
        (0, 0) => format!("nothing new: `data` and {place} have the same rows"),
        (0, _) => format!("{} taken from {place}", count(taken, "row")),
        (_, 0) => format!("{} recorded on {place}", count(added, "row")),
        _ => format!(
            "{} recorded on {place}, {} taken from it",
            count(added, "row"),
            count(taken, "row")
        ),
    }
}
