//! Generated worlds against a slow oracle that walks second by second and shares no code
//! with the planner: only the formulas of docs/uptime.md.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fmt::Write;

use aboveboard::site::uptime::Uptime;
use proptest::prelude::*;
use support::{World, time};

const START: i64 = 1_795_000_000;
const LENGTH: i64 = 3 * 3600;
const HOLD: i64 = 3 * 300;

#[derive(Debug, Clone)]
struct Generated {
    /// Probe 0 or 1, second, outcome word.
    samples: Vec<(usize, i64, &'static str)>,
    /// From, to, status word, whether it counts.
    incidents: Vec<(i64, i64, &'static str, bool)>,
    /// From, to, whether announced in time.
    maintenance: Vec<(i64, i64, bool)>,
    /// From, to.
    corrections: Vec<(i64, i64)>,
    down_when: &'static str,
}

fn generated() -> impl Strategy<Value = Generated> {
    let second = 0..LENGTH;
    let span = || (0..LENGTH, 60..5000_i64);
    let outcome =
        prop::sample::select(vec!["up", "up", "up", "degraded", "down", "down", "unknown"]);
    let status = prop::sample::select(vec![
        "operational",
        "degraded_performance",
        "partial_outage",
        "major_outage",
    ]);
    (
        prop::collection::vec((0..2_usize, second, outcome), 0..60),
        prop::collection::vec((span(), status, any::<bool>()), 0..4),
        prop::collection::vec((span(), any::<bool>()), 0..3),
        prop::collection::vec(span(), 0..2),
        prop::sample::select(vec!["any", "all"]),
    )
        .prop_map(|(samples, incidents, maintenance, corrections, down_when)| Generated {
            samples,
            incidents: incidents
                .into_iter()
                .map(|((from, len), s, c)| (from, from + len, s, c))
                .collect(),
            maintenance: maintenance
                .into_iter()
                .map(|((from, len), a)| (from, from + len, a))
                .collect(),
            corrections: corrections.into_iter().map(|(from, len)| (from, from + len)).collect(),
            down_when,
        })
}

fn stamp(second: i64) -> String {
    aboveboard::model::Time::from_seconds(START + second).rfc3339()
}

fn world(g: &Generated) -> World {
    let config = format!(
        "site: {{ title: A, url: https://a.example }}\ninterval: 5m\ncomponents:\n  - {{ id: api, down_when: {}, probes: [{{ url: https://a.example/ }}, {{ url: https://b.example/ }}] }}\n",
        g.down_when
    );
    let mut csv = String::from("time,probe,outcome,latency_ms,code,detail\n");
    for (probe, second, outcome) in &g.samples {
        let id = ["api", "api-2"][*probe];
        writeln!(csv, "{},{id},{outcome},,,", stamp(*second)).unwrap();
    }
    let mut files = vec![("probes.yaml".to_owned(), config), ("data/a.csv".to_owned(), csv)];
    for (index, (from, to, status, counts)) in g.incidents.iter().enumerate() {
        files.push((
            format!("content/incidents/{index}.md"),
            format!("---\ntitle: I\naffected: {{ api: {status} }}\naffects_uptime: {counts}\n---\n## Investigating · {}\n## Resolved · {}\n", stamp(*from), stamp(*to)),
        ));
    }
    for (index, (from, to, announced)) in g.maintenance.iter().enumerate() {
        let announced = if *announced { *from } else { from + 1 };
        files.push((
            format!("content/maintenance/{index}.md"),
            format!(
                "---\ntitle: M\ncomponents: [api]\nstart: {}\nend: {}\nannounced: {}\n---\n",
                stamp(*from),
                stamp(*to),
                stamp(announced)
            ),
        ));
    }
    for (index, (from, to)) in g.corrections.iter().enumerate() {
        files.push((
            format!("content/corrections/{index}.md"),
            format!(
                "---\ncomponents: [api]\nfrom: {}\nuntil: {}\n---\nWhy.\n",
                stamp(*from),
                stamp(*to)
            ),
        ));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    World::new(&stamp(LENGTH), &files)
}

/// 0 operational, 1 unknown, 2 maintenance, 3 degraded, 4 partial, 5 major.
fn rank(status: &str) -> u8 {
    match status {
        "operational" => 0,
        "degraded_performance" => 3,
        "partial_outage" => 4,
        _ => 5,
    }
}

/// What a probe says at a second: its newest sample, while that is not too old. Of two for
/// one second the worse counts.
fn speaks(g: &Generated, probe: usize, at: i64) -> Option<&'static str> {
    let order = ["unknown", "up", "degraded", "down"];
    let newest =
        g.samples.iter().filter(|(p, s, _)| *p == probe && *s <= at).map(|(_, s, _)| *s).max()?;
    if at - newest >= HOLD {
        return None;
    }
    let word = g
        .samples
        .iter()
        .filter(|(p, s, _)| *p == probe && *s == newest)
        .map(|(_, _, word)| *word)
        .max_by_key(|word| order.iter().position(|known| known == word))?;
    (word != "unknown").then_some(word)
}

fn measured(g: &Generated, at: i64) -> u8 {
    if g.corrections.iter().any(|(from, to)| (*from..*to).contains(&at)) {
        return 1;
    }
    let living: Vec<Option<&str>> = (0..2)
        .filter(|probe| g.samples.iter().any(|(p, s, _)| p == probe && *s <= at))
        .map(|probe| speaks(g, probe, at))
        .collect();
    let count = |word| living.iter().filter(|said| **said == Some(word)).count();
    let needed = if g.down_when == "any" { 1 } else { 2 };
    if living.is_empty() {
        1
    } else if count("down") >= needed {
        5
    } else if count("down") > 0 {
        4
    } else if count("degraded") > 0 {
        3
    } else if living.contains(&None) {
        1
    } else {
        0
    }
}

/// Second by second, in seconds.
fn oracle(g: &Generated) -> [i64; 5] {
    let [mut window, mut observed, mut excluded, mut down, mut degraded] = [0_i64; 5];
    let birth = g
        .samples
        .iter()
        .map(|(_, second, _)| *second)
        .chain(g.incidents.iter().map(|(from, ..)| *from))
        .min();
    for at in birth.unwrap_or(LENGTH)..LENGTH {
        window += 1;
        let declared = |counting: bool| {
            g.incidents
                .iter()
                .filter(|(from, to, _, counts)| {
                    (*from..*to).contains(&at) && (*counts || !counting)
                })
                .map(|(_, _, status, _)| rank(status))
                .max()
                .unwrap_or(0)
        };
        let status = measured(g, at).max(declared(true));
        if status == 1 {
            continue;
        }
        observed += 1;
        let announced =
            g.maintenance.iter().any(|(from, to, early)| (*from..*to).contains(&at) && *early);
        if announced && declared(false) <= 2 {
            excluded += 1;
        } else if status >= 4 {
            down += 1;
        } else if status == 3 {
            degraded += 1;
        }
    }
    [window, observed, excluded, down, degraded]
}

fn planned(world: &World, from: i64, to: i64) -> [i64; 5] {
    let site = world.plan();
    let uptime = Uptime::of(&site.components[0].slices, time(&stamp(from)), time(&stamp(to)));
    [uptime.window_ms, uptime.observed_ms, uptime.excluded_ms, uptime.down_ms, uptime.degraded_ms]
        .map(|ms| {
            assert_eq!(ms % 1000, 0);
            ms / 1000
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_planner_agrees_with_a_second_by_second_oracle(g in generated(), cut in 0..LENGTH) {
        let world = world(&g);
        prop_assert!(world.problems.is_empty());
        let whole = planned(&world, 0, LENGTH);
        prop_assert_eq!(whole, oracle(&g));

        // A window is the sum of its parts.
        let (left, right) = (planned(&world, 0, cut), planned(&world, cut, LENGTH));
        let sum: Vec<i64> = left.iter().zip(right).map(|(a, b)| a + b).collect();
        prop_assert_eq!(sum, whole.to_vec());

        // The slices of a life have no gap and no overlap, and days add up to it.
        let site = world.plan();
        let report = &site.components[0];
        prop_assert!(report.slices.windows(2).all(|pair| pair[0].to == pair[1].from));
        prop_assert_eq!(report.uptime().window_ms, whole[0] * 1000);
        prop_assert_eq!(report.uptime().down_ms, whole[3] * 1000);
    }

    #[test]
    fn order_and_repetition_of_rows_change_nothing(g in generated(), seed in any::<u64>()) {
        let mut shuffled = g.clone();
        let copies: Vec<_> = g.samples.iter().step_by(3).copied().collect();
        shuffled.samples.extend(copies);
        let count = shuffled.samples.len().max(1) as u64;
        for index in 0..shuffled.samples.len() {
            let other = (seed.wrapping_mul(index as u64 + 1) >> 7) % count;
            shuffled.samples.swap(index, other as usize);
        }
        prop_assert_eq!(planned(&world(&g), 0, LENGTH), planned(&world(&shuffled), 0, LENGTH));
    }
}
