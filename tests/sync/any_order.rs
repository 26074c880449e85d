//! Any order of samples, texts of people and runs: nobody's text is lost, no outage has two incidents,
//! nothing flaps, and a second run finds nothing to do.
//!
//! What is true is judged by the list of samples alone, with no code of the program.

use std::collections::BTreeMap;

use aboveboard::model::{ComponentStatus, Hands, Incident, IncidentStatus, Time};
use proptest::prelude::*;

use crate::site::Site;

const CONFIG: &str = "site: { title: Acme, url: https://status.acme.example }
incidents: { raise_after: 10m, resolve_after: 10m, reopen_within: 1h }
components:
  - { id: a, name: Alpha, probes: [{ url: tcp://a.acme.example:1 }] }
  - { id: b, name: Beta, probes: [{ url: tcp://b.acme.example:1 }] }
  - { id: c, name: Gamma, probes: [{ url: tcp://c.acme.example:1 }] }
";
const IDS: [&str; 3] = ["a", "b", "c"];
/// A sample speaks for three intervals.
const HOLD: i64 = 15;

#[derive(Debug, Clone)]
enum Act {
    /// Nobody does anything.
    Nothing,
    /// The job does not run.
    Late,
    /// A person declares an incident of these components.
    Declare(usize, &'static str),
    /// A person adds an update to one of the files.
    Update(usize, &'static str, Option<(usize, &'static str)>),
    /// A person writes below whatever stands in one of the files.
    Append(usize),
    /// A person writes another title.
    Rename(usize),
    /// A person says what may happen by itself.
    Auto(usize, &'static str),
    /// A person plans work that begins now.
    Plan(usize),
}

fn act(has_people: bool) -> BoxedStrategy<Act> {
    if !has_people {
        return Just(Act::Nothing).boxed();
    }
    let status =
        prop_oneof![Just("major_outage"), Just("degraded_performance"), Just("operational")];
    let word = prop_oneof![
        Just("Identified"),
        Just("Monitoring"),
        Just("Resolved"),
        Just("Resolved"),
        Just("Investigating"),
        Just("Postmortem")
    ];
    let auto = prop_oneof![Just("true"), Just("resolve"), Just("false")];
    prop_oneof![
        12 => Just(Act::Nothing),
        2 => Just(Act::Late),
        1 => (0..7_usize, status.clone()).prop_map(|(set, status)| Act::Declare(set + 1, status)),
        3 => (0..9_usize, word, prop::option::of((0..3_usize, status))).prop_map(|(file, word, change)| Act::Update(file, word, change)),
        1 => (0..9_usize).prop_map(Act::Append),
        1 => (0..9_usize).prop_map(Act::Rename),
        1 => (0..9_usize, auto).prop_map(|(file, auto)| Act::Auto(file, auto)),
        1 => (0..3_usize).prop_map(Act::Plan),
    ]
    .boxed()
}

/// What each component does for how many rounds.
fn lives() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    let outcome = prop_oneof![
        4 => Just("up"),
        4 => Just("down"),
        1 => Just("degraded"),
        1 => Just("unknown"),
        1 => Just(""),
    ];
    let life = prop::collection::vec((outcome, 1..7_usize), 8..14).prop_map(|parts| {
        parts.into_iter().flat_map(|(what, rounds)| vec![what; rounds]).collect()
    });
    prop::collection::vec(life, 3)
}

/// All samples of one component, in minutes; an unknown one speaks for nobody.
#[derive(Default)]
struct Seen(Vec<(i64, &'static str)>);

impl Seen {
    /// For how long samples have said this, the newest among them, with no time in between of which nothing
    /// is known for longer than `gap`; none when it is not so now.
    fn lasted(&self, now: i64, is: impl Fn(&str) -> bool, gap: i64) -> Option<i64> {
        let newest = self.0.last().filter(|(at, what)| is(what) && now - at < HOLD)?.0;
        let mut first = newest;
        for pair in self.0.windows(2).rev() {
            let [(at, what), (next, _)] = pair else { unreachable!() };
            if *what == "unknown" {
                continue;
            }
            let spoke_until = (*next).min(at + HOLD);
            if !is(what) || first - spoke_until > gap {
                break;
            }
            first = *at;
        }
        Some(newest - first)
    }

    fn down(&self, now: i64) -> Option<i64> {
        self.lasted(now, |what| what == "down", HOLD)
    }

    fn good(&self, now: i64) -> Option<i64> {
        self.lasted(now, |what| what == "up" || what == "degraded", 0)
    }
}

fn is_bad(status: ComponentStatus) -> bool {
    status > ComponentStatus::Operational
}

/// What an incident says of components at the end.
fn says(incident: &Incident, now: Time) -> BTreeMap<String, ComponentStatus> {
    incident.phases(now).last().map(|phase| phase.affected.clone()).unwrap_or_default()
}

/// Everything that people wrote, each of it told apart.
#[derive(Default)]
struct People {
    texts: Vec<String>,
    titles: BTreeMap<String, String>,
}

impl People {
    fn text(&mut self) -> String {
        let text = format!("Words of a person, number {}.", self.texts.len());
        self.texts.push(text.clone());
        text
    }

    fn act(&mut self, site: &Site, act: &Act) {
        let files = site.files();
        let incidents: Vec<(&String, &String)> =
            files.iter().filter(|(path, _)| path.contains("/incidents/")).collect();
        let pick =
            |file: &usize| (!incidents.is_empty()).then(|| incidents[file % incidents.len()]);
        let now = site.now().rfc3339();
        match act {
            Act::Nothing | Act::Late => {}
            Act::Declare(set, status) => {
                let ids = IDS.iter().enumerate().filter(|(bit, _)| set & (1 << bit) != 0);
                let affected: Vec<String> = ids.map(|(_, id)| format!("{id}: {status}")).collect();
                let (text, number) = (self.text(), self.texts.len());
                site.write(
                    &format!("content/incidents/person-{number}.md"),
                    &format!("---\ntitle: T\naffected: {{ {} }}\n---\n\n## Investigating · {now}\n{text}\n", affected.join(", ")),
                );
            }
            Act::Update(file, word, change) => {
                let Some((path, text)) = pick(file) else { return };
                let change = change
                    .map_or(String::new(), |(id, status)| format!(" {{{}={status}}}", IDS[id]));
                let words = self.text();
                site.write(path, &format!("{text}\n## {word} · {now}{change}\n{words}\n"));
            }
            Act::Append(file) => {
                let Some((path, text)) = pick(file) else { return };
                let words = self.text();
                site.write(path, &format!("{text}\n{words}\n"));
            }
            Act::Rename(file) => {
                let Some((path, text)) = pick(file) else { return };
                let title = format!("title: Name {}", self.titles.len());
                let lines = text.lines().map(|line| match line.starts_with("title:") {
                    true => title.as_str(),
                    false => line,
                });
                let text = lines.collect::<Vec<_>>().join("\n") + "\n";
                self.titles.insert(path.clone(), title.clone());
                site.write(path, &text);
            }
            Act::Auto(file, auto) => {
                let Some((path, text)) = pick(file) else { return };
                let line = format!("auto: {auto}\n");
                let text = match text.find("\nauto: ").map(|at| at + 1) {
                    Some(at) => {
                        let end = at + text[at..].find('\n').unwrap() + 1;
                        format!("{}{line}{}", &text[..at], &text[end..])
                    }
                    None => text.replacen("---\n", &format!("---\n{line}"), 1),
                };
                site.write(path, &text);
            }
            Act::Plan(id) => {
                let end = site.now().plus(1_800_000).rfc3339();
                let path = format!("content/maintenance/at-{}.md", site.minute);
                site.write(
                    &path,
                    &format!(
                        "---\ntitle: M\ncomponents: [{}]\nstart: {now}\nend: {end}\n---\n",
                        IDS[*id]
                    ),
                );
            }
        }
    }

    /// All of it is still there.
    fn check(&self, files: &BTreeMap<String, String>) {
        for text in &self.texts {
            assert!(files.values().any(|file| file.contains(text)), "lost: {text}");
        }
        for (path, title) in &self.titles {
            assert!(files[path].contains(title.as_str()), "lost: {title}");
        }
    }
}

/// What the program wrote between two looks at the files.
fn check_news(before: &[Incident], after: &[Incident], seen: &BTreeMap<&str, Seen>, minute: i64) {
    for incident in after {
        let old = before.iter().find(|one| one.slug == incident.slug);
        let had = old.map_or(0, |one| one.updates.len());
        let news: Vec<_> = incident.updates.iter().skip(had).collect();
        assert!(news.len() <= 1, "{} updates at once", news.len());
        for update in news {
            assert!(update.is_automatic);
            let fails: Vec<&String> = update
                .changes
                .iter()
                .filter(|(_, status)| status.is_down())
                .map(|(id, _)| id)
                .collect();
            for id in &fails {
                assert!(seen[id.as_str()].down(minute).is_some(), "{id} does not fail");
            }
            // It takes one that has lasted; the others began with it.
            let lasted = |id: &&&String| seen[id.as_str()].down(minute) >= Some(10);
            assert!(
                fails.is_empty() || fails.iter().any(|id| lasted(&id)),
                "{fails:?} did not last"
            );
            for (id, _) in update.changes.iter().filter(|(_, status)| !status.is_down()) {
                // What is opened again says what is good already.
                let is_over = old.is_some_and(|one| {
                    one.updates.last().unwrap().status == Some(IncidentStatus::Resolved)
                });
                let lasts = seen[id.as_str()].good(minute);
                assert!(is_over || lasts >= Some(10), "{id} is not good");
            }
            if update.status == Some(IncidentStatus::Resolved) {
                let old = old.unwrap();
                assert!(matches!(old.hands, Hands::Program | Hands::Resolve), "{}", old.slug);
                let goes_on = update.body.contains("goes on");
                for (id, _) in says(old, old.updates.iter().filter_map(|one| one.at).max().unwrap())
                {
                    let lasts = seen[id.as_str()].good(minute);
                    assert!(goes_on || lasts >= Some(10), "{id} is not good, {lasts:?}");
                }
            }
        }
    }
}

fn live(lives: &[Vec<&'static str>], acts: &[Act]) -> Site {
    let mut site = Site::new(CONFIG);
    let mut seen: BTreeMap<&str, Seen> = IDS.into_iter().map(|id| (id, Seen::default())).collect();
    let mut people = People::default();
    let rounds = lives.iter().map(Vec::len).min().unwrap();
    let has_people = acts.iter().any(|act| !matches!(act, Act::Nothing));
    for round in 0..rounds {
        for (id, life) in IDS.into_iter().zip(lives) {
            let what = life[round];
            if !what.is_empty() {
                site.sample(&[(id, what)]);
                seen.get_mut(id).unwrap().0.push((site.minute, what));
            }
        }
        let act = &acts[round % acts.len()];
        people.act(&site, act);
        if !matches!(act, Act::Late) {
            let before = site.content().incidents;
            site.sync();
            let files = site.files();
            let after = site.content().incidents;
            people.check(&files);
            check_news(&before, &after, &seen, site.minute);
            assert_eq!(site.sync(), 0, "a second run found something");
            assert_eq!(site.files(), files);
            check_open(&site, &seen, has_people);
        }
        site.minute += 5;
    }
    site
}

/// No outage has two open incidents unless people say so, and none that has lasted has none.
fn check_open(site: &Site, seen: &BTreeMap<&str, Seen>, has_people: bool) {
    let open = site.open();
    for id in IDS {
        let naming: Vec<&Incident> = open
            .iter()
            .filter(|one| says(one, site.now()).get(id).is_some_and(|status| is_bad(*status)))
            .collect();
        let ours = naming.iter().filter(|one| one.hands == Hands::Program).count();
        assert!(ours <= 1, "{id} has {ours} incidents of the program");
        if !has_people {
            let down = seen[id].down(site.minute);
            assert!(down < Some(10) || naming.len() == 1, "{id} is down, and nobody is told");
        }
    }
    for ours in open.iter().filter(|one| one.hands == Hands::Program) {
        let bad = |one: &Incident| -> Vec<String> {
            says(one, site.now())
                .into_iter()
                .filter(|(_, status)| is_bad(*status))
                .map(|(id, _)| id)
                .collect()
        };
        let of_ours = bad(ours);
        let others = open.iter().filter(|one| one.hands != Hands::Program);
        let double =
            others.map(bad).any(|of_theirs| of_ours.iter().all(|id| of_theirs.contains(id)));
        assert!(of_ours.is_empty() || !double, "{} says what a person says already", ours.slug);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn people_and_the_program_write_the_same_files(lives in lives(), acts in prop::collection::vec(act(true), 17..40)) {
        live(&lives, &acts);
    }

    #[test]
    fn checks_alone_tell_every_outage_and_end_it(lives in lives()) {
        let mut site = live(&lives, &[Act::Nothing]);
        // Good for as long as anything could be kept open.
        let good: &[(&str, &str)] = &[("a", "up"), ("b", "up"), ("c", "up")];
        for _ in 0..(640 / 5 + 2) {
            site.sample(good);
            site.minute += 5;
        }
        site.minute -= 5;
        site.sync();
        prop_assert!(site.open().is_empty());
    }
}
