//! A site on the disk whose samples and texts a test writes minute by minute.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use aboveboard::commands::declare::{Git, sync};
use aboveboard::commands::{Failure, World};
use aboveboard::content::{self, Content};
use aboveboard::model::{Incident, Settings, Source, Time};
use aboveboard::{config, disk, store};

use crate::support::{self, time};

/// A site and the minute that it is there.
pub struct Site {
    folder: tempfile::TempDir,
    start: Time,
    /// Minutes since the start.
    pub minute: i64,
}

impl Site {
    pub fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        support::write(folder.path(), &[("probes.yaml", config)]);
        Self { folder, start: time("2026-11-22T10:00:00Z"), minute: 0 }
    }

    pub fn now(&self) -> Time {
        self.start.plus(self.minute * 60_000)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Adds samples of this minute: a probe and its outcome; `down` and `down@place`.
    pub fn sample(&self, samples: &[(&str, &str)]) {
        for (probe, outcome) in samples {
            let (outcome, place) = match outcome.split_once('@') {
                Some((outcome, place)) => (outcome, Some(place)),
                None => (*outcome, None),
            };
            let path = self.path(&format!("data/{}", store::path_for(self.now(), place)));
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let mut text = fs::read_to_string(&path).unwrap_or_else(|_| store::HEADER.to_owned());
            let detail = if outcome == "down" { "connection refused" } else { "" };
            text.push_str(&format!("{},{probe},{outcome},,,{detail}\n", self.now().rfc3339()));
            fs::write(path, text).unwrap();
        }
    }

    fn world(&self) -> World {
        World { now: self.now(), is_fixed: true, variables: Default::default(), quiet: true }
    }

    /// Lets the program say what there is to say; how much that was, if it could.
    pub fn try_sync(&self) -> Result<usize, Failure> {
        sync::run(&self.world(), self.folder.path(), Git::Leave)
    }

    /// The same, which it can.
    pub fn sync(&self) -> usize {
        match self.try_sync() {
            Ok(count) => count,
            Err(Failure::Usage(why) | Failure::World(why)) => panic!("{why}"),
            Err(Failure::Mistakes) => panic!("mistakes"),
        }
    }

    /// Samples and a look at them, every five minutes, as often as there are outcomes.
    pub fn rounds(&mut self, rounds: &[&[(&str, &str)]]) {
        for samples in rounds {
            self.sample(samples);
            self.sync();
            self.minute += 5;
        }
        self.minute -= 5;
    }

    /// The files below `content`, by their paths.
    pub fn files(&self) -> BTreeMap<String, String> {
        let paths = disk::list(self.folder.path(), "content").unwrap().paths;
        let read = |path: String| (path.clone(), fs::read_to_string(self.path(&path)).unwrap());
        paths.into_iter().map(read).collect()
    }

    pub fn settings(&self) -> Settings {
        let text = fs::read(self.path("probes.yaml")).unwrap();
        config::parse(&Source::new("probes.yaml", &text)).0.unwrap()
    }

    /// What is written, all of it without a mistake.
    pub fn content(&self) -> Content {
        let sources: Vec<Source> = self
            .files()
            .iter()
            .map(|(path, text)| Source::new(path.as_str(), text.as_bytes()))
            .collect();
        let (content, problems) = content::parse(&sources, &self.settings());
        assert!(problems.is_empty(), "{}", support::render(&problems));
        content
    }

    /// The open incidents.
    pub fn open(&self) -> Vec<Incident> {
        let now = self.now();
        let all = self.content().incidents.into_iter();
        all.filter(|one| one.is_visible(now) && one.is_open(now)).collect()
    }

    /// The only incident file.
    pub fn only(&self) -> String {
        let files = self.files();
        let mut incidents = files.iter().filter(|(path, _)| path.contains("/incidents/"));
        let (_, text) = incidents.next().unwrap();
        assert_eq!(incidents.next(), None);
        text.clone()
    }

    /// The file without the line that changes with every other.
    pub fn only_told(&self) -> String {
        let is_digest = |line: &&str| line.starts_with("auto_digest:");
        let text = self.only();
        let lines: Vec<&str> = text.lines().filter(|line| !is_digest(line)).collect();
        lines.join("\n") + "\n"
    }

    /// Changes the only incident file.
    pub fn edit(&self, change: impl Fn(String) -> String) {
        let files = self.files();
        let (path, text) = files.iter().find(|(path, _)| path.contains("/incidents/")).unwrap();
        fs::write(self.path(path), change(text.clone())).unwrap();
    }

    pub fn write(&self, path: &str, text: &str) {
        support::write(self.folder.path(), &[(path, text)]);
    }
}
