//! `aboveboard serve`: a preview for people who write, which follows what they save.
//!
//! Everything is rendered into memory as `build` would publish it; `public` is not touched.

mod answer;
mod browser;
mod preview;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use self::preview::{Attempt, Preview};
use super::{Failure, World, err, shown};
use crate::model::{Time, Zone};
use crate::probe::Clock;
use crate::site::words;
use crate::theme::Language;
use crate::{config, disk, serve};

/// What a site is made from. `public`, the cache and the repository are none of it.
const PARTS: &[&str] = &[config::FILE, "content", "themes", "data"];
/// How long to look away from the files of a site: a look at one takes a few microseconds, and
/// all looks together some percent of a core.
const PAUSE: Duration = Duration::from_millis(50);
const PAUSE_PER_FILE: Duration = Duration::from_micros(50);
/// How long the files must rest before they are read: editors write in several steps. It is also
/// longer than a tick of the clock of a disk, within which a second change could hide.
const REST: Duration = Duration::from_millis(20);

/// Runs until Ctrl-C.
pub fn run(world: &World, folder: &Path, port: u16, open: bool) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::World(format!("cannot serve: {error}")))?;
    let end = runtime.block_on(follow(world, folder, port, open));
    // A build that is under way is of no use to anybody any more.
    runtime.shutdown_background();
    end
}

async fn follow(world: &World, folder: &Path, port: u16, open: bool) -> Result<(), Failure> {
    let mut signals = Signals::new().map_err(|error| Failure::World(error.to_string()))?;
    let listener = serve::listen(port).await.map_err(|error| refused(port, &error))?;
    let address = listener.local_addr().map_err(|error| refused(port, &error))?;
    let page = format!("http://{address}/");

    let seen = disk::seen_below(folder, PARTS);
    // A folder without a site is a slip on the command line. Later it may be an editor that
    // takes a file away before it writes the next.
    let first = attempt(folder.to_owned(), world.now);
    let first = tokio::select! {
        first = first => first?,
        () = signals.any() => return Ok(()),
    };
    let preview = Preview::default().after(first);
    super::print(&preview.problems);
    let (sender, receiver) = watch::channel(preview);
    tokio::spawn(serve::answer(listener, move |request| answer::answer(receiver.clone(), request)));
    world.say(format!("The page:  {page}"));
    let place = match shown(folder).to_string() {
        place if place.is_empty() => "this folder".to_owned(),
        place => format!("`{place}`"),
    };
    world.say(format!("It follows what you save in {place}. Ctrl-C ends it.\n"));
    if open {
        browser::open(&page);
    }
    tokio::select! {
        () = watch_files(world, folder, seen, &sender) => {}
        () = signals.any() => {}
    }
    Ok(())
}

type Seen = Vec<(PathBuf, [i64; 6])>;

/// Looks at the files of the site again and again, and shows what they say.
async fn watch_files(world: &World, folder: &Path, mut seen: Seen, shown: &watch::Sender<Preview>) {
    // Whoever gives the time wants the page of that time.
    let is_given = world.is_fixed || world.variables.contains_key("SOURCE_DATE_EPOCH");
    let clock = if is_given { Clock::Fixed(world.now) } else { Clock::System };
    let english = Language::english();
    loop {
        let files = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        tokio::time::sleep(PAUSE.max(PAUSE_PER_FILE.saturating_mul(files))).await;
        let mut now = look(folder).await;
        if now == seen {
            continue;
        }
        loop {
            tokio::time::sleep(REST).await;
            let again = look(folder).await;
            if again == now {
                break;
            }
            now = again;
        }
        seen = now;
        let now = clock.now();
        let attempt = attempt(folder.to_owned(), now).await;
        let attempt = attempt.unwrap_or_else(|failure| Attempt::failed(&failure));
        let next = shown.borrow().after(attempt);
        super::print(&next.problems);
        if let Some(failure) = &next.failure {
            err(format_args!("{failure}\n"));
        }
        let outcome = match (next.heading(), next.is_stopped) {
            (heading, true) => format!("the page stays as it was: {heading}"),
            (heading, false) if heading.is_empty() => "the page is new".to_owned(),
            (heading, false) => format!("the page is new, with {heading}"),
        };
        world.say(format!("{}  {outcome}", words::clock_with_zone(&english, now, &Zone::utc())));
        shown.send_replace(next);
    }
}

async fn look(folder: &Path) -> Seen {
    let folder = folder.to_owned();
    // A look cannot fail; at the end of the program it may not take place.
    spawn_blocking(move || disk::seen_below(&folder, PARTS)).await.unwrap_or_default()
}

async fn attempt(folder: PathBuf, now: Time) -> Result<Attempt, Failure> {
    spawn_blocking(move || Attempt::make(&folder, now))
        .await
        .unwrap_or_else(|error| Err(Failure::World(format!("the page cannot be made: {error}"))))
}

fn refused(port: u16, error: &std::io::Error) -> Failure {
    Failure::World(if error.kind() == ErrorKind::AddrInUse {
        format!(
            "port {port} of 127.0.0.1 is taken, perhaps by another `aboveboard serve`; end that, or take any free port with `--port 0`"
        )
    } else {
        format!(
            "cannot listen on port {port} of 127.0.0.1: {error}; take any free port with `--port 0`"
        )
    })
}

/// What asks the program to end. They count from the moment this is made.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn any(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
