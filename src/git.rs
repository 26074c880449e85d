//! The door to git, through its command line.
//!
//! The history has a branch of its own. It is read and written in a small bare repository
//! beside the author's, which anybody may delete at any time: the author's branches, index,
//! work tree and objects are never touched, and nothing that a killed process leaves behind
//! is worth more than fetching it again.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::model::Time;

/// Who commits.
const IDENTITY: &str = "aboveboard <aboveboard@users.noreply.github.com>";
/// A commit that is younger is written anew instead of adding another: git pays by the commit.
const AMEND_SECONDS: i64 = 3600;
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
            command(&top).args(["config", "--local", "--includes", "--null", "--list"]),
            &[],
            "read the settings of the repository",
        )?;
        let given = environment("GIT_CONFIG_COUNT").and_then(|count| count.parse().ok());
        let mut reach = reach(&listed, given.unwrap_or(0));
        let has_own_ssh = reach.iter().any(|(_, value)| value == "core.sshcommand");
        if environment("GIT_SSH_COMMAND").is_none() && !has_own_ssh {
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

    /// The address that a remote stands for, to fetch from and to push to.
    pub fn remote(&self, name: &str) -> Result<(String, String), GitError> {
        let get = |arguments: &[&str]| {
            let mut command = command(&self.top);
            command.args(["remote", "get-url"]).args(arguments).arg(name);
            let found = run(&mut command, &[], "find the remote")?;
            Ok(String::from_utf8_lossy(&found).trim_end().to_owned())
        };
        Ok((get(&[])?, get(&["--push"])?))
    }

    /// The mirror, made if it is not there.
    pub fn mirror(&self) -> Result<Mirror<'_>, GitError> {
        let path = self.mirror_path();
        let mirror = Mirror { repository: self, path };
        if !mirror.path.join("HEAD").exists() {
            let mut init = command(&self.top);
            init.args(["init", "--quiet", "--bare", "--template="]);
            init.arg(format!("--object-format={}", self.format)).arg(&mirror.path);
            run(&mut init, &[], "make a mirror of the history")?;
        }
        Ok(mirror)
    }
}

/// The settings by which one repository reaches others, as variables that follow `given` ones.
fn reach(listed: &[u8], given: usize) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(listed);
    let mut variables = Vec::new();
    let mut count = given;
    for entry in text.split('\0') {
        let (key, value) = entry.split_once('\n').unwrap_or((entry, "true"));
        if REACH.iter().any(|prefix| key.starts_with(prefix)) {
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

/// A file of a commit: its mode, and the id of its content.
pub type Entries = BTreeMap<String, (String, String)>;

/// The newest commit of the history.
#[derive(Debug, Clone)]
pub struct Tip {
    /// Its id.
    pub id: String,
    /// Its files.
    pub entries: Entries,
    parents: Vec<String>,
    /// When one of us made it first; none for a commit of somebody else.
    made: Option<i64>,
}

impl Tip {
    fn is_young(&self, now: Time) -> bool {
        let age = |made| now.ms() / 1000 - made;
        self.made.is_some_and(|made| (0..AMEND_SECONDS).contains(&age(made)))
    }
}

/// A bare repository that knows the branch of the history and nothing else.
#[derive(Debug)]
pub struct Mirror<'r> {
    repository: &'r Repository,
    path: PathBuf,
}

impl Mirror<'_> {
    fn git(
        &self,
        arguments: &[&str],
        input: &[u8],
        action: &'static str,
    ) -> Result<Vec<u8>, GitError> {
        let mut command = command(&self.repository.top);
        command.arg("--git-dir").arg(&self.path);
        command.args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"]);
        // A connection on which nothing moves is no connection.
        command.args(["-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=30"]).args(arguments);
        command.envs(self.repository.reach.iter().cloned());
        run(&mut command, input, action)
    }

    fn word(
        &self,
        arguments: &[&str],
        input: &[u8],
        action: &'static str,
    ) -> Result<String, GitError> {
        let said = self.git(arguments, input, action)?;
        Ok(String::from_utf8_lossy(&said).trim_end().to_owned())
    }

    /// The newest commit of the branch at the other side, fetched with the one before it.
    pub fn fetch(&self, address: &str, branch: &str) -> Result<Option<Tip>, GitError> {
        const ACTION: &str = "fetch the history";
        let name = format!("refs/heads/{branch}");
        let listed = self.word(&["ls-remote", address, &name], &[], ACTION)?;
        let Some((remote, _)) = listed.split_once('\t') else { return Ok(None) };
        let here = self.word(&["rev-parse", "--verify", "--quiet", &name], &[], ACTION);
        let mut id = here.unwrap_or_default();
        if id != remote {
            let spec = format!("+{name}:{name}");
            let flags = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=2"];
            self.git(&[&flags[..], &[address, &spec]].concat(), &[], ACTION)?;
            id = self.word(&["rev-parse", "--verify", "--quiet", &name], &[], ACTION)?;
        }
        let commit = self.word(&["cat-file", "commit", &id], &[], ACTION)?;
        let header = commit.split("\n\n").next().unwrap_or_default();
        let lines = |word: &str| {
            let lines = header.lines().filter_map(|line| line.strip_prefix(word));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let made = lines("author ").first().and_then(|author| {
            author.strip_prefix(IDENTITY)?.split_whitespace().next()?.parse().ok()
        });
        let listed = self.git(&["ls-tree", "-r", "-z", "--full-tree", &id], &[], ACTION)?;
        let listed = String::from_utf8(listed).map_err(|_| GitError {
            action: ACTION,
            said: format!("the branch `{branch}` has a file whose name is not UTF-8; rename it"),
            code: None,
        })?;
        let entries = listed
            .split('\0')
            .filter_map(|line| {
                let (head, path) = line.split_once('\t')?;
                let mut words = head.split(' ');
                let (mode, content) = (words.next()?, words.nth(1)?);
                Some((path.to_owned(), (mode.to_owned(), content.to_owned())))
            })
            .collect();
        Ok(Some(Tip { entries, parents: lines("parent "), made, id }))
    }

    /// The content of a file.
    pub fn content(&self, id: &str) -> Result<Vec<u8>, GitError> {
        self.git(&["cat-file", "blob", id], &[], "read the history")
    }

    /// The ids that files on the disk would have.
    pub fn ids(&self, paths: &[PathBuf]) -> Result<Vec<String>, GitError> {
        let input: Vec<u8> = paths
            .iter()
            .flat_map(|path| [path.as_os_str().as_encoded_bytes(), b"\n"].concat())
            .collect();
        let arguments = ["hash-object", "--no-filters", "--stdin-paths"];
        let said = self.word(&arguments, &input, "compare the history")?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// Keeps a content; its id.
    pub fn keep(&self, content: &[u8]) -> Result<String, GitError> {
        self.word(&["hash-object", "-w", "--stdin"], content, "write the history")
    }

    /// Makes a commit of these files upon `tip`, or in its place if that is young and `may_amend`.
    pub fn commit(
        &self,
        tip: Option<&Tip>,
        may_amend: bool,
        entries: &Entries,
        now: Time,
        message: &str,
    ) -> Result<String, GitError> {
        let tree = self.tree(entries)?;
        let seconds = now.ms() / 1000;
        let (parents, made) = match tip {
            Some(tip) if may_amend && tip.is_young(now) => {
                (tip.parents.clone(), tip.made.unwrap_or(seconds))
            }
            Some(tip) => (vec![tip.id.clone()], seconds),
            None => (Vec::new(), seconds),
        };
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let text = format!(
            "tree {tree}\n{parents}author {IDENTITY} {made} +0000\ncommitter {IDENTITY} {seconds} +0000\n\n{message}\n"
        );
        let arguments = ["hash-object", "-t", "commit", "-w", "--stdin"];
        self.word(&arguments, text.as_bytes(), "write the history")
    }

    /// Writes the trees of these files, the deepest first; the id of the root.
    fn tree(&self, entries: &Entries) -> Result<String, GitError> {
        let mut folders: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        folders.insert(String::new(), BTreeMap::new());
        for (path, (mode, id)) in entries {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            // A folder of the branch may be another repository.
            let kind = if mode == "160000" { "commit" } else { "blob" };
            let line = format!("{mode} {kind} {id}\t{name}\0");
            folders.entry(folder.to_owned()).or_default().insert(name.to_owned(), line);
            for (at, _) in folder.match_indices('/') {
                folders.entry(folder[..at].to_owned()).or_default();
            }
        }
        if let Some(path) = entries.keys().find(|path| folders.contains_key(*path)) {
            let said = format!("the branch has a file `{path}` where a folder must be; rename it");
            return Err(GitError { action: "write the history", said, code: None });
        }
        let depth =
            |folder: &str| if folder.is_empty() { 0 } else { folder.matches('/').count() + 1 };
        let deepest = folders.keys().map(|folder| depth(folder)).max().unwrap_or(0);
        let mut ids = Vec::new();
        for level in (0..=deepest).rev() {
            let names: Vec<String> =
                folders.keys().filter(|folder| depth(folder) == level).cloned().collect();
            let input: String = names
                .iter()
                .map(|name| format!("{}\0", folders[name].values().cloned().collect::<String>()))
                .collect();
            let arguments = ["mktree", "-z", "--batch", "--missing"];
            let said = self.word(&arguments, input.as_bytes(), "write the history")?;
            ids = said.lines().map(str::to_owned).collect();
            for (folder, id) in names.iter().zip(&ids).filter(|(folder, _)| !folder.is_empty()) {
                let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
                let line = format!("040000 tree {id}\t{name}\0");
                folders.entry(above.to_owned()).or_default().insert(name.to_owned(), line);
            }
        }
        Ok(ids.into_iter().next().unwrap_or_default())
    }

    /// Puts a commit in the place of `tip`, unless somebody else was faster.
    pub fn push(
        &self,
        address: &str,
        branch: &str,
        tip: Option<&Tip>,
        commit: &str,
    ) -> Result<(), GitError> {
        let name = format!("refs/heads/{branch}");
        let expected = tip.map_or("", |tip| &tip.id);
        let lease = format!("--force-with-lease={name}:{expected}");
        let spec = format!("{commit}:{name}");
        let arguments = ["push", "--quiet", "--no-verify", &lease, address, &spec];
        self.git(&arguments, &[], "push the history")?;
        // What the other side has now; without it the next run only fetches it again.
        let _ = self.git(&["update-ref", &name, commit], &[], "note the history");
        if tip.is_none_or(|tip| self.is_new(commit, tip)) {
            let tidy = [
                "-c",
                "gc.auto=2000",
                "-c",
                "gc.autoDetach=false",
                "gc",
                "--auto",
                "--quiet",
                "--prune=now",
            ];
            let _ = self.git(&tidy, &[], "tidy the mirror");
        }
        Ok(())
    }

    fn is_new(&self, commit: &str, tip: &Tip) -> bool {
        let parent = self.word(&["rev-parse", &format!("{commit}^")], &[], "read the history");
        parent.is_ok_and(|parent| parent == tip.id)
    }
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
        let listed = b"core.bare\nfalse\0http.https://h/.extraheader\nAUTH x\0url.b.insteadof\na\0";
        let variables = reach(listed, 1);
        let of = |name: &str| {
            variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
        };
        assert_eq!(of("GIT_CONFIG_COUNT"), Some("3"));
        assert_eq!(of("GIT_CONFIG_KEY_1"), Some("http.https://h/.extraheader"));
        assert_eq!(of("GIT_CONFIG_VALUE_2"), Some("a"));
        assert!(reach(b"user.name\nx\0", 0).is_empty());
    }
}
