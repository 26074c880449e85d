//! A program on this machine: exit code 0 is up, 1 degraded, 2 down, as monitoring plugins do.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{ChildStdout, Command};

use super::{Failure, Trace, Verdict};

/// More of what it says is not kept.
const SAID_LIMIT: usize = 4096;
const LAST_WORDS: Duration = Duration::from_millis(50);

/// A program with its arguments; no shell reads them.
#[derive(Debug)]
pub struct Check {
    words: Vec<String>,
    folder: PathBuf,
}

impl Check {
    /// Runs in the folder of the site.
    pub fn new(words: Vec<String>, folder: &Path) -> Self {
        Self { words, folder: folder.to_owned() }
    }

    pub(super) async fn attempt(&self, trace: &mut Trace) -> Verdict {
        let (program, arguments) =
            self.words.split_first().ok_or_else(|| Failure::prober("exec: no program"))?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        // A group of its own, so that its children can be ended with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| {
            Failure::prober(format!("exec: the program {}", super::refusal(&error)))
        })?;
        let _group = Group(child.id());
        let mut output = child.stdout.take().ok_or_else(|| Failure::prober("exec: no output"))?;
        let mut said = Vec::new();
        let status = tokio::select! {
            status = child.wait() => status,
            // The end of its output is not its own end.
            never = listen_on(&mut output, &mut said) => match never {},
        };
        // What it said last may still lie in the pipe; a child of it may keep that open.
        let _ = tokio::time::timeout(LAST_WORDS, listen(&mut output, &mut said)).await;
        judge(status, &said, trace)
    }
}

async fn listen_on(output: &mut ChildStdout, said: &mut Vec<u8>) -> Infallible {
    listen(output, said).await;
    std::future::pending().await
}

/// Reads to the end, so that the program is never held up, and keeps the beginning.
async fn listen(output: &mut ChildStdout, said: &mut Vec<u8>) {
    let mut block = [0; 4096];
    while let Ok(count @ 1..) = output.read(&mut block).await {
        let room = SAID_LIMIT.saturating_sub(said.len());
        said.extend_from_slice(&block[..count.min(room)]);
    }
}

fn judge(
    status: std::io::Result<std::process::ExitStatus>,
    said: &[u8],
    trace: &mut Trace,
) -> Verdict {
    // A line that was cut off may hold half a secret.
    let whole = if said.len() < SAID_LIMIT {
        said.len()
    } else {
        said.iter().rposition(|byte| *byte == b'\n').unwrap_or(0)
    };
    let said = String::from_utf8_lossy(&said[..whole]);
    trace.said = Some(said.trim_end().to_owned()).filter(|said| !said.is_empty());
    let code = status.map_err(|error| Failure::of_io(&error))?.code();
    trace.code = code.and_then(|code| u16::try_from(code).ok());
    match code {
        Some(0) => Ok(None),
        Some(1) => Ok(Some("exec: exit code 1".to_owned())),
        Some(2) => Err(Failure::new("exec", "exec: exit code 2")),
        Some(code) => Err(Failure::prober(format!("exec: exit code {code}"))),
        None => Err(Failure::prober("exec: the program was killed")),
    }
}

/// Ends the program and all its children, however the attempt ends.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.and_then(|id| i32::try_from(id).ok())
            && let Some(group) = rustix::process::Pid::from_raw(id)
        {
            // Fails when all of them have ended already.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
