//! What holds of every world, whatever is in it.

use aboveboard::content::Content;
use aboveboard::model::Time;
use aboveboard::published;
use aboveboard::site::plan::Site;
use aboveboard::site::uptime::{Figure, Uptime};
use aboveboard::theme::Language;

use crate::support::World;
use crate::world::{Dice, Spec};
use crate::{fields, read};

fn worlds(seed: u64, count: usize) -> impl Iterator<Item = (Dice, Spec)> {
    let mut dice = Dice(seed);
    (0..count).map(move |number| {
        let spec = Spec::roll(&mut dice, 60, 4);
        (Dice(number as u64), spec)
    })
}

/// The whole life of each component.
fn sums(site: &Site<'_>) -> Vec<Uptime> {
    site.components.iter().map(|report| report.life.window(365).uptime).collect()
}

/// The same world with other files.
fn with(spec: &Spec, change: impl Fn(&str, &str) -> Option<String>) -> World {
    let changed: Vec<(String, String)> = spec
        .files
        .iter()
        .map(|(path, text)| (path.clone(), change(path, text).unwrap_or_else(|| text.clone())))
        .collect();
    let files: Vec<(&str, &str)> =
        changed.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    World::new(&spec.stamp(spec.length), &files)
}

#[test]
fn a_share_lies_between_its_bounds_and_below_hundred_is_never_printed_as_hundred() {
    for (mut dice, spec) in worlds(11, 150) {
        let world = read(&spec);
        let weight = dice.pick(&[0, 300, 1000]);
        for uptime in sums(&world.plan()) {
            let Some((lower, upper)) = uptime.bounds(weight) else { continue };
            let number = |text: String| text.parse::<f64>().unwrap();
            let (lower, upper) = (number(lower.percent(3)), number(upper.percent(3)));
            assert!((0.0..=100.0).contains(&lower) && lower <= upper && upper <= 100.0);
            let Figure::Share(share) = uptime.availability(weight) else { continue };
            let available = number(share.percent(3));
            assert!(lower <= available && available <= upper, "{lower} {available} {upper}");
            let full = uptime.full_performance(weight).percent(3).unwrap();
            assert!(number(full) <= available);
            let is_whole = uptime.major_ms == 0 && (uptime.partial_ms == 0 || weight == 0);
            for digits in 0..6 {
                assert_eq!(share.percent(digits).starts_with("100"), is_whole);
            }
        }
    }
}

#[test]
fn a_window_is_the_sum_of_its_parts() {
    for (mut dice, spec) in worlds(12, 150) {
        let world = read(&spec);
        let site = world.plan();
        let at = |tick: i64| Time::parse_rfc3339(&spec.stamp(tick)).unwrap();
        for report in &site.components {
            let timeline = &report.life.timeline;
            let cut = dice.range(0, spec.length);
            let parts = Uptime::of(timeline, at(0), at(cut)).plus(&Uptime::of(
                timeline,
                at(cut),
                at(spec.length),
            ));
            assert_eq!(parts, Uptime::of(timeline, at(0), at(spec.length)));
            let slices = &timeline.slices;
            assert!(slices.windows(2).all(|pair| pair[0].to == pair[1].from));
        }
    }
}

#[test]
fn order_and_repetition_of_rows_change_nothing() {
    for (mut dice, spec) in worlds(13, 100) {
        let world = read(&spec);
        let seed = dice.next();
        let shuffled = with(&spec, |path, text| {
            let (header, rows) = text.split_once('\n').filter(|_| path.starts_with("data/"))?;
            let mut dice = Dice(seed);
            let mut rows: Vec<&str> = rows.lines().collect();
            rows.extend(rows.clone().iter().step_by(3));
            for index in 1..rows.len() {
                rows.swap(index, dice.range(0, index as i64 + 1) as usize);
            }
            Some(format!("{header}\n{}\n", rows.join("\n")))
        });
        let (a, b) = (world.plan(), shuffled.plan());
        assert_eq!(sums(&a), sums(&b));
        assert_eq!(a.headline, b.headline);
    }
}

#[test]
fn more_down_time_never_raises_availability() {
    for (mut dice, spec) in worlds(14, 150) {
        let world = read(&spec);
        let seed = dice.next();
        // Some good samples of one probe turn bad.
        let worse = with(&spec, |path, text| {
            let mut dice = Dice(seed);
            let rows = text.lines().map(|row| match dice.one_in(9) {
                true => row.replace(",up,12,", ",down,,"),
                false => row.to_owned(),
            });
            path.starts_with("data/").then(|| rows.map(|row| row + "\n").collect())
        });
        for (before, after) in sums(&world.plan()).iter().zip(sums(&worse.plan())) {
            // Failures may be seen where nothing else was, so that more counts than before; of
            // what counts never more is good.
            let good = |one: &Uptime| one.counted_ms() - one.down_ms();
            if before.counted_ms() == after.counted_ms() {
                assert!(good(&after) <= good(before), "{before:?} {after:?}");
            }
        }
    }
}

#[test]
fn the_same_incident_twice_counts_once() {
    for (_, spec) in worlds(15, 100) {
        let world = read(&spec);
        let mut files = spec.files.clone();
        let twins: Vec<(String, String)> = files
            .iter()
            .filter(|(path, _)| path.starts_with("content/incidents/"))
            .map(|(path, text)| (path.replace(".md", "-again.md"), text.clone()))
            .collect();
        files.extend(twins);
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let twice = World::new(&spec.stamp(spec.length), &files);
        assert_eq!(sums(&world.plan()), sums(&twice.plan()));
    }
}

#[test]
fn a_gap_lowers_coverage_and_turns_nothing_good_or_bad() {
    for (mut dice, spec) in worlds(16, 150) {
        // Only probes speak here, one for each component and all confirmed at once.
        let alone = |path: &str, text: &str| {
            if path.starts_with("content/") {
                return Some("---\ncomponents: [c0]\nfrom: 1990-01-01 00:00 UTC\nuntil: 1990-01-01 00:01 UTC\n---\nx\n".to_owned());
            }
            (path == "probes.yaml").then(|| {
                text.replace("confirm_down: 2", "confirm_down: 1")
                    .replace("confirm_down: 3", "confirm_down: 1")
                    .replace("confirm_up: 2", "confirm_up: 1")
            })
        };
        let from = spec.stamp(dice.range(0, spec.length / 2));
        let to = spec.stamp(dice.range(spec.length / 2, spec.length));
        let whole = with(&spec, alone);
        let holed = with(&spec, |path, text| {
            if !path.starts_with("data/") {
                return alone(path, text);
            }
            let is_kept = |row: &&str| !(from.as_str() <= *row && *row < to.as_str());
            Some(text.lines().filter(is_kept).map(|row| format!("{row}\n")).collect())
        });
        let (whole, holed) = (whole.plan(), holed.plan());
        let time = |text: &str| Time::parse_rfc3339(text).unwrap();
        let hold_ms = 3 * spec.interval * spec.tick_s * 1000;
        for (a, b) in whole.components.iter().zip(&holed.components) {
            // Before the gap all is as it was.
            let sums = |life: &aboveboard::site::plan::Life<'_>, from, to| {
                let first = life.timeline.slices.first().map_or(to, |slice| slice.from);
                fields(&Uptime::of(&life.timeline, std::cmp::max(from, first), to))
            };
            let (began, resumed) = (time(&from), time(&to));
            let start = Time::from_ms(0);
            assert_eq!(sums(&a.life, start, began), sums(&b.life, start, began));
            // In it, once the last sample has spoken, there is nothing at all.
            let silent = Uptime::of(&b.life.timeline, began.plus(hold_ms), resumed);
            assert_eq!((silent.observed_ms, silent.down_ms()), (0, 0));
        }
    }
}

#[test]
fn page_feed_json_and_embed_tell_one_state() {
    for (_, spec) in worlds(17, 25) {
        let world = read(&spec);
        let site = world.plan();
        let files = world.render();
        let status: serde_json::Value =
            serde_json::from_str(files.get("status.json").unwrap()).unwrap();
        let home = files.get("index.html").unwrap();
        let zone = &world.settings.timezone;
        let sentence = site.headline.statement.text(&Language::english(), world.now, zone);
        assert_eq!(status["status"]["sentence"], sentence.as_str());
        assert!(home.contains(&format!("class=\"headline i-{}", site.headline.indicator.word())));
        assert!(home.contains(&format!("<title>{sentence} — ")), "{sentence}");
        for (entry, report) in status["components"].as_array().unwrap().iter().zip(&site.components)
        {
            let id = &report.component.id;
            let word = report.status.word();
            assert_eq!(entry["status"], word);
            let page = files.get(&format!("components/{id}/index.html")).unwrap();
            let unchecked = report.component.probes.is_empty() && word == "unknown";
            let class = if unchecked { "s-not_checked" } else { &format!("s-{word}") };
            let lead = page.split("class=\"component lead\"").nth(1).unwrap();
            let lead = lead.split("</p>").next().unwrap();
            assert!(lead.contains(&format!("state {class}\"")), "{id}: {word}");
            let article = home.split(&format!("id=\"component-{id}\"")).nth(1).unwrap();
            let article = article.split("</article>").next().unwrap();
            let row = article.split("</div>").next().unwrap();
            assert!(row.contains(&format!("state {class}")), "{id}: {word}");
            // The number of the page is the number of the file, and the day of the bar too.
            let ninety = &entry["uptime"][3];
            assert_eq!(ninety["days"], 90);
            if let Some(percent) = ninety["availability_percent"].as_f64() {
                let floored = format!("{:.3}", percent);
                let shown = &floored[..floored.len() - 1];
                let figures = article.split("class=\"figures\"").nth(1);
                let figures = figures.and_then(|rest| rest.split("</p>").next());
                assert!(
                    figures.is_none_or(|rest| rest.contains(&format!("{shown}\u{a0}%"))),
                    "{id} {shown}"
                );
            }
            let days = entry["days"].as_array().unwrap();
            let total: i64 = days.iter().map(|day| day["down_ms"].as_i64().unwrap()).sum();
            assert_eq!(ninety["down_ms"], total);
            for day in days {
                let ms = |text: &serde_json::Value| {
                    Time::parse_rfc3339(text.as_str().unwrap()).unwrap().ms()
                };
                let intervals = day["intervals"].as_array().unwrap();
                let length: i64 =
                    intervals.iter().map(|one| ms(&one["to"]) - ms(&one["from"])).sum();
                let whole = ms(&day["to"]) - ms(&day["from"]);
                assert!(intervals.is_empty() || length == whole, "{id} {}", day["date"]);
            }
        }
        let embed = files.get("embed/maintenance.js").unwrap();
        for planned in site.current_maintenance.iter().chain(&site.upcoming_maintenance) {
            let is_told = embed.contains(&format!("/maintenance/{}/", planned.maintenance.slug));
            // What begins in more than 62 days is not told of in other people's pages.
            let soon = world.now.plus(62 * 24 * 3_600_000);
            let window = planned.window.and_then(|one| one.window);
            assert_eq!(is_told, window.is_some_and(|(start, _)| start <= soon));
        }
        let feed = files.get("feed.atom").unwrap();
        for incident in &site.open_incidents {
            assert!(feed.contains(&format!("/incidents/{}/", incident.slug)));
        }
    }
}

#[test]
fn a_page_can_be_made_again_from_what_is_published_with_it() {
    for (_, spec) in worlds(18, 25) {
        let world = read(&spec);
        let files = world.render();
        let inputs = published::parse(files.get("inputs.json").unwrap().as_bytes()).unwrap();
        let again = World {
            settings: inputs.settings,
            content: Content {
                incidents: inputs.incidents,
                maintenance: inputs.maintenance,
                corrections: inputs.corrections,
                pages: inputs.pages,
            },
            history: world.history.clone(),
            problems: Vec::new(),
            now: world.now,
        };
        let again = again.render();
        assert_eq!(again.len(), files.len());
        for ((path, content), (again, same)) in files.iter().zip(again.iter()) {
            assert_eq!(path, again);
            assert!(content == same, "{path} differs");
        }
    }
}
