//! The preview: what `build` would publish, from memory, and what was saved since.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use aboveboard::disk::MARKER;
use support::{aboveboard, said, tree, write};

const NOW: [&str; 2] = ["--now", "2026-11-22T10:00:00Z"];
const CONFIG: &str = "site: { title: Acme Status, url: https://acme.example/status }\ncomponents:\n  - { id: api, name: Public API, probes: [{ url: https://api.acme.example/ }] }\n  - { id: web, name: Website }\n";
const INCIDENT: &str = "---\ntitle: Slow pages\naffected: { web: degraded_performance }\n---\n## Investigating · 2026-11-22 09:00 UTC\nWe look into it.\n";
const DATA: &str = "data/2026/11/2026-11-22.csv";
const PATH: &str = "content/incidents/slow.md";
/// Patience for what takes no time unless a machine is busy.
const LONG: Duration = Duration::from_secs(60);

/// A preview that ends with its test.
struct Preview {
    child: Child,
    port: u16,
    lines: Receiver<String>,
    /// What was read before its address; two streams come in any order.
    early: Vec<String>,
}

impl Preview {
    fn start(folder: &Path) -> Self {
        Self::with(aboveboard(folder).args(["serve", "--port", "0"]).args(NOW))
    }

    fn with(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let streams: [Box<dyn Read + Send>; 2] = [Box::new(out), Box::new(err)];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines() {
                    let _ = sender.send(line.unwrap());
                }
            });
        }
        let mut preview = Self { child, port: 0, lines, early: Vec::new() };
        loop {
            let line = preview.next("the address");
            if let Some(port) = line.strip_prefix("The page:  http://127.0.0.1:") {
                preview.port = port.trim_end_matches('/').parse().unwrap();
                return preview;
            }
            preview.early.push(line);
        }
    }

    fn next(&self, wanted: &str) -> String {
        self.lines.recv_timeout(LONG).unwrap_or_else(|_| panic!("never: {wanted}"))
    }

    /// The next printed line that holds a text.
    fn line(&self, text: &str) -> String {
        loop {
            let line = self.next(text);
            if line.contains(text) {
                return line;
            }
        }
    }

    /// What was printed since.
    fn rest(&self) -> String {
        std::thread::sleep(Duration::from_millis(300));
        self.lines.try_iter().map(|line| format!("{line}\n")).collect()
    }

    fn ask(&self, path: &str, headers: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let host = if headers.contains("host:") { "" } else { "host: localhost\r\n" };
        write!(stream, "GET {path} HTTP/1.1\r\n{host}{headers}connection: close\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head, bytes[end + 4..].to_vec())
    }

    fn text(&self, path: &str) -> String {
        String::from_utf8(self.ask(path, "").2).unwrap()
    }

    /// What a page is told, once that is another change than it knows of.
    fn told(&self, known: u64) -> serde_json::Value {
        serde_json::from_str(&self.text(&format!("/~events?after={known}"))).unwrap()
    }

    fn signal(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < LONG, "{signal} does not end it");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Writes files as editors do: a new one takes the place of the old one.
fn save(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let (path, staging) = (folder.join(path), folder.join(".saving"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&staging, text).unwrap();
        fs::rename(staging, path).unwrap();
    }
}

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let rows = support::rows("api", "2026-11-22T08:00:00Z", 5, 24, "up,10,200,");
    let history = support::history(&rows);
    write(folder.path(), &[("probes.yaml", CONFIG), (PATH, INCIDENT), (DATA, &history)]);
    folder
}

/// A page without the line that only a preview has.
fn without_script(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let start = text.rfind("<script src=\"/~live.js\"").expect("no script");
    let end = start + text[start..].find('\n').unwrap() + 1;
    assert!(text[end..].starts_with("</body>"), "{}", &text[end..]);
    format!("{}{}", &text[..start], &text[end..]).into_bytes()
}

#[test]
fn it_serves_the_bytes_of_a_build_and_touches_nothing() {
    let folder = site();
    // A torn last line is not published.
    let data = fs::OpenOptions::new().append(true).open(folder.path().join(DATA));
    data.unwrap().write_all(b"2026-11-22T10").unwrap();
    let output = tempfile::tempdir().unwrap();
    let public = output.path().join("public");
    let built = aboveboard(folder.path())
        .args(["build", "--output"])
        .arg(&public)
        .args(NOW)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", said(&built));

    let preview = Preview::start(folder.path());
    let mut pages = 0;
    let mut files = tree(&public);
    files.retain(|(path, _)| path != MARKER);
    for (path, bytes) in &files {
        let (status, head, body) = preview.ask(&format!("/{path}"), "");
        assert_eq!(status, 200, "{path}");
        let is_page = path.ends_with(".html");
        pages += usize::from(is_page);
        assert!(head.contains("text/html") == is_page, "{path}: {head}");
        let body = if is_page { without_script(&body) } else { body };
        assert!(body == *bytes, "{path} differs");
    }
    assert!(pages > 8 && files.len() > 40, "{pages} pages of {} files", files.len());

    // Folders, and the path of the address, which the page for missing ones relies on.
    let home = preview.text("/");
    assert_eq!(preview.text("/status/"), home);
    assert_eq!(preview.text("/status/history/"), preview.text("/history/"));
    for (path, to) in [("/history", "/history/"), ("/status", "/status/")] {
        let (status, head, _) = preview.ask(path, "");
        assert!(status == 303 && head.contains(&format!("location: {to}\r\n")), "{head}");
    }
    let missing = fs::read(public.join("404.html")).unwrap();
    for path in ["/nothing", "/status/nothing/", "/../probes.yaml", "/probes.yaml", "/%2e%2e/x"] {
        let (status, _, body) = preview.ask(path, "");
        assert_eq!((status, without_script(&body)), (404, missing.clone()), "{path}");
    }
    assert!(!folder.path().join("public").exists());
    assert_eq!(preview.signal("-INT"), Some(0));
}

#[test]
fn the_next_answer_has_what_was_saved() {
    let folder = site();
    let preview = Preview::start(folder.path());
    assert!(preview.text("/").contains("We look into it."));
    let first = preview.told(0);
    assert_eq!((first["page"].as_u64(), first["change"].as_u64()), (Some(1), Some(1)));

    save(folder.path(), &[(PATH, &INCIDENT.replace("look into it", "found it"))]);
    assert_eq!(preview.told(1)["page"], 2);
    assert!(preview.text("/incidents/slow/").contains("We found it."));
    save(folder.path(), &[("content/incidents/.slow.md.swp", "no incident")]);
    save(folder.path(), &[(PATH, &INCIDENT.replace("look into it", "mended it"))]);
    assert_eq!(preview.told(2)["page"], 3);
    assert!(preview.text("/incidents/slow/").contains("We mended it."));
    // The history, a theme, and a file that goes.
    let rows = support::rows("api", "2026-11-21T08:00:00Z", 5, 24, "down,,,timeout");
    save(folder.path(), &[("data/2026/11/2026-11-21.csv", &support::history(&rows))]);
    assert_eq!(preview.told(3)["page"], 4);
    assert_eq!(preview.ask("/data/2026/11/2026-11-21.csv", "").0, 200);
    save(folder.path(), &[("themes/default/footer.html", "<p>A footer of our own</p>")]);
    assert_eq!(preview.told(4)["page"], 5);
    assert!(preview.text("/").contains("A footer of our own"));
    fs::remove_file(folder.path().join(PATH)).unwrap();
    assert_eq!(preview.told(5)["page"], 6);
    assert_eq!(preview.ask("/incidents/slow/", "").0, 404);

    // What is none of the site changes nothing.
    save(folder.path(), &[("public/index.html", ""), (".git/HEAD", ""), ("README.md", "")]);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(preview.told(0)["change"], 6);
}

#[test]
fn mistakes_are_told_once_a_change_and_keep_the_last_good_page() {
    let folder = site();
    let preview = Preview::start(folder.path());
    preview.line("Ctrl-C");
    // A mistake in content is shown beside the page that has it.
    save(folder.path(), &[(PATH, &INCIDENT.replace("web:", "wep:"))]);
    let told = preview.told(1);
    assert_eq!(told["heading"], "1 mistake");
    assert_eq!((told["page"].as_u64(), told["note"].as_str()), (Some(2), Some("")));
    let problem = told["problems"][0].as_str().unwrap();
    assert!(problem.contains(" --> content/incidents/slow.md:3:13\n"), "{problem}");
    assert!(problem.contains("^^^") && problem.contains("help: did you mean `web`?"), "{problem}");
    let mut printed = String::new();
    while !(printed.contains(problem) && printed.contains("the page is new")) {
        printed.push_str(&format!("{}\n", preview.next(problem)));
    }
    // Nothing is told twice.
    printed.push_str(&preview.rest());
    assert_eq!(printed.matches(problem).count(), 1, "{printed}");
    assert!(printed.contains("10:00 UTC  the page is new, with 1 mistake"), "{printed}");

    // One that stops a build leaves the page as it was.
    let page = preview.text("/");
    save(folder.path(), &[("probes.yaml", &CONFIG.replace("name: Website", "nam: Website"))]);
    let told = preview.told(2);
    assert_eq!((told["page"].as_u64(), told["change"].as_u64()), (Some(2), Some(3)));
    assert_eq!(told["note"], "This is the page from before.");
    assert!(told["problems"][0].as_str().unwrap().contains("probes.yaml:4:"), "{told}");
    assert_eq!(preview.text("/"), page);
    save(folder.path(), &[("probes.yaml", CONFIG), (PATH, INCIDENT)]);
    let mut told = preview.told(3);
    while told["heading"] != "" {
        told = preview.told(told["change"].as_u64().unwrap());
    }
    assert_eq!(told["problems"].as_array().unwrap().len(), 0);
    let change = told["change"].as_u64().unwrap();

    // So does a theme, and a configuration that is gone.
    save(folder.path(), &[("themes/default/home.html", "{% if %}")]);
    let told = preview.told(change);
    assert_eq!(told["note"], "This is the page from before.");
    fs::remove_file(folder.path().join("themes/default/home.html")).unwrap();
    preview.told(change + 1);
    fs::remove_file(folder.path().join("probes.yaml")).unwrap();
    let told = preview.told(change + 2);
    assert!(told["problems"][0].as_str().unwrap().contains("there is no `probes.yaml`"), "{told}");
    assert_eq!(preview.ask("/", "").0, 200);
    save(folder.path(), &[("probes.yaml", CONFIG)]);
    assert_eq!(preview.told(change + 3)["heading"], "");
    assert_eq!(preview.signal("-TERM"), Some(0));
}

#[test]
fn without_a_page_yet_the_mistakes_stand_in_for_it() {
    let folder = site();
    save(folder.path(), &[("probes.yaml", "site: { title: <b> }\ncomponents: 7\n")]);
    let preview = Preview::start(folder.path());
    let (status, _, body) = preview.ask("/", "");
    let page = String::from_utf8(body).unwrap();
    assert_eq!(status, 503);
    assert!(page.contains("<h1>No page yet: ") && page.contains(" --&gt; probes.yaml:"), "{page}");
    assert!(page.contains("data-page=\"0\" data-change=\"1\""), "{page}");
    save(folder.path(), &[("probes.yaml", CONFIG)]);
    assert_eq!(preview.told(1)["page"], 1);
    assert_eq!(preview.ask("/", "").0, 200);
}

#[test]
fn what_cannot_be_served_is_said_with_a_way_out() {
    let folder = site();
    let preview = Preview::start(folder.path());
    let port = preview.port.to_string();
    let second = aboveboard(folder.path()).args(["serve", "--port", &port]).output().unwrap();
    assert_eq!(second.status.code(), Some(3));
    assert_eq!(
        said(&second),
        format!(
            "error: port {port} of 127.0.0.1 is taken, perhaps by another `aboveboard serve`; end that, or take any free port with `--port 0`\n"
        )
    );
    let empty = tempfile::tempdir().unwrap();
    let nothing = aboveboard(empty.path()).args(["serve", "--port", "0"]).output().unwrap();
    assert_eq!(nothing.status.code(), Some(2));
    assert!(said(&nothing).contains("there is no `probes.yaml`"), "{}", said(&nothing));
}

#[test]
fn other_sites_in_the_browser_read_nothing() {
    let folder = site();
    let preview = Preview::start(folder.path());
    for host in ["evil.example", "localhost.evil.example:80"] {
        let (status, _, body) = preview.ask("/", &format!("host: {host}\r\n"));
        assert_eq!(status, 403, "{}", String::from_utf8_lossy(&body));
    }
    let allowed = |path: &str, origin: &str| {
        let (_, head, _) = preview.ask(path, &format!("origin: {origin}\r\n"));
        head.contains("access-control-allow-origin")
    };
    assert!(allowed("/embed/status.js", "http://localhost:3000"));
    assert!(!allowed("/", "https://evil.example"));
    assert!(!allowed("/~events", "http://localhost:3000"));
}

#[test]
fn it_opens_the_browser_when_asked_and_goes_on_without_one() {
    let folder = site();
    let tools = tempfile::tempdir().unwrap();
    let name = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let start = |path: &Path| {
        let mut command = aboveboard(folder.path());
        command.args(["serve", "--port", "0", "--open"]).args(NOW).env("PATH", path);
        Preview::with(&mut command)
    };
    let alone = start(tools.path());
    let warning = format!("warning: `{name}` did not open the page: ");
    if !alone.early.iter().any(|line| line.contains(&warning)) {
        alone.line(&warning);
    }
    assert_eq!(alone.ask("/", "").0, 200);
    drop(alone);

    let tool = tools.path().join(name);
    fs::write(&tool, "#!/bin/sh\necho \"$1\" > \"$0.asked\"\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&tool, mode).unwrap();
    let preview = start(tools.path());
    let asked = tools.path().join(format!("{name}.asked"));
    let begun = Instant::now();
    let address = format!("http://127.0.0.1:{}/\n", preview.port);
    while fs::read_to_string(&asked).unwrap_or_default() != address {
        assert!(begun.elapsed() < LONG, "nothing was opened");
        std::thread::sleep(Duration::from_millis(10));
    }
}
