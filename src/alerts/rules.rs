//! What an alert means by the rules of the site, and its fields in the texts of a rule.

use super::Alert;
use crate::model::settings::AlertRule;

/// Any value fits.
const ANY: &str = "*";

impl Alert {
    /// The first rule that fits.
    pub fn rule<'r>(&self, rules: &'r [AlertRule]) -> Option<&'r AlertRule> {
        rules.iter().find(|rule| self.fits(rule))
    }

    fn fits(&self, rule: &AlertRule) -> bool {
        rule.fields.iter().all(|(name, wanted)| {
            self.fields.get(name).is_some_and(|values| {
                wanted.iter().any(|wanted| wanted == ANY || values.contains(wanted))
            })
        })
    }

    /// The text of a field, and of what has a name here: `title` and `text`. None if it has none.
    pub fn field(&self, name: &str) -> Option<String> {
        match (self.fields.get(name), name) {
            (Some(values), _) => Some(values.join(", ")),
            (None, "title") => Some(self.title.clone()),
            (None, "text") => Some(self.text.clone()),
            (None, _) => None,
        }
    }

    /// Its fields, each with its first value, as a rule could name them; the most telling first.
    pub fn told(&self) -> Vec<(String, String)> {
        let short = |text: &str| super::text::line(text, 60);
        let first = |values: &Vec<String>| short(values.first().map_or("", String::as_str));
        // An address tells alerts of one kind apart.
        let fields = self.fields.iter().filter(|(name, _)| !name.to_lowercase().contains("url"));
        let mut told: Vec<(String, String)> =
            fields.map(|(name, values)| (short(name), first(values))).collect();
        let telling = [
            "service",
            "alertname",
            "condition_name",
            "alertConditionNames",
            "impactedEntities",
            "component",
            "job",
            "name",
            "monitor_id",
            "title",
        ];
        told.sort_by_key(|(name, _)| {
            telling.iter().position(|one| one == name).unwrap_or(telling.len())
        });
        told
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::alerts::{Fields, State};

    fn rule(fields: &[(&str, &[&str])]) -> AlertRule {
        let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        let fields = fields.iter().map(|(name, values)| ((*name).to_owned(), texts(values)));
        AlertRule { fields: fields.collect::<BTreeMap<_, _>>(), effect: None }
    }

    #[test]
    fn the_first_rule_whose_fields_all_fit_counts() {
        let fields = Fields::from([
            ("service".to_owned(), vec!["api".to_owned(), "web".to_owned()]),
            ("severity".to_owned(), vec!["page".to_owned()]),
        ]);
        let alert = Alert::new(State::Firing, fields);
        let rules = [
            rule(&[("service", &["db"])]),
            rule(&[("service", &["web"]), ("severity", &["info"])]),
            rule(&[("team", &["*"])]),
            rule(&[("service", &["mail", "web"]), ("severity", &["*"])]),
            rule(&[]),
        ];
        let found = alert.rule(&rules).unwrap();
        assert!(std::ptr::eq(found, &rules[3]));
        assert!(alert.rule(&rules[..3]).is_none());
        assert!(alert.rule(&rules[4..]).is_some());
    }
}
