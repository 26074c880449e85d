//! Whole small sites, built as the program builds them, with every byte expected.
//!
//! A site is a folder below `tests/sites` with its own `now`; what is built from it lies in
//! `expected`, but for the assets, whose hashes are written as HASH. `ABOVEBOARD_BLESS=1
//! cargo test --test sites` writes what is built; read the difference before it is committed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{aboveboard, said, tree};

fn sites() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut sites: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sites.sort();
    sites
}

/// The names of assets without the hashes in them, so that a change of colour is no change here.
fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("assets/") {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mut parts = after.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(name), Some(hash), Some(more)) if hash.len() == 16 => {
                out.push_str(&format!("{name}.HASH."));
                rest = more;
            }
            _ => {
                out.push_str("assets/");
                rest = &after["assets/".len()..];
            }
        }
    }
    out + rest
}

fn build(site: &Path, output: &Path) -> std::process::Output {
    let now = fs::read_to_string(site.join("now")).unwrap();
    aboveboard(site).args(["build", "--now", now.trim(), "--output"]).arg(output).output().unwrap()
}

const STATELESS: &[&str] = &[
    ".aboveboard",
    ".nojekyll",
    "404.html",
    "_headers",
    "embed/",
    "history/index.html",
    "icon.svg",
    "robots.txt",
    "sitemap.xml",
];

#[test]
fn every_site_is_built_as_expected() {
    let bless = std::env::var_os("ABOVEBOARD_BLESS").is_some();
    let mut differences = Vec::new();
    for site in sites() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        let built = build(&site, &output);
        assert!(built.status.success(), "{}", said(&built));
        let mut files: Vec<(String, String)> = tree(&output)
            .into_iter()
            .filter(|(path, _)| {
                !path.ends_with(".css") && !path.ends_with(".png") && !path.ends_with("page.js")
            })
            .filter(|(path, _)| !path.starts_with("assets/page") && !path.starts_with("data/"))
            .map(|(path, bytes)| {
                (without_hashes(&path), without_hashes(&String::from_utf8(bytes).unwrap()))
            })
            .collect();
        let paths: String = files.iter().map(|(path, _)| format!("{path}\n")).collect();
        // The script is the same for every site; only its data is not.
        for (_, text) in files.iter_mut().filter(|(path, _)| path.starts_with("embed/")) {
            *text = text.lines().last().unwrap_or_default().to_owned();
        }
        // What does not depend on the state of the site is expected once.
        let is_calm = site.ends_with("calm");
        files.retain(|(path, _)| is_calm || !STATELESS.iter().any(|same| path.starts_with(same)));
        files.push(("files".to_owned(), paths));
        files.push(("stderr".to_owned(), String::from_utf8_lossy(&built.stderr).into_owned()));
        let expected = site.join("expected");
        if bless {
            let _ = fs::remove_dir_all(&expected);
            for (path, text) in &files {
                support::write(&expected, &[(path, text)]);
            }
            continue;
        }
        let mut wanted: Vec<String> = tree(&expected).into_iter().map(|(path, _)| path).collect();
        wanted.sort();
        let mut got: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
        got.sort();
        assert_eq!(got, wanted, "{}", site.display());
        for (path, text) in files {
            let want = fs::read_to_string(expected.join(&path)).unwrap();
            if let Some((line, (got, want))) =
                text.lines().zip(want.lines()).enumerate().find(|(_, (a, b))| a != b)
            {
                differences.push(format!(
                    "{}/{path}:{}\n  want {want}\n  got  {got}",
                    site.display(),
                    line + 1
                ));
            } else if text != want {
                differences.push(format!("{}/{path} has another length", site.display()));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn raw_data_is_published_up_to_its_last_whole_line() {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/broken");
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("public");
    assert!(build(&site, &output).status.success());
    let published = fs::read_to_string(output.join("data/2026/11/2026-11-22.csv")).unwrap();
    let source = fs::read_to_string(site.join("data/2026/11/2026-11-22.csv")).unwrap();
    assert_eq!(published, source.strip_suffix("2026-11-22T09:56:00Z,api,do").unwrap());
}

#[test]
fn page_json_feed_and_title_tell_the_same_state() {
    for site in sites() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("public");
        assert!(build(&site, &output).status.success());
        let html = fs::read_to_string(output.join("index.html")).unwrap();
        let json: serde_json::Value =
            serde_json::from_slice(&fs::read(output.join("status.json")).unwrap()).unwrap();
        let sentence = json["status"]["sentence"].as_str().unwrap();
        let indicator = json["status"]["indicator"].as_str().unwrap();
        assert!(html.contains(&format!("<title>{sentence} — Acme Status</title>")), "{sentence}");
        let shown = html.split("<span class=\"sentence\">").nth(1).unwrap();
        assert_eq!(without_tags(shown.split("</span>").next().unwrap()), sentence);
        assert!(html.contains(&format!("class=\"headline i-{indicator}")));
        for component in json["components"].as_array().unwrap() {
            let id = component["id"].as_str().unwrap();
            let status = component["status"].as_str().unwrap();
            let page =
                fs::read_to_string(output.join(format!("components/{id}/index.html"))).unwrap();
            let shown = if status == "unknown" && component["checked"] == false {
                "not_checked"
            } else {
                status
            };
            let lead = page.split("class=\"component lead\">").nth(1).unwrap();
            let lead = lead.split("</p>").next().unwrap();
            assert!(lead.contains(&format!("<span class=\"state s-{shown}\"")), "{id} {status}");
        }
    }
}

/// The text of a piece of HTML.
fn without_tags(html: &str) -> String {
    let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}
