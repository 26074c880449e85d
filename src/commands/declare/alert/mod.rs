//! `aboveboard alert`: what a monitoring system says becomes an incident, its updates and its end.
//!
//! Takes in the payload; `meaning.rs` asks the rules of the site what it means, `take.rs` writes it.

mod meaning;
mod take;

use std::io::Read;
use std::path::{Path, PathBuf};

use url::Url;

use super::{Git, Site};
use crate::alerts;
use crate::commands::{Failure, World, err, print};
use crate::disk;
use crate::probe::{Downloads, Proxies};
use crate::problem::Problem;

/// Where a payload comes from.
#[derive(Debug)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// The standard input.
    Standard,
    /// An Alertmanager, which is asked for all that fires.
    Alertmanager(String),
}

/// Takes in one payload.
pub fn run(world: &World, folder: &Path, input: &Input, git: Git) -> Result<(), Failure> {
    let bytes = read(world, input)?;
    let name = match input {
        Input::File(path) => path.display().to_string(),
        Input::Standard => "the standard input".to_owned(),
        Input::Alertmanager(_) => "the answer of Alertmanager".to_owned(),
    };
    let mut payload = alerts::read(&bytes).map_err(|mistake| {
        let help = match input {
            Input::Alertmanager(_) => "is this the address of an Alertmanager?".to_owned(),
            _ => mistake.help,
        };
        print(&[Problem::in_file(&name, mistake.message, help)]);
        Failure::Mistakes
    })?;
    let _turn = Site::turn(folder)?;
    let load = || Site::load(world, folder)?.with_git(git);
    let mut site = load()?;
    let language = site.language()?;
    // Whoever sends a list may have left something out of it.
    if payload.is_whole && matches!(input, Input::Alertmanager(_)) {
        payload.notices.extend(site.over_by_absence(&payload.notices));
    }
    if payload.notices.is_empty() {
        world.say("this tells of no alert");
    }
    let mut failure = None;
    for notice in &payload.notices {
        // Each sees what the one before has written.
        if site.has_written.get() {
            site = load()?;
        }
        let taken = match site.take(notice, &name, &language) {
            Err(failure) if payload.notices.len() == 1 => Err(failure),
            Err(Failure::Usage(why) | Failure::World(why)) => {
                err(format_args!("error: {why}"));
                Err(Failure::World("not every alert could be taken in".to_owned()))
            }
            other => other,
        };
        // The first one that is worse than a mistake in a rule is what the exit code tells.
        if let (Err(new), None | Some(Failure::Mistakes)) = (taken, &failure) {
            failure = Some(new);
        }
    }
    site.push_rest()?;
    failure.map_or(Ok(()), Err)
}

fn read(world: &World, input: &Input) -> Result<Vec<u8>, Failure> {
    match input {
        Input::File(path) => Ok(disk::read(path)?),
        Input::Standard => {
            let mut bytes = Vec::new();
            let most = alerts::MAX_BYTES as u64 + 1;
            std::io::stdin()
                .take(most)
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::World(format!("cannot read the payload: {error}")))?;
            Ok(bytes)
        }
        Input::Alertmanager(address) => {
            let url = Url::parse(&format!("{}/api/v2/alerts", address.trim_end_matches('/')))
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.query().is_none())
                .ok_or_else(|| {
                    Failure::Usage(
                        "this is not the address of an Alertmanager; write one such as `http://127.0.0.1:9093`"
                            .to_owned(),
                    )
                })?;
            let downloads = Downloads::new(Proxies::from_variables(&world.variables))
                .map_err(|error| Failure::World(format!("cannot open a socket: {error}")))?;
            match downloads.get_there(url) {
                Ok(Some(bytes)) => Ok(bytes),
                Err(why) => Err(Failure::World(format!("Alertmanager did not answer: {why}"))),
                Ok(None) => Err(Failure::World(
                    "Alertmanager has no `/api/v2/alerts` there; is the address right?".to_owned(),
                )),
            }
        }
    }
}
