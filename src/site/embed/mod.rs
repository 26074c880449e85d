//! Scripts that others put into their own pages: `embed/maintenance.js`, `embed/status.js`, and
//! `embed/sample.js`, which is the first one with made-up data.
//!
//! The data is baked in and the visitor's clock decides what is shown, for a copy may be old: a
//! cache kept it, or builds have stopped. Planned maintenance is told of from a copy of at most
//! seven days. What has no end yet, an open incident or work that overruns, is told of while the
//! status page itself would speak: for three intervals, but at least an hour, for builds and
//! caches take their time; for seven days where nothing is checked and people alone speak.
//! Maintenance that had begun when the copy was made is shown until its end, however old it is. The status line says
//! after three intervals what the page would, and when incidents are no more told that nobody knows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::edition::{indicator_mark, mark};
use super::headline::{Headline, Statement};
use super::plan::Site;
use super::{present, words};
use crate::files::Files;
use crate::model::time::{DAY, HOUR};
use crate::model::{
    ComponentStatus, Impact, IncidentStatus, Indicator, MaintenanceStatus, Settings, Time,
};
use crate::theme::Language;

const MAINTENANCE: &str = include_str!("maintenance.js");
const STATUS: &str = include_str!("status.js");
const GUEST: &str = include_str!("guest.js");
const DATA: &str = "/*DATA*/";

/// How many incidents, and how many windows, are told of at most; how many of one series, so that it
/// leaves room for others; and how soon they begin.
const INCIDENTS: usize = 20;
const WINDOWS: usize = 60;
const OF_SERIES: usize = 3;
const AHEAD_MS: i64 = 62 * DAY;

/// How long a copy speaks where no check tells that time goes on.
const COPY_MS: i64 = 7 * DAY;

/// Makes instants of the sample's milliseconds from now, and ids that nobody has dismissed yet.
const SAMPLE: (&str, &str) = (
    "((data,now)=>{data.made=now;data.notices.forEach(one=>{one.id+=now;one.start+=now;\
     if(one.end)one.end+=now});return data})(",
    ",Date.now())",
);

/// What is baked into the script that shows notices.
#[derive(Serialize)]
struct Data<'a> {
    /// The address of the script, by which it knows that it is there already.
    key: String,
    /// Whether what comes is announced; made-up notices are not.
    role: &'static str,
    /// Where the script lies, by which it finds its element.
    name: &'static str,
    title: &'a str,
    made: i64,
    fresh: i64,
    /// The main language first.
    words: Vec<Words<'a>>,
    notices: Vec<Notice>,
}

/// What the script says in one language.
#[derive(Serialize)]
struct Words<'a> {
    lang: &'a str,
    /// What `Intl` is asked for.
    locale: &'a str,
    dir: &'a str,
    list: &'a str,
    dismiss: &'a str,
    /// What a notice is and where it stands, by its status.
    labels: BTreeMap<&'static str, String>,
}

/// What a host page may rely on, and a mark.
#[derive(Serialize)]
struct Notice {
    /// Changes with what it says, so that a dismissed notice returns when there is news.
    id: String,
    kind: &'static str,
    title: String,
    url: String,
    /// By the clock of the build; the script moves it on.
    state: &'static str,
    status: &'static str,
    mark: &'static str,
    start: Option<i64>,
    end: Option<i64>,
    components: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    id: String,
    name: String,
}

/// The status of an incident whose updates cannot be read.
const OPEN: &str = "open";

/// Adds the scripts.
pub fn render(site: &Site<'_>, languages: &[Language], files: &mut Files) {
    files.text("embed/maintenance.js", notices(site, languages));
    files.text("embed/status.js", status(site, languages));
    files.text("embed/sample.js", sample(site, languages));
}

/// `embed/maintenance.js`
fn notices(site: &Site<'_>, languages: &[Language]) -> String {
    let mut notices = incidents(site);
    notices.extend(maintenance(site));
    let data = data(site, languages, "embed/maintenance.js", notices);
    script(MAINTENANCE, &json(&data))
}

/// `embed/sample.js`
fn sample(site: &Site<'_>, languages: &[Language]) -> String {
    let notices = samples(site, &languages[0]);
    // The visitor's browser says when it was made, so that the file is the same in every build.
    let data = Data {
        made: 0,
        role: "group",
        title: languages[0].say("embed_sample"),
        ..data(site, languages, "embed/sample.js", notices)
    };
    let (before, after) = SAMPLE;
    script(MAINTENANCE, &format!("{before}{}{after}", json(&data)))
}

fn data<'a>(
    site: &Site<'a>,
    languages: &'a [Language],
    name: &'static str,
    notices: Vec<Notice>,
) -> Data<'a> {
    let settings = site.inputs.settings;
    Data {
        key: settings.absolute(name),
        role: "status",
        name,
        title: &settings.title,
        made: site.inputs.now.ms(),
        fresh: fresh_ms(settings),
        words: languages.iter().map(in_words).collect(),
        notices,
    }
}

/// How long a copy speaks of what has no end yet.
fn fresh_ms(settings: &Settings) -> i64 {
    let has_probes = settings.probes().next().is_some();
    if has_probes { settings.hold_ms().max(HOUR) } else { COPY_MS }
}

fn in_words(language: &Language) -> Words<'_> {
    use IncidentStatus::{Identified, Investigating, Monitoring};
    use MaintenanceStatus::{InProgress, Scheduled, Verifying};
    let (incident, work) = (language.say("kind_incident"), language.say("kind_maintenance"));
    let mut labels = BTreeMap::from([(OPEN, incident.to_owned())]);
    for status in [Investigating, Identified, Monitoring] {
        let stage = words::incident_status(language, status);
        labels.insert(status.word(), format!("{incident} · {stage}"));
    }
    for status in [Scheduled, InProgress, Verifying] {
        let stage = words::maintenance_status(language, status);
        labels.insert(status.word(), format!("{work} · {stage}"));
    }
    Words {
        lang: language.tag(),
        locale: language.say("locale"),
        dir: language.say("direction"),
        list: language.say("list_separator"),
        dismiss: language.say("embed_dismiss"),
        labels,
    }
}

/// Open incidents. Notices that are for information alone stay on the status page: elsewhere they
/// would look like trouble, which their authors say they are not.
fn incidents(site: &Site<'_>) -> Vec<Notice> {
    let (settings, now) = (site.inputs.settings, site.inputs.now);
    let open = site.open_incidents.iter().filter(|incident| !incident.informational);
    open.take(INCIDENTS)
        .map(|incident| {
            let newest = incident.seen_updates(now).map(|(at, ..)| at).max();
            let status = incident.status(now).filter(|status| {
                !matches!(status, IncidentStatus::Resolved | IncidentStatus::Postmortem)
            });
            // As the page tells it: trouble began when the first check failed.
            let said = incident.start(now);
            let start = site.detected_at(&incident.slug).into_iter().chain(said).min();
            Notice {
                id: format!("{}@{}", incident.slug, newest.or(said).map_or(0, seconds)),
                kind: "incident",
                title: incident.title.clone(),
                url: settings.absolute(&present::incident_path(&incident.slug)),
                state: "open",
                status: status.map_or(OPEN, IncidentStatus::word),
                mark: match incident.impact(now) {
                    Impact::Critical | Impact::Major => indicator_mark(Indicator::Major),
                    Impact::Minor | Impact::None => indicator_mark(Indicator::Minor),
                },
                start: start.map(Time::ms),
                end: None,
                components: parts(settings, incident.components(now)),
            }
        })
        .collect()
}

/// Windows that go on or are to come, soonest first.
fn maintenance(site: &Site<'_>) -> Vec<Notice> {
    let (settings, now) = (site.inputs.settings, site.inputs.now);
    let mut notices: Vec<Notice> = Vec::new();
    for one in site.inputs.maintenance.iter().filter(|one| one.is_visible(now)) {
        let accounts = one.accounts(now).0.into_iter();
        for account in accounts.filter(|one| !one.occurrence.is_over()).take(OF_SERIES) {
            let occurrence = account.occurrence;
            let is_soon = |window: &(Time, Time)| window.0 <= now.plus(AHEAD_MS);
            let Some((start, end)) = occurrence.window.filter(is_soon) else { continue };
            // A window that moved is another one, and what was said of it since is news.
            let newest = account.updates.iter().filter_map(|update| update.at).max();
            let news = newest.map_or_else(String::new, |at| format!("-{}", seconds(at)));
            notices.push(Notice {
                id: format!("{}@{}-{}{news}", one.slug, seconds(start), seconds(end)),
                kind: "maintenance",
                title: one.title.clone(),
                url: settings.absolute(&present::maintenance_path(&one.slug)),
                state: match occurrence.status {
                    MaintenanceStatus::Scheduled => "planned",
                    _ => "in_progress",
                },
                status: occurrence.status.word(),
                mark: mark(ComponentStatus::UnderMaintenance),
                start: Some(start.ms()),
                // Nobody knows when work ends that goes on after its planned end.
                end: Some(end.ms()).filter(|end| *end > now.ms()),
                components: parts(settings, one.components.iter().map(String::as_str)),
            });
        }
    }
    notices.sort_by_key(|notice| notice.start);
    notices.truncate(WINDOWS);
    notices
}

/// One of each kind, with times that count from the visitor's clock.
fn samples(site: &Site<'_>, language: &Language) -> Vec<Notice> {
    let settings = site.inputs.settings;
    let mut components = settings.components.iter().cycle();
    let mut notice = |kind, state, status, mark, title: &dyn Fn(&str) -> String| {
        let component = components.next();
        Notice {
            id: format!("sample-{state}@"),
            kind,
            title: title(component.map_or(&settings.title, |component| &component.name)),
            url: settings.url.to_string(),
            state,
            status,
            mark,
            start: None,
            end: None,
            components: parts(settings, component.map(|component| component.id.as_str())),
        }
    };
    let degraded = |name: &str| words::one_is(language, name, ComponentStatus::DegradedPerformance);
    let under_work = |name: &str| words::one_is(language, name, ComponentStatus::UnderMaintenance);
    let planned = |_: &str| language.say("feed_scheduled").to_owned();
    let work = mark(ComponentStatus::UnderMaintenance);
    let minor = indicator_mark(Indicator::Minor);
    let within = |notice, start, end| Notice { start: Some(start), end, ..notice };
    vec![
        within(
            notice("incident", "open", IncidentStatus::Identified.word(), minor, &degraded),
            -HOUR / 2,
            None,
        ),
        within(
            notice(
                "maintenance",
                "in_progress",
                MaintenanceStatus::InProgress.word(),
                work,
                &under_work,
            ),
            -HOUR / 2,
            Some(HOUR),
        ),
        within(
            notice("maintenance", "planned", MaintenanceStatus::Scheduled.word(), work, &planned),
            2 * HOUR,
            Some(3 * HOUR),
        ),
    ]
}

fn parts<'a>(settings: &Settings, ids: impl IntoIterator<Item = &'a str>) -> Vec<Part> {
    let known = ids.into_iter().filter_map(|id| settings.component(id));
    known.map(|one| Part { id: one.id.clone(), name: one.name.clone() }).collect()
}

/// What is baked into the script that shows the state of the whole site.
#[derive(Serialize)]
struct Line<'a> {
    site: &'a str,
    title: &'a str,
    made: i64,
    checked: Option<i64>,
    /// The first one that is not over yet holds; the last one is never over.
    states: Vec<State>,
    /// The main language first.
    words: Vec<Sentences<'a>>,
}

#[derive(Serialize)]
struct State {
    until: Option<i64>,
    indicator: &'static str,
    mark: &'static str,
}

#[derive(Serialize)]
struct Sentences<'a> {
    lang: &'a str,
    dir: &'a str,
    /// One for each state.
    say: Vec<String>,
}

/// `embed/status.js`
fn status(site: &Site<'_>, languages: &[Language]) -> String {
    let (settings, now) = (site.inputs.settings, site.inputs.now);
    let has_probes = settings.probes().next().is_some();
    // As on the page: what was measured speaks for three intervals, and an incident is worse than
    // not knowing. But a copy that nobody has renewed knows nothing of incidents either.
    let copy_ends = now.plus(fresh_ms(settings));
    let hold_ends = site.checked_at.map(|at| at.plus(settings.hold_ms()));
    let stale = &site.stale_headline;
    let unknown = Headline {
        indicator: Indicator::Unknown,
        description: "Status Unknown",
        statement: Statement::UnknownSince(site.checked_at.unwrap_or(now)),
    };
    let mut last = &unknown;
    let mut said: Vec<(Time, &Headline)> = Vec::new();
    if !site.is_stale {
        said.push((hold_ends.filter(|_| has_probes).unwrap_or(copy_ends), &site.headline));
    }
    if has_probes && stale.indicator == Indicator::Unknown {
        last = stale;
    } else if has_probes {
        said.push((copy_ends, stale));
    }
    let mut states: Vec<State> = said
        .iter()
        .map(|(until, headline)| State { until: Some(until.ms()), ..state(headline) })
        .collect();
    states.push(state(last));
    let headlines: Vec<&Headline> =
        said.into_iter().map(|(_, headline)| headline).chain([last]).collect();
    let words = languages.iter().map(|language| {
        // With its day, for nobody knows on which day it is read.
        let sentence = |one: &&Headline| {
            one.statement.say(language, &|at| words::moment(language, at, &settings.timezone))
        };
        Sentences {
            lang: language.tag(),
            dir: language.say("direction"),
            say: headlines.iter().map(sentence).collect(),
        }
    });
    let line = Line {
        site: settings.url.as_str(),
        title: &settings.title,
        made: now.ms(),
        checked: site.checked_at.map(Time::ms),
        states,
        words: words.collect(),
    };
    script(STATUS, &json(&line))
}

fn state(headline: &Headline) -> State {
    let indicator = headline.indicator;
    State { until: None, indicator: indicator.word(), mark: indicator_mark(indicator) }
}

fn json(data: &impl Serialize) -> String {
    let json = serde_json::to_string(data).expect("plain structs with text keys always serialize");
    for_script(&json)
}

/// A script as it is served: without comments, and without spaces and breaks that nobody needs. No
/// text in the scripts has any of the latter, and tests run them as they are served.
fn script(source: &str, data: &str) -> String {
    const TIGHT: &[&str] =
        &["=>", "===", "!==", "=", "&&", "||", "?", ":", ">=", "<=", "<", "*", "+"];
    let source = source.replace("/*GUEST*/", GUEST);
    let lines = source.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut text = lines.filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join("\n");
    for sign in TIGHT {
        text = text.replace(&format!(" {sign} "), sign);
    }
    for (loose, tight) in [
        (", ", ","),
        ("{ ", "{"),
        (" }", "}"),
        (") {", "){"),
        ("if (", "if("),
        ("try {", "try{"),
        ("} catch {", "}catch{"),
        (";\n", ";"),
        ("{\n", "{"),
        (",\n", ","),
        (";}", "}"),
    ] {
        text = text.replace(loose, tight);
    }
    ascii(&text.replace(DATA, data)) + "\n"
}

/// A script in ASCII alone: without a charset from its host, browsers read a script in the charset
/// of the page that it stands in. What is not ASCII is in texts, where an escape means the same.
fn ascii(script: &str) -> String {
    let mut out = String::with_capacity(script.len());
    for c in script.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// JSON that is also safe inside a script element and in old script engines.
pub fn for_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn seconds(time: Time) -> i64 {
    time.ms() / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_survive_in_ascii() {
        assert_eq!(ascii("\"aé\u{1F4A5}\""), r#""a\u00e9\ud83d\udca5""#);
    }

    #[test]
    fn served_scripts_have_no_comments_and_data_cannot_end_them() {
        for source in [MAINTENANCE, STATUS] {
            let served = script(source, &for_script("\"</script>\u{2028}\""));
            assert!(served.starts_with("(data=>{"), "{served}");
            assert!(served.ends_with("})(\"\\u003c/script>\\u2028\");\n"), "{served}");
            assert!(served.is_ascii(), "{served}");
            assert!(!served.contains("\n//"), "{served}");
        }
    }
}
