//! Loads the history: folds its files on all cores, and keeps what past days say.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Failure;
use crate::disk::{self, DiskError};
use crate::files::DataFile;
use crate::model::time::DAY;
use crate::model::{History, Time};
use crate::problem::Problem;
use crate::store::cache::{Cache, Known, Seen};
use crate::store::fold::{Hash, MOST_PROBLEMS};
use crate::store::{Fold, Folded, Joined, Part};

/// The folder of the site for what can be computed anew at any time. It ignores itself.
pub const FOLDER: &str = ".aboveboard-cache";
const NAME: &str = "history";

/// A loaded history.
#[derive(Debug)]
pub struct Loaded {
    /// What the probes found until now.
    pub history: History,
    /// Its files, in the order of their paths.
    pub files: Vec<DataFile>,
    /// What cannot be read.
    pub problems: Vec<Problem>,
}

/// Folds the files below `data/` of a site, as far as the cache does not know them.
pub fn load(site: &Path, hold_ms: i64, now: Time) -> Result<Loaded, Failure> {
    let mut listing = disk::list(site, "data")?;
    listing.paths.retain(|path| path.ends_with(".csv"));
    let store = Store::open(site, hold_ms, now, &listing.paths);
    let read = store.read(&listing.paths)?;
    let mut loaded = match store.join(read)? {
        Some(loaded) => loaded,
        // Something has changed in the past.
        None => {
            let store = Store { cache: Cache::default(), ..store };
            let read = store.read(&listing.paths)?;
            match store.join(read)? {
                Some(loaded) => loaded,
                None => store.join_at_once(&listing.paths)?,
            }
        }
    };
    loaded.problems.truncate(MOST_PROBLEMS);
    loaded.problems.append(&mut listing.problems);
    Ok(loaded)
}

/// A history on the disk, and its cache.
struct Store<'s> {
    site: &'s Path,
    hold_ms: i64,
    now: Time,
    folder: PathBuf,
    /// Empty when there is none that can be used.
    cache: Cache,
    /// The second at which this load began, by the clock of the disk; none without a folder to
    /// write to. There is no cache then, and nothing else is different.
    began_s: Option<i64>,
}

/// One file, read or known.
enum Read {
    Known(Known),
    Folded {
        seen: Option<Seen>,
        folded: Folded,
    },
    /// Known otherwise.
    Changed,
}

impl<'s> Store<'s> {
    fn open(site: &'s Path, hold_ms: i64, now: Time, paths: &[String]) -> Self {
        let folder = site.join(FOLDER);
        let began_s = if paths.is_empty() { None } else { began(&folder) };
        let bytes = began_s.and_then(|_| disk::read(&folder.join(NAME)).ok());
        let cache = bytes.and_then(|bytes| Cache::parse(&bytes, hold_ms)).filter(|cache| {
            let is_there = |path: &String| paths.binary_search(path).is_ok();
            cache.files.keys().all(is_there) && cache.newest().is_none_or(|newest| newest <= now)
        });
        Self { site, hold_ms, now, folder, cache: cache.unwrap_or_default(), began_s }
    }

    /// Reads all files; each in turn goes to the core that is free.
    fn read(&self, paths: &[String]) -> Result<Vec<(String, Read)>, DiskError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(paths.len()));
        std::thread::scope(|scope| {
            for _ in 0..cores.min(paths.len()) {
                scope.spawn(|| {
                    while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let read = self.read_one(path);
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.push((path.clone(), read));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by(|(a, _), (b, _)| a.cmp(b));
        done.into_iter().map(|(path, read)| Ok((path, read?))).collect()
    }

    fn read_one(&self, path: &str) -> Result<Read, DiskError> {
        let file = self.site.join(path);
        let stamp = disk::seen(&file)?;
        // A change within the same tick of the clock as the one before could not be seen.
        let is_settled = |began: i64| disk::touched(&stamp) + 1 < began;
        let seen = self.began_s.is_some_and(is_settled).then_some(stamp);
        if let Some(known) = self.cache.files.get(path) {
            let is_untouched = seen.is_some() && known.seen == seen;
            return Ok(if is_untouched || is_same_content(&file, &stamp, known)? {
                Read::Known(Known { seen, ..known.clone() })
            } else {
                Read::Changed
            });
        }
        let mut fold = Fold::new(path, self.hold_ms, self.now);
        let tail = disk::read_blocks(&file, &mut |bytes| fold.block(bytes))?;
        Ok(Read::Folded { seen, folded: fold.finish(&tail) })
    }

    /// Joins what was read with what is known, first the past and then the present, and keeps the
    /// past. None when that cannot be done, for a change or a file that reaches back.
    fn join(&self, read: Vec<(String, Read)>) -> Result<Option<Loaded>, DiskError> {
        let today = Time::from_ms(self.now.ms().div_euclid(DAY) * DAY);
        let mut files = Vec::new();
        let mut problems = Vec::new();
        let mut kept = Cache::default();
        let (mut past, mut present) = (Vec::new(), Vec::new());
        for (path, read) in read {
            let (length, sha256) = match &read {
                Read::Changed => return Ok(None),
                Read::Known(known) => (known.length, known.sha256.clone()),
                Read::Folded { folded, .. } => (folded.length, folded.sha256.clone()),
            };
            files.push(self.data_file(&path, length, sha256.clone()));
            match read {
                Read::Changed => {}
                Read::Known(known) => {
                    kept.files.insert(path, known);
                }
                Read::Folded { seen, mut folded } => {
                    let is_past = folded.span.is_none_or(|(_, last)| last < today)
                        && folded.problems.is_empty()
                        && folded.future == 0;
                    problems.append(&mut folded.problems);
                    if is_past {
                        kept.files.insert(path.clone(), Known { seen, length, sha256 });
                        past.push(Part { path, folded });
                    } else {
                        present.push(Part { path, folded });
                    }
                }
            }
        }
        let mut joined = self.cache.joined.clone();
        let mut reread = |path: &str| disk::read(&self.site.join(path));
        if joined.add(past, self.hold_ms, self.now, &mut reread)?.is_err() {
            return Ok(None);
        }
        kept.joined = joined.clone();
        if joined.add(present, self.hold_ms, self.now, &mut reread)?.is_err() {
            return Ok(None);
        }
        if self.began_s.is_some() && kept != self.cache {
            // Who cannot write here goes without.
            let text = kept.format(self.hold_ms);
            let _ = disk::replace(&self.folder.join(NAME), text.as_bytes());
        }
        Ok(Some(Loaded { history: joined.history, files, problems }))
    }

    /// Joins files of which some overlap others.
    fn join_at_once(&self, paths: &[String]) -> Result<Loaded, DiskError> {
        let mut files = Vec::new();
        let mut problems = Vec::new();
        let mut parts = Vec::new();
        for (path, read) in self.read(paths)? {
            if let Read::Folded { mut folded, .. } = read {
                files.push(self.data_file(&path, folded.length, folded.sha256.clone()));
                problems.append(&mut folded.problems);
                parts.push(Part { path, folded });
            }
        }
        let mut joined = Joined::default();
        let mut reread = |path: &str| disk::read(&self.site.join(path));
        let done = joined.add(parts, self.hold_ms, self.now, &mut reread)?;
        done.expect("nothing was joined before");
        Ok(Loaded { history: joined.history, files, problems })
    }

    fn data_file(&self, path: &str, length: u64, sha256: String) -> DataFile {
        let inner = path.strip_prefix("data/").unwrap_or(path).to_owned();
        DataFile { path: inner, source: self.site.join(path), length, sha256 }
    }
}

/// Whether a file has the bytes that are known of it.
fn is_same_content(file: &Path, stamp: &Seen, known: &Known) -> Result<bool, DiskError> {
    if u64::try_from(stamp[0]) != Ok(known.length) {
        return Ok(false);
    }
    let mut hash = Hash::new();
    disk::read_blocks(file, &mut |bytes| {
        hash.update(bytes);
        bytes.len()
    })?;
    Ok(hash.finish() == known.sha256)
}

/// Makes the folder of the cache and tells the second by the clock of its disk.
fn began(folder: &Path) -> Option<i64> {
    disk::write_new(&folder.join(".gitignore"), "*\n").ok()?;
    let mark = folder.join("began");
    disk::replace(&mark, b"").ok()?;
    disk::seen(&mark).ok().map(|seen| disk::touched(&seen))
}
