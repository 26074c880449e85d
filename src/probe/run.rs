//! Rounds of probes: who starts when, how many at once, and how it all ends.
//!
//! A round is judged as a whole and handed over once; between rounds the schedule is kept
//! by a clock that nobody can turn.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::failure::Fault;
use super::judge::{self, SelfChecks, Tried};
use super::{Clock, Context, Failure, Finding, Job, Proxies, Trace, elapsed_ms, tls};
use crate::model::Time;

/// A probe that waits longer than this for an answer leaves its place to another, so that
/// dead hosts never hold up the living.
const PATIENCE: Duration = Duration::from_millis(100);

/// What is to be run.
#[derive(Debug)]
pub struct Plan {
    /// The probes.
    pub jobs: Vec<Job>,
    /// Checks of the prober's own network.
    pub self_checks: Vec<Job>,
    /// How many probes may be busy at once.
    pub concurrency: usize,
    /// How many of them may ask one host.
    pub per_host: Option<usize>,
    /// The way out.
    pub proxies: Proxies,
    /// What stamps the samples.
    pub clock: Clock,
}

/// When rounds begin.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// From the beginning of a round to that of the next.
    pub every: Duration,
    /// No round begins later than this after the first.
    pub span: Duration,
}

impl Schedule {
    /// One round.
    pub const ONCE: Self = Self { every: Duration::from_secs(1), span: Duration::ZERO };
}

/// What a run tells while it goes on.
#[derive(Debug)]
pub enum Event {
    /// A probe is done; its round may still change what it means.
    Done,
    /// A round is judged. The findings are in the order of the jobs.
    Round(Vec<Finding>),
}

/// Runs all jobs once. The findings come back in the order of the jobs.
pub fn run(plan: Plan) -> std::io::Result<Vec<Finding>> {
    let rounds = start(plan, Schedule::ONCE)?.into_iter().filter_map(|event| match event {
        Event::Round(findings) => Some(findings),
        Event::Done => None,
    });
    Ok(rounds.flatten().collect())
}

/// Begins a run on a thread of its own. It ends by its schedule, or by the signals with which
/// people and systems end programs: nothing begins any more, and what is known is told.
pub fn start(plan: Plan, schedule: Schedule) -> std::io::Result<mpsc::Receiver<Event>> {
    let (sender, events) = mpsc::channel();
    let (stop, stopped) = watch::channel(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::Builder::new().name("prober".to_owned()).spawn(move || {
        // Kept here too: a channel without a sender would end the run.
        let for_signals = stop.clone();
        runtime.spawn(async move {
            if signalled().await.is_ok() {
                for_signals.send_replace(true);
            }
        });
        runtime.block_on(rounds(plan, schedule, &sender, stopped));
        // A name lookup that hangs in the system must not hold up the run.
        runtime.shutdown_background();
    })?;
    Ok(events)
}

async fn signalled() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = terminated.recv() => Ok(()),
            result = tokio::signal::ctrl_c() => result,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// What the rounds of a run share.
struct Shared {
    jobs: Vec<Job>,
    /// Probes that are under way: none overlaps with itself.
    busy: Vec<AtomicBool>,
    self_checks: Vec<Job>,
    context: Context,
    places: Semaphore,
    /// Attempts that may hold sockets, also while they only wait.
    sockets: Semaphore,
    hosts: BTreeMap<String, Semaphore>,
    stopped: watch::Receiver<bool>,
    gate: tokio::sync::Mutex<()>,
}

impl Shared {
    /// Waits until all that has happened on the network was seen. Many who begin at once
    /// would wait for each other, and measure that.
    async fn start(&self) {
        let _one_at_a_time = self.gate.lock().await;
        tokio::task::yield_now().await;
    }
}

async fn rounds(
    plan: Plan,
    schedule: Schedule,
    sender: &mpsc::Sender<Event>,
    mut stopped: watch::Receiver<bool>,
) {
    let hosts =
        plan.jobs.iter().filter(|job| !job.host.is_empty()).filter_map(|job| {
            plan.per_host.map(|places| (job.host.clone(), Semaphore::new(places)))
        });
    let shared = Arc::new(Shared {
        busy: plan.jobs.iter().map(|_| AtomicBool::new(false)).collect(),
        hosts: hosts.collect(),
        places: Semaphore::new(plan.concurrency),
        sockets: Semaphore::new(sockets()),
        context: Context { roots: tls::Roots::default(), proxies: plan.proxies, clock: plan.clock },
        jobs: plan.jobs,
        self_checks: plan.self_checks,
        stopped: stopped.clone(),
        gate: tokio::sync::Mutex::default(),
    });
    let start = Instant::now();
    let mut underway = JoinSet::new();
    let mut number = 0;
    let mut last_stamp = None;
    loop {
        let due = schedule.every * number;
        if due > schedule.span || *stopped.borrow() {
            break;
        }
        tokio::select! {
            () = tokio::time::sleep_until(start + due) => {}
            _ = stopped.wait_for(|stop| *stop) => break,
        }
        let stamp = stamp(plan.clock.now(), last_stamp);
        last_stamp = Some(stamp);
        while underway.try_join_next().is_some() {}
        underway.spawn(round(Arc::clone(&shared), stamp, sender.clone()));
        // What fell due while the machine slept is not made up for.
        let passed = start.elapsed().as_nanos() / schedule.every.as_nanos().max(1);
        number = u32::try_from(passed).unwrap_or(u32::MAX).max(number).saturating_add(1);
    }
    while underway.join_next().await.is_some() {}
}

/// How many attempts the system has sockets for. An attempt may try two addresses at once
/// while the resolver asks a third.
fn sockets() -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // Without permission the old one stays.
        let _ = setrlimit(Resource::Nofile, limit);
        let current = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        usize::try_from(current.saturating_sub(30) / 4).unwrap_or(usize::MAX).clamp(1, 100_000)
    }
    #[cfg(not(unix))]
    1000
}

/// The time of a round. A clock that was set back must not make two rounds one.
fn stamp(now: Time, last: Option<Time>) -> Time {
    last.map_or(now, |last| now.max(last.plus(1000)))
}

async fn round(shared: Arc<Shared>, stamp: Time, sender: mpsc::Sender<Event>) {
    let mut stopped = shared.stopped.clone();
    let mut tasks = JoinSet::new();
    let is_free = |index: &usize| !shared.busy[*index].swap(true, Ordering::Relaxed);
    let mut begun: BTreeSet<usize> = (0..shared.jobs.len()).filter(is_free).collect();
    for index in begun.iter().copied() {
        let shared = Arc::clone(&shared);
        tasks.spawn(async move { (index, probe(&shared, &shared.jobs[index], stamp).await) });
    }
    let before = tokio::spawn(self_check(Arc::clone(&shared), stamp));
    let mut found: Vec<(usize, Finding)> = Vec::new();
    loop {
        tokio::select! {
            done = tasks.join_next() => match done {
                Some(Ok((index, finding))) => {
                    begun.remove(&index);
                    shared.busy[index].store(false, Ordering::Relaxed);
                    found.push((index, finding));
                    // Nobody listens when the program is about to end.
                    let _ = sender.send(Event::Done);
                }
                Some(Err(_)) => {}
                None => {
                    // A probe that broke the prober is no reason to be silent about it.
                    for index in std::mem::take(&mut begun) {
                        let id = &shared.jobs[index].id;
                        found.push((index, Finding::not_tried(id, stamp, "the prober failed")));
                        shared.busy[index].store(false, Ordering::Relaxed);
                    }
                    break;
                }
            },
            _ = stopped.wait_for(|stop| *stop) => break,
        }
    }
    // What was left out, or stopped, might have said something else.
    let is_whole = found.len() == shared.jobs.len();
    found.sort_by_key(|(index, _)| *index);
    let mut findings: Vec<Finding> = found.into_iter().map(|(_, finding)| finding).collect();
    let mut checks = SelfChecks::default();
    if !shared.self_checks.is_empty() {
        let is_failing = findings.iter().any(|finding| finding.failure.is_some());
        if is_failing {
            checks.add(&before.await.unwrap_or_default());
            // The network may have gone while the round was under way.
            checks.add(&self_check(Arc::clone(&shared), stamp).await);
        }
    }
    judge::round(&mut findings, &checks, is_whole);
    let _ = sender.send(Event::Round(findings));
}

async fn self_check(shared: Arc<Shared>, stamp: Time) -> Vec<Finding> {
    let mut tasks = JoinSet::new();
    for index in 0..shared.self_checks.len() {
        let shared = Arc::clone(&shared);
        tasks.spawn(async move {
            let job = &shared.self_checks[index];
            judge::finding(job, stamp, vec![attempt(job, &shared.context).await])
        });
    }
    tasks.join_all().await
}

async fn probe(shared: &Shared, job: &Job, round: Time) -> Finding {
    let mut tries = Vec::new();
    let mut time = None;
    loop {
        // A probe that waits for its next attempt leaves its place to another.
        let host = match shared.hosts.get(&job.host) {
            Some(places) => places.acquire().await.ok(),
            None => None,
        };
        let _socket = shared.sockets.acquire().await.ok();
        let place = shared.places.acquire().await.ok();
        let time = *time.get_or_insert_with(|| shared.context.clock.now().max(round));
        shared.start().await;
        // Boxed, so that those who wait for their turn are small.
        let mut work = Box::pin(attempt(job, &shared.context));
        let tried = match tokio::time::timeout(PATIENCE, &mut work).await {
            Ok(tried) => tried,
            Err(_) => {
                drop(place);
                work.await
            }
        };
        drop(host);
        let failed = tried.result.is_err();
        tries.push(tried);
        if !failed || tries.len() > job.retries as usize {
            return judge::finding(job, time, tries);
        }
        tokio::time::sleep(job.retry_delay).await;
    }
}

async fn attempt(job: &Job, context: &Context) -> Tried {
    let mut trace = Trace::new();
    let start = Instant::now();
    let timed = tokio::time::timeout(job.timeout, job.check.attempt(context, &mut trace)).await;
    let latency_ms = elapsed_ms(start);
    let mut result = timed.unwrap_or_else(|_| {
        Err(match trace.on_timeout.take() {
            Some(failure) => failure,
            None => Failure::timeout(trace.part, job.timeout),
        })
    });
    if let Err(failure) = &mut result
        && !trace.redirects.is_empty()
        && matches!(failure.fault, Fault::Names | Fault::Network)
    {
        // The target was reached; where it sends us is its own business.
        failure.fault = Fault::Target;
    }
    Tried { result, latency_ms, trace }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_gives_each_round_a_time_of_its_own() {
        let time = Time::from_seconds;
        assert_eq!(stamp(time(100), None), time(100));
        assert_eq!(stamp(time(130), Some(time(100))), time(130));
        assert_eq!(stamp(time(40), Some(time(100))), time(101));
    }
}
