//! The prober against servers that behave and misbehave: exact outcome, exact words, bounded time.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../support/mod.rs"]
mod support;

mod dns;
mod documented;
mod http;
mod icmp;
mod local;
mod rounds;
mod secrets;
mod servers;
mod standard;
mod stream;
mod tls;
mod vendors;
mod websocket;

use std::path::Path;

use aboveboard::config;
use aboveboard::model::template::Variables;
use aboveboard::model::{Outcome, Source, Time};
use aboveboard::probe::{self, Clock, Finding, Job, Plan, Proxies, Surroundings};

/// Probes one address with more keys of a probe.
fn probe_one(url: &str, keys: &str) -> Finding {
    probe_subject(&format!("url: \"{url}\", {keys}"))
}

/// Probes with these keys.
fn probe_subject(keys: &str) -> Finding {
    probe_all(&[format!("{{ {keys} }}")], "concurrency: 64").remove(0)
}

/// Runs probes beside one that succeeds, so that not every probe fails at once.
fn probe_all(probes: &[String], root_keys: &str) -> Vec<Finding> {
    probe_in(Path::new("."), &Variables::new(), probes, root_keys)
}

fn probe_in(
    folder: &Path,
    variables: &Variables,
    probes: &[String],
    root_keys: &str,
) -> Vec<Finding> {
    let up = format!("{{ url: \"tcp://{}\" }}", servers::serve(drop));
    let mut all = vec![up];
    all.extend_from_slice(probes);
    let mut findings = run(folder, variables, &all, root_keys);
    assert_eq!(findings.remove(0).sample.outcome, Outcome::Up);
    findings
}

fn run(folder: &Path, variables: &Variables, probes: &[String], root_keys: &str) -> Vec<Finding> {
    let probes = probes.join(", ");
    let text = format!(
        "site: {{ title: A, url: https://a.example }}\n{root_keys}\ndefaults: {{ retries: 0, timeout: 5s, retry_delay: 10ms }}\ncomponents:\n  - {{ id: x, probes: [{probes}] }}\n",
    );
    let (settings, problems) = config::parse(&Source::new("probes.yaml", text.as_bytes()));
    let settings = settings.unwrap_or_else(|| panic!("{}", support::render(&problems)));
    let surroundings = Surroundings { variables, folder, allow_exec: true };
    let jobs = settings.probes().map(|probe| Job::resolve(probe, &surroundings).unwrap()).collect();
    let self_checks = settings
        .self_check
        .iter()
        .map(|url| Job::self_check(url, &surroundings).unwrap())
        .collect();
    probe::run(Plan {
        jobs,
        self_checks,
        concurrency: settings.concurrency,
        per_host: settings.per_host,
        proxies: Proxies::from_variables(variables),
        clock: Clock::Fixed(Time::from_seconds(1_795_000_000)),
    })
    .unwrap()
}

/// Outcome, code and words.
fn told(finding: &Finding) -> (&'static str, Option<u16>, &str) {
    (finding.sample.outcome.word(), finding.sample.code, &finding.sample.detail)
}

/// Outcome and words.
fn words(finding: &Finding) -> String {
    format!("{} {}", finding.sample.outcome.word(), finding.sample.detail).trim().to_owned()
}
