//! What the program tells visitors when it raises, updates or resolves an incident: Markdown, in the
//! words of the site's first language.

use super::{Better, End, Failing, Step};
use crate::model::{Component, ComponentStatus, Settings, Time};
use crate::site::words;
use crate::theme::Language;

/// How many components a title names.
const NAMED: usize = 3;

/// The title of a new incident of components, with how each does.
pub fn title(language: &Language, failing: &[(&Component, ComponentStatus)]) -> String {
    let names: Vec<String> =
        failing.iter().take(NAMED).map(|(component, _)| component.name.clone()).collect();
    let mut names = words::list(language, &names);
    let more = failing.len().saturating_sub(NAMED);
    if more > 0 {
        names = language.count("auto_names_more", more, &[("names", &names)]);
    }
    let all = |is: fn(ComponentStatus) -> bool| failing.iter().all(|(_, status)| is(*status));
    let key = if all(|status| status == ComponentStatus::MajorOutage) {
        "auto_down"
    } else if all(|status| !status.is_down()) {
        "auto_degraded"
    } else {
        "auto_partly_down"
    };
    language.count(key, failing.len(), &[("names", &names)])
}

/// What the update says.
pub fn message(language: &Language, settings: &Settings, step: &Step<'_>, now: Time) -> String {
    let words = Words { language, settings, now };
    let failing = step.failing.iter().map(|one| words.failing(one));
    let better = step.better.iter().filter(|_| step.end.is_none()).map(|one| words.better(one));
    let end = step.end.iter().flat_map(|end| words.end(end));
    listed(&failing.chain(better).chain(end).collect::<Vec<_>>())
}

/// Sentences, as a list where there are several.
pub fn listed(told: &[String]) -> String {
    match told {
        [one] => one.clone(),
        several => several.iter().map(|one| format!("- {one}")).collect::<Vec<_>>().join("\n"),
    }
}

/// A text as it is, within Markdown.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars() {
        match c {
            c if c.is_control() => plain.push(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => plain.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '|' | '~' | '!' => {
                plain.push('\\');
                plain.push(c);
            }
            c => plain.push(c),
        }
    }
    plain
}

struct Words<'a> {
    language: &'a Language,
    settings: &'a Settings,
    now: Time,
}

impl Words<'_> {
    fn time(&self, time: Time) -> String {
        words::moment_near(self.language, time, self.now, &self.settings.timezone)
    }

    fn sentence(&self, what: &str) -> String {
        self.language.fill("auto_sentence", &[("what", what)])
    }

    fn failing(&self, one: &Failing<'_>) -> String {
        let key = match (one.is_again, one.status) {
            (true, _) => "auto_failing_again",
            (false, ComponentStatus::MajorOutage) => "auto_failing",
            (false, _) => "auto_failing_in_part",
        };
        let (name, time) = (plain(&one.component.name), self.time(one.fails_since));
        let mut what = self.language.fill(key, &[("name", &name), ("time", &time)]);
        if !one.detail.is_empty() {
            let detail = plain(&one.detail);
            what = self.language.fill("auto_detail", &[("what", &what), ("detail", &detail)]);
        }
        if !one.locations.is_empty() {
            let place = |place: &&str| match *place {
                "" => self.language.say("main_location").to_owned(),
                place => plain(place),
            };
            let places: Vec<String> = one.locations.iter().map(place).collect();
            let places = words::list(self.language, &places);
            what = self.language.fill("auto_from", &[("what", &what), ("places", &places)]);
        }
        let mut told = self.sentence(&what);
        if let Some((maintenance, end)) = one.overrun {
            let (title, time) = (plain(&maintenance.title), self.time(end));
            let overrun = self.language.fill("auto_overrun", &[("title", &title), ("time", &time)]);
            told = format!("{told} {overrun}");
        }
        told
    }

    fn better(&self, one: &Better<'_>) -> String {
        let key = match one.status {
            ComponentStatus::Operational => "auto_good",
            ComponentStatus::PartialOutage => "auto_good_in_part",
            _ => "auto_slow",
        };
        let (name, time) = (plain(&one.component.name), self.time(one.since));
        self.sentence(&self.language.fill(key, &[("name", &name), ("time", &time)]))
    }

    fn end(&self, end: &End<'_>) -> Vec<String> {
        match end {
            End::Good(since, slow) if slow.is_empty() => {
                vec![self.language.fill("auto_resolved", &[("time", &self.time(*since))])]
            }
            // Not all is well.
            End::Good(_, slow) => slow.iter().map(|one| self.better(one)).collect(),
            End::GoesOn(other) => {
                let link = format!("[{}](/incidents/{}/)", plain(&other.title), other.slug);
                vec![self.language.fill("auto_goes_on", &[("link", &link)])]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_are_no_markdown() {
        assert_eq!(plain("*a* <b>\n[c](d) e_f"), "\\*a\\* \\<b\\> \\[c\\](d) e\\_f");
    }
}
