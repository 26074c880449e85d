//! Puts folded files together to one history.

use std::collections::BTreeMap;

use super::fold::{Fold, Folded, MOST_PROBLEMS, sorted};
use super::location_of;
use crate::model::{History, Time};
use crate::problem::Problem;

/// A folded file.
#[derive(Debug)]
pub struct Part {
    /// Its path within the site.
    pub path: String,
    /// What it holds.
    pub folded: Folded,
}

/// Joins the files of a history. Where the rows of a file lie in no order, or two files of one
/// location overlap, it asks for their bytes once more.
pub fn gather<E>(
    parts: Vec<Part>,
    hold_ms: i64,
    now: Time,
    reread: &mut dyn FnMut(&str) -> Result<Vec<u8>, E>,
) -> Result<(History, Vec<Problem>), E> {
    let mut history = History::default();
    let mut problems = Vec::new();
    let mut locations: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for mut part in parts {
        problems.append(&mut part.folded.problems);
        history.future += part.folded.future;
        if part.folded.span.is_some() {
            locations.entry(location_of(&part.path).to_owned()).or_default().push(part);
        }
    }
    problems.truncate(MOST_PROBLEMS);
    for (location, mut parts) in locations {
        parts.sort_by(|a, b| (a.folded.span, &a.path).cmp(&(b.folded.span, &b.path)));
        let mut add = |tracks: BTreeMap<String, _>| {
            for (probe, track) in tracks {
                history.append(&probe, &location, track, hold_ms);
            }
        };
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next() {
            let mut end = part.folded.span.map(|(_, last)| last);
            let mut paths = vec![part.path];
            let overlaps = |next: &Part, end| next.folded.span.map(|(first, _)| first) <= end;
            while let Some(next) = parts.next_if(|next| overlaps(next, end)) {
                end = end.max(next.folded.span.map(|(_, last)| last));
                paths.push(next.path);
            }
            if paths.len() == 1 && part.folded.is_ordered {
                add(part.folded.tracks);
                continue;
            }
            let mut files = Vec::new();
            for path in &paths {
                files.push(reread(path)?);
            }
            add(sorted(&files, hold_ms, now).tracks);
        }
    }
    Ok((history, problems))
}

/// Reads a history from memory: paths within the site, and bytes.
pub fn read(files: &[(&str, &[u8])], hold_ms: i64, now: Time) -> (History, Vec<Problem>) {
    let fold = |(path, bytes): &(&str, &[u8])| {
        let mut fold = Fold::new(path, hold_ms, now);
        let whole = fold.block(bytes);
        Part { path: (*path).to_owned(), folded: fold.finish(&bytes[whole..]) }
    };
    let mut bytes_of = |path: &str| -> Result<Vec<u8>, std::convert::Infallible> {
        let file = files.iter().find(|(known, _)| *known == path);
        Ok(file.map(|(_, bytes)| bytes.to_vec()).unwrap_or_default())
    };
    match gather(files.iter().map(fold).collect(), hold_ms, now, &mut bytes_of) {
        Ok(read) => read,
        Err(never) => match never {},
    }
}
