//! The door to git, through its command line.
//!
//! The history has a branch of its own. It is read and written in a small bare repository
//! beside the author's, which anybody may delete at any time: the author's branches, index,
//! work tree and objects are not touched for it, and nothing that a killed process leaves behind
//! is worth more than fetching it again. Only `author.rs` commits there, when it is asked to.

mod author;
mod mirror;

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

pub use mirror::{Mirror, Tip};

/// How long git may take for one thing.
const LIMIT: Duration = Duration::from_secs(120);
/// Settings of the author's repository that say how to reach others.
const REACH: [&str; 6] = ["http.", "url.", "credential.", "ssh.", "protocol.", "core.sshcommand"];

/// Why git did not do what it was asked.
#[derive(Debug)]
pub struct GitError {
    /// What was tried.
    action: &'static str,
    /// What git said, without credentials.
    said: String,
    /// Its exit code, if it ran.
    code: Option<i32>,
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}: {}", self.action, self.said)
    }
}

impl GitError {
    /// The other side answered, and refused: somebody else was faster, or it allows no rewriting.
    pub fn is_refusal(&self) -> bool {
        self.code == Some(1)
    }
}

/// What git said, in one line and without the credentials of addresses.
fn readable(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim_start_matches("fatal: ").trim_start_matches("error: "))
        .filter(|line| !line.trim().is_empty() && !line.starts_with("hint:"))
        .map(without_credentials)
        .collect();
    if lines.is_empty() { format!("git ended with {}", output.status) } else { lines.join("; ") }
}

/// Without user, password and query of any address in it; rather too much than too little.
fn without_credentials(line: &str) -> String {
    let mut parts = line.split("://");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find([' ', '\'', '"']).unwrap_or(part.len());
        let (address, rest) = part.split_at(end);
        let address = address.rsplit('@').next().unwrap_or_default();
        let address = address.split('?').next().unwrap_or_default();
        text.push_str("://");
        text.push_str(address);
        text.push_str(rest);
    }
    text
}

/// The addresses of the other side.
#[derive(Debug)]
pub struct Remote {
    /// Where to fetch from.
    pub fetch: String,
    /// Where to push to.
    pub push: String,
}

/// The author's repository.
#[derive(Debug)]
pub struct Repository {
    /// The top of its work tree.
    top: PathBuf,
    /// Its own folder.
    folder: PathBuf,
    /// How it names objects.
    format: String,
    /// How it reaches others, as environment for git.
    reach: Vec<(String, String)>,
}

impl Repository {
    /// The repository that a folder is in. `environment` looks up variables.
    pub fn find(
        folder: &Path,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, GitError> {
        let action = "find the repository of the site";
        let asked = [
            "rev-parse",
            "--path-format=absolute",
            "--show-toplevel",
            "--git-common-dir",
            "--show-object-format",
        ];
        let found = run(command(folder).args(asked), &[], action)?;
        let found = String::from_utf8_lossy(&found);
        let mut lines = found.lines();
        let (Some(top), Some(own), Some(format)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(GitError { action, said: "git did not say".to_owned(), code: None });
        };
        let top = PathBuf::from(top);
        let listed = run(
            command(&top).args(["config", "--includes", "--show-scope", "--null", "--list"]),
            &[],
            "read the settings of the repository",
        )?;
        let listed = String::from_utf8_lossy(&listed);
        let given = environment("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok());
        let mut reach = reach(&listed, given.unwrap_or(0));
        let has_own_ssh =
            ["GIT_SSH_COMMAND", "GIT_SSH"].iter().any(|name| environment(name).is_some())
                || settings(&listed).any(|(_, key, _)| key == "core.sshcommand");
        if !has_own_ssh {
            // Nobody is there to type a password, or to wait for ever.
            let ssh = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=20";
            reach.push(("GIT_SSH_COMMAND".to_owned(), ssh.to_owned()));
        }
        Ok(Self { top, folder: own.into(), format: format.to_owned(), reach })
    }

    /// The path of the mirror that belongs to it.
    pub fn mirror_path(&self) -> PathBuf {
        self.folder.join("aboveboard-data.git")
    }

    /// The addresses that a remote stands for.
    pub fn remote(&self, name: &str) -> Result<Remote, GitError> {
        let get = |arguments: &[&str]| {
            let mut command = command(&self.top);
            command.args(["remote", "get-url"]).args(arguments).arg(name);
            let found = run(&mut command, &[], "find the remote")?;
            Ok(String::from_utf8_lossy(&found).trim_end().to_owned())
        };
        Ok(Remote { fetch: get(&[])?, push: get(&["--push"])? })
    }
}

/// Scope, key and value of each setting that `git config` lists.
fn settings(listed: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut fields = listed.split('\0');
    std::iter::from_fn(move || {
        let (scope, entry) = (fields.next()?, fields.next()?);
        let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
        Some((scope, key, value))
    })
}

/// The settings by which one repository reaches others, as variables that follow `given`
/// ones. Those of the user and the system apply to the mirror by themselves.
fn reach(listed: &str, given: usize) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut count = given;
    for (scope, key, value) in settings(listed) {
        let is_own = matches!(scope, "local" | "worktree");
        if is_own && REACH.iter().any(|prefix| key.starts_with(prefix)) {
            variables.push((format!("GIT_CONFIG_KEY_{count}"), key.to_owned()));
            variables.push((format!("GIT_CONFIG_VALUE_{count}"), value.to_owned()));
            count += 1;
        }
    }
    if count > given {
        variables.push(("GIT_CONFIG_COUNT".to_owned(), count.to_string()));
    }
    variables
}

/// Git in a folder, without what a hook or a caller may have set for another repository.
fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.current_dir(folder).env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0");
    for variable in [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_COMMON_DIR",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
    ] {
        command.env_remove(variable);
    }
    command
}

/// Runs git to its end, or until it has taken too long. What it prints comes back.
fn run(command: &mut Command, input: &[u8], action: &'static str) -> Result<Vec<u8>, GitError> {
    let failed = |error: std::io::Error| {
        let said = match error.kind() {
            std::io::ErrorKind::NotFound => {
                "git is not installed, or the folder is gone".to_owned()
            }
            _ => error.to_string(),
        };
        GitError { action, said, code: None }
    };
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that its helpers can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let mut child = command.spawn().map_err(failed)?;
    let id = child.id();
    let mut stdin = child.stdin.take();
    let (done, is_done) = mpsc::channel::<()>();
    // Writing beside reading, or both sides could wait for each other.
    let (output, is_late) = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A git that ends early says why.
            let _ = stdin.as_mut().map(|stdin| stdin.write_all(input));
        });
        let watch = scope.spawn(move || {
            let is_late = is_done.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout);
            if is_late {
                end(id);
            }
            is_late
        });
        let output = child.wait_with_output();
        drop(done);
        (output, watch.join().unwrap_or(false))
    });
    let output = output.map_err(failed)?;
    if is_late {
        let said = format!("nothing came of it within {} s", LIMIT.as_secs());
        Err(GitError { action, said, code: None })
    } else if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(GitError { action, said: readable(&output), code: output.status.code() })
    }
}

fn end(id: u32) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(id).ok().and_then(rustix::process::Pid::from_raw) {
        // Fails when it has ended meanwhile.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = id;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_repeated() {
        for (said, want) in [
            (
                "unable to access 'https://x-access-token:s3cret@host.example/a.git/': no",
                "unable to access 'https://host.example/a.git/': no",
            ),
            (
                "To https://u@host.example/a and ssh://git@b/c",
                "To https://host.example/a and ssh://b/c",
            ),
            ("'https://me:pa/ss@host.example/a': no", "'https://host.example/a': no"),
            ("https://host.example/a?token=x", "https://host.example/a"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(without_credentials(said), want);
        }
    }

    #[test]
    fn the_way_to_others_is_taken_over() {
        let listed = "local\0core.bare\nfalse\0global\0http.proxy\nx\0local\0http.https://h/.extraheader\nAUTH x\0worktree\0url.b.insteadof\na\0";
        let variables = reach(listed, 1);
        let of = |name: &str| {
            variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(of("GIT_CONFIG_COUNT"), Some("3"));
        assert_eq!(of("GIT_CONFIG_KEY_1"), Some("http.https://h/.extraheader"));
        assert_eq!(of("GIT_CONFIG_VALUE_2"), Some("a"));
        assert!(reach("local\0user.name\nx\0", 0).is_empty());
    }
}
