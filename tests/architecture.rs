//! The invariants of docs/ARCHITECTURE.md, read off the sources: who imports whom, who may
//! touch the world, and what may not appear at all.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each source file below `src` with its code, without comments and unit tests.
fn sources() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    walkdir::WalkDir::new(&root)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
            (path, lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

/// The room of a file: its first folder, or its own name.
fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a file names after `crate::`, also within braces.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap().split(',').collect(),
            None => vec![rest],
        };
        for name in names {
            let name: String =
                name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.push(name);
            }
        }
    }
    found
}

/// The level of each room; an import goes to a lower one.
const LEVELS: &[(&str, u8)] = &[
    ("main", 6),
    ("commands", 5),
    ("site", 4),
    ("alerts", 4),
    ("config", 3),
    ("content", 3),
    ("store", 3),
    ("published", 3),
    ("theme", 3),
    ("disk", 3),
    ("git", 3),
    ("probe", 3),
    ("serve", 3),
    ("yaml", 2),
    ("schema", 2),
    ("problem", 1),
    ("files", 1),
    ("cli", 1),
    ("model", 0),
];

#[test]
fn every_import_points_down() {
    let level = |room: &str| LEVELS.iter().find(|(name, _)| *name == room).map(|(_, level)| *level);
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        let own = room(&path);
        if own == "lib" {
            continue;
        }
        let from = level(own).unwrap_or_else(|| panic!("src/{path} is in no room of the picture"));
        for import in imports(&code) {
            let Some(to) = level(&import) else { continue };
            let allowed = import == own || to < from;
            if !allowed {
                wrong.push(format!("src/{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn alerts_know_nothing_but_the_model_and_how_to_word_a_mistake() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        if room(&path) != "alerts" {
            continue;
        }
        for import in imports(&code) {
            if !["alerts", "model", "problem"].contains(&import.as_str()) {
                wrong.push(format!("src/{path} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A word of code and the only files or folders that may use it.
const DOORS: &[(&str, &[&str])] = &[
    // A prober reads the certificates and heartbeats that it is pointed at.
    ("std::fs", &["disk/", "serve.rs", "probe/tls.rs", "probe/heartbeat.rs"]),
    ("File::", &["disk/", "content/", "probe/heartbeat.rs", "probe/job.rs"]),
    // A preview opens the browser, when asked to.
    (
        "process::Command",
        &[
            "git/",
            "commands/declare/editor.rs",
            "probe/exec.rs",
            "commands/probe/watch.rs",
            "commands/serve/browser.rs",
        ],
    ),
    (
        "Command::new",
        &[
            "git/",
            "commands/declare/editor.rs",
            "probe/exec.rs",
            "commands/probe/watch.rs",
            "commands/serve/browser.rs",
        ],
    ),
    ("SystemTime::now", &["main.rs", "probe/mod.rs"]),
    ("Instant::now", &["probe/", "commands/demo/", "commands/probe/watch.rs"]),
    ("std::net", &["probe/", "serve.rs", "commands/demo/"]),
    ("tokio::net", &["probe/", "serve.rs", "commands/demo/"]),
    ("std::env::", &["main.rs", "disk/"]),
    ("ExitCode", &["main.rs"]),
    ("process::exit", &[]),
    ("println!", &["commands/", "main.rs"]),
    ("eprint!", &["commands/", "main.rs"]),
    ("serde_yaml", &["yaml/"]),
    ("tera::", &["theme/", "site/html.rs"]),
    ("jiff", &["model/zone.rs"]),
    ("atom_syndication", &["site/feed/atom.rs"]),
    ("rss::", &["site/feed/"]),
    ("pulldown_cmark", &["site/markdown.rs", "content/updates.rs"]),
    ("annotate_snippets", &["problem.rs"]),
    ("resvg", &["site/card/"]),
    ("usvg", &["site/card/"]),
    ("skrifa", &["site/card/font.rs"]),
    ("png::", &["site/card/"]),
    ("clap::", &["cli/", "main.rs"]),
    ("regex::", &["config/expect.rs", "probe/"]),
    ("x509_cert", &["probe/certificate.rs"]),
    ("HashMap", &[]),
    ("HashSet", &[]),
    (".unwrap()", &[]),
    ("todo!", &[]),
    ("unimplemented!", &[]),
    ("unsafe ", &[]),
];

#[test]
fn only_the_doors_touch_the_world() {
    let mut wrong = Vec::new();
    for (path, code) in sources() {
        for (word, allowed) in DOORS {
            if code.contains(word) && !allowed.iter().any(|prefix| path.starts_with(prefix)) {
                wrong.push(format!("src/{path} uses `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_short_and_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for path in sources().keys() {
        let text = fs::read_to_string(root.join(path)).unwrap();
        assert!(text.starts_with("//! "), "src/{path} does not say what it is for");
        let lines = text.lines().count();
        assert!(lines <= 700, "src/{path} has {lines} lines");
    }
}

#[test]
fn every_dependency_has_its_sentence() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cargo = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let docs = fs::read_to_string(root.join("docs/DEPENDENCIES.md")).unwrap();
    let mut section = "";
    let mut count = 0;
    for line in cargo.lines() {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
        } else if section.ends_with("dependencies") {
            let Some((name, _)) = line.split_once(" = ") else { continue };
            assert!(docs.contains(&format!("| `{name}` |")), "{name} has no sentence");
            count += 1;
        }
    }
    assert!(count > 20, "only {count} dependencies were read");
}

#[test]
fn nothing_is_in_the_binary_that_the_list_does_not_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--edges", "normal,build", "--prefix", "none", "--locked", "--offline"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--format", "{p}"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut shown: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.split(' ').next().unwrap().to_owned())
        .filter(|name| name != "aboveboard")
        .collect();
    shown.sort();
    shown.dedup();
    let docs = fs::read_to_string(root.join("docs/DEPENDENCIES.md")).unwrap();
    let (_, list) = docs.split_once("## Everything in the binary").unwrap();
    let named: Vec<&str> = list.split('`').skip(1).step_by(2).skip(1).collect();
    assert_eq!(named, shown);
}
