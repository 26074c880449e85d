//! `aboveboard incident` and `aboveboard maintenance`: what they write reads back as it was meant, and
//! what people wrote stays byte for byte.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Output;

use aboveboard::content::{self, author};
use aboveboard::model::{Affected, ComponentStatus, IncidentStatus, Source};
use support::{aboveboard, said, time, write};

const NOW: &str = "2026-11-22T10:30:20Z";

fn run(folder: &Path, now: &str, words: &[&str]) -> Output {
    aboveboard(folder).args(words).args(["--now", now]).output().unwrap()
}

fn site() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("probes.yaml", support::CONFIG)]);
    folder
}

fn read(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap()
}

/// Files as people write them: line ends, marks, fences, orders, separators, zones, languages.
fn corpus() -> Vec<String> {
    let fronts = [
        "---\ntitle: API errors\naffected: { api: major_outage }\n---\n",
        "---\n# Who is on call: see the wiki\ntitle:   'API  errors'   # in quotes\naffected:\n  api: major_outage   # all of it\n\nimpact: critical\n---\n\n",
        "---\ntitle: \"Störung: Anmeldung\"\naffected: {api: partial_outage, web: degraded_performance}\npinned: true\n---\n",
        "---\naffected: { web: degraded_performance }\ntitle: 障害が発生しています\n---\n\n\n",
        "---\ntitle: عطل في الواجهة\nstarted: 2026-11-22T08:00:00+01:00\n---\n",
    ];
    let bodies = [
        "## Investigating · 2026-11-22 09:00 UTC\nWe look into it.\n\n## Identified · 2026-11-22 09:10 UTC {api=degraded_performance}\nA full disk.\n",
        "Some words before all.\n\n## INVESTIGATING — 2026-11-22 10:00 Europe/Berlin\n\n* one\n* two\n\n## identified: 2026-11-22T09:20:30Z\nText without a line break at the end",
        "## Monitoring @ 2026-11-22 09:20 UTC\nNewest first.\n\n## Investigating @ 2026-11-22 09:00 UTC\nOldest last.\n",
        "## Investigating - 2026-11-22 09:00:05 +00:00\n```sh\n## Resolved · 2026-11-22 09:30 UTC\n```\n\n   \n\n",
        "## Investigating · 2026-11-22 09:00 UTC   ##\n> ## quoted\n\nSee [the log][log].\n\n[log]: https://acme.example/log\n",
        "## Investigating · 2026-11-22 09:00 UTC\t\n\tcode\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n### A heading of its own\n\nText.   \n",
    ];
    let mut files = Vec::new();
    for front in fronts {
        for body in bodies {
            let text = format!("{front}{body}");
            files.push(text.replace('\n', "\r\n"));
            files.push(format!("\u{feff}{text}"));
            files.push(text.clone());
            files.push(text + "\n\n");
        }
    }
    files
}

#[test]
fn every_update_reads_back_and_every_byte_of_a_person_stays() {
    let folder = site();
    let corpus = corpus();
    assert!(corpus.len() >= 100, "{}", corpus.len());
    let settings =
        aboveboard::config::parse(&Source::new("probes.yaml", support::CONFIG.as_bytes()));
    let settings = settings.0.unwrap();
    let path = "content/incidents/one.md";
    let message = "Half of it works again.\n\n- one\n- two";
    for old in &corpus {
        write(folder.path(), &[(path, old)]);
        let output = run(
            folder.path(),
            NOW,
            &[
                "incident",
                "update",
                "--status",
                "monitoring",
                "--affects",
                "api=partial_outage",
                "-m",
                message,
            ],
        );
        assert_eq!(output.status.code(), Some(0), "{}\n{old}", said(&output));
        let new = read(folder.path(), path);
        // What was added is in one piece, and without it the file is what it was.
        let same = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
        let added = new.len() - old.len();
        let whole = (0..=same).rev().any(|start| {
            [&new.as_bytes()[..start], &new.as_bytes()[start + added..]].concat() == old.as_bytes()
        });
        assert!(whole, "{old}\n--\n{new}");
        let ends = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
        let (with_return, all) = ends(&new);
        assert!(with_return == 0 || with_return == all, "{new:?}");
        let parse = |text: &str| {
            let source = Source::new(path, text.as_bytes());
            let (content, problems) = content::parse(&[source], &settings);
            (content.incidents.into_iter().next().unwrap(), problems)
        };
        let ((before, _), (after, _)) = (parse(old), parse(&new));
        assert_eq!(after.updates.len(), before.updates.len() + 1, "{new}");
        let update = after.updates.last().unwrap();
        assert_eq!(update.status, Some(IncidentStatus::Monitoring));
        assert_eq!(update.at, Some(time("2026-11-22T10:30:00Z")));
        assert_eq!(update.body.replace("\r\n", "\n"), message, "{new}");
        assert_eq!(update.changes["api"], ComponentStatus::PartialOutage);
        assert_eq!(after.mistakes, before.mistakes);
    }
}

#[test]
fn from_the_first_word_to_the_last_it_takes_four_commands() {
    let folder = site();
    let steps: [(&str, &[&str], &str); 4] = [
        (
            "2026-11-22T10:00:10Z",
            &[
                "incident",
                "new",
                "API: errors",
                "--affects",
                "api=major_outage",
                "-m",
                "Requests fail.",
            ],
            "declared `content/incidents/2026-11-22-api-errors.md`; visitors read it with the next build\n",
        ),
        (
            "2026-11-22T10:05:00Z",
            &["incident", "update", "--status", "identified", "-m", "A full disk."],
            "`2026-11-22-api-errors`: identified at 2026-11-22T10:05:00Z; visitors read it with the next build\n",
        ),
        (
            "2026-11-22T10:05:40Z",
            &["incident", "update", "--affects", "api=degraded_performance", "-m", "It is slow."],
            "`2026-11-22-api-errors`: identified at 2026-11-22T10:05:00Z; visitors read it with the next build\n",
        ),
        (
            "2026-11-22T10:20:00Z",
            &["incident", "resolve", "-m", "All is well."],
            "`2026-11-22-api-errors`: resolved at 2026-11-22T10:20:00Z; visitors read it with the next build\n",
        ),
    ];
    for (now, words, wanted) in steps {
        assert_eq!(said(&run(folder.path(), now, words)), wanted);
        let built = run(folder.path(), now, &["build", "--strict"]);
        assert_eq!(built.status.code(), Some(0), "{}", said(&built));
        let page = read(folder.path(), "public/incidents/2026-11-22-api-errors/index.html");
        assert!(page.contains(words.last().unwrap()), "{words:?}");
    }
    assert_eq!(
        read(folder.path(), "content/incidents/2026-11-22-api-errors.md"),
        "---
title: \"API: errors\"
affected: { api: major_outage }
---

## Investigating · 2026-11-22 10:00 UTC
Requests fail.

## Identified · 2026-11-22 10:05 UTC
A full disk.

## Identified · 2026-11-22 10:05 UTC {api=degraded_performance}
It is slow.

## Resolved · 2026-11-22 10:20 UTC
All is well.
"
    );
    let listed = said(&run(folder.path(), NOW, &["incident", "list"]));
    assert_eq!(
        listed,
        "over  2026-11-22T10:00:00Z  resolved       2026-11-22-api-errors  API: errors\n"
    );
    // Another one of the same name gets a file of its own.
    let again = said(&run(folder.path(), NOW, &["incident", "new", "API errors"]));
    assert!(again.contains("content/incidents/2026-11-22-api-errors-2.md"), "{again}");
}

#[test]
fn a_message_that_would_be_read_as_something_else_writes_nothing() {
    for message in [
        "## Resolved · 2026-11-22 09:00 UTC",
        "fine\n\n## Monitoring · 2026-11-22 09:00 UTC\nnot fine",
        "```\nan open fence",
        "~~~",
        "<!-- an open comment",
        "##Resolved · 2026-11-22 09:00 UTC",
    ] {
        let folder = site();
        let output = run(folder.path(), NOW, &["incident", "new", "T", "-m", message]);
        assert_eq!(output.status.code(), Some(2), "{message}: {}", said(&output));
        assert!(said(&output).contains("nothing was written"), "{}", said(&output));
        assert!(!folder.path().join("content").exists(), "{message}");
        let old = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\nText.\n";
        write(folder.path(), &[("content/incidents/t.md", old)]);
        let output = run(folder.path(), NOW, &["incident", "update", "-m", message]);
        assert_eq!(output.status.code(), Some(2), "{message}: {}", said(&output));
        assert_eq!(read(folder.path(), "content/incidents/t.md"), old);
    }
    // What only looks alike is a message like any other.
    for message in
        ["---", "{{ x }} ${{ y }}", "title: x", "> ## quoted", "### A heading", "`## code`"]
    {
        let folder = site();
        let output = run(folder.path(), NOW, &["incident", "new", "T", "-m", message]);
        assert_eq!(output.status.code(), Some(0), "{message}: {}", said(&output));
        let checked = run(folder.path(), NOW, &["check"]);
        assert_eq!(checked.status.code(), Some(0), "{message}: {}", said(&checked));
    }
}

#[test]
fn a_file_that_ends_within_code_is_refused() {
    let folder = site();
    let old = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\n```\nopen\n";
    write(folder.path(), &[("content/incidents/t.md", old)]);
    let output = run(folder.path(), NOW, &["incident", "resolve"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(read(folder.path(), "content/incidents/t.md"), old);
}

#[test]
fn mistakes_on_the_command_line_say_what_to_type_instead() {
    let folder = site();
    let old = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\nText.\n";
    let future = "---\ntitle: F\n---\n## Investigating · 2026-11-22 09:30 UTC\n\n## Monitoring · 2026-11-23 09:00 UTC\n";
    write(folder.path(), &[("content/incidents/t.md", old)]);
    for (words, wanted) in [
        (
            &["incident", "new", "T", "--affects", "apu=major_outage"][..],
            "unknown component `apu`; did you mean `api`?",
        ),
        (
            &["incident", "new", "T", "--affects", "api"],
            "`--affects api` gives no status; write `--affects api=major_outage`",
        ),
        (
            &["incident", "new", "T", "--affects", "api=major_outrage"],
            "`major_outrage` is not a status that people give a component; did you mean `major_outage`?",
        ),
        (
            &["incident", "new", " "],
            "an incident needs a title that visitors read, such as \"API errors\"",
        ),
        (
            &["incident", "new", "T", "--status", "resloved"],
            "`resloved` is not a status of an incident; did you mean `resolved`?",
        ),
        (
            &["incident", "update"],
            "this update says nothing; give it `--message`, `--status` or `--affects`",
        ),
        (&["incident", "update", "tt", "-m", "x"], "there is no incident `tt`; did you mean `t`?"),
        (
            &["maintenance", "new", "T", "--affects", "api", "--start", "soon", "--for", "2h"],
            "`soon` is not a date and time; write `--start` as \"2026-11-24 02:00 UTC\", or with another zone",
        ),
        (
            &[
                "maintenance",
                "new",
                "T",
                "--affects",
                "api",
                "--start",
                "2026-11-24 02:00",
                "--end",
                "2026-11-24 01:00",
            ],
            "the end, 2026-11-24T01:00:00Z, is not after the start, 2026-11-24T02:00:00Z; swap them, or mend the date",
        ),
        (
            &["maintenance", "complete"],
            "no maintenance fits that; name one, or see them with `aboveboard maintenance list`",
        ),
    ] {
        let output = run(folder.path(), NOW, words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert_eq!(said(&output), format!("error: {wanted}\n"), "{words:?}");
    }
    write(folder.path(), &[("content/incidents/f.md", future)]);
    let output = run(folder.path(), NOW, &["incident", "update", "f", "-m", "x"]);
    assert!(said(&output).contains("lies in the future"), "{}", said(&output));
    // One that is over is opened again only when that is what was meant.
    run(folder.path(), NOW, &["incident", "resolve", "content/incidents/t.md"]);
    let output = run(folder.path(), NOW, &["incident", "update", "t", "-m", "x"]);
    assert!(said(&output).contains("is over; open it again with `--status investigating`"));
    let output = run(
        folder.path(),
        NOW,
        &["incident", "update", "t", "--status", "investigating", "-m", "Again."],
    );
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn maintenance_is_planned_begun_done_and_called_off() {
    let folder = site();
    let at = |now: &str, words: &[&str]| said(&run(folder.path(), now, words));
    let planned = at(
        NOW,
        &[
            "maintenance",
            "new",
            "DB move",
            "--affects",
            "api,web",
            "--start",
            "2026-11-24 03:00 Europe/Berlin",
            "--for",
            "2h",
            "-m",
            "Short breaks.",
        ],
    );
    assert_eq!(
        planned,
        "planned `content/maintenance/2026-11-22-db-move.md`; visitors read it with the next build\n"
    );
    at(
        NOW,
        &[
            "maintenance",
            "new",
            "Second",
            "--affects",
            "web",
            "--start",
            "2026-11-25 02:00",
            "--end",
            "2026-11-25 03:00",
        ],
    );
    let cancelled = at(NOW, &["maintenance", "cancel"]);
    assert_eq!(
        cancelled,
        "error: name the one that is meant: `2026-11-22-db-move`, `2026-11-22-second`\n"
    );
    at(NOW, &["maintenance", "cancel", "2026-11-22-second", "-m", "No need."]);
    at("2026-11-24T01:55:00Z", &["maintenance", "start", "-m", "Five minutes early."]);
    let too_early = at(NOW, &["maintenance", "complete", "2026-11-22-db-move"]);
    assert!(too_early.contains("is over, or has not begun"), "{too_early}");
    at("2026-11-24T03:10:00Z", &["maintenance", "complete"]);
    assert_eq!(
        read(folder.path(), "content/maintenance/2026-11-22-db-move.md"),
        "---
title: DB move
components: [api, web]
start: 2026-11-24 02:00 UTC
end: 2026-11-24 04:00 UTC
announced: 2026-11-22 10:30 UTC
---
Short breaks.

## In progress · 2026-11-24 01:55 UTC
Five minutes early.

## Completed · 2026-11-24 03:10 UTC
"
    );
    assert_eq!(
        at("2026-11-24T03:20:00Z", &["maintenance", "list"]),
        "2026-11-25T02:00:00Z  cancelled    2026-11-22-second  Second
2026-11-24T02:00:00Z  completed    2026-11-22-db-move  DB move
"
    );
    let again = at("2026-11-24T03:20:00Z", &["maintenance", "cancel", "2026-11-22-db-move"]);
    assert!(again.contains("is over, or has not begun"), "{again}");
    let checked = run(folder.path(), "2026-11-24T03:20:00Z", &["check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
}

#[test]
fn a_new_file_is_the_one_that_the_documents_show() {
    let affected = Affected::from([("api".to_owned(), ComponentStatus::MajorOutage)]);
    let heading = author::heading("investigating", time("2026-11-22T10:05:00Z"), &Affected::new());
    assert_eq!(heading, "## Investigating · 2026-11-22 10:05 UTC");
    let text =
        author::incident("Elevated API errors", &affected, &heading, "We see failed requests.");
    assert_eq!(
        text,
        "---\ntitle: Elevated API errors\naffected: { api: major_outage }\n---\n\n## Investigating · 2026-11-22 10:05 UTC\nWe see failed requests.\n"
    );
}

fn git(folder: &Path, words: &[&str]) -> String {
    let output = std::process::Command::new("git")
        .args(words)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {words:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

#[test]
fn a_commit_holds_the_file_alone_and_a_push_that_is_refused_says_what_to_do() {
    let world = tempfile::tempdir().unwrap();
    let (remote, one, two) =
        (world.path().join("remote.git"), world.path().join("one"), world.path().join("two"));
    git(world.path(), &["init", "--quiet", "--bare", "-b", "main", remote.to_str().unwrap()]);
    let clone = |folder: &Path| {
        git(
            world.path(),
            &["clone", "--quiet", remote.to_str().unwrap(), folder.to_str().unwrap()],
        );
        git(folder, &["config", "user.name", "Ada"]);
        git(folder, &["config", "user.email", "ada@acme.example"]);
    };
    clone(&one);
    write(&one, &[("site/probes.yaml", support::CONFIG), ("notes", "old\n")]);
    git(&one, &["checkout", "--quiet", "-B", "main"]);
    git(&one, &["add", "."]);
    git(&one, &["commit", "--quiet", "-m", "site"]);
    git(&one, &["push", "--quiet", "-u", "origin", "main"]);
    clone(&two);
    // What is staged and what is not stays so.
    write(&one, &[("notes", "staged\n"), ("site/other", "not staged\n")]);
    git(&one, &["add", "notes"]);
    let run = |folder: &Path, words: &[&str]| {
        let mut command = aboveboard(&folder.join("site"));
        command.env("PATH", std::env::var("PATH").unwrap()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        said(&command.args(words).args(["--now", NOW]).output().unwrap())
    };
    let declared =
        run(&one, &["incident", "new", "API errors", "--affects", "api=major_outage", "--push"]);
    assert_eq!(
        declared,
        "declared `content/incidents/2026-11-22-api-errors.md`; pushed as \"incident: API errors\"\n"
    );
    assert_eq!(
        git(&one, &["show", "--format=%an %s", "--name-only", "main"]),
        "Ada incident: API errors\n\nsite/content/incidents/2026-11-22-api-errors.md"
    );
    assert_eq!(git(&one, &["status", "--short"]), "M  notes\n?? site/other");
    assert_eq!(git(&remote, &["log", "-1", "--format=%s", "main"]), "incident: API errors");
    let committed =
        run(&one, &["incident", "update", "-m", "A disk.", "--status", "identified", "--commit"]);
    assert!(
        committed.contains("committed as \"incident: API errors (identified)\""),
        "{committed}"
    );
    assert_eq!(git(&one, &["rev-list", "--count", "origin/main..main"]), "1");
    // Somebody else was faster.
    let refused = run(
        &two,
        &[
            "maintenance",
            "new",
            "M",
            "--affects",
            "web",
            "--start",
            "2026-11-24 02:00",
            "--for",
            "1h",
            "--push",
        ],
    );
    assert!(refused.contains("cannot push the branch"), "{refused}");
    assert!(refused.contains("`git pull --rebase`"), "{refused}");
    // On no branch a commit would be lost.
    git(&one, &["checkout", "--quiet", "--detach"]);
    let lost = run(&one, &["incident", "resolve", "--commit"]);
    assert!(lost.contains("nothing was written: cannot find the branch to commit on"), "{lost}");
    assert_eq!(git(&two, &["log", "-1", "--format=%s"]), "maintenance: M");
}

#[test]
fn check_doubts_what_was_forgotten_and_annotates_pull_requests() {
    let folder = site();
    let open = "---\ntitle: T\n---\n## Investigating · 2026-11-17 09:00 UTC\nText.\n";
    let long = "---\ntitle: L\n---\n## Investigating · 2026-01-17 09:00 UTC\n\n## Resolved · 2026-11-17 09:00 UTC\n";
    let late = "---\ntitle: M\ncomponents: [api]\nstart: 2026-11-20 02:00 UTC\nduration: 1h\nannounced: 2026-11-20 03:00 UTC\n---\n";
    let wrong = "---\ntitle: W\naffected: { apis: major_outage }\n---\n## Investigating · 2026-11-22 09:00 UTC\n";
    write(
        folder.path(),
        &[
            ("content/incidents/a-open.md", open),
            ("content/incidents/b-long.md", long),
            ("content/incidents/c-wrong.md", wrong),
            ("content/maintenance/late.md", late),
        ],
    );
    let output = run(folder.path(), NOW, &["check", "--format", "github"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "::warning file=content/incidents/a-open.md::this incident is open, and nothing was said since 2026-11-17T09:00:00Z%0Aif it is over, say so: `aboveboard incident resolve a-open`
::warning file=content/incidents/b-long.md::this incident lasted for 304 days%0Aare the dates of its updates right?
::error file=content/incidents/c-wrong.md,line=3,col=13,endColumn=16::unknown component `apis`%0Adid you mean `api`?
::warning file=content/maintenance/late.md::this maintenance was announced after it began%0Aso it is not taken out of uptime; is `announced` right?
1 error, 3 warnings in 2 components, 3 incidents, 1 maintenance, 0 corrections and 0 history files
"
    );
    // A site in a folder of the repository, and a name that tries to be a command of its own.
    let parent = tempfile::tempdir().unwrap();
    let evil = parent.path().join("status/content/incidents");
    fs::create_dir_all(&evil).unwrap();
    write(parent.path(), &[("status/probes.yaml", support::CONFIG)]);
    fs::write(evil.join("a\n::error::b,c.md"), open).unwrap();
    let output = run(parent.path(), NOW, &["check", "--site", "status", "--format", "github"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.lines().all(|line| line.starts_with("::") || line.contains(" in 2 components")),
        "{text}"
    );
    assert!(text.contains("file=status/content/incidents/a%0A%3A%3Aerror%3A%3Ab%2Cc.md"), "{text}");
}

#[test]
fn more_time_is_given_and_the_rest_of_the_file_stays() {
    let folder = site();
    let path = "content/maintenance/m.md";
    let old = "---\r\n# by Ada\r\ntitle: M\r\ncomponents: [api]\r\nstart: 2026-11-22 10:00 UTC\r\nduration: 1h   # generous\r\nannounced: 2026-11-20\u{a0}\r\n---\r\nText.\r\n"
        .replace('\u{a0}', " 10:00 UTC");
    write(folder.path(), &[(path, &old)]);
    let extended = said(&run(folder.path(), NOW, &["maintenance", "extend", "--by", "30m"]));
    assert_eq!(
        extended,
        "`m` ends at 2026-11-22T11:30:00Z; visitors read it with the next build\n"
    );
    let new = old.replace("duration: 1h   #", "end: 2026-11-22 11:30 UTC   #");
    assert_eq!(read(folder.path(), path), new);
    run(
        folder.path(),
        NOW,
        &["maintenance", "extend", "m", "--until", "2026-11-22 12:00", "-m", "It takes longer."],
    );
    let new = new.replace("11:30", "12:00")
        + "\r\n## In progress · 2026-11-22 10:30 UTC\r\nIt takes longer.\r\n";
    assert_eq!(read(folder.path(), path), new);
    let past =
        said(&run(folder.path(), NOW, &["maintenance", "extend", "--until", "2026-11-22 10:20"]));
    assert!(past.contains("is over already; say that the work is done with"), "{past}");
    // What cannot be told apart line by line is left to its author.
    let flow =
        "---\n{ title: M, components: [api], start: 2026-11-22 10:00 UTC, duration: 1h }\n---\n";
    write(folder.path(), &[(path, flow)]);
    let refused = said(&run(folder.path(), NOW, &["maintenance", "extend", "--by", "30m"]));
    assert!(refused.contains("change `end` in `content/maintenance/m.md` by hand"), "{refused}");
    assert_eq!(read(folder.path(), path), flow);
}

#[test]
fn an_edited_file_is_checked_and_what_is_public_is_not_deleted() {
    let folder = site();
    let open = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\nText.\n";
    let future = open.replace("2026-11-22", "2026-12-22");
    write(
        folder.path(),
        &[("content/incidents/t.md", open), ("content/incidents/later.md", &future)],
    );
    let edit = |editor: &str, words: &[&str]| {
        let mut command = aboveboard(folder.path());
        command.env("PATH", std::env::var("PATH").unwrap()).env("EDITOR", editor);
        command.args(words).args(["--now", NOW]).output().unwrap()
    };
    let edited = edit("sed -i s/Text/Words/", &["incident", "edit"]);
    assert_eq!(
        said(&edited),
        "edited `content/incidents/t.md`; visitors read it with the next build\n"
    );
    assert!(read(folder.path(), "content/incidents/t.md").ends_with("Words.\n"));
    assert_eq!(
        said(&edit("true", &["incident", "edit", "t"])),
        "`content/incidents/t.md` is as it was\n"
    );
    let wrong = edit("sed -i s/Investigating/Investigatin/", &["incident", "edit", "t"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(said(&wrong).contains("did you mean `investigating`?"), "{}", said(&wrong));
    let failed = edit("false", &["incident", "edit", "t"]);
    assert_eq!(failed.status.code(), Some(3));
    assert_eq!(said(&failed), "error: the editor `false` failed; set `EDITOR` to another one\n");

    let public = run(folder.path(), NOW, &["incident", "delete", "t"]);
    assert_eq!(public.status.code(), Some(2));
    assert!(said(&public).contains("the record should stay"), "{}", said(&public));
    let unasked = run(folder.path(), NOW, &["incident", "delete", "later"]);
    assert!(said(&unasked).contains("nobody is there to ask; agree with `--force`"));
    assert!(folder.path().join("content/incidents/later.md").exists());
    for slug in ["later", "t"] {
        let gone = run(folder.path(), NOW, &["incident", "delete", slug, "--force"]);
        assert_eq!(gone.status.code(), Some(0), "{}", said(&gone));
        assert!(!folder.path().join(format!("content/incidents/{slug}.md")).exists());
    }
}

/// Types lines into a terminal in which the program runs, and returns what the terminal showed.
fn typed(folder: &Path, words: &[&str], lines: &[&str], environment: &[(&str, &str)]) -> String {
    const PYTHON: &str = "
import os, pty, select, sys
lines = sys.argv[1].split('\\x1f') if sys.argv[1] else []
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
shown = b''
while True:
    # The program asks, and is answered once it is silent; at the end it goes on by itself.
    ready, _, _ = select.select([terminal], [], [], 0.2 if lines else 60)
    if ready:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    elif lines:
        line = lines.pop(0)
        os.write(terminal, line.encode() if line == '\\x04' else (line + '\\n').encode())
    else:
        sys.exit('the program waits for ever')
print(shown.decode().replace('\\r', ''), end='')
os.waitpid(pid, 0)
";
    let output = std::process::Command::new("python3")
        .args(["-c", PYTHON, &lines.join("\u{1f}"), env!("CARGO_BIN_EXE_aboveboard")])
        .args(words)
        .args(["--now", NOW])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    said(&output)
}

#[test]
fn a_terminal_is_asked_for_what_was_not_typed_and_a_job_never() {
    let folder = site();
    let answers = [
        "",
        "API errors",
        "apu",
        "api web",
        "2",
        "deg",
        "",
        "Requests fail.",
        "",
        "Some of them.",
        ".",
    ];
    let shown = typed(folder.path(), &["incident", "new"], &answers, &[]);
    assert!(shown.contains("unknown component `apu`; did you mean `api`?"), "{shown}");
    assert!(shown.contains("How does Public API do? [major_outage]"), "{shown}");
    let path = "content/incidents/2026-11-22-api-errors.md";
    assert_eq!(
        read(folder.path(), path),
        "---\ntitle: API errors\naffected: { api: partial_outage, web: degraded_performance }\n---\n\n## Investigating · 2026-11-22 10:30 UTC\nRequests fail.\n\nSome of them.\n"
    );
    typed(folder.path(), &["incident", "update"], &["3", "A fix is out.", "."], &[]);
    typed(folder.path(), &["incident", "resolve"], &["All is well.", "."], &[]);
    let text = read(folder.path(), path);
    assert!(
        text.contains("\n## Monitoring · 2026-11-22 10:30 UTC\nA fix is out.\n\n## Resolved · "),
        "{text}"
    );
    let answers =
        ["Upgrade", "api", "tomorrow", "2026-11-24 02:00 UTC", "soon", "2h", "Short breaks.", "."];
    let shown = typed(folder.path(), &["maintenance", "new"], &answers, &[]);
    assert!(shown.contains("write a number and a unit, such as 2h or 30m"), "{shown}");
    let text = read(folder.path(), "content/maintenance/2026-11-22-upgrade.md");
    assert!(text.contains("start: 2026-11-24 02:00 UTC\nend: 2026-11-24 04:00 UTC\n"), "{text}");
    // Nobody answers in a job, even where there is a terminal.
    let shown = typed(folder.path(), &["incident", "new"], &[], &[("CI", "true")]);
    assert_eq!(
        shown,
        "error: an incident needs a title that visitors read, such as \"API errors\"\n"
    );
    // Who goes away in the middle has written nothing.
    let shown = typed(folder.path(), &["incident", "new"], &["Half", "\u{4}"], &[]);
    assert!(shown.contains("nothing was written"), "{shown}");
    assert!(!folder.path().join("content/incidents/2026-11-22-half.md").exists());
}

#[test]
fn a_template_gives_what_was_not_typed_and_is_no_incident() {
    let folder = site();
    let template = "---\ntitle: Payments fail\naffected: { api: major_outage }\n---\nOur provider refuses payments. We are in contact.\n";
    write(folder.path(), &[("content/templates/payments.md", template)]);
    let declared = run(folder.path(), NOW, &["incident", "new", "--template", "payments"]);
    assert_eq!(declared.status.code(), Some(0), "{}", said(&declared));
    assert_eq!(
        read(folder.path(), "content/incidents/2026-11-22-payments-fail.md"),
        "---\ntitle: Payments fail\naffected: { api: major_outage }\n---\n\n## Investigating · 2026-11-22 10:30 UTC\nOur provider refuses payments. We are in contact.\n"
    );
    run(
        folder.path(),
        NOW,
        &[
            "incident",
            "new",
            "Other",
            "--template",
            "payments",
            "--affects",
            "web=partial_outage",
            "-m",
            "x",
        ],
    );
    let other = read(folder.path(), "content/incidents/2026-11-22-other.md");
    assert!(
        other.contains("affected: { web: partial_outage }") && other.ends_with("UTC\nx\n"),
        "{other}"
    );
    let more = template.replace("We are", "\n\n## Identified\nWe are");
    write(folder.path(), &[("content/templates/more.md", &more)]);
    let refused = run(folder.path(), NOW, &["incident", "new", "--template", "more"]);
    assert!(said(&refused).contains("holds more than a template can"), "{}", said(&refused));
    fs::remove_file(folder.path().join("content/templates/more.md")).unwrap();
    let unknown = run(folder.path(), NOW, &["incident", "new", "--template", "payment"]);
    assert_eq!(said(&unknown), "error: there is no template `payment`; did you mean `payments`?\n");
    let checked = run(folder.path(), NOW, &["check"]);
    assert_eq!(checked.status.code(), Some(0), "{}", said(&checked));
}

#[test]
fn of_many_who_write_at_the_same_moment_none_is_lost() {
    let folder = site();
    let path = "content/incidents/t.md";
    let old = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\nText.\n";
    write(folder.path(), &[(path, old)]);
    let told: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..12)
            .map(|number| {
                let folder = folder.path();
                scope.spawn(move || {
                    let message = format!("Number {number}.");
                    let output = run(folder, NOW, &["incident", "update", "t", "-m", &message]);
                    output.status.success().then_some(message)
                })
            })
            .collect();
        writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect()
    });
    let text = read(folder.path(), path);
    assert!(!told.is_empty());
    assert_eq!(text.matches("Number").count(), told.len(), "{text}");
    assert!(told.iter().all(|message| text.contains(message.as_str())), "{text}");
}

#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = site();
    let old = "---\ntitle: T\n---\n## Investigating · 2026-11-22 09:00 UTC\nText.\n";
    write(folder.path(), &[("elsewhere/t.md", old)]);
    let file = folder.path().join("elsewhere/t.md");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let link = folder.path().join("content/incidents/t.md");
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("../../elsewhere/t.md", &link).unwrap();
    let output = run(folder.path(), NOW, &["incident", "resolve", "-m", "Over."]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().ends_with("Over.\n"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn spaces_of_a_message_stay_and_titles_do_not_rule_the_terminal() {
    let folder = site();
    run(
        folder.path(),
        NOW,
        &["incident", "new", "T \u{1b}[31m\u{202e}", "-m", "\n    code\n\nend  \nof it\n\n"],
    );
    let listed = said(&run(folder.path(), NOW, &["incident", "list"]));
    assert!(!listed.contains(['\u{1b}', '\u{202e}']), "{listed:?}");
    let file =
        fs::read_dir(folder.path().join("content/incidents")).unwrap().next().unwrap().unwrap();
    let text = fs::read_to_string(file.path()).unwrap();
    assert!(text.ends_with(" UTC\n    code\n\nend  \nof it\n"), "{text:?}");
}

#[test]
fn a_new_incident_takes_the_name_that_it_is_given() {
    let folder = site();
    let declare = |slug: &str| {
        run(folder.path(), NOW, &["incident", "new", "API errors", &format!("--slug={slug}")])
    };
    let output = declare("issue-7");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = read(folder.path(), "content/incidents/issue-7.md");
    assert!(text.starts_with("---\ntitle: API errors\n"), "{text}");
    for (slug, why) in [
        (
            "issue-7",
            "error: there is an incident `issue-7` already, `content/incidents/issue-7.md`; say more of it with `aboveboard incident update issue-7`, or take another name\n",
        ),
        (
            "Issue-7",
            "error: there is an incident `Issue-7` already, `content/incidents/issue-7.md`; say more of it with `aboveboard incident update issue-7`, or take another name\n",
        ),
    ] {
        let output = declare(slug);
        assert_eq!((output.status.code(), &*said(&output)), (Some(2), why));
    }
    for slug in ["", ".", "..", ".hidden", "../up", "a/b", "a b", "ü", "a\nb", "issue-8.md"] {
        let output = declare(slug);
        assert_eq!(output.status.code(), Some(2), "{slug}");
        assert_eq!(
            said(&output),
            format!(
                "error: `--slug {slug}` cannot be an address; use letters, digits, `-`, `_` and `.` only, no `.` in front and no `.md` at the end\n"
            )
        );
    }
    assert_eq!(fs::read_dir(folder.path().join("content/incidents")).unwrap().count(), 1);
}
