//! `content/maintenance/*.md`

use super::{
    File, read_components, read_moment, read_title, read_zoned_moment, title_from_slug, updates,
};
use crate::model::time::DAY;
use crate::model::{Date, Maintenance, MaintenanceStatus, Recurrence, Time, Zone};
use crate::yaml::{Item, Map};

pub(super) const KEYS: &[&str] =
    &["title", "components", "start", "end", "duration", "repeat", "except", "announced"];

#[derive(Default)]
struct Front {
    zone: Option<Zone>,
    repeat: Option<Recurrence>,
    is_repeat_unread: bool,
    except: Vec<Date>,
    title: Option<String>,
    components: Vec<String>,
    start: Option<Time>,
    end: Option<Time>,
    announced: Option<Time>,
}

/// Reads a maintenance. Whatever is wrong with the file, something comes back.
pub fn read(file: &mut File<'_>, slug: String) -> Maintenance {
    let front = file.front_matter(
        "a maintenance",
        |settings, root, map| {
            let zone = &settings.timezone;
            let has = |map: &crate::yaml::Map<'_>, key: &str| {
                map.entries()
                    .any(|(name, item)| name == key && *item.node != crate::yaml::Node::Null)
            };
            let (has_start, has_end, has_duration) =
                (has(map, "start"), has(map, "end"), has(map, "duration"));
            let start = read_zoned_moment(map, "start", zone);
            let mut front = Front {
                title: read_title(root, map),
                components: read_components(settings, root, map),
                start: start.as_ref().map(|(time, _)| *time),
                zone: start.map(|(_, zone)| zone),
                repeat: None,
                is_repeat_unread: false,
                except: Vec::new(),
                end: read_moment(map, "end", zone),
                announced: read_moment(map, "announced", zone),
            };
            if !has_start {
                root.mistake(
                    "`start` is missing",
                    "write when the work begins: `start: 2026-11-22 02:00 UTC`",
                );
            }
            let duration = map.get("duration").and_then(|item| {
                if has_end {
                    item.key_mistake(
                        "there is an `end` already",
                        "keep one of `end` and `duration`",
                    );
                    return None;
                }
                item.duration(1000)
            });
            if let (Some(start), Some(ms)) = (front.start, duration) {
                front.end = Some(start.plus(ms));
            }
            if !has_end && !has_duration {
                root.mistake(
                    "the end is missing",
                    "write `end: 2026-11-22 04:00 UTC` or `duration: 2h`",
                );
            }
            if let (Some(start), Some(end)) = (front.start, front.end)
                && end <= start
            {
                if let Some(item) = map.get("end") {
                    item.mistake("the end is not after the start", "swap them, or mend the date");
                }
                front.end = None;
            }
            read_repeat(map, &mut front);
            front.is_repeat_unread = has(map, "repeat") && front.repeat.is_none();
            front
        },
        KEYS,
    );
    let zone = front.zone.unwrap_or_else(|| file.settings.timezone.clone());
    let body = updates::read(file, MaintenanceStatus::WORDS, None);
    Maintenance {
        path: file.source.path.clone(),
        title: front.title.unwrap_or_else(|| title_from_slug(&slug)),
        slug,
        components: front.components,
        start: front.start,
        end: front.end,
        zone,
        repeat: front.repeat,
        is_repeat_unread: front.is_repeat_unread,
        except: front.except,
        announced: front.announced,
        summary: body.summary,
        updates: body.updates,
        mistakes: file.mistakes(),
    }
}

/// `repeat:` and `except:`, which make sense only with a start.
fn read_repeat(map: &mut Map<'_>, front: &mut Front) {
    let repeat = map.get("repeat").and_then(|item| {
        let text = item.filled_text("a rule such as `FREQ=MONTHLY;BYDAY=2TU`")?;
        match Recurrence::parse(text) {
            Ok(rule) => Some((item, rule)),
            Err((message, help)) => {
                item.mistake(message, help);
                None
            }
        }
    });
    let except = map.get("except");
    let (Some((item, rule)), Some(start), Some(zone)) = (repeat, front.start, front.zone.clone())
    else {
        if let Some(item) = except.filter(|_| !map.entries().any(|(key, _)| key == "repeat")) {
            item.key_mistake(
                "there is nothing to except from",
                "write how it repeats: `repeat: FREQ=MONTHLY;BYDAY=2TU`",
            );
        }
        return;
    };
    let first = zone.wall_clock(start);
    if !rule.names(first.date) {
        item.mistake(
            format!("the rule does not name {}, the day of `start`", first.date),
            "let `start` be on the first day that the rule names",
        );
        return;
    }
    let except = except.map(|item| item.list("`[2026-12-25]`")).unwrap_or_default();
    let except: Vec<(&Item<'_>, Date)> =
        except.iter().filter_map(|item| Some((item, read_day(item)?))).collect();
    let last = except.iter().map(|(_, day)| zone.start_of_day(*day)).max();
    let named = rule.instants(first, &zone, last.unwrap_or(start).plus(2 * DAY));
    if named.is_empty() {
        item.mistake("the rule is over before it begins", "let UNTIL lie behind `start`");
        return;
    }
    for (item, day) in &except {
        if !named.iter().any(|(named, _)| named == day) {
            item.mistake(
                format!("the rule does not name {day}"),
                "write a day on which it would happen, or remove this one",
            );
        }
    }
    front.except = except.iter().map(|(_, day)| *day).collect();
    if named.iter().all(|(day, _)| front.except.contains(day)) {
        item.mistake("nothing is left of this series", "leave at least one day of it");
    }
    front.repeat = Some(rule);
}

/// A day on which a series does not happen.
fn read_day(item: &Item<'_>) -> Option<Date> {
    let text = item.text("a day such as `2026-12-25`")?;
    let day = Date::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10);
    if day.is_none() {
        item.mistake(format!("`{text}` is not a day"), "write one such as `2026-12-25`");
    }
    day
}
