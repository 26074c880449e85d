//! The corpus of mistakes: one file a mistake, with the exact text that a person reads.
//!
//! A case is the files of a site, each below a line `== path`, and the expected text below
//! `== expected`. In a file below `== path (escaped)`, `\xNN`, `\r`, `\t` and `\n` are bytes.
//! `ABOVEBOARD_BLESS=1 cargo test --test mistakes` writes what is printed into the cases;
//! read the difference before it is committed.

mod support;

use std::fs;
use std::path::Path;

use aboveboard::commands::cannot_run;
use aboveboard::model::template::Variables;
use aboveboard::model::{History, Source};
use aboveboard::probe::{Job, Surroundings};
use aboveboard::problem::{self, Problem};
use aboveboard::site::{self, Inputs};
use aboveboard::store;
use aboveboard::theme::Theme;
use aboveboard::{config, content};

struct Case {
    files: Vec<(String, Vec<u8>)>,
    given: String,
    expected: String,
}

fn parse(text: &str) -> Case {
    let (given, expected) = text.split_once("== expected\n").unwrap_or((text, ""));
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for part in given.split("\n== ").map(|part| part.trim_start_matches("== ")) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let body = if body.is_empty() || body.ends_with('\n') {
            body.to_owned()
        } else {
            format!("{body}\n")
        };
        match head.strip_suffix(" (escaped)") {
            Some(path) => files.push((path.to_owned(), unescape(body.trim_end_matches('\n')))),
            None => files.push((head.to_owned(), body.into_bytes())),
        }
    }
    Case { files, given: given.to_owned(), expected: expected.to_owned() }
}

fn unescape(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (byte, length) = match &bytes[at..] {
            [b'\\', b'n', ..] => (b'\n', 2),
            [b'\\', b'r', ..] => (b'\r', 2),
            [b'\\', b't', ..] => (b'\t', 2),
            [b'\\', b'x', ..] => {
                (u8::from_str_radix(&text[at + 2..at + 4], 16).expect("two hexadecimal digits"), 4)
            }
            [byte, ..] => (*byte, 1),
            [] => unreachable!(),
        };
        out.push(byte);
        at += length;
    }
    out
}

/// What the readers find in the files of a case.
fn problems(case: &Case) -> Vec<Problem> {
    let source = |(path, bytes): &(String, Vec<u8>)| Source::new(path.clone(), bytes);
    let config = case
        .files
        .iter()
        .find(|(path, _)| path == "probes.yaml")
        .map_or_else(|| Source::new("probes.yaml", support::CONFIG.as_bytes()), source);
    let (settings, mut problems) = config::parse(&config);
    let Some(settings) = settings else { return problems };
    let of = |folder: &str| -> Vec<Source> {
        case.files.iter().filter(|(path, _)| path.starts_with(folder)).map(source).collect()
    };
    let (content, mut found) = content::parse(&of("content/"), &settings);
    problems.append(&mut found);
    let inputs = Inputs {
        settings: &settings,
        incidents: &content.incidents,
        maintenance: &content.maintenance,
        corrections: &content.corrections,
        pages: &content.pages,
        history: &History::default(),
        now: support::time("2026-11-22T12:00:00Z"),
    };
    problems.append(&mut match Theme::load(of("themes/")) {
        Ok(theme) => site::render(&site::plan(inputs), &theme, &[]).1,
        Err(found) => found,
    });
    let data: Vec<(&str, &[u8])> = case
        .files
        .iter()
        .filter(|(path, _)| path.starts_with("data/"))
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .collect();
    let now = support::time("2026-11-22T12:00:00Z");
    problems.append(&mut store::read(&data, settings.hold_ms(), now).1);
    let variables = Variables::new();
    let surroundings =
        Surroundings { variables: &variables, folder: Path::new("."), allow_exec: false };
    for probe in settings.probes() {
        if let Err(reason) = Job::resolve(probe, &surroundings) {
            problems.push(cannot_run(&format!("probe `{}`", probe.id), &reason));
        }
    }
    problem::sort(&mut problems);
    problems
}

#[test]
fn every_mistake_is_told_in_exactly_these_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let bless = std::env::var_os("ABOVEBOARD_BLESS").is_some();
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut different = Vec::new();
    for path in &paths {
        let text = fs::read_to_string(path).unwrap();
        let case = parse(&text);
        let found = problems(&case);
        assert!(
            !found.is_empty() || path.to_str().unwrap().contains("fine-"),
            "{} has no mistake",
            path.display()
        );
        let got: Vec<String> = found.iter().map(Problem::render).collect();
        let got = got.join("\n\n");
        if bless {
            fs::write(path, format!("{}== expected\n{got}\n", case.given)).unwrap();
        } else if got.trim_end() != case.expected.trim_end() {
            different.push(format!(
                "{}\n--- expected\n{}\n--- got\n{got}\n",
                path.display(),
                case.expected
            ));
        }
    }
    assert!(paths.len() >= 40, "only {} mistakes", paths.len());
    assert!(different.is_empty(), "{}", different.join("\n"));
}
