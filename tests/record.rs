//! `aboveboard record`: the history on its branch, whoever else writes, whatever is killed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use aboveboard::store;
use support::{aboveboard, said, tree};

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@a.example")])
        .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@a.example")])
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

/// A bare repository with one commit of an author, and a folder for clones.
struct World {
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        git(world.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "remote.git"]);
        let author = world.clone_as("author", &[]);
        fs::write(author.join("probes.yaml"), "site: { title: A, url: https://a.example }\n")
            .unwrap();
        fs::write(author.join(".gitignore"), "/data/\n/public/\n").unwrap();
        git(&author, &["checkout", "--quiet", "-B", "main"]);
        git(&author, &["add", "--all"]);
        git(&author, &["commit", "--quiet", "--message", "site"]);
        git(&author, &["push", "--quiet", "origin", "main"]);
        world
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn clone_as(&self, name: &str, flags: &[&str]) -> PathBuf {
        let address = format!("file://{}/remote.git", self.path().display());
        git(self.path(), &[&["clone", "--quiet"], flags, &[&address, name]].concat());
        self.path().join(name)
    }

    /// All files of the branch.
    fn branch(&self) -> Vec<(String, String)> {
        let remote = self.path().join("remote.git");
        git(&remote, &["ls-tree", "-r", "--name-only", "data"])
            .lines()
            .map(|path| (path.to_owned(), git(&remote, &["show", &format!("data:{path}")])))
            .collect()
    }

    /// All rows of the branch, each of which must be one.
    fn rows(&self) -> BTreeSet<String> {
        let mut rows = BTreeSet::new();
        for (path, text) in self.branch() {
            if path.ends_with(".csv") {
                assert_eq!(text.lines().next(), Some(store::HEADER.trim_end()), "{path}");
                for line in text.lines().skip(1) {
                    assert!(store::parse(line).is_ok(), "{path}: {line}");
                    rows.insert(line.to_owned());
                }
            }
        }
        rows
    }

    fn commits(&self) -> usize {
        git(&self.path().join("remote.git"), &["rev-list", "--count", "data"]).parse().unwrap()
    }
}

fn row(second: u32, probe: &str) -> String {
    format!(
        "2026-11-22T{:02}:{:02}:{:02}Z,{probe},up,{second},200,",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Adds rows to a file of the history, as a prober does.
fn append(site: &Path, file: &str, rows: &[String]) {
    let path = site.join("data/2026/11").join(file);
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    aboveboard::disk::append(
        &path,
        store::HEADER.as_bytes(),
        lines.as_bytes(),
        store::is_whole_row,
    )
    .unwrap();
}

fn command(site: &Path, now: &str) -> Command {
    let mut command = aboveboard(site);
    command.env("PATH", std::env::var("PATH").unwrap()).args(["record", "--now", now]);
    command
}

fn record(site: &Path, now: &str) -> Output {
    command(site, now).output().unwrap()
}

fn recorded(site: &Path, now: &str) -> String {
    let output = record(site, now);
    assert!(output.status.success(), "{}", said(&output));
    said(&output).trim_end().to_owned()
}

const DAY: &str = "2026-11-22.csv";

#[test]
fn one_commit_an_hour_on_a_branch_of_its_own() {
    let world = World::new();
    let site = world.clone_as("site", &[]);
    let main = git(&site, &["rev-parse", "main"]);
    assert_eq!(
        recorded(&site, "2026-11-22T10:00:00Z"),
        "nothing new: `data` and branch `data` of `origin` have the same rows"
    );
    append(&site, DAY, &[row(1, "a"), row(2, "a")]);
    assert_eq!(
        recorded(&site, "2026-11-22T10:00:00Z"),
        "2 rows recorded on branch `data` of `origin`"
    );
    append(&site, DAY, &[row(3, "a")]);
    assert_eq!(
        recorded(&site, "2026-11-22T10:59:00Z"),
        "1 row recorded on branch `data` of `origin`"
    );
    assert_eq!(world.commits(), 1);
    append(&site, DAY, &[row(4, "a")]);
    recorded(&site, "2026-11-22T11:00:00Z");
    assert_eq!(world.commits(), 2);
    append(&site, DAY, &[row(5, "a")]);
    recorded(&site, "2026-11-22T11:30:00Z");
    assert_eq!(world.commits(), 2);
    assert_eq!(world.rows().len(), 5);
    // Nothing new makes no commit.
    let tip = git(&world.path().join("remote.git"), &["rev-parse", "data"]);
    recorded(&site, "2026-11-22T15:00:00Z");
    assert_eq!(git(&world.path().join("remote.git"), &["rev-parse", "data"]), tip);
    let log =
        git(&world.path().join("remote.git"), &["log", "--format=%an %ae %at %ct %s", "data"]);
    assert_eq!(
        log.lines().collect::<Vec<_>>(),
        [
            "aboveboard aboveboard@users.noreply.github.com 1795345200 1795347000 data: results until 2026-11-22T11:30:00Z",
            "aboveboard aboveboard@users.noreply.github.com 1795341600 1795345140 data: results until 2026-11-22T10:59:00Z",
        ]
    );
    git(&world.path().join("remote.git"), &["fsck", "--strict"]);
    assert_eq!(git(&site, &["rev-parse", "main"]), main);
}

/// What an author would miss: references, index, work tree, settings, shallowness.
fn author_state(site: &Path) -> Vec<String> {
    let mut state: Vec<String> = vec![
        git(site, &["for-each-ref"]),
        git(site, &["status", "--porcelain", "--branch"]),
        git(site, &["count-objects", "-v"]),
        git(site, &["symbolic-ref", "HEAD"]),
    ];
    for file in ["index", "config", "shallow", "FETCH_HEAD", "ORIG_HEAD"] {
        state.push(format!("{:?}", fs::read(site.join(".git").join(file)).ok()));
    }
    state
}

#[test]
fn the_work_of_the_author_is_not_touched() {
    let world = World::new();
    for flags in [&[][..], &["--depth", "1"]] {
        let site = world.clone_as(&format!("site{}", flags.len()), flags);
        git(&site, &["checkout", "--quiet", "-b", "draft"]);
        fs::write(site.join("staged.md"), "staged").unwrap();
        git(&site, &["add", "staged.md"]);
        fs::write(site.join("staged.md"), "changed since").unwrap();
        fs::write(site.join("untracked.md"), "new").unwrap();
        // A hook of the author's must not run for a machine's commit.
        let hook = site.join(".git/hooks/pre-push");
        fs::create_dir_all(hook.parent().unwrap()).unwrap();
        fs::write(&hook, "#!/bin/sh\nexit 1\n").unwrap();
        Command::new("chmod").arg("+x").arg(&hook).status().unwrap();
        let before = author_state(&site);
        append(&site, DAY, &[row(10 + flags.len() as u32, "a")]);
        recorded(&site, "2026-11-22T10:00:00Z");
        assert_eq!(author_state(&site), before);
        // Called from a hook, git's variables name another repository.
        append(&site, DAY, &[row(20 + flags.len() as u32, "a")]);
        let output = command(&site, "2026-11-22T10:00:01Z")
            .env("GIT_DIR", world.path().join("author/.git"))
            .env("GIT_INDEX_FILE", world.path().join("author/.git/index"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert_eq!(author_state(&site), before);
    }
    assert_eq!(world.rows().len(), 4);
}

#[test]
fn what_others_recorded_comes_to_the_disk() {
    let world = World::new();
    let (eu, us) = (world.clone_as("eu", &[]), world.clone_as("us", &["--depth", "1"]));
    append(&eu, "2026-11-22@eu.csv", &[row(1, "a")]);
    append(&eu, DAY, &[row(1, "b"), row(2, "b")]);
    recorded(&eu, "2026-11-22T10:00:00Z");
    append(&us, "2026-11-22@us.csv", &[row(1, "a")]);
    append(&us, DAY, &[row(2, "b"), row(3, "b")]);
    assert_eq!(
        recorded(&us, "2026-11-22T10:01:00Z"),
        "2 rows recorded on branch `data` of `origin`, 2 rows taken from it"
    );
    assert_eq!(
        recorded(&eu, "2026-11-22T10:02:00Z"),
        "2 rows taken from branch `data` of `origin`"
    );
    assert_eq!(world.rows().len(), 4);
    // Each has all rows, in whatever order.
    let sorted = |site: &Path| -> Vec<(String, Vec<String>)> {
        let of = |bytes: Vec<u8>| {
            let mut lines: Vec<String> =
                String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        tree(&site.join("data")).into_iter().map(|(path, bytes)| (path, of(bytes))).collect()
    };
    assert_eq!(sorted(&eu), sorted(&us));
    let fresh = world.clone_as("fresh", &["--depth", "1"]);
    assert_eq!(
        recorded(&fresh, "2026-11-22T10:03:00Z"),
        "5 rows taken from branch `data` of `origin`"
    );
    assert_eq!(sorted(&fresh), sorted(&us));
    assert_eq!(world.commits(), 1);
}

#[test]
fn a_remote_that_allows_no_rewriting_gets_a_commit_each_time() {
    let world = World::new();
    git(&world.path().join("remote.git"), &["config", "receive.denyNonFastForwards", "true"]);
    let site = world.clone_as("site", &[]);
    for second in 1..=3 {
        append(&site, DAY, &[row(second, "a")]);
        recorded(&site, "2026-11-22T10:00:00Z");
    }
    assert_eq!((world.commits(), world.rows().len()), (3, 3));
}

#[test]
fn a_commit_of_a_person_is_never_written_anew() {
    let world = World::new();
    let site = world.clone_as("site", &[]);
    append(&site, DAY, &[row(1, "a")]);
    recorded(&site, "2026-11-22T10:00:00Z");
    let person = world.clone_as("person", &["--branch", "data"]);
    fs::write(person.join("README.md"), "What this branch is").unwrap();
    git(&person, &["add", "--all"]);
    git(&person, &["commit", "--quiet", "--message", "a note"]);
    git(&person, &["push", "--quiet", "origin", "data"]);
    append(&site, DAY, &[row(2, "a")]);
    recorded(&site, "2026-11-22T10:01:00Z");
    assert_eq!(world.commits(), 3);
    assert!(
        world
            .branch()
            .iter()
            .any(|(path, text)| path == "README.md" && text == "What this branch is")
    );
    assert!(!site.join("data/README.md").exists());
}

/// A commit on the branch whose only file is this.
fn put(world: &World, path: &str, text: &str) {
    let person = world.clone_as(&format!("person-{}", path.replace('/', "-")), &[]);
    git(&person, &["checkout", "--quiet", "--orphan", "data"]);
    git(&person, &["rm", "--quiet", "-rf", "."]);
    support::write(&person, &[(path, text)]);
    git(&person, &["add", "--force", path]);
    git(&person, &["commit", "--quiet", "--message", "by hand"]);
    git(&person, &["push", "--quiet", "--force", "origin", "data"]);
}

#[test]
fn a_last_row_without_its_line_break_is_a_row() {
    let world = World::new();
    let site = world.clone_as("site", &[]);
    put(&world, "2026/11/2026-11-22.csv", &format!("{}{}", store::HEADER, row(1, "by-hand")));
    append(&site, DAY, &[row(2, "a")]);
    recorded(&site, "2026-11-22T10:00:00Z");
    assert_eq!(world.rows(), BTreeSet::from([row(1, "by-hand"), row(2, "a")]));
}

#[test]
fn a_file_in_the_place_of_a_folder_is_told_and_kept() {
    let world = World::new();
    let site = world.clone_as("site", &[]);
    put(&world, "2026", "a note\n");
    append(&site, DAY, &[row(1, "a")]);
    let output = record(&site, "2026-11-22T10:00:00Z");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        said(&output).contains("has a file `2026` where a folder must be"),
        "{}",
        said(&output)
    );
    assert_eq!(world.branch(), [("2026".to_owned(), "a note".to_owned())]);
}

#[test]
fn the_branch_cannot_write_outside_of_the_history() {
    let world = World::new();
    let remote = world.path().join("remote.git");
    let rows = format!("{}{}\n", store::HEADER, row(1, "evil"));
    let file = world.path().join("rows");
    fs::write(&file, rows).unwrap();
    let blob = git(&remote, &["hash-object", "-w", file.to_str().unwrap()]);
    let make = |input: String| {
        let path = world.path().join("tree");
        fs::write(&path, input).unwrap();
        let output = Command::new("git")
            .args(["mktree"])
            .current_dir(&remote)
            .stdin(fs::File::open(&path).unwrap())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let inner = make(format!("100644 blob {blob}\tevil.csv\n"));
    let tree = make(format!(
        "040000 tree {inner}\t..\n040000 tree {inner}\t.git\n040000 tree {inner}\tfine\n"
    ));
    let commit = git(&remote, &["commit-tree", "-m", "evil", &tree]);
    git(&remote, &["update-ref", "refs/heads/data", &commit]);
    let site = world.clone_as("site", &["--single-branch"]);
    recorded(&site, "2026-11-22T10:00:00Z");
    let files: Vec<String> = tree_of(&site);
    assert_eq!(files, [".gitignore", "data/fine/evil.csv", "probes.yaml"]);
}

fn tree_of(site: &Path) -> Vec<String> {
    let paths = tree(site).into_iter().map(|(path, _)| path);
    paths.filter(|path| !path.starts_with(".git/")).collect()
}

#[test]
fn what_cannot_be_done_is_told() {
    let world = World::new();
    let plain = tempfile::tempdir().unwrap();
    let output = record(plain.path(), "2026-11-22T10:00:00Z");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output)
            .starts_with("error: cannot find the repository of the site: not a git repository"),
        "{}",
        said(&output)
    );
    let site = world.clone_as("site", &[]);
    git(&site, &["remote", "rename", "origin", "upstream"]);
    let output = record(&site, "2026-11-22T10:00:00Z");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        said(&output),
        "error: cannot find the remote: No such remote 'origin'; name the remote that keeps the history with `--remote`, or add it: `git remote add origin ADDRESS`\n"
    );
    append(&site, DAY, &[row(1, "a")]);
    let output =
        command(&site, "2026-11-22T10:00:00Z").args(["--remote", "upstream"]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    git(&site, &["remote", "add", "origin", "http://me:canary@127.0.0.1:9/x.git"]);
    let output = record(&site, "2026-11-22T10:00:00Z");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        said(&output).contains("cannot fetch the history: ") && !said(&output).contains("canary"),
        "{}",
        said(&output)
    );
}

/// Runs `record` again and again in each of some clones while rows are added, for a while.
/// The rows that were added.
fn race(world: &World, sites: &[PathBuf], span: Duration) -> BTreeSet<String> {
    let start = Instant::now();
    let mut all = BTreeSet::new();
    std::thread::scope(|scope| {
        let threads: Vec<_> = sites
            .iter()
            .enumerate()
            .map(|(number, site)| {
                scope.spawn(move || {
                    let mut added = Vec::new();
                    let mut second = 0;
                    while start.elapsed() < span {
                        second += 1;
                        // One file for all, and one for each.
                        let own = format!("2026-11-22@place-{number}.csv");
                        let row = row(second, &format!("p{number}"));
                        append(site, DAY, std::slice::from_ref(&row));
                        append(site, &own, std::slice::from_ref(&row));
                        added.push(row);
                        let output = record(site, "2026-11-22T10:00:00Z");
                        assert!(output.status.success(), "{}", said(&output));
                    }
                    added
                })
            })
            .collect();
        for thread in threads {
            all.extend(thread.join().unwrap());
        }
    });
    let shared: BTreeSet<String> = world
        .branch()
        .into_iter()
        .filter(|(path, _)| path.ends_with(DAY))
        .flat_map(|(_, text)| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(shared, all);
    assert_eq!(world.rows(), all);
    all
}

#[test]
fn four_that_race_lose_no_row() {
    let world = World::new();
    let mut sites: Vec<PathBuf> = (0..3)
        .map(|number| {
            let flags: &[&str] = if number == 0 { &[] } else { &["--depth", "1"] };
            world.clone_as(&format!("site{number}"), flags)
        })
        .collect();
    // The fourth shares a clone with the third.
    sites.push(sites[2].clone());
    // A minute says more: `ABOVEBOARD_RACE=60 cargo test --test record`.
    let seconds = std::env::var("ABOVEBOARD_RACE").ok().and_then(|text| text.parse().ok());
    let added = race(&world, &sites, Duration::from_secs(seconds.unwrap_or(6)));
    assert!(added.len() >= 8, "{} rows", added.len());
    println!("{} rows, {} commits", added.len(), world.commits());
    git(&world.path().join("remote.git"), &["fsck", "--strict"]);
}

/// Kills every process of a session, whatever group it is in, but those that work for the
/// other side: that is another machine.
fn kill_session(session: u32, remote: &Path) {
    let is_in = |id: &str| {
        if fs::read_link(format!("/proc/{id}/cwd")).is_ok_and(|folder| folder == remote) {
            return false;
        }
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Behind the name, which may hold anything: state, parent, group, session.
        let after = stat.rsplit(')').next().unwrap_or_default();
        after.split_whitespace().nth(3) == Some(&session.to_string())
    };
    let ids = fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.file_name());
    let ids: Vec<String> = ids
        .filter_map(|name| name.into_string().ok())
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()) && is_in(name))
        .collect();
    let _ = Command::new("kill").arg("-KILL").args(&ids).stderr(Stdio::null()).status();
}

#[test]
fn killed_at_any_moment_it_loses_nothing() {
    let world = World::new();
    let site = world.clone_as("site", &["--depth", "1"]);
    let other = world.clone_as("other", &[]);
    let remote = world.path().join("remote.git").canonicalize().unwrap();
    let mut added = BTreeSet::new();
    let mut killed = 0;
    for round in 0..40_u32 {
        let row = row(round, "a");
        append(&site, DAY, std::slice::from_ref(&row));
        added.insert(row);
        if round % 10 == 9 {
            let row = crate::row(round, "b");
            append(&other, DAY, std::slice::from_ref(&row));
            recorded(&other, "2026-11-22T10:00:00Z");
            added.insert(row);
        }
        // The whole session, git with it, as a machine that goes down takes all of it.
        let mut child = Command::new("setsid")
            .arg(env!("CARGO_BIN_EXE_aboveboard"))
            .args(["record", "--now", "2026-11-22T10:00:00Z", "--quiet"])
            .current_dir(&site)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(round) * 4));
        kill_session(child.id(), &remote);
        killed += u32::from(!child.wait().unwrap().success());
    }
    assert!(killed >= 10, "only {killed} of 40 were killed");
    recorded(&site, "2026-11-22T10:00:00Z");
    assert_eq!(world.rows(), added);
    let here = tree(&site.join("data")).remove(0).1;
    let here: BTreeSet<String> =
        String::from_utf8(here).unwrap().lines().skip(1).map(str::to_owned).collect();
    assert_eq!(here, added);
    git(&world.path().join("remote.git"), &["fsck", "--strict"]);
}

#[test]
fn the_mirror_reaches_others_as_the_author_does() {
    use std::io::{Read, Write};
    use std::sync::{Arc, Mutex};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/x.git", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&seen);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let count = stream.read(&mut head).unwrap_or(0);
            log.lock().unwrap().push_str(&String::from_utf8_lossy(&head[..count]).to_lowercase());
            let _ = stream.write_all(b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let world = World::new();
    let site = world.clone_as("site", &[]);
    git(&site, &["remote", "set-url", "origin", &address]);
    // As a checkout leaves it in a file of settings, then as a job hands it over.
    git(&site, &["config", &format!("http.{address}.extraHeader"), "X-Token: settings"]);
    let output = record(&site, "2026-11-22T10:00:00Z");
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    git(&site, &["config", "--unset", &format!("http.{address}.extraHeader")]);
    let output = command(&site, "2026-11-22T10:00:00Z")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("http.{address}.extraheader"))
        .env("GIT_CONFIG_VALUE_0", "X-Token: environment")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let seen = seen.lock().unwrap();
    assert!(seen.contains("x-token: settings"), "{seen}");
    assert!(seen.contains("x-token: environment"), "{seen}");
    assert!(!said(&output).contains("environment"), "{}", said(&output));
}

#[test]
fn the_ssh_that_a_person_set_up_is_used() {
    let world = World::new();
    let site = world.clone_as("site", &[]);
    git(&site, &["remote", "set-url", "origin", "ssh://git@host.invalid/x.git"]);
    let asked = world.path().join("asked");
    let ssh = world.path().join("own-ssh");
    fs::write(&ssh, format!("#!/bin/sh\necho \"$*\" >> {}\nexit 1\n", asked.display())).unwrap();
    Command::new("chmod").arg("+x").arg(&ssh).status().unwrap();
    let global = world.path().join("gitconfig");
    fs::write(&global, format!("[core]\n\tsshCommand = {}\n", ssh.display())).unwrap();
    let output = command(&site, "2026-11-22T10:00:00Z").env("GIT_CONFIG_GLOBAL", &global).output();
    assert_eq!(output.unwrap().status.code(), Some(3));
    let asked = fs::read_to_string(&asked).unwrap_or_default();
    assert!(asked.contains("host.invalid"), "{asked:?}");
}
