//! What a notice means for the components of this site, by its rules.

use std::collections::BTreeMap;

use super::super::Site;
use crate::alerts::{Alert, Notice, State};
use crate::commands::{Failure, err, print};
use crate::model::settings::AlertEffect;
use crate::model::{Affected, ComponentStatus, Time};
use crate::problem::Problem;
use crate::site::sync::plain;
use crate::theme::language;

/// What a notice means for this site.
#[derive(Default)]
pub struct Meaning {
    /// How components do that are in trouble, and since when.
    pub failing: BTreeMap<String, (ComponentStatus, Option<Time>)>,
    /// Components of which an alert has ended, and when.
    pub over: BTreeMap<String, Option<Time>>,
    /// All of it is over.
    pub is_over: bool,
    /// Rules say that all of it concerns nobody.
    pub is_ignored: bool,
    /// Somebody has taken it up.
    pub is_acknowledged: bool,
    /// What the first alert says by its rule, or its author outright.
    pub title: Option<String>,
    /// The same.
    pub message: Option<String>,
    /// Its author wrote the message, so that it is said though nothing changes.
    pub is_public: bool,
    /// Alerts that fire, name no component, and fit no rule.
    pub unmapped: Vec<Alert>,
}

impl Site<'_> {
    /// What a notice means. `file` is where it comes from, for a mistake in it.
    pub fn meaning(&self, notice: &Notice, file: &str) -> Result<Meaning, Failure> {
        let mut meaning = Meaning::default();
        let mut goes_on = notice.is_cut;
        let mut ignored = 0;
        for alert in &notice.alerts {
            let rule = alert.rule(&self.settings.alerts);
            let mut named = self.named(alert, file)?;
            if named.is_empty()
                && let Some(rule) = rule
            {
                let Some(effect) = &rule.effect else {
                    ignored += 1;
                    continue;
                };
                named.insert(effect.component.clone(), effect.status);
                if alert.state != State::Resolved {
                    meaning.say(alert, effect);
                }
            }
            let told = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            if alert.message_is_public {
                meaning.is_public = !alert.text.is_empty();
                meaning.title = told(&alert.title).or(meaning.title);
                meaning.message = told(&alert.text).or(meaning.message);
            }
            if alert.state == State::Resolved {
                meaning.over.extend(named.into_keys().map(|id| (id, alert.ended)));
                continue;
            }
            goes_on = true;
            meaning.is_acknowledged |= alert.state == State::Acknowledged;
            if named.is_empty() {
                meaning.unmapped.push(alert.clone());
            }
            for (id, status) in named {
                // What fires and says that a component is fine tells of its recovery.
                if status == ComponentStatus::Operational {
                    meaning.over.insert(id, None);
                    continue;
                }
                let (worst, since) = meaning.failing.entry(id).or_insert((status, alert.started));
                *worst = status.max(*worst);
                *since = (*since).into_iter().chain(alert.started).min();
            }
        }
        meaning.is_ignored = ignored > 0 && ignored == notice.alerts.len();
        meaning.is_over = !goes_on && !meaning.is_ignored;
        Ok(meaning)
    }

    /// The components that an alert of our own format names outright.
    fn named(&self, alert: &Alert, file: &str) -> Result<Affected, Failure> {
        let pairs: Vec<String> =
            alert.affected.iter().map(|(id, status)| format!("{id}={status}")).collect();
        self.affected(&pairs).map_err(|failure| match failure {
            Failure::Usage(why) => {
                let (message, help) = why.split_once("; ").unwrap_or((&why, "mend it"));
                print(&[Problem::in_file(file, message, help)]);
                Failure::Mistakes
            }
            other => other,
        })
    }

    /// Tells what to write for an alert that no rule fits.
    pub fn tell_unmapped(&self, alert: &Alert, file: &str) {
        let told = alert.told();
        let field = |(name, value): &(String, String)| format!("{name:?}: {value:?}");
        let ids: Vec<&str> =
            self.settings.components.iter().map(|component| component.id.as_str()).collect();
        let (id, which) = match ids.as_slice() {
            [one] => (*one, String::new()),
            several => ("ID", format!(", with one of `{}` as ID", several.join("`, `"))),
        };
        let help = match told.first() {
            Some(one) => format!(
                "write a rule into probes.yaml, below `alerts:`, such as `- {{ match: {{ {} }}, component: {id}, status: major_outage }}`{which}; or one with `ignore: true`",
                field(one)
            ),
            None => format!(
                "name components in it: `\"affected\": {{ {id:?}: \"major_outage\" }}`{which}"
            ),
        };
        let fields: Vec<String> = told.iter().take(8).map(field).collect();
        let message = match fields.is_empty() {
            true => "this alert names no component".to_owned(),
            false => format!("no rule fits the alert with {}", fields.join(", ")),
        };
        print(&[Problem::in_file(file, message, help)]);
    }
}

impl Meaning {
    /// Takes the texts of a rule, of the first alert that has some. One that names a field which the
    /// alert does not have would have a hole: ours is told in its place.
    fn say(&mut self, alert: &Alert, effect: &AlertEffect) {
        let fill = |text: &str, made: &dyn Fn(&str) -> String| {
            let mut missing = None;
            let filled = language::fill(text, &mut |name| {
                let value = alert.field(name).filter(|value| !value.trim().is_empty());
                if value.is_none() {
                    missing = Some(name.to_owned());
                }
                Some(made(&value.unwrap_or_default()))
            });
            match missing {
                None => Some(filled),
                Some(name) => {
                    err(format_args!(
                        "warning: the alert has no field `{}`, which a rule of `alerts:` puts into a text; the usual words are told in its place",
                        plain(&name)
                    ));
                    None
                }
            }
        };
        let one_line = |text: String| -> String {
            text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
        };
        if let (None, Some(title)) = (&self.title, &effect.title) {
            self.title = fill(title, &|value| value.to_owned()).map(one_line);
        }
        if let (None, Some(message)) = (&self.message, &effect.message) {
            self.message = fill(message, &|value| escaped(value));
        }
    }
}

/// Lines of text, none of which is Markdown.
pub fn escaped(text: &str) -> String {
    let line = |line: &str| {
        let line = plain(line.trim());
        // A line, a list or an underlined heading.
        if line.starts_with(['-', '=', '+']) { format!("\\{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
