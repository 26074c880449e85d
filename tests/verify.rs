//! `aboveboard verify`: agrees with what `build` made, and names what was changed since.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use support::{aboveboard, said, tree};

/// A site of `tests/sites` with its page.
fn built(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites").join(name);
    for (path, bytes) in tree(&sources) {
        if !path.starts_with("expected") {
            let place = folder.path().join(&path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            fs::write(place, bytes).unwrap();
        }
    }
    let now = fs::read_to_string(sources.join("now")).unwrap();
    let output =
        aboveboard(folder.path()).args(["build", "--quiet", "--now", now.trim()]).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    folder
}

fn verify(site: &Path) -> (Option<i32>, String) {
    let output = aboveboard(site).arg("verify").output().unwrap();
    (output.status.code(), said(&output))
}

/// Replaces a text in a published file, which must hold it.
fn change(site: &Path, path: &str, from: &str, to: &str) {
    let place = site.join("public").join(path);
    let text = fs::read_to_string(&place).unwrap();
    assert!(text.contains(from), "{path} has no {from}: {text}");
    // The published file may be a link to another one.
    fs::remove_file(&place).unwrap();
    fs::write(&place, text.replacen(from, to, 1)).unwrap();
}

const DATA: &str = "data/2026/11/2026-11-22.csv";

#[test]
fn every_site_agrees_with_what_was_published() {
    for name in ["calm", "trouble", "broken", "empty"] {
        let site = built(name);
        let (code, told) = verify(site.path());
        assert_eq!(code, Some(0), "{name}: {told}");
        assert!(told.starts_with("agrees: ") && told.lines().count() == 1, "{name}: {told}");
    }
}

#[test]
fn one_changed_digit_of_a_page_is_named() {
    let site = built("trouble");
    change(site.path(), "index.html", "51.28", "51.29");
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.starts_with("index.html: line "), "{told}");
    assert!(told.contains("51.29") && told.contains("51.28"), "{told}");
    assert!(told.contains("\n1 difference in "), "{told}");

    let site = built("trouble");
    change(
        site.path(),
        "status.json",
        "\"availability_percent\":51.282",
        "\"availability_percent\":51.283",
    );
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.starts_with("status.json: components[api].uptime[days=1].availability_percent: the page says `51.283`, computed is `51.282`"),
        "{told}"
    );
}

#[test]
fn one_changed_row_is_named_with_all_that_follows_from_it() {
    let site = built("trouble");
    change(site.path(), DATA, ",up,", ",down,");
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("{DATA}: its SHA-256 is not the one in data/index.json")));
    assert!(told.contains("availability_percent: the page says `51.282`, computed is"), "{told}");
    // Also one that no number hangs on.
    let site = built("trouble");
    change(site.path(), DATA, ",api,up,100,", ",api,up,101,");
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("{DATA}: its SHA-256")), "{told}");
}

#[test]
fn one_changed_time_of_an_incident_is_named() {
    let site = built("trouble");
    change(site.path(), "inputs.json", "2026-11-22T09:12:00Z", "2026-11-22T09:13:00Z");
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("declared_at: the page says `\"2026-11-22T09:12:00Z\"`, computed is `\"2026-11-22T09:13:00Z\"`"),
        "{told}"
    );
    let output = aboveboard(site.path()).args(["verify", "--json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["agrees"], false);
    assert!(report["differences"].as_array().unwrap().len() > 3);
}

#[test]
fn a_missing_file_and_one_too_many_are_named() {
    let site = built("calm");
    fs::remove_file(site.path().join("public/feed.atom")).unwrap();
    fs::write(site.path().join("public/extra.html"), "x").unwrap();
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1));
    assert!(told.contains("feed.atom: it is missing\n"), "{told}");
    assert!(told.contains("extra.html: it is no part of the page\n"), "{told}");
}

#[test]
fn what_is_written_for_later_is_not_published() {
    let site = built("trouble");
    let sources = fs::read_to_string(site.path().join("content/incidents/2026-12-01-future.md"));
    assert!(sources.unwrap().contains("2026-12-01"));
    let inputs = fs::read_to_string(site.path().join("public/inputs.json")).unwrap();
    assert!(!inputs.contains("2026-12-01"), "{inputs}");
    assert!(!inputs.contains("2026-11-22T10:30:00Z"), "{inputs}");
    // Nor where the probes look.
    assert!(!inputs.contains("api.acme.example"), "{inputs}");
}

#[test]
fn another_release_is_told_where_something_differs() {
    let site = built("trouble");
    let program = concat!("aboveboard ", env!("CARGO_PKG_VERSION"));
    change(site.path(), "inputs.json", program, "aboveboard 9.9.9");
    let (code, told) = verify(site.path());
    // What a page says of its maker excuses nothing.
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("made by aboveboard 9.9.9"), "{told}");
    assert!(told.contains("try that release"), "{told}");
}

#[test]
fn what_no_parser_would_notice_is_named_too() {
    for (path, from, to) in [
        ("status.json", "{", "{ "),
        ("status.json", "{", "{\"stale\":true,"),
        ("data/index.json", "{", "{\"note\":\"invented\","),
    ] {
        let site = built("trouble");
        change(site.path(), path, from, to);
        let (code, told) = verify(site.path());
        assert_eq!(code, Some(1), "{told}");
        assert!(told.starts_with(&format!("{path}: line 1")), "{told}");
    }
    let site = built("trouble");
    let hidden = site.path().join("public/.well-known");
    fs::create_dir(&hidden).unwrap();
    fs::write(hidden.join("x.html"), "x").unwrap();
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(".well-known/x.html: it is no part of the page"), "{told}");
}

#[test]
fn work_that_began_before_it_was_announced_is_visible_and_verified() {
    let site = built("calm");
    let text = "---\ntitle: Secret\ncomponents: [api]\nstart: 2026-11-23 02:00 UTC\nduration: 2h\nannounced: 2026-11-22 18:00 UTC\n---\n## In progress · 2026-11-22 09:30 UTC\n";
    fs::write(site.path().join("content/maintenance/secret.md"), text).unwrap();
    // And an incident of which only the end can be read, which is to come.
    let text = "---\ntitle: A\naffected: { api: degraded_performance }\n---\n## Investigating\n\n## Resolved · 2026-11-22 18:00 UTC\nSee [r].\n\n[r]: https://later.example/\n";
    fs::write(site.path().join("content/incidents/a.md"), text).unwrap();
    let text = "---\ncomponents: [api]\nfrom: 2026-11-23 00:00 UTC\nuntil: 2026-11-23 01:00 UTC\n---\nTomorrow.\n";
    fs::create_dir_all(site.path().join("content/corrections")).unwrap();
    fs::write(site.path().join("content/corrections/c.md"), text).unwrap();
    let output = aboveboard(site.path())
        .args(["build", "--quiet", "--now", "2026-11-22T09:57:00Z"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let (code, told) = verify(site.path());
    assert_eq!(code, Some(0), "{told}");
    for (path, bytes) in tree(&site.path().join("public")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for later in ["2026-11-22T18:00:00Z\",\"resolved", "later.example", "Tomorrow."] {
            assert!(!text.contains(later), "{path} tells of {later}");
        }
    }
    assert!(site.path().join("public/maintenance/secret/index.html").is_file());
}

#[test]
fn hostile_pages_are_refused_in_words() {
    let refused = |path: &str, from: &str, to: &str| {
        let site = built("trouble");
        change(site.path(), path, from, to);
        let (code, told) = verify(site.path());
        assert_eq!(code, Some(3), "{told}");
        assert!(
            told.contains("cannot be verified, for its") && told.lines().count() == 1,
            "{told}"
        );
    };
    refused("inputs.json", "\"slug\":\"2026-11-22-api\"", "\"slug\":\"../../x\"");
    refused("inputs.json", "\"slug\":\"2026-11-22-api\"", "\"slug\":\"\"");
    refused("inputs.json", "\"interval_ms\":300000", "\"interval_ms\":0");
    refused("inputs.json", "{", "");
    refused("data/index.json", "2026/11/", "../../");
    refused("data/index.json", "[", "[{\"path\":\"2026/11/2026-11-22.csv\"},");
    refused("status.json", "\"generated_at\"", "\"made_at\"");
}

/// Shows the published folder below `/status/`, as a host of static files does.
fn serve(folder: PathBuf) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let folder = folder.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.unwrap());
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
                while line.trim() != "" {
                    line.clear();
                    reader.read_line(&mut line).unwrap();
                }
                let file = path.strip_prefix("/status/").map(|inner| folder.join(inner));
                let file =
                    file.map(|file| if file.is_dir() { file.join("index.html") } else { file });
                let mut stream = reader.into_inner();
                let answer = match file.and_then(|file| fs::read(file).ok()) {
                    Some(bytes) => [
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", bytes.len())
                            .into_bytes(),
                        bytes,
                    ]
                    .concat(),
                    None => b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec(),
                };
                let _ = stream.write_all(&answer);
            });
        }
    });
    port
}

#[test]
fn a_page_is_verified_by_its_address() {
    let site = built("trouble");
    let port = serve(site.path().join("public"));
    let address = format!("http://127.0.0.1:{port}/status");
    let verify = || {
        let output = aboveboard(site.path()).args(["verify", &address]).output().unwrap();
        (output.status.code(), said(&output))
    };
    let (code, told) = verify();
    assert_eq!(code, Some(0), "{told}");
    change(site.path(), "components/api/index.html", "51.28", "51.27");
    fs::remove_file(site.path().join("public").join(DATA)).unwrap();
    let (code, told) = verify();
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains(&format!("{DATA}: it is missing")), "{told}");
    assert!(told.contains("components/api/index.html: line "), "{told}");

    let output = aboveboard(site.path()).args(["verify", "http://127.0.0.1:9"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let output = aboveboard(site.path()).args(["verify", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
