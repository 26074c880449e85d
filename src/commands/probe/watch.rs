//! Watches what the page would say of each component, and runs a command when that changes.
//!
//! The command runs beside the probes. A change while it runs makes it run once more.

use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::commands::{Failure, err};
use crate::disk;
use crate::model::time::DAY;
use crate::model::{
    Component, ComponentStatus, History, Horizon, Probe, Sample, Settings, Time, Track,
};
use crate::probe::Finding;
use crate::site::timeline::measured_now;
use crate::store::{self, Row};

/// How long the command may go on after the probes.
const PATIENCE: Duration = Duration::from_secs(300);

/// As long as the samples that a confirmed change needs, and the row before them, may take.
fn memory_ms(settings: &Settings, probes: &[&Probe]) -> i64 {
    let needed = probes.iter().map(|probe| probe.confirm_down.max(probe.confirm_up)).max();
    settings.hold_ms() * (2 * i64::from(needed.unwrap_or(1)) - 1)
}

/// What was measured of late, and the command.
pub struct Watch<'s> {
    folder: PathBuf,
    command: String,
    components: Vec<&'s Component>,
    hold_ms: i64,
    /// How far back a sample can still matter, for a change may need several to be confirmed.
    memory_ms: i64,
    rows: Vec<(Row, String)>,
    states: BTreeMap<String, ComponentStatus>,
    /// Changes that the command was not told yet.
    news: Vec<String>,
    child: Option<Child>,
    failures: usize,
}

impl<'s> Watch<'s> {
    /// Begins with what the history says of the components that these probes check.
    pub fn new(
        settings: &'s Settings,
        chosen: &[&Probe],
        folder: &Path,
        command: &str,
        now: Time,
    ) -> Result<Self, Failure> {
        let mut watch = Self {
            folder: folder.to_owned(),
            command: command.to_owned(),
            components: settings
                .components
                .iter()
                .filter(|component| {
                    let is_chosen = |probe: &Probe| chosen.iter().any(|one| one.id == probe.id);
                    component.probes.iter().any(is_chosen)
                })
                .collect(),
            hold_ms: settings.hold_ms(),
            memory_ms: memory_ms(settings, chosen),
            rows: Vec::new(),
            states: BTreeMap::new(),
            news: Vec::new(),
            child: None,
            failures: 0,
        };
        let first = now.plus(-watch.memory_ms).ms() / DAY;
        let days: Vec<String> = (first..=now.ms() / DAY)
            .map(|day| store::path_for(Time::from_ms(day * DAY), None))
            .collect();
        for path in disk::list(folder, "data")?.paths {
            let is_recent = days.iter().any(|day| path.contains(day.trim_end_matches(".csv")));
            if is_recent && path.ends_with(".csv") {
                let bytes = disk::read(&folder.join(&path))?;
                watch.rows.extend(store::rows(&path, &bytes));
            }
        }
        watch.forget(now);
        watch.states = watch.measure(now);
        Ok(watch)
    }

    /// Drops what matters no more.
    fn forget(&mut self, now: Time) {
        let oldest = now.plus(-self.memory_ms);
        self.rows.retain(|(row, _)| row.sample.time >= oldest);
    }

    fn measure(&self, now: Time) -> BTreeMap<String, ComponentStatus> {
        let mut tracks: BTreeMap<(&str, &str), Vec<Sample>> = BTreeMap::new();
        for (row, location) in self.rows.iter().filter(|(row, _)| row.sample.time <= now) {
            tracks.entry((&row.probe, location)).or_default().push(row.sample.clone());
        }
        let mut history = History::default();
        for ((probe, location), samples) in tracks {
            if let Some(track) = Track::of(samples, self.hold_ms, Horizon::at(now)) {
                history.append(probe, location, track, self.hold_ms);
            }
        }
        let status = |component: &&Component| measured_now(component, &history, self.hold_ms, now);
        self.components.iter().map(|one| (one.id.clone(), status(one))).collect()
    }

    /// Takes in a round.
    pub fn round(&mut self, location: Option<&str>, findings: &[Finding], now: Time) {
        let location = location.unwrap_or_default();
        self.rows.extend(findings.iter().map(|finding| {
            let row = Row { probe: finding.probe.clone(), sample: finding.sample.clone() };
            (row, location.to_owned())
        }));
        self.forget(now);
        let states = self.measure(now);
        for (id, status) in &states {
            let before = self.states.get(id).copied().unwrap_or(ComponentStatus::Unknown);
            if before != *status {
                self.news.push(format!("{id}: {} -> {}", before.word(), status.word()));
            }
        }
        self.states = states;
        self.tend();
    }

    /// Starts the command when there is news, unless it still runs.
    pub fn tend(&mut self) {
        if let Some(child) = &mut self.child {
            match child.try_wait() {
                Ok(None) => return,
                Ok(Some(status)) if status.success() => {}
                Ok(Some(status)) => {
                    self.failures += 1;
                    err(format_args!("warning: the command of `--on-change` failed: {status}"));
                }
                Err(error) => {
                    self.failures += 1;
                    err(format_args!("warning: the command of `--on-change` is lost: {error}"));
                }
            }
            self.child = None;
        }
        if self.news.is_empty() {
            return;
        }
        let news = std::mem::take(&mut self.news).join("\n");
        match self.spawn(&news) {
            Ok(child) => self.child = Some(child),
            Err(error) => {
                self.failures += 1;
                err(format_args!("warning: the command of `--on-change` cannot start: {error}"));
            }
        }
    }

    fn spawn(&self, news: &str) -> std::io::Result<Child> {
        Command::new("sh")
            .arg("-c")
            .arg(&self.command)
            .current_dir(&self.folder)
            .env("ABOVEBOARD_CHANGES", news)
            .stdin(Stdio::null())
            // The standard output is for results.
            .stdout(std::io::stderr().as_fd().try_clone_to_owned()?)
            .spawn()
    }

    /// Waits until the command has been told everything.
    pub fn finish(mut self) -> Result<(), Failure> {
        let start = Instant::now();
        loop {
            self.tend();
            let Some(child) = &mut self.child else { break };
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                // `tend` tells what came of it.
                let _ = child.wait();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        match self.failures {
            0 => Ok(()),
            _ => Err(Failure::World("the command of `--on-change` failed".to_owned())),
        }
    }
}
