//! One case each.

use crate::site::Site;

const CONFIG: &str = "site: { title: Acme, url: https://status.acme.example }
incidents: { raise_after: 5m, resolve_after: 10m, reopen_within: 1h }
components:
  - { id: api, name: Public API, probes: [{ url: tcp://api.acme.example:1 }] }
  - { id: web, name: Web_site, probes: [{ url: tcp://web.acme.example:1 }] }
  - { id: mail, name: Mail, raise_after: never, probes: [{ url: tcp://mail.acme.example:1 }] }
";
const BOTH_UP: &[(&str, &str)] = &[("api", "up"), ("web", "up")];
const API_DOWN: &[(&str, &str)] = &[("api", "down"), ("web", "up")];
const BOTH_DOWN: &[(&str, &str)] = &[("api", "down"), ("web", "down")];

#[test]
fn an_outage_raises_an_incident_and_its_end_resolves_it() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[BOTH_UP, API_DOWN]);
    assert_eq!(site.files().len(), 0, "it has not lasted yet");
    site.minute += 5;
    site.rounds(&[API_DOWN, API_DOWN, BOTH_UP, BOTH_UP, BOTH_UP, BOTH_UP]);
    assert_eq!(
        site.only_told(),
        "---
title: Public API is down
started: 2026-11-22 10:05 UTC
affects_uptime: false # the checks measure it themselves
auto: true
---

## Investigating · 2026-11-22 10:10 UTC {auto, api=major_outage}
Public API has failed our checks since 10:05 UTC (connection refused).

## Resolved · 2026-11-22 10:30 UTC {auto}
All checks have been good since 10:20 UTC.
"
    );
}

#[test]
fn a_check_that_failed_once_raises_nothing_however_late_the_next_one_is() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[BOTH_UP, API_DOWN]);
    for _ in 0..6 {
        site.minute += 5;
        assert_eq!(site.sync(), 0);
    }
}

#[test]
fn silence_resolves_nothing() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN, BOTH_UP]);
    site.minute += 600;
    assert_eq!(site.sync(), 0);
    assert_eq!(site.open().len(), 1);
}

#[test]
fn what_fails_together_is_one_incident_and_what_fails_hours_later_is_another() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, BOTH_DOWN, BOTH_DOWN]);
    let text = site.only_told();
    assert!(text.contains("title: Public API, Web_site are down\n"), "{text}");
    assert!(text.contains("{auto, api=major_outage, web=major_outage}\n- Public API has failed our checks since 10:00 UTC (connection refused).\n- Web\\_site has failed our checks since 10:05 UTC (connection refused).\n"), "{text}");

    let mut site = Site::new(CONFIG);
    let mut rounds = vec![API_DOWN; 30];
    rounds.extend([BOTH_DOWN; 3]);
    site.rounds(&rounds);
    assert_eq!(site.open().len(), 2);
}

#[test]
fn one_that_joins_and_one_that_recovers_are_told() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[
        API_DOWN, API_DOWN, BOTH_DOWN, BOTH_DOWN, API_DOWN, API_DOWN, API_DOWN, API_DOWN,
    ]);
    let text = site.only_told();
    let told = text.split_once("---\n\n").unwrap().1;
    assert_eq!(
        told,
        "## Investigating · 2026-11-22 10:05 UTC {auto, api=major_outage}
Public API has failed our checks since 10:00 UTC (connection refused).

## Investigating · 2026-11-22 10:15 UTC {auto, web=major_outage}
Web\\_site has failed our checks since 10:10 UTC (connection refused).

## Investigating · 2026-11-22 10:30 UTC {auto, web=operational}
Web\\_site has passed our checks since 10:20 UTC.
"
    );
}

#[test]
fn what_comes_back_soon_opens_the_same_incident_and_is_believed_later() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN, BOTH_UP, BOTH_UP, BOTH_UP, API_DOWN, API_DOWN]);
    let text = site.only_told();
    assert!(text.ends_with("## Investigating · 2026-11-22 10:30 UTC {auto, api=major_outage}\nPublic API is failing our checks again, since 10:25 UTC (connection refused).\n"), "{text}");
    // Twenty minutes now, where ten were enough before.
    site.minute += 5;
    site.rounds(&[BOTH_UP, BOTH_UP, BOTH_UP, BOTH_UP]);
    assert_eq!(site.open().len(), 1);
    site.minute += 5;
    site.rounds(&[BOTH_UP]);
    assert_eq!(site.open().len(), 0);
    // Much later it is another incident.
    site.minute += 70;
    site.rounds(&[BOTH_UP, API_DOWN, API_DOWN]);
    assert_eq!(site.content().incidents.len(), 2);
}

#[test]
fn an_incident_that_a_person_has_edited_gets_facts_and_no_end() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN]);
    site.edit(|text| text.replace("Public API is down", "Nobody can log in"));
    site.minute += 5;
    site.rounds(&[BOTH_UP; 20]);
    let text = site.only_told();
    assert!(text.contains("title: Nobody can log in\n"));
    assert!(text.ends_with("## Investigating · 2026-11-22 10:20 UTC {auto, api=operational}\nPublic API has passed our checks since 10:10 UTC.\n"), "{text}");
    assert_eq!(site.open().len(), 1);
    // Until they ask for it.
    site.edit(|text| text.replace("auto: true", "auto: resolve"));
    assert_eq!(site.sync(), 1);
    assert!(
        site.only_told().ends_with("{auto}\nAll checks have been good since 10:10 UTC.\n"),
        "{}",
        site.only_told()
    );
}

#[test]
fn what_a_person_said_of_a_component_is_theirs() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN]);
    site.edit(|text| {
        format!("{text}\n## Identified · 2026-11-22 10:06 UTC {{api=partial_outage}}\nA disk.\n")
    });
    site.minute += 5;
    let before = site.only();
    site.rounds(&[BOTH_UP; 10]);
    assert_eq!(site.only(), before);
}

#[test]
fn an_incident_of_a_person_covers_and_one_that_asks_is_resolved() {
    let mut site = Site::new(CONFIG);
    let theirs = |auto: &str| {
        format!(
            "---\ntitle: API errors\naffected: {{ api: major_outage }}\n{auto}---\n\n## Investigating · 2026-11-22 10:00 UTC\nWe look.\n"
        )
    };
    site.write("content/incidents/a.md", &theirs(""));
    site.rounds(&[API_DOWN; 6]);
    site.minute += 5;
    site.rounds(&[BOTH_UP; 6]);
    assert_eq!(site.only(), theirs(""));
    site.write("content/incidents/a.md", &theirs("auto: resolve\n"));
    site.sync();
    let text = site.only();
    assert!(text.starts_with(&theirs("auto: resolve\n")), "{text}");
    assert!(text.ends_with("\n## Resolved · 2026-11-22 10:55 UTC {auto}\nAll checks have been good since 10:30 UTC.\n"), "{text}");
}

#[test]
fn what_no_check_ever_saw_is_for_people_to_resolve() {
    let mut site = Site::new(CONFIG);
    site.write("content/incidents/a.md", "---\ntitle: Wrong invoices\naffected: { api: partial_outage }\nauto: resolve\n---\n## Investigating · 2026-11-22 10:00 UTC\n");
    site.rounds(&[BOTH_UP; 20]);
    assert_eq!(site.open().len(), 1);
}

#[test]
fn an_incident_that_a_person_declares_beside_it_takes_over() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN]);
    site.write("content/incidents/z.md", "---\ntitle: \"API [errors]\"\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-22 10:06 UTC\n");
    site.minute += 5;
    site.rounds(&[API_DOWN]);
    let open = site.open();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].slug, "z");
    let files = site.files();
    let ours = &files["content/incidents/2026-11-22-public-api-is-down.md"];
    assert!(
        ours.ends_with(
            "{auto}\nThis goes on in another incident: [API \\[errors\\]](/incidents/z/).\n"
        ),
        "{ours}"
    );
}

#[test]
fn maintenance_is_quiet_and_its_overrun_is_not() {
    let mut site = Site::new(CONFIG);
    site.write("content/maintenance/m.md", "---\ntitle: New *disks*\ncomponents: [api]\nstart: 2026-11-22 10:00 UTC\nend: 2026-11-22 10:30 UTC\nannounced: 2026-11-20 10:00 UTC\n---\n");
    site.rounds(&[API_DOWN; 7]);
    assert!(site.open().is_empty());
    site.minute += 5;
    site.rounds(&[API_DOWN]);
    let open = site.open();
    assert_eq!(open.len(), 1);
    assert_eq!(
        open[0].updates[0].body,
        "Public API has failed our checks since 10:30 UTC (connection refused). The maintenance “New \\*disks\\*” was planned until 10:30 UTC."
    );
}

#[test]
fn who_never_wants_an_incident_gets_none() {
    let mut site = Site::new(CONFIG);
    let down: &[(&str, &str)] = &[("mail", "down")];
    site.rounds(&[down; 20]);
    assert!(site.files().is_empty());
}

#[test]
fn the_places_that_see_it_are_told() {
    let mut site = Site::new(CONFIG);
    let places: &[(&str, &str)] = &[("api", "down@paris"), ("api", "down@tokyo"), ("api", "up")];
    site.rounds(&[places; 2]);
    assert_eq!(
        site.open()[0].updates[0].body,
        "Public API has failed our checks since 10:00 UTC (connection refused), seen from paris, tokyo."
    );
}

#[test]
fn uptime_is_what_was_measured_with_or_without_the_incident() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN, API_DOWN, BOTH_UP, BOTH_UP, BOTH_UP, BOTH_UP]);
    let files = site.files();
    let data = std::fs::read_to_string(site.path("data/2026/11/2026-11-22.csv")).unwrap();
    let down = |with: bool| {
        let mut all = vec![("probes.yaml", CONFIG), ("data/2026/11/2026-11-22.csv", data.as_str())];
        all.extend(
            files.iter().filter(|_| with).map(|(path, text)| (path.as_str(), text.as_str())),
        );
        let world = crate::support::World::new(&site.now().rfc3339(), &all);
        assert_eq!(world.content.incidents.len(), usize::from(with));
        world.plan().components[0].life.windows[0].uptime.down_ms()
    };
    assert_eq!(down(true), 15 * 60_000);
    assert_eq!(down(true), down(false));
}

#[test]
fn windows_line_ends_are_no_edit_and_a_broken_file_is_no_reason_to_be_silent() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN]);
    site.edit(|text| text.replace('\n', "\r\n"));
    site.minute += 5;
    site.rounds(&[BOTH_UP; 4]);
    assert!(site.open().is_empty());

    let mut site = Site::new(CONFIG);
    site.write("content/incidents/broken.md", "---\ntitle: [\n---\n## Investigating\n```\n");
    site.sample(API_DOWN);
    site.minute += 5;
    site.sample(API_DOWN);
    assert_eq!(site.sync(), 1);
}

#[test]
fn what_answers_slowly_at_the_end_is_told_as_slow() {
    let mut site = Site::new(CONFIG);
    let slow: &[(&str, &str)] = &[("api", "degraded"), ("web", "up")];
    site.rounds(&[API_DOWN, API_DOWN, slow, slow, slow]);
    assert!(site.only_told().ends_with("{auto}\nPublic API has been answering again since 10:10 UTC, but slowly or with errors.\n"), "{}", site.only_told());
}

#[test]
fn it_is_told_since_when_it_fails_whoever_said_so_before() {
    let mut site = Site::new(CONFIG);
    site.write("content/incidents/a.md", "---\ntitle: A\naffected: { api: major_outage }\n---\n## Investigating · 2026-11-22 10:00 UTC\n\n## Resolved · 2026-11-22 10:07 UTC\n");
    site.rounds(&[API_DOWN; 4]);
    let open = site.open();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].started, Some(crate::support::time("2026-11-22T10:07:00Z")));
    assert_eq!(
        open[0].updates[0].body,
        "Public API has failed our checks since 10:00 UTC (connection refused)."
    );
}

#[test]
fn what_was_measured_wrongly_ends_too() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN, API_DOWN, BOTH_UP]);
    site.write("content/corrections/c.md", "---\ncomponents: [api]\nfrom: 2026-11-22 09:00 UTC\nuntil: 2026-11-22 10:15 UTC\n---\nThe prober was cut off.\n");
    site.minute += 5;
    site.rounds(&[BOTH_UP; 3]);
    assert!(site.open().is_empty());
}

#[test]
fn an_incident_with_an_alert_is_over_when_that_is() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN, API_DOWN]);
    site.edit(|text| {
        aboveboard::content::author::sealed(
            &text.replace("\nauto: true", "\nalert_key: own:a\nauto: true"),
        )
    });
    site.minute += 5;
    site.rounds(&[BOTH_UP; 5]);
    assert_eq!(site.open().len(), 1);
    site.edit(|text| {
        aboveboard::content::author::sealed(&text.replace("\nalert_key: own:a", "\nalert_key: []"))
    });
    assert_eq!(site.sync(), 1);
    assert!(site.open().is_empty());
}

#[test]
fn a_person_s_words_that_cannot_be_read_hold_it_back() {
    let mut site = Site::new(CONFIG);
    site.write(
        "content/incidents/a.md",
        "---\ntitle: A\n---\n## Investigating · yesterday {api=major_outage}\n",
    );
    for _ in 0..3 {
        site.sample(API_DOWN);
        assert_eq!(site.sync(), 0);
        site.minute += 5;
    }
}

#[test]
fn a_clock_that_goes_back_writes_nothing() {
    let mut site = Site::new(CONFIG);
    for _ in 0..3 {
        site.sample(API_DOWN);
        site.minute += 5;
    }
    site.sync();
    let before = site.files();
    site.minute = 12;
    assert!(site.try_sync().is_err());
    assert_eq!(site.files(), before);
}

#[test]
fn two_at_once_raise_one() {
    let mut site = Site::new(CONFIG);
    site.rounds(&[API_DOWN]);
    site.minute += 5;
    site.sample(API_DOWN);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| site.sync());
        }
    });
    assert_eq!(site.files().len(), 1);
}
