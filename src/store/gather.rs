//! Puts folded files together to one history.

use std::collections::BTreeMap;

use super::fold::{Fold, Folded, MOST_PROBLEMS, sorted};
use super::location_of;
use crate::model::{History, Horizon, Time};
use crate::problem::Problem;

/// A folded file.
#[derive(Debug)]
pub struct Part {
    /// Its path within the site.
    pub path: String,
    /// What it holds.
    pub folded: Folded,
}

impl Part {
    /// Where its samples were taken; empty for the location without a name.
    pub fn location(&self) -> &str {
        location_of(&self.path)
    }
}

/// Files put together so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// What they say together.
    pub history: History,
    /// The time of the newest row of each location.
    pub ends: BTreeMap<String, Time>,
    /// How far back response times were kept; none before the first files.
    pub horizon: Option<Horizon>,
}

/// Files that reach back behind what is joined already, or a now whose charts reach back behind
/// what was kept of it: all files have to be joined at once.
#[derive(Debug)]
pub struct ReachesBack;

impl Joined {
    /// Joins more files, which must be newer than those before, for a now of the same day or of a
    /// later one, and drops what no chart of that now reaches. Where the rows of a file lie in
    /// no order, or two of them overlap, `reread` has to give their bytes once more.
    pub fn add<E>(
        &mut self,
        parts: Vec<Part>,
        hold_ms: i64,
        now: Time,
        reread: &mut dyn FnMut(&str) -> Result<Vec<u8>, E>,
    ) -> Result<Result<(), ReachesBack>, E> {
        let horizon = Horizon::at(now);
        if self.horizon.is_some_and(|kept| kept > horizon) {
            return Ok(Err(ReachesBack));
        }
        let mut locations: BTreeMap<String, Vec<Part>> = BTreeMap::new();
        for part in parts {
            self.history.future += part.folded.future;
            let location = part.location();
            let Some((first, _)) = part.folded.span else { continue };
            if self.ends.get(location).is_some_and(|end| first <= *end) {
                return Ok(Err(ReachesBack));
            }
            locations.entry(location.to_owned()).or_default().push(part);
        }
        for (location, mut parts) in locations {
            parts.sort_by(|a, b| (a.folded.span, &a.path).cmp(&(b.folded.span, &b.path)));
            let mut parts = parts.into_iter().peekable();
            while let Some(part) = parts.next() {
                let Some((_, mut end)) = part.folded.span else { continue };
                let mut paths = vec![part.path];
                let overlaps =
                    |next: &Part, end| next.folded.span.is_some_and(|(first, _)| first <= end);
                while let Some(next) = parts.next_if(|next| overlaps(next, end)) {
                    end = next.folded.span.map_or(end, |(_, last)| end.max(last));
                    paths.push(next.path);
                }
                let tracks = if paths.len() == 1 && part.folded.is_ordered {
                    part.folded.tracks
                } else {
                    let files: Result<Vec<_>, E> = paths.iter().map(|path| reread(path)).collect();
                    sorted(&files?, hold_ms, now).tracks
                };
                for (probe, track) in tracks {
                    self.history.append(&probe, &location, track, hold_ms);
                }
                self.ends.insert(location.clone(), end);
            }
        }
        self.history.forget(horizon);
        self.horizon = Some(horizon);
        Ok(Ok(()))
    }
}

/// Reads a history from memory: paths within the site, and bytes.
pub fn read(files: &[(&str, &[u8])], hold_ms: i64, now: Time) -> (History, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut fold = |(path, bytes): &(&str, &[u8])| {
        let mut fold = Fold::new(path, hold_ms, now);
        let whole = fold.block(bytes);
        let mut folded = fold.finish(&bytes[whole..]);
        problems.append(&mut folded.problems);
        Part { path: (*path).to_owned(), folded }
    };
    let parts: Vec<Part> = files.iter().map(&mut fold).collect();
    problems.truncate(MOST_PROBLEMS);
    let mut bytes_of = |path: &str| -> Result<Vec<u8>, std::convert::Infallible> {
        let file = files.iter().find(|(known, _)| *known == path);
        Ok(file.map(|(_, bytes)| bytes.to_vec()).unwrap_or_default())
    };
    let mut joined = Joined::default();
    match joined.add(parts, hold_ms, now, &mut bytes_of) {
        Ok(Ok(())) => (joined.history, problems),
        Ok(Err(ReachesBack)) => unreachable!("nothing was joined before"),
        Err(never) => match never {},
    }
}
