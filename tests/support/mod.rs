//! What whole-site tests share: a site in memory, from texts to files.

#![allow(dead_code, clippy::unwrap_used, reason = "each test binary uses its own part of this")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use aboveboard::content::{self, Content};
use aboveboard::files::{DataFile, Files};
use aboveboard::model::{History, Settings, Source, Time};
use aboveboard::problem::{self, Problem};
use aboveboard::site::{self, Inputs, Site};
use aboveboard::theme::Theme;
use aboveboard::{config, store};

/// A small configuration that tests build on.
pub const CONFIG: &str = "site: { title: Acme Status, url: https://status.acme.example }\ncomponents:\n  - { id: api, name: Public API, probes: [{ url: https://api.acme.example/ }] }\n  - { id: web, name: Website }\n";

/// An instant from its text.
pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

/// A site in memory.
pub struct World {
    pub settings: Settings,
    pub content: Content,
    pub history: History,
    pub problems: Vec<Problem>,
    pub now: Time,
}

impl World {
    /// Reads a site from its files. The configuration must be right; the rest may not be.
    pub fn new(now: &str, files: &[(&str, &str)]) -> Self {
        let text = |name: &str| files.iter().find(|(path, _)| *path == name).map(|(_, text)| *text);
        let config = text("probes.yaml").unwrap_or(CONFIG);
        let (settings, mut problems) =
            config::parse(&Source::new("probes.yaml", config.as_bytes()));
        let settings = settings.unwrap_or_else(|| panic!("{}", render(&problems)));
        let sources: Vec<Source> = files
            .iter()
            .filter(|(path, _)| path.starts_with("content/"))
            .map(|(path, text)| Source::new(*path, text.as_bytes()))
            .collect();
        let (content, mut found) = content::parse(&sources, &settings);
        problems.append(&mut found);
        let data: Vec<(&str, &[u8])> = files
            .iter()
            .filter(|(path, _)| path.starts_with("data/"))
            .map(|(path, text)| (*path, text.as_bytes()))
            .collect();
        let (history, mut found) = store::read(&data, settings.hold_ms(), time(now));
        problems.append(&mut found);
        problem::sort(&mut problems);
        Self { settings, content, history, problems, now: time(now) }
    }

    pub fn plan(&self) -> Site<'_> {
        site::plan(Inputs {
            settings: &self.settings,
            incidents: &self.content.incidents,
            maintenance: &self.content.maintenance,
            corrections: &self.content.corrections,
            pages: &self.content.pages,
            history: &self.history,
            now: self.now,
        })
    }

    pub fn render(&self) -> Files {
        let theme = Theme::load(Vec::new()).unwrap();
        let none: &[DataFile] = &[];
        let (files, found) = site::render(&self.plan(), &theme, none);
        assert!(found.is_empty(), "{}", render(&found));
        files
    }
}

/// Problems as the program prints them.
pub fn render(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{}\n", problem.render())).collect()
}

/// A history file from lines without their header.
pub fn history(lines: &[String]) -> String {
    format!("{}{}\n", store::HEADER, lines.join("\n"))
}

/// Rows every `minutes` from a time, `count` of them.
pub fn rows(probe: &str, from: &str, minutes: i64, count: i64, rest: &str) -> Vec<String> {
    (0..count)
        .map(|index| {
            format!("{},{probe},{rest}", time(from).plus(index * minutes * 60_000).rfc3339())
        })
        .collect()
}

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// The program, in an empty environment.
pub fn aboveboard(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aboveboard"));
    command.env_clear().current_dir(folder);
    command
}

/// What a command printed on both outputs.
pub fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// All files below a folder with their bytes, by path.
pub fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            (path, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}
