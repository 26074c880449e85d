//! Loads the history: folds its files on all cores, and keeps what past days say.

use std::collections::BTreeMap;
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
use crate::store::{Fold, Folded, Part};

/// The folder of the site for what can be computed anew at any time. It ignores itself.
const FOLDER: &str = ".aboveboard-cache";
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
    let mut store = Store::open(site, hold_ms, now, &listing.paths);
    let mut loaded = match store.load(&listing.paths)? {
        Some(loaded) => loaded,
        // The cache was of no use, and is gone now.
        None => store.load(&listing.paths)?.expect("without a cache nothing can contradict it"),
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
    /// past. None when the past is no longer what is known of it. The cache is used up by this.
    fn load(&mut self, paths: &[String]) -> Result<Option<Loaded>, DiskError> {
        let mut files = Vec::new();
        let mut problems = Vec::new();
        let mut folded_now: Vec<(Known, Part)> = Vec::new();
        let all = self.read(paths)?;
        let before = std::mem::take(&mut self.cache);
        let mut kept = Cache { files: BTreeMap::new(), joined: before.joined };
        for (path, read) in all {
            let known = match read {
                Read::Changed => return Ok(None),
                Read::Known(known) => {
                    kept.files.insert(path.clone(), known.clone());
                    known
                }
                Read::Folded { seen, folded } => {
                    let sha256 = folded.sha256.clone();
                    let known = Known { seen, length: folded.length, sha256 };
                    folded_now.push((known.clone(), Part { path: path.clone(), folded }));
                    known
                }
            };
            files.push(self.data_file(&path, known));
        }
        let (past, mut present) = self.divide(folded_now);
        let mut parts = Vec::new();
        for (known, part) in past {
            kept.files.insert(part.path.clone(), known);
            parts.push(part);
        }
        for part in &mut present {
            problems.append(&mut part.folded.problems);
        }
        let mut reread = |path: &str| disk::read(&self.site.join(path));
        if kept.joined.add(parts, self.hold_ms, self.now, &mut reread)?.is_err() {
            return Ok(None);
        }
        // The past is what its files make of it, and is large: it is neither compared nor copied.
        // What only fell behind the horizon may stay until there is more to write.
        let is_new = kept.files != before.files;
        let text = (self.began_s.is_some() && is_new).then(|| kept.format(self.hold_ms));
        let mut joined = kept.joined;
        if joined.add(present, self.hold_ms, self.now, &mut reread)?.is_err() {
            return Ok(None);
        }
        if let Some(text) = text {
            // Who cannot write here goes without.
            let _ = disk::replace(&self.folder.join(NAME), text.as_bytes());
        }
        Ok(Some(Loaded { history: joined.history, files, problems }))
    }

    /// Divides files into those of past days, which can be kept, and the others. All of the past of
    /// a location ends before its present begins.
    fn divide(&self, files: Vec<(Known, Part)>) -> (Vec<(Known, Part)>, Vec<Part>) {
        let today = Time::from_ms(self.now.ms().div_euclid(DAY) * DAY);
        let (mut past, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|(_, part)| {
            let Folded { span, problems, future, .. } = &part.folded;
            span.is_none_or(|(_, last)| last < today) && problems.is_empty() && *future == 0
        });
        let mut present: Vec<Part> = others.into_iter().map(|(_, part)| part).collect();
        loop {
            let mut begins: BTreeMap<String, Time> = BTreeMap::new();
            for part in &present {
                if let Some((first, _)) = part.folded.span {
                    let begin = begins.entry(part.location().to_owned()).or_insert(first);
                    *begin = first.min(*begin);
                }
            }
            let (fits, reaches): (Vec<_>, Vec<_>) = past.into_iter().partition(|(_, part)| {
                let begin = begins.get(part.location());
                part.folded.span.is_none_or(|(_, last)| begin.is_none_or(|begin| last < *begin))
            });
            past = fits;
            if reaches.is_empty() {
                return (past, present);
            }
            present.extend(reaches.into_iter().map(|(_, part)| part));
        }
    }

    fn data_file(&self, path: &str, known: Known) -> DataFile {
        let Known { length, sha256, .. } = known;
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
