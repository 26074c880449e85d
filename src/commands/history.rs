//! Loads the history: folds its files on all cores, and keeps what past days fold to.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Failure;
use crate::disk::{self, DiskError};
use crate::files::DataFile;
use crate::model::{History, Time};
use crate::problem::Problem;
use crate::store::cache::{Cache, Entry};
use crate::store::{self, Fold, Folded, Part};

/// The folder of the site for what can be computed anew at any time. It ignores itself.
const FOLDER: &str = ".aboveboard-cache";
const NAME: &str = "history";

/// A loaded history.
pub struct Loaded {
    /// What the probes found until now.
    pub history: History,
    /// Its files, in the order of their paths.
    pub files: Vec<DataFile>,
    /// What cannot be read.
    pub problems: Vec<Problem>,
}

/// Folds the files below `data/` of a site.
pub fn load(site: &Path, hold_ms: i64, now: Time) -> Result<Loaded, Failure> {
    let mut listing = disk::list(site, "data")?;
    listing.paths.retain(|path| path.ends_with(".csv"));
    let store = Store::open(site, hold_ms, !listing.paths.is_empty());
    let folded = fold_all(site, &listing.paths, &store, hold_ms, now)?;

    let mut kept = Cache::default();
    let mut parts = Vec::new();
    let mut files = Vec::new();
    for (path, entry) in listing.paths.into_iter().zip(folded) {
        let entry = entry?;
        kept.keep(&path, &entry, now);
        let inner = path.strip_prefix("data/").unwrap_or(&path).to_owned();
        files.push(DataFile {
            path: inner,
            source: site.join(&path),
            length: entry.folded.length,
            sha256: entry.folded.sha256.clone(),
        });
        parts.push(Part { path, folded: entry.folded });
    }
    store.save(&kept, hold_ms, now);
    let mut reread = |path: &str| disk::read(&site.join(path));
    let (history, mut problems) = store::gather(parts, hold_ms, now, &mut reread)?;
    problems.append(&mut listing.problems);
    Ok(Loaded { history, files, problems })
}

/// Each file in turn goes to the core that is free.
fn fold_all(
    site: &Path,
    paths: &[String],
    store: &Store,
    hold_ms: i64,
    now: Time,
) -> Result<Vec<Result<Entry, DiskError>>, Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(paths.len().max(1));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<Entry, DiskError>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(index) else { break };
                    let entry = store.entry(site, path, hold_ms, now);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((index, entry));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, entry)| entry).collect())
}

/// The cache of a site, as far as there is one.
struct Store {
    folder: std::path::PathBuf,
    cache: Cache,
    /// The second at which this load began, by the clock of the disk.
    began_s: Option<i64>,
}

impl Store {
    /// Without a folder to write to there is no cache, and nothing else is different.
    fn open(site: &Path, hold_ms: i64, is_wanted: bool) -> Self {
        let folder = site.join(FOLDER);
        let began_s = is_wanted.then(|| began(&folder)).flatten();
        let cache = match began_s.map(|_| disk::read(&folder.join(NAME))) {
            Some(Ok(bytes)) => Cache::parse(&bytes, hold_ms),
            _ => Cache::default(),
        };
        Self { folder, cache, began_s }
    }

    /// What a file folds to: as it is known, or by reading it.
    fn entry(&self, site: &Path, path: &str, hold_ms: i64, now: Time) -> Result<Entry, DiskError> {
        let file = site.join(path);
        let stamp = disk::seen(&file)?;
        // A change within the same tick of the clock as the one before could not be seen.
        let seen =
            self.began_s.is_some_and(|began| disk::touched(&stamp) + 1 < began).then_some(stamp);
        let known = self
            .cache
            .get(path)
            .filter(|known| known.folded.span.is_none_or(|(_, last)| last <= now));
        if let Some(known) = known {
            let is_same = match (known.seen, seen) {
                (Some(then), Some(now)) if then == now => true,
                _ => is_same_content(&file, &stamp, &known.folded)?,
            };
            if is_same {
                return Ok(Entry { seen, folded: known.folded.clone() });
            }
        }
        let mut fold = Fold::new(path, hold_ms, now);
        let tail = disk::read_blocks(&file, &mut |bytes| fold.block(bytes))?;
        Ok(Entry { seen, folded: fold.finish(&tail) })
    }

    /// Keeps what was learned. Who cannot write here goes without.
    fn save(&self, kept: &Cache, hold_ms: i64, _now: Time) {
        if self.began_s.is_some() && *kept != self.cache {
            let _ = disk::replace(&self.folder.join(NAME), kept.format(hold_ms).as_bytes());
        }
    }
}

/// Whether a file has the bytes that an entry is about.
fn is_same_content(file: &Path, stamp: &[i64; 6], known: &Folded) -> Result<bool, DiskError> {
    if u64::try_from(stamp[0]) != Ok(known.length) {
        return Ok(false);
    }
    let mut hash = store::fold::Hash::new();
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
