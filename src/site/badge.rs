//! `/badges/`: pictures for a README or a wiki that say a state or an uptime, in three styles, and
//! the same for shields.io to draw.
//!
//! A badge has no script: it says what was true when it was made.

use serde::Serialize;

use super::card::Font;
use super::edition::Edition;
use super::markdown::escape;
use super::plan::Life;
use super::{present, words, xml};
use crate::files::Files;
use crate::model::time::{DAY, HOUR};
use crate::model::{ComponentStatus, Indicator};

/// The days that an uptime is of.
const DAYS: usize = 90;

/// No more characters of a name.
const LONGEST: usize = 60;

/// What shields.io asks for: https://shields.io/badges/endpoint-badge
#[derive(Serialize)]
struct Shield<'a> {
    #[serde(rename = "schemaVersion")]
    schema_version: u8,
    label: &'a str,
    message: &'a str,
    color: &'a str,
}

/// What a badge says.
struct Badge {
    label: String,
    message: String,
    tone: Tone,
}

/// The colours of its right half: on light and on dark pages.
#[derive(Clone, Copy)]
struct Tone {
    fill: &'static str,
    dark_fill: &'static str,
}

/// A way to draw it.
struct Style {
    /// What stands in the file name before `.svg`.
    name: &'static str,
    height: u32,
    radius: u32,
    size: f32,
    padding: f32,
}

const STYLES: [Style; 3] = [
    Style { name: "", height: 20, radius: 4, size: 11.0, padding: 6.0 },
    Style { name: ".square", height: 20, radius: 0, size: 11.0, padding: 6.0 },
    Style { name: ".large", height: 32, radius: 5, size: 15.0, padding: 11.0 },
];

/// Adds the badges of the site, its groups and its components.
pub fn render(edition: Edition<'_>, font: &Font, files: &mut Files) {
    let site = edition.site;
    let mut add = |path: String, label: &str, status: (String, Tone), life: &Life<'_>| {
        for (kind, badge) in badges(edition, label, status, life) {
            for style in &STYLES {
                let svg = draw(edition, font, &badge, style);
                files.text(&format!("badges/{path}{kind}{}.svg", style.name), svg);
            }
            files.text(&format!("badges/{path}{kind}.json"), shield(&badge));
        }
    };
    let state = |status: ComponentStatus, is_watched: bool| match status {
        ComponentStatus::Unknown if !is_watched => {
            (edition.say("status_not_checked").to_owned(), tone_of(Some(status)))
        }
        status => (words::status(edition.language, status).to_owned(), tone_of(Some(status))),
    };
    add("site".to_owned(), &site.inputs.settings.title, of_site(edition), &site.whole);
    for report in &site.groups {
        let Some(group) = report.group else { continue };
        let is_watched = report.members.iter().any(|index| site.components[*index].is_watched());
        let path = format!("groups/{}", group.id);
        add(path, &group.name, state(report.status, is_watched), &report.life);
    }
    for report in &site.components {
        let component = report.component;
        let path = format!("components/{}", component.id);
        add(path, &component.name, state(report.status, report.is_watched()), &report.life);
    }
}

/// The badges of the whole site: the site path of each, and what it says.
pub fn of_whole_site(edition: Edition<'_>) -> Vec<(String, String)> {
    let site = edition.site;
    let title = &site.inputs.settings.title;
    badges(edition, title, of_site(edition), &site.whole)
        .iter()
        .flat_map(|(kind, badge)| {
            STYLES.iter().map(move |style| {
                let path = format!("badges/site{kind}{}.svg", style.name);
                (path, format!("{}: {}", badge.label, badge.message))
            })
        })
        .collect()
}

/// The state and the uptime of something, with what their file names have in the middle.
fn badges(
    edition: Edition<'_>,
    name: &str,
    (message, tone): (String, Tone),
    life: &Life<'_>,
) -> [(&'static str, Badge); 2] {
    let label = shortened(name);
    let window = life.window(DAYS);
    // What is younger than the window does not claim all of it.
    let lived_ms = window.uptime.window_ms;
    let whole_ms = edition.site.calendar.windows().find(|(days, _)| *days == DAYS);
    let is_young = whole_ms
        .is_some_and(|(_, from)| edition.site.inputs.now.ms() - from.ms() - lived_ms >= DAY / 2);
    // In whole days or hours, so that a badge is not a new picture every minute.
    let unit = if lived_ms < DAY { HOUR } else { DAY };
    let stretch = match is_young && lived_ms >= HOUR {
        true => edition.length(lived_ms - lived_ms % unit),
        false => edition.count("days_window", DAYS, &[]),
    };
    let uptime = Badge {
        label: words::list(edition.language, &[label.clone(), stretch]),
        message: present::uptime_figure(edition, &window.uptime),
        tone: tone_of(None),
    };
    [("", Badge { label, message, tone }), (".uptime", uptime)]
}

/// The state of the whole site in the words of a component.
fn of_site(edition: Edition<'_>) -> (String, Tone) {
    let site = edition.site;
    let is_down = |status| status == ComponentStatus::MajorOutage;
    let mut watched = site.components.iter().filter(|report| report.is_watched()).peekable();
    if watched.peek().is_none() && site.headline.indicator == Indicator::None {
        let said = edition.say("status_not_checked").to_owned();
        return (said, tone_of(Some(ComponentStatus::Unknown)));
    }
    let (said, tone) = match site.headline.indicator {
        Indicator::None => (ComponentStatus::Operational, ComponentStatus::Operational),
        Indicator::Unknown => (ComponentStatus::Unknown, ComponentStatus::Unknown),
        Indicator::Maintenance => {
            (ComponentStatus::UnderMaintenance, ComponentStatus::UnderMaintenance)
        }
        Indicator::Minor => {
            (ComponentStatus::DegradedPerformance, ComponentStatus::DegradedPerformance)
        }
        Indicator::Major => (ComponentStatus::PartialOutage, ComponentStatus::PartialOutage),
        // However bad an incident is, not all is down while something works.
        Indicator::Critical if watched.all(|report| is_down(report.status)) => {
            (ComponentStatus::MajorOutage, ComponentStatus::MajorOutage)
        }
        Indicator::Critical => (ComponentStatus::PartialOutage, ComponentStatus::MajorOutage),
    };
    (words::status(edition.language, said).to_owned(), tone_of(Some(tone)))
}

fn shortened(name: &str) -> String {
    let mut name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    xml::keep_allowed(&mut name);
    match name.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", name[..cut].trim_end()),
        None => name,
    }
}

/// An uptime has no tone of its own: which one is good is not for us to say.
fn tone_of(status: Option<ComponentStatus>) -> Tone {
    let (fill, dark_fill) = match status {
        None => ("#1d4f91", "#9cc2ff"),
        Some(ComponentStatus::Operational) => ("#2f6b4f", "#8fd0ae"),
        Some(ComponentStatus::Unknown) => ("#5f646c", "#b9bec6"),
        Some(ComponentStatus::UnderMaintenance) => ("#2a5db0", "#9cc2ff"),
        Some(ComponentStatus::DegradedPerformance) => ("#875708", "#f0c069"),
        Some(ComponentStatus::PartialOutage) => ("#a3431a", "#ffab87"),
        Some(ComponentStatus::MajorOutage) => ("#a8231c", "#ff9f97"),
    };
    Tone { fill, dark_fill }
}

fn shield(badge: &Badge) -> String {
    let Badge { label, message, tone } = badge;
    let shield = Shield { schema_version: 1, label, message, color: tone.fill };
    let text = serde_json::to_string(&shield).expect("plain structs always serialize");
    format!("{text}\n")
}

/// Each text is stretched or squeezed to the width that was reckoned with, for nobody knows
/// which font a visitor has.
fn draw(edition: Edition<'_>, font: &Font, badge: &Badge, style: &Style) -> String {
    let Style { height, radius, size, padding, .. } = *style;
    let width = |text: &str| font.text_width(text, size).ceil().max(1.0);
    let (label_width, message_width) = (width(&badge.label), width(&badge.message));
    let split = label_width + 2.0 * padding;
    let right = message_width + 2.0 * padding;
    let name = escape(&format!("{}: {}", badge.label, badge.message));
    let baseline = height as f32 / 2.0 + size * 0.36;
    let text = |class: &str, middle: f32, width: f32, text: &str| {
        // The letters of a script that our font does not know are joined, and their width a guess.
        let fit = match font.drawable(text) {
            Some(_) => {
                format!(" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\"")
            }
            None => String::new(),
        };
        format!(
            "<text class=\"{class}\" x=\"{middle}\" y=\"{baseline:.1}\" fill=\"#fff\" text-anchor=\"middle\"{fit}>{}</text>",
            escape(text)
        )
    };
    let left = text("l", split / 2.0, label_width, &badge.label);
    let value = text("m", split + right / 2.0, message_width, &badge.message);
    let Tone { fill, dark_fill } = badge.tone;
    let (all, language) = (split + right, edition.language.tag());
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"{height}\" viewBox=\"0 0 {all} {height}\" role=\"img\" aria-label=\"{name}\" xml:lang=\"{language}\"><title>{name}</title><style>@media(prefers-color-scheme:dark){{.a{{fill:#dfe4ea}}.l,.m{{fill:#14181f}}.b{{fill:{dark_fill}}}}}</style><clipPath id=\"c\"><rect width=\"{all}\" height=\"{height}\" rx=\"{radius}\"/></clipPath><g clip-path=\"url(#c)\"><rect class=\"a\" width=\"{split}\" height=\"{height}\" fill=\"#39424e\"/><rect class=\"b\" x=\"{split}\" width=\"{right}\" height=\"{height}\" fill=\"{fill}\"/></g><g font-family=\"system-ui,Segoe UI,Helvetica,Arial,sans-serif\" font-size=\"{size}\" font-weight=\"500\">{left}{value}</g></svg>\n"
    )
}
