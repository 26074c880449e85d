//! The made-up days before the demo began: history and what people would have written.

use std::collections::BTreeMap;

use crate::model::time::{DAY, HOUR, MINUTE};
use crate::model::{Outcome, Sample, Time};
use crate::store::{self, Row};

const DAYS: i64 = 90;
const CADENCE: i64 = 5 * MINUTE;

/// A made-up stretch: probe, days ago, minutes into that day, minutes long, outcome, detail.
type Stretch = (&'static str, i64, i64, i64, Outcome, &'static str);

const STRETCHES: &[Stretch] = &[
    ("website", 71, 600, 15, Outcome::Down, "http status 502"),
    ("website", 12, 845, 45, Outcome::Down, "http status 503"),
    ("api", 12, 850, 35, Outcome::Down, "answer timeout after 2 s"),
    ("api", 40, 200, 180, Outcome::Degraded, "slow: 1900 ms, the limit is 500 ms"),
    ("database", 26, 120, 60, Outcome::Down, "connection refused"),
    ("search", 55, 700, 5, Outcome::Down, "connection reset"),
    ("reports", 3, 400, 20, Outcome::Down, "http status 500"),
];

/// A day of which nothing is known: the prober itself was off.
const SILENT_DAYS_AGO: i64 = 33;

/// The files of the made-up past, by path within the site.
pub fn files(now: Time) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = history(now)
        .into_iter()
        .map(|(path, rows)| (format!("data/{path}"), format!("{}{rows}", store::HEADER)))
        .collect();
    files.extend(content(now));
    files
}

/// Midnight UTC of a day in the past.
fn day(now: Time, ago: i64) -> Time {
    Time::from_ms(now.ms() - now.ms().rem_euclid(DAY) - ago * DAY)
}

fn history(now: Time) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut noise = Noise(7);
    let mut time = day(now, DAYS);
    // Ends one cadence before the first real sample.
    while time < now.plus(-CADENCE) {
        if day(now, SILENT_DAYS_AGO) <= time && time < day(now, SILENT_DAYS_AGO - 1) {
            time = time.plus(CADENCE);
            continue;
        }
        let file = files.entry(store::path_for(time, None)).or_default();
        for (probe, usual_ms) in
            [("website", 40), ("api", 25), ("database", 2), ("search", 280), ("reports", 90)]
        {
            let stretch = STRETCHES.iter().find(|(name, ago, from, length, _, _)| {
                let from = day(now, *ago).plus(from * MINUTE);
                *name == probe && time >= from && time < from.plus(length * MINUTE)
            });
            let latency = usual_ms + noise.below(usual_ms);
            let sample = match stretch {
                Some((.., outcome, detail)) => Sample {
                    time,
                    outcome: *outcome,
                    latency_ms: (*outcome == Outcome::Degraded).then_some(1900),
                    code: None,
                    detail: (*detail).into(),
                },
                None => Sample {
                    time,
                    outcome: Outcome::Up,
                    latency_ms: Some(latency),
                    code: None,
                    detail: "".into(),
                },
            };
            file.push_str(&store::format(&Row { probe: probe.to_owned(), sample }));
        }
        time = time.plus(CADENCE);
    }
    files
}

/// Small steady variation, the same at every start.
struct Noise(u64);

impl Noise {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap_or(0) % limit.max(1)
    }
}

fn content(now: Time) -> Vec<(String, String)> {
    let at = |ago: i64, minutes: i64| day(now, ago).plus(minutes * MINUTE).rfc3339();
    let name = |ago: i64| day(now, ago).utc().format("%Y-%m-%d").to_string();
    let tomorrow = day(now, -1);
    vec![
        (
            format!("content/incidents/{}-website-errors.md", name(12)),
            format!(
                "---\ntitle: Website and API errors\naffected: {{ website: major_outage, api: partial_outage }}\n---\n\n## Investigating · {}\nThe website answers with errors. We are looking into it.\n\n## Identified · {} {{website=partial_outage}}\nA certificate of an inner service had expired. We are replacing it.\n\n## Resolved · {}\nThe new certificate works. We are sorry.\n\n## Postmortem · {}\nRenewal was automatic, its alert was not. Both are now checked every day.\n",
                at(12, 852),
                at(12, 866),
                at(12, 890),
                at(11, 600)
            ),
        ),
        (
            format!("content/maintenance/{}-database-upgrade.md", name(26)),
            format!(
                "---\ntitle: Database upgrade\ncomponents: [database]\nstart: {}\nend: {}\nannounced: {}\n---\nThe database is restarted on a new version.\n",
                at(26, 120),
                at(26, 180),
                at(29, 600)
            ),
        ),
        (
            "content/maintenance/search-index.md".to_owned(),
            format!(
                "---\ntitle: New search index\ncomponents: [search]\nstart: {}\nend: {}\nannounced: {}\n---\nSearch may miss the newest documents while the index is rebuilt.\n",
                tomorrow.plus(2 * HOUR).rfc3339(),
                tomorrow.plus(4 * HOUR).rfc3339(),
                at(1, 540)
            ),
        ),
    ]
}
