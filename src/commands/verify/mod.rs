//! `aboveboard verify`: makes a published page again from what is published with it, and names
//! every difference.

mod compare;
mod source;

use serde::Serialize;

use self::compare::Difference;
use self::source::Published;
use super::{Failure, World, count, out};
use crate::files::{Content, DataFile, Files};
use crate::model::{History, Time};
use crate::published::{self, MadeBy};
use crate::site;
use crate::store::{Fold, Joined, Part};
use crate::theme::Theme;

/// More differences of one file than this are counted, and not shown.
const SHOWN: usize = 8;

/// What was found.
#[derive(Serialize)]
struct Report {
    agrees: bool,
    /// As of when the page was made.
    generated_at: String,
    made_by: MadeBy,
    /// How many files were made again and are the same, or should be.
    files: usize,
    /// How many values of `status.json` were computed again.
    values: usize,
    samples: usize,
    differences: Vec<Difference>,
}

/// Verifies a folder or an address.
pub fn run(world: &World, place: &str, json: bool) -> Result<(), Failure> {
    let published = Published::open(place, &world.variables)?;
    let report = verify(&published)?;
    if json {
        let text = serde_json::to_string_pretty(&report).expect("plain structs always serialize");
        out(text);
    } else {
        tell(world, &report);
    }
    if report.agrees { Ok(()) } else { Err(Failure::Mistakes) }
}

fn verify(published: &Published) -> Result<Report, Failure> {
    let told: serde_json::Value = published.json("status.json")?;
    let generated_at = told["generated_at"].as_str().unwrap_or_default();
    let now = Time::parse_rfc3339(generated_at)
        .ok_or_else(|| published.broken("status.json", "it does not say when it was made"))?;
    let inputs = published::parse(&published.bytes("inputs.json")?)
        .map_err(|why| published.broken("inputs.json", &why))?;
    let mut differences = Vec::new();
    let settings = &inputs.settings;
    let (history, data, samples) = read_data(published, settings.hold_ms(), now, &mut differences)?;
    let plan = site::plan(site::Inputs {
        settings,
        incidents: &inputs.incidents,
        maintenance: &inputs.maintenance,
        corrections: &inputs.corrections,
        pages: &inputs.pages,
        history: &history,
        now,
    });
    let broken_theme =
        || published.broken("inputs.json", "its theme cannot be loaded by this program");
    let theme = Theme::load(inputs.theme).map_err(|_| broken_theme())?;
    let (files, _) = site::render(&plan, &theme, &data);

    let mut values = 0;
    if let Some(computed) = files.get("status.json") {
        let computed = serde_json::from_str(computed).expect("it was rendered just now");
        values = compare::values("status.json", &told, &computed, &mut differences);
    }
    let compared = compare_files(published, &files, &mut differences)?;
    Ok(Report {
        agrees: differences.is_empty(),
        generated_at: now.rfc3339(),
        made_by: inputs.made_by,
        files: compared,
        values,
        samples,
        differences,
    })
}

/// The samples that the page was made from, which must be the ones that it names.
fn read_data(
    published: &Published,
    hold_ms: i64,
    now: Time,
    differences: &mut Vec<Difference>,
) -> Result<(History, Vec<DataFile>, usize), Failure> {
    let index: serde_json::Value = published.json("data/index.json")?;
    let entries = index.as_array().cloned().unwrap_or_default();
    let mut paths: Vec<String> = Vec::new();
    for entry in &entries {
        let path = entry["path"].as_str().unwrap_or_default();
        let is_plain = path.ends_with(".csv")
            && path.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
        let path = format!("data/{path}");
        if !is_plain || paths.contains(&path) {
            let why = format!("`{path}` cannot be a file of samples, or is one twice");
            return Err(published.broken("data/index.json", &why));
        }
        paths.push(path);
    }
    let mut parts = Vec::new();
    let mut files = Vec::new();
    let mut samples = 0;
    published.each(&paths, &mut |number, bytes| {
        let path = &paths[number];
        let Some(bytes) = bytes else {
            differences.push(Difference::missing(path));
            return;
        };
        let mut fold = Fold::new(path, hold_ms, now);
        let whole = fold.block(&bytes);
        let folded = fold.finish(&bytes[whole..]);
        let said = (entries[number]["bytes"].as_u64(), entries[number]["sha256"].as_str());
        if said != (Some(bytes.len() as u64), Some(&folded.sha256)) || whole < bytes.len() {
            let changed = "its SHA-256 is not the one in data/index.json";
            differences.push(Difference::of_file(path, changed));
        }
        samples += folded.rows;
        files.push(DataFile {
            path: path.trim_start_matches("data/").to_owned(),
            source: path.into(),
            length: folded.length,
            sha256: folded.sha256.clone(),
        });
        parts.push(Part { path: path.clone(), folded });
    })?;
    let mut joined = Joined::default();
    let mut reread = |path: &str| published.bytes(path);
    let done = joined.add(parts, hold_ms, now, &mut reread)?;
    done.expect("nothing was joined before");
    Ok((joined.history, files, samples))
}

/// Compares every file but the samples; how many.
fn compare_files(
    published: &Published,
    files: &Files,
    differences: &mut Vec<Difference>,
) -> Result<usize, Failure> {
    let has_other =
        |prefix: &str| differences.iter().any(|difference| difference.path.starts_with(prefix));
    let computed: Vec<(String, &[u8])> = files
        .iter()
        .filter_map(|(path, content)| match content {
            // What differs in their contents is told already.
            Content::Bytes(_) if path == "status.json" && has_other("status.json") => None,
            Content::Bytes(_) if path == "data/index.json" && has_other("data/") => None,
            Content::Bytes(bytes) => Some((path.to_owned(), bytes.as_slice())),
            Content::Copy { .. } => None,
        })
        .collect();
    let paths: Vec<String> = computed.iter().map(|(path, _)| path.clone()).collect();
    published.each(&paths, &mut |number, bytes| {
        let (path, want) = &computed[number];
        match bytes {
            None => differences.push(Difference::missing(path)),
            Some(bytes) => compare::text(path, &bytes, want, differences),
        }
    })?;
    for path in published.others(files)? {
        differences.push(Difference::of_file(&path, "it is no part of the page"));
    }
    Ok(files.iter().filter(|(_, content)| matches!(content, Content::Bytes(_))).count())
}

fn tell(world: &World, report: &Report) {
    for of_file in report.differences.chunk_by(|a, b| a.path == b.path) {
        for difference in of_file.iter().take(SHOWN) {
            out(difference);
        }
        if let Some(more) = of_file.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            out(format_args!("{}: and {}", of_file[0].path, count(more, "more difference")));
        }
    }
    let us = MadeBy::us();
    if report.made_by != us && !report.agrees {
        out(format_args!(
            "the page says that it was made by {} with the time zones of {}, and this is {} with those of {}: try that release",
            report.made_by.program, report.made_by.zones, us.program, us.zones
        ));
    }
    let what = format!(
        "{} of status.json and {}, computed from {} as of {}",
        count(report.values, "value"),
        count(report.files, "file"),
        count(report.samples, "sample"),
        report.generated_at
    );
    if report.agrees {
        world.say(format_args!("agrees: {what}"));
    } else {
        out(format_args!("{} in {what}", count(report.differences.len(), "difference")));
    }
}
