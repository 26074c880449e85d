//! `aboveboard demo`: the newcomer's first minute.
//!
//! Starts sample services on 127.0.0.1, probes them for real, rebuilds after every round
//! and serves the page. Only the days before the start are made up, and the page says so.

mod past;
mod services;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::net::TcpListener;

use self::services::Services;
use super::declare::{Git, sync};
use super::project::load_settings;
use super::{Failure, World, build, probe};
use crate::disk::{self, TemporaryFolder};
use crate::model::{Time, Zone};
use crate::probe::Clock;
use crate::serve;
use crate::site::words;
use crate::theme::Language;

/// Runs until Ctrl-C.
pub fn run(world: &World, port: u16, every: u64) -> Result<(), Failure> {
    let folder = TemporaryFolder::new("aboveboard-demo")?;
    let public = folder.path().join("public");
    let stop = Arc::new(AtomicBool::new(false));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(network)?;
    let listener = runtime.block_on(listen(port)).map_err(network)?;
    let page = format!("http://{}/", listener.local_addr().map_err(network)?);
    let services = runtime.block_on(Services::start(&page)).map_err(network)?;

    write_site(folder.path(), &services, &page, world.now)?;
    runtime.spawn(serve::folder(listener, public));
    runtime.spawn(stop_on(tokio::signal::ctrl_c(), Arc::clone(&stop)));
    #[cfg(unix)]
    runtime.spawn(stop_on(terminated(), Arc::clone(&stop)));

    let clock = if world.is_fixed { Clock::Fixed(world.now) } else { Clock::System };
    let mut silent = World { quiet: true, ..world.clone() };
    let (settings, _) = load_settings(folder.path())?;
    let settings = settings
        .ok_or_else(|| Failure::World("the demo's own configuration is broken".to_owned()))?;
    let mut last = String::new();
    let mut is_first = true;
    while !stop.load(Ordering::Relaxed) {
        let round = Instant::now();
        let findings = probe::once(&silent, folder.path(), &settings)?;
        silent.now = clock.now();
        sync::run(&silent, folder.path(), Git::Leave)?;
        build::run(&silent, folder.path(), &build::Options::default())?;
        if is_first {
            world.say(format!("The page:      {page}"));
            world.say(format!("Break a part:  {}", services.break_link()));
            world.say(format!("Heal it:       {}", services.heal_link()));
            world.say(format!("Its files:     {}", folder.path().display()));
            world.say(format!(
                "Probes run every {every} s and the page follows by itself. Ctrl-C ends the demo.\n"
            ));
            is_first = false;
        }
        let states: Vec<String> = findings
            .iter()
            .map(|finding| format!("{} {}", finding.probe, finding.sample.outcome.word()))
            .collect();
        let states = states.join(", ");
        if states != last {
            world.say(format!("{}  {states}", words::clock(silent.now, &Zone::utc())));
            last = states;
        }
        while round.elapsed() < Duration::from_secs(every) && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    runtime.shutdown_background();
    Ok(())
}

async fn stop_on(signal: impl Future<Output = std::io::Result<()>>, stop: Arc<AtomicBool>) {
    if signal.await.is_ok() {
        stop.store(true, Ordering::Relaxed);
    }
}

#[cfg(unix)]
async fn terminated() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

fn network(error: std::io::Error) -> Failure {
    Failure::World(format!("cannot listen on 127.0.0.1: {error}"))
}

/// The port asked for, or any free one when somebody has it.
async fn listen(port: u16) -> std::io::Result<TcpListener> {
    match TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await
        }
        other => other,
    }
}

fn write_site(folder: &Path, services: &Services, page: &str, now: Time) -> Result<(), Failure> {
    let start = words::moment(&Language::english(), now, &Zone::utc());
    let config = include_str!("probes.yaml")
        .replace("@PAGE@", page)
        .replace("@START@", &start)
        .replace("@BREAK@", &services.break_link())
        .replace("@HEAL@", &services.heal_link())
        .replace("@HEALTHY@", &services.healthy.to_string())
        .replace("@SLOW@", &services.slow.to_string())
        .replace("@FLAPPING@", &services.flapping.to_string())
        .replace("@TCP@", &services.tcp.to_string())
        .replace("@BREAKABLE@", &services.breakable.to_string());
    disk::write_new(&folder.join("probes.yaml"), &config)?;
    for (path, text) in past::files(now) {
        disk::write_new(&folder.join(path), &text)?;
    }
    Ok(())
}
