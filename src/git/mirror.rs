//! The branch of the history in a small bare repository: fetched, extended, pushed.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{GitError, Repository, command, run};
use crate::model::Time;

/// Who commits.
const IDENTITY: &str = "aboveboard <aboveboard@users.noreply.github.com>";
/// A commit that is younger is written anew instead of adding another: git pays by the commit.
const AMEND_SECONDS: i64 = 3600;

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

/// A commit that is not pushed yet.
#[derive(Debug)]
pub struct Commit {
    id: String,
    /// It follows the newest one, and does not take its place.
    is_new: bool,
}

/// A bare repository that knows the branch of the history and nothing else.
#[derive(Debug)]
pub struct Mirror<'r> {
    repository: &'r Repository,
    path: PathBuf,
}

impl<'r> Mirror<'r> {
    /// The mirror beside a repository, made if it is not there.
    pub fn open(repository: &'r Repository) -> Result<Self, GitError> {
        let mirror = Self { repository, path: repository.mirror_path() };
        if !mirror.path.join("HEAD").exists() {
            let mut init = command(&repository.top);
            init.args(["init", "--quiet", "--bare", "--template="]);
            init.arg(format!("--object-format={}", repository.format)).arg(&mirror.path);
            run(&mut init, &[], "make a mirror of the history")?;
        }
        Ok(mirror)
    }

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
    ) -> Result<Commit, GitError> {
        let tree = self.tree(entries)?;
        let seconds = now.ms() / 1000;
        let replaced = tip.filter(|tip| may_amend && tip.is_young(now));
        let (parents, made) = match replaced {
            Some(tip) => (tip.parents.clone(), tip.made.unwrap_or(seconds)),
            None => (tip.map(|tip| tip.id.clone()).into_iter().collect::<Vec<_>>(), seconds),
        };
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let text = format!(
            "tree {tree}\n{parents}author {IDENTITY} {made} +0000\ncommitter {IDENTITY} {seconds} +0000\n\n{message}\n"
        );
        let arguments = ["hash-object", "-t", "commit", "-w", "--stdin"];
        let id = self.word(&arguments, text.as_bytes(), "write the history")?;
        Ok(Commit { id, is_new: replaced.is_none() })
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
        commit: &Commit,
    ) -> Result<(), GitError> {
        let name = format!("refs/heads/{branch}");
        let expected = tip.map_or("", |tip| &tip.id);
        let lease = format!("--force-with-lease={name}:{expected}");
        let spec = format!("{}:{name}", commit.id);
        let arguments = ["push", "--quiet", "--no-verify", &lease, address, &spec];
        self.git(&arguments, &[], "push the history")?;
        // What the other side has now; without it the next run only fetches it again.
        let _ = self.git(&["update-ref", &name, &commit.id], &[], "note the history");
        if commit.is_new {
            let settings = ["-c", "gc.auto=2000", "-c", "gc.autoDetach=false"];
            let tidy = [&settings[..], &["gc", "--auto", "--quiet", "--prune=now"]].concat();
            let _ = self.git(&tidy, &[], "tidy the mirror");
        }
        Ok(())
    }
}
