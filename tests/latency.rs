//! Response times in bands: what sorting all samples gives, however they lie in files.

use std::collections::BTreeMap;

use aboveboard::model::latency::{COARSE_MS, FINE_MS};
use aboveboard::model::{Band, History, Outcome, Sample, Time};
use aboveboard::store::{self, HEADER, Row};
use proptest::prelude::*;

const HOLD: i64 = 900_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Noon of a day.
const NOW: i64 = 1_795_348_800_000;

const STEPS: &[i64] = &[FINE_MS, 2 * FINE_MS, 5 * FINE_MS, COARSE_MS, 2 * COARSE_MS, DAY];

/// Minutes before now and place make a sample; two of one place never have the same time.
type Samples = BTreeMap<(i64, bool), (Outcome, Option<u32>)>;

fn samples() -> impl Strategy<Value = Samples> {
    let minute = prop_oneof![0..400_i64, 0..6000_i64, 0..140_000_i64];
    let outcome = prop_oneof![
        3 => Just(Outcome::Up),
        1 => prop::sample::select(Outcome::WORDS.iter().map(|(_, outcome)| *outcome).collect::<Vec<_>>()),
    ];
    let latency = prop_oneof![0..100_u32, 0..3000_u32, any::<u32>()];
    let sample = (outcome, prop::option::weighted(0.9, latency));
    prop::collection::btree_map((minute, any::<bool>()), sample, 0..400)
}

fn row(minutes: i64, outcome: Outcome, latency_ms: Option<u32>) -> Row {
    let time = Time::from_ms(NOW - minutes * MINUTE);
    let sample = Sample { time, outcome, latency_ms, code: None, detail: "".into() };
    Row { probe: "api".to_owned(), sample }
}

fn read(files: &BTreeMap<String, String>) -> History {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let (history, problems) = store::read(&files, HOLD, Time::from_ms(NOW));
    assert!(problems.is_empty());
    history
}

/// Each location in a file of its own, in order.
fn plain(samples: &Samples) -> History {
    let mut files = BTreeMap::new();
    for ((minutes, elsewhere), (outcome, latency_ms)) in samples.iter().rev() {
        let path = if *elsewhere { "data/a@eu.csv" } else { "data/a.csv" };
        let text: &mut String = files.entry(path.to_owned()).or_default();
        text.push_str(&store::format(&row(*minutes, *outcome, *latency_ms)));
    }
    read(&files)
}

/// The band of a stretch by sorting its response times, without any bins.
fn exact(samples: &Samples, begin: i64, end: i64) -> Option<Band> {
    let is_within = |minutes: i64| (begin..end).contains(&(NOW - minutes * MINUTE));
    let mut times: Vec<u32> = samples
        .iter()
        .filter(|((minutes, _), _)| is_within(*minutes))
        .filter(|(_, (outcome, _))| matches!(outcome, Outcome::Up | Outcome::Degraded))
        .filter_map(|(_, (_, latency_ms))| *latency_ms)
        .collect();
    times.sort_unstable();
    // The first that leaves at least so many in a hundred behind or beside it.
    let rank = |percent: usize| {
        let place = (1..=times.len()).find(|place| place * 100 >= percent * times.len());
        place.map(|place| times[place - 1])
    };
    Some(Band { p5: rank(5)?, p50: rank(50)?, p95: rank(95)?, count: times.len() as u32 })
}

fn is_close(band: Option<Band>, exact: Option<Band>) -> bool {
    let near = |a: u32, b: u32| u64::from(a.abs_diff(b)) * 64 <= u64::from(b);
    match (band, exact) {
        (Some(band), Some(exact)) => {
            band.count == exact.count
                && near(band.p5, exact.p5)
                && near(band.p50, exact.p50)
                && near(band.p95, exact.p95)
        }
        (band, exact) => band == exact,
    }
}

/// What happens to a row on its way into the files: which file it goes to, where in it, and
/// whether a second one gets it too.
type Way = (u8, u16, Option<u8>);

fn scattered(samples: &Samples, ways: &[Way]) -> History {
    let mut files: BTreeMap<String, Vec<(u16, String)>> = BTreeMap::new();
    for (((minutes, elsewhere), (outcome, latency_ms)), (file, place, twice)) in
        samples.iter().zip(ways.iter().cycle())
    {
        let line = store::format(&row(*minutes, *outcome, *latency_ms));
        let suffix = if *elsewhere { "@eu" } else { "" };
        for file in std::iter::once(file).chain(twice) {
            let path = format!("data/{}{suffix}.csv", file % 5);
            files.entry(path).or_default().push((*place, line.clone()));
        }
    }
    let texts = files.into_iter().map(|(path, mut lines)| {
        lines.sort();
        let text: String = lines.into_iter().map(|(_, line)| line).collect();
        (path, format!("{HEADER}{text}"))
    });
    read(&texts.collect())
}

/// A file for each day, as they are recorded.
fn by_day(samples: &Samples) -> History {
    let mut files = BTreeMap::new();
    for ((minutes, elsewhere), (outcome, latency_ms)) in samples.iter().rev() {
        let row = row(*minutes, *outcome, *latency_ms);
        let path = store::path_for(row.sample.time, elsewhere.then_some("eu"));
        let text: &mut String = files.entry(format!("data/{path}")).or_default();
        text.push_str(&store::format(&row));
    }
    read(&files)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bands_are_those_of_the_sorted_samples(samples in samples()) {
        let history = plain(&samples);
        for step_ms in STEPS {
            let days = if step_ms % COARSE_MS == 0 { 92 } else { 3 };
            let (from, to) = (Time::from_ms(NOW - days * DAY), Time::from_ms(NOW + 1));
            let (bands, all) = history.latency("api", from, to, *step_ms);
            let end = bands.last().unwrap().0.ms() + step_ms;
            prop_assert!(is_close(all, exact(&samples, bands[0].0.ms(), end)));
            prop_assert!(bands[0].0 <= from && bands[0].0.plus(*step_ms) > from);
            prop_assert!(bands.last().unwrap().0.plus(*step_ms) >= to);
            for (number, (begin, band)) in bands.iter().enumerate() {
                prop_assert_eq!(begin.ms(), bands[0].0.ms() + number as i64 * step_ms);
                let want = exact(&samples, begin.ms(), begin.ms() + step_ms);
                prop_assert!(is_close(*band, want), "{:?} and {:?}", band, want);
            }
        }
    }

    #[test]
    fn files_order_and_repetitions_change_nothing(
        samples in samples(),
        ways in prop::collection::vec(any::<Way>(), 1..50),
    ) {
        let history = plain(&samples);
        prop_assert_eq!(&by_day(&samples), &history);
        prop_assert_eq!(&scattered(&samples, &ways), &history);
    }
}

#[test]
fn of_two_samples_for_one_time_only_the_one_that_stays_counts() {
    let text: String = [
        row(10, Outcome::Up, Some(20)),
        row(10, Outcome::Up, Some(20)),
        row(5, Outcome::Up, Some(30)),
        row(5, Outcome::Down, Some(40)),
        row(1, Outcome::Unknown, Some(50)),
        row(1, Outcome::Degraded, Some(60)),
    ]
    .iter()
    .map(store::format)
    .collect();
    for rows in [text.clone(), format!("{text}{text}")] {
        let history = read(&BTreeMap::from([("data/a.csv".to_owned(), rows)]));
        let (bands, all) = history.latency("api", Time::from_ms(NOW - 1), Time::from_ms(NOW), DAY);
        assert_eq!(all, bands[0].1);
        assert_eq!(bands.len(), 1);
        assert_eq!(bands[0].1, Some(Band { p5: 20, p50: 20, p95: 60, count: 2 }));
    }
}

#[test]
fn a_probe_that_was_never_heard_has_stretches_without_a_band() {
    let (bands, all) =
        History::default().latency("api", Time::from_ms(NOW - DAY), Time::from_ms(NOW), FINE_MS);
    assert_eq!((bands.len(), all), (48, None));
    assert!(bands.iter().all(|(_, band)| band.is_none()));
}
