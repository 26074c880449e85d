//! The prober: runs probes concurrently, judges their attempts, stamps samples.
//!
//! One file a protocol. Each attempt opens a fresh connection, so that a moved name or a
//! dead server is noticed, and is bounded by one timeout from lookup to last byte.

mod dial;
mod failure;
mod http;
mod tls;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use failure::Failure;

use crate::model::settings::{Expect, Probe};
use crate::model::template::{Template, Variables};
use crate::model::{Outcome, Sample, Target, Time};

/// A probe with its variables in place.
#[derive(Debug, Clone)]
pub struct Job {
    id: String,
    target: Target,
    method: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    expect: Expect,
    body_contains: Option<String>,
    body_not_contains: Option<String>,
    timeout: Duration,
    retries: u32,
    retry_delay: Duration,
    degraded_after_ms: Option<i64>,
    follow_redirects: bool,
}

impl Job {
    /// Puts the variables in their places. The error says what is missing or wrong, never a value.
    pub fn resolve(probe: &Probe, variables: &Variables) -> Result<Self, String> {
        let text = |template: &Template| {
            template.resolve(variables).map_err(|name| format!("variable `{name}` is not set"))
        };
        let optional = |template: &Option<Template>| template.as_ref().map(text).transpose();
        Ok(Self {
            id: probe.id.clone(),
            target: Target::parse(&text(&probe.url)?).map_err(str::to_owned)?,
            method: probe.method.clone(),
            headers: probe
                .headers
                .iter()
                .map(|(name, value)| Ok((name.clone(), text(value)?)))
                .collect::<Result<_, String>>()?,
            body: optional(&probe.body)?,
            expect: probe.expect.clone(),
            body_contains: optional(&probe.expect.body_contains)?,
            body_not_contains: optional(&probe.expect.body_not_contains)?,
            timeout: millis(probe.timeout_ms),
            retries: probe.retries,
            retry_delay: millis(probe.retry_delay_ms),
            degraded_after_ms: probe.degraded_after_ms,
            follow_redirects: probe.follow_redirects,
        })
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// How long each part of an attempt took, in milliseconds; what was not reached is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Phases {
    /// The name lookup.
    pub dns_ms: Option<u32>,
    /// The TCP connection.
    pub connect_ms: Option<u32>,
    /// The TLS handshake.
    pub tls_ms: Option<u32>,
    /// From the request to the first byte of the answer.
    pub first_byte_ms: Option<u32>,
}

/// One try of a probe.
#[derive(Debug)]
struct Attempt {
    result: Result<(), Failure>,
    latency_ms: u32,
    code: Option<u16>,
    phases: Phases,
}

/// What an attempt has learned so far; it outlives an attempt that ran out of time.
#[derive(Debug, Default)]
struct Trace {
    phases: Phases,
    code: Option<u16>,
}

/// The result of a probe.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The probe.
    pub probe: String,
    /// What goes into the history.
    pub sample: Sample,
    /// The phases of its last attempt.
    pub phases: Phases,
    /// It failed for a reason on the prober's own side.
    is_local: bool,
}

impl Finding {
    /// A probe that could not be tried at all.
    pub fn not_tried(probe: &str, time: Time, why: &str) -> Self {
        Self {
            probe: probe.to_owned(),
            sample: Sample {
                time,
                outcome: Outcome::Unknown,
                latency_ms: None,
                code: None,
                detail: why.into(),
            },
            phases: Phases::default(),
            is_local: false,
        }
    }
}

/// The clock that stamps samples: the system's, or a fixed one.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The system's.
    System,
    /// Always this instant.
    Fixed(Time),
}

impl Clock {
    /// Now, in whole seconds.
    pub fn now(self) -> Time {
        match self {
            Self::Fixed(time) => time,
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Time::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0))
            }
        }
    }
}

/// Runs all jobs, at most `concurrency` at once, and tells each finding as it comes.
/// The findings come back in the order of the jobs.
pub fn run(
    jobs: Vec<Job>,
    concurrency: usize,
    clock: Clock,
    told: &mut dyn FnMut(&Finding),
) -> std::io::Result<Vec<Finding>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let findings = runtime.block_on(run_all(jobs, concurrency, clock, told));
    // A name lookup that hangs in the system must not hold up the run.
    runtime.shutdown_background();
    Ok(findings)
}

async fn run_all(
    jobs: Vec<Job>,
    concurrency: usize,
    clock: Clock,
    told: &mut dyn FnMut(&Finding),
) -> Vec<Finding> {
    let roots = Arc::new(tls::Roots::default());
    let places = Arc::new(Semaphore::new(concurrency));
    let mut tasks = JoinSet::new();
    for (index, job) in jobs.into_iter().enumerate() {
        let (roots, places) = (Arc::clone(&roots), Arc::clone(&places));
        tasks.spawn(async move { (index, run_one(&job, clock, &roots, &places).await) });
    }
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    while let Some(done) = tasks.join_next().await {
        if let Ok((index, finding)) = done {
            told(&finding);
            findings.push((index, finding));
        }
    }
    findings.sort_by_key(|(index, _)| *index);
    let mut findings: Vec<Finding> = findings.into_iter().map(|(_, finding)| finding).collect();
    blame_the_prober(&mut findings);
    findings
}

/// When every probe failed for a reason on our side, it is we who are cut off, not they.
fn blame_the_prober(findings: &mut [Finding]) {
    if findings.iter().all(|finding| finding.is_local) {
        for finding in findings {
            finding.sample.outcome = Outcome::Unknown;
        }
    }
}

async fn run_one(job: &Job, clock: Clock, roots: &tls::Roots, places: &Semaphore) -> Finding {
    let mut failures: Vec<Failure> = Vec::new();
    let mut time = None;
    loop {
        // A probe that waits for its next attempt leaves its place to another.
        let place = places.acquire().await;
        let time = *time.get_or_insert_with(|| clock.now());
        let attempt = attempt(job, roots).await;
        drop(place);
        let tries = failures.len() + 1;
        match attempt.result {
            Err(failure) if tries <= job.retries as usize => failures.push(failure),
            result => {
                return judge(
                    job,
                    time,
                    attempt.phases,
                    attempt.latency_ms,
                    attempt.code,
                    result,
                    &failures,
                );
            }
        }
        tokio::time::sleep(job.retry_delay).await;
    }
}

/// From attempts to a sample; every failed attempt is told.
fn judge(
    job: &Job,
    time: Time,
    phases: Phases,
    latency_ms: u32,
    code: Option<u16>,
    result: Result<(), Failure>,
    failures: &[Failure],
) -> Finding {
    let tries = failures.len() + 1;
    let is_slow = job.degraded_after_ms.is_some_and(|limit| i64::from(latency_ms) > limit);
    let (outcome, mut detail, is_local) = match &result {
        Err(failure) => (Outcome::Down, failure.to_string(), failure.is_local()),
        Ok(()) if is_slow => {
            let limit = job.degraded_after_ms.unwrap_or(0);
            (Outcome::Degraded, format!("slow: {latency_ms} ms, the limit is {limit} ms"), false)
        }
        Ok(()) => (Outcome::Up, String::new(), false),
    };
    if let (Some(first), Ok(())) = (failures.first(), &result) {
        if !detail.is_empty() {
            detail.push_str("; ");
        }
        detail.push_str(&format!("{} of {tries} attempts failed: {first}", failures.len()));
    } else if tries > 1 {
        detail.push_str(&format!(" ({tries} of {tries} attempts)"));
    }
    let answered = result.is_ok() || code.is_some();
    Finding {
        probe: job.id.clone(),
        sample: Sample {
            time,
            outcome,
            latency_ms: answered.then_some(latency_ms),
            code,
            detail: detail.into(),
        },
        phases,
        is_local,
    }
}

async fn attempt(job: &Job, roots: &tls::Roots) -> Attempt {
    let mut trace = Trace::default();
    let start = tokio::time::Instant::now();
    let work = async {
        match &job.target {
            Target::Http(url) => http::attempt(job, url, roots, &mut trace).await,
            Target::Tcp { host, port } => dial::connect(host, *port, &mut trace).await.map(drop),
        }
    };
    let timed = tokio::time::timeout(job.timeout, work).await;
    let latency_ms = elapsed_ms(start);
    let result = timed.unwrap_or_else(|_| {
        let is_tls = matches!(&job.target, Target::Http(url) if url.scheme() == "https");
        Err(Failure::timeout(&trace.phases, is_tls, job.timeout))
    });
    Attempt { result, latency_ms, code: trace.code, phases: trace.phases }
}

fn elapsed_ms(start: tokio::time::Instant) -> u32 {
    u32::try_from(start.elapsed().as_millis()).unwrap_or(u32::MAX)
}
