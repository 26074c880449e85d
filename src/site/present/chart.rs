//! Response times as charts: the median, and the band that holds nine of ten samples.

use super::drawing;
use super::numbers::window_name;
use crate::model::latency::{COARSE_MS, FINE_MS};
use crate::model::time::{DAY, HOUR};
use crate::model::{Band, ComponentStatus, Probe, Time};
use crate::site::edition::Edition;
use crate::site::plan::ComponentReport;
use crate::site::view::{Bar, Chart, ChartRow, ProbeCharts};
use crate::site::words;

/// How many days the charts show, and how long their steps are.
const WINDOWS: [(usize, i64); 4] = [(1, FINE_MS), (7, COARSE_MS), (30, 12 * HOUR), (90, DAY)];

/// How wide a step is drawn; its values stand in its middle.
const STEP: i64 = 10;

/// How many probes of a component have charts.
const PROBES: usize = 4;

/// The charts of the probes of a component that measure response times.
pub fn charts(edition: Edition<'_>, report: &ComponentReport<'_>) -> Vec<ProbeCharts> {
    let probes = report.component.probes.iter();
    let charts = probes.filter_map(|probe| {
        let charts: Vec<Chart> = WINDOWS
            .iter()
            .map(|(days, step_ms)| chart(edition, report, probe, *days, *step_ms))
            .collect();
        let is_measured = |chart: &Chart| chart.rows.iter().any(|row| row.median.is_some());
        let has_any = charts.iter().any(is_measured);
        has_any.then(|| ProbeCharts { name: probe.id.clone(), charts })
    });
    charts.take(PROBES).collect()
}

fn chart(
    edition: Edition<'_>,
    report: &ComponentReport<'_>,
    probe: &Probe,
    days: usize,
    step_ms: i64,
) -> Chart {
    let language = edition.language;
    let now = edition.site.inputs.now;
    // As many whole steps as the window holds; the last one goes on.
    let from = now.plus(step_ms - days as i64 * DAY);
    let history = edition.site.inputs.history;
    let (steps, all) = history.latency(&probe.id, from, now, step_ms);
    let begin = steps.first().map_or(from, |(at, _)| *at);
    let end = begin.plus(steps.len() as i64 * step_ms);
    let bands: Vec<Option<Band>> = steps.iter().map(|(_, band)| *band).collect();
    let top = nice(bands.iter().flatten().map(|band| band.p95).max().unwrap_or(0));
    let latency = |ms| words::latency(language, ms);
    let summary = match all {
        Some(band) => edition.fill("median_of", &[("latency", &latency(band.p50))]),
        None => edition.say("no_data").to_owned(),
    };
    let name = window_name(edition, days);
    let with = [("name", probe.id.as_str()), ("window", &name), ("summary", &summary)];
    let row = |(at, band): &(Time, Option<Band>)| ChartRow {
        from: edition.time(*at),
        median: band.map(|band| latency(band.p50)),
        p5: band.map(|band| latency(band.p5)).unwrap_or_default(),
        p95: band.map(|band| latency(band.p95)).unwrap_or_default(),
        count: band.map_or(0, |band| band.count),
    };
    Chart {
        label: edition.fill("chart_of", &with),
        name,
        summary,
        width: steps.len() as i64 * STEP,
        top: latency(top),
        middle: latency(top / 2),
        band: band_path(&bands, top),
        median: median_path(&bands, top),
        shades: shades(report, begin, end, step_ms),
        ticks: match days {
            1 => drawing::ticks(edition, begin, end),
            _ => {
                vec![edition.day(edition.zone().date(begin)), edition.day(edition.zone().date(now))]
            }
        },
        rows: steps.iter().map(row).collect(),
    }
}

/// The least of 1, 2, 4, 6, 8 times a power of ten that is not below; at least 10.
fn nice(ms: u32) -> u32 {
    let mut unit = 10;
    loop {
        for factor in [1, 2, 4, 6, 8] {
            if factor * unit >= ms {
                return factor * unit;
            }
        }
        match unit {
            100_000_000.. => return ms,
            _ => unit *= 10,
        }
    }
}

/// How far below the top a value is drawn; 100 is the bottom.
fn height(ms: u32, top: u32) -> u64 {
    100 - u64::from(ms.min(top)) * 100 / u64::from(top.max(1))
}

/// Runs of steps that were measured, each with the place of its first step.
fn runs(bands: &[Option<Band>]) -> impl Iterator<Item = (i64, Vec<Band>)> {
    let mut place = 0;
    bands.chunk_by(|a, b| a.is_some() == b.is_some()).filter_map(move |run| {
        let first = place;
        place += run.len() as i64;
        let bands: Vec<Band> = run.iter().flatten().copied().collect();
        (!bands.is_empty()).then_some((first, bands))
    })
}

/// The middle of a step. A run of one step is drawn as wide as half of it.
fn middles(first: i64, count: usize) -> Vec<i64> {
    match count {
        1 => vec![first * STEP + STEP / 4, first * STEP + STEP * 3 / 4],
        count => (0..count as i64).map(|index| (first + index) * STEP + STEP / 2).collect(),
    }
}

fn median_path(bands: &[Option<Band>], top: u32) -> String {
    let mut path = String::new();
    for (first, run) in runs(bands) {
        let middles = middles(first, run.len());
        for (index, x) in middles.iter().enumerate() {
            let y = height(run[index.min(run.len() - 1)].p50, top);
            path.push_str(&format!("{}{x} {y}", if index == 0 { 'M' } else { 'L' }));
        }
    }
    path
}

fn band_path(bands: &[Option<Band>], top: u32) -> String {
    let mut path = String::new();
    for (first, run) in runs(bands) {
        let middles = middles(first, run.len());
        let upper = middles.iter().enumerate().map(|(index, x)| (index, x, true));
        let lower = middles.iter().enumerate().rev().map(|(index, x)| (index, x, false));
        for (number, (index, x, is_upper)) in upper.chain(lower).enumerate() {
            let band = run[index.min(run.len() - 1)];
            let y = height(if is_upper { band.p95 } else { band.p5 }, top);
            path.push_str(&format!("{}{x} {y}", if number == 0 { 'M' } else { 'L' }));
        }
        path.push('Z');
    }
    path
}

/// The time in which the component was down, as areas; a short one is at least one wide.
fn shades(report: &ComponentReport<'_>, begin: Time, end: Time, step_ms: i64) -> Vec<Bar> {
    let place =
        |time: Time| (time.ms() - begin.ms()).clamp(0, end.ms() - begin.ms()) * STEP / step_ms;
    [ComponentStatus::PartialOutage, ComponentStatus::MajorOutage]
        .into_iter()
        .filter_map(|status| {
            let slices = report.life.timeline.within(begin, end).iter();
            let areas = slices.filter(|slice| slice.shown == status).map(|slice| {
                let (from, to) = (place(slice.from), place(slice.to));
                format!("M{from} 0H{}V100H{from}Z", to.max(from + 1))
            });
            let d: String = areas.collect();
            (!d.is_empty()).then(|| Bar { key: status.word(), d })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(p50: u32) -> Option<Band> {
        Some(Band { p5: p50 / 2, p50, p95: p50 * 2, count: 1 })
    }

    #[test]
    fn a_gap_is_left_open_and_a_lonely_step_is_still_seen() {
        let bands = [band(10), band(20), None, band(30), None];
        assert_eq!(median_path(&bands, 100), "M5 90L15 80M32 70L37 70");
        assert_eq!(band_path(&bands, 100), "M5 80L15 60L15 90L5 95ZM32 40L37 40L37 85L32 85Z");
        assert_eq!(median_path(&[None, None], 100), "");
    }

    #[test]
    fn the_top_is_a_round_number_that_holds_everything() {
        for (ms, top) in [(0, 10), (10, 10), (11, 20), (41, 60), (81, 100), (2301, 4000)] {
            assert_eq!(nice(ms), top);
        }
        assert!(nice(u32::MAX) >= 100_000_000);
        assert_eq!(height(u32::MAX, u32::MAX), 0);
    }
}
