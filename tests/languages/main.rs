//! The words of the page: complete in every language, all in their files, and by CLDR's rules.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use aboveboard::model::Source;
use aboveboard::problem::Problem;
use aboveboard::theme::language::{self, Message, Messages};
use aboveboard::theme::plural::{Category, categories, category};
use aboveboard::theme::{Language, Theme, built_in};
use regex::Regex;

const LANGUAGES: [&str; 12] =
    ["ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr", "zh"];

fn read(tag: &str, known: Option<(&str, &Messages)>) -> (Messages, Vec<Problem>) {
    let text = built_in()[format!("i18n/{tag}.yaml").as_str()];
    language::parse(&Source::new(format!("i18n/{tag}.yaml"), text.as_bytes()), known)
}

fn english() -> Messages {
    read("en", None).0
}

fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[test]
fn every_language_says_everything_that_english_says() {
    let english = english();
    assert!(english.len() > 250, "only {} messages", english.len());
    let theme = Theme::load(Vec::new()).unwrap();
    assert_eq!(theme.tags(), LANGUAGES);
    for tag in LANGUAGES {
        let (messages, problems) = read(tag, Some((tag, &english)));
        assert!(problems.is_empty(), "{}", problems[0].render());
        let keys: Vec<&String> = messages.keys().collect();
        let missing: Vec<&String> =
            english.keys().filter(|key| !messages.contains_key(*key)).collect();
        assert_eq!(keys.len(), english.len(), "{tag} lacks {missing:?}");
        for (key, message) in &messages {
            let texts: Vec<&str> = match (message, &english[key]) {
                (Message::Text(text), Message::Text(wanted)) => {
                    assert_eq!(places(text), places(wanted), "{tag} {key}");
                    vec![text]
                }
                (Message::Forms(forms), Message::Forms(wanted)) => {
                    let wanted = places(&wanted[&Category::Other]);
                    for (form, text) in forms {
                        let mut said = places(text);
                        // A form for one number may say it as a word.
                        if matches!(form, Category::Zero | Category::One | Category::Two) {
                            said.insert("count");
                        }
                        let mut wanted = wanted.clone();
                        wanted.insert("count");
                        said.insert("count");
                        assert_eq!(said, wanted, "{tag} {key} {form:?}");
                    }
                    let said: BTreeSet<Category> = forms.keys().copied().collect();
                    let needed = categories(tag);
                    assert_eq!(said, needed, "{tag} {key}");
                    forms.values().map(String::as_str).collect()
                }
                (Message::Names(names), Message::Names(_)) => {
                    names.iter().map(String::as_str).collect()
                }
                _ => panic!("{tag} {key} is of another kind"),
            };
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{tag} {key} is empty");
        }
    }
}

/// A translation that was forgotten is English still.
#[test]
fn no_language_repeats_english_sentences() {
    let english = english();
    for tag in LANGUAGES.iter().filter(|tag| **tag != "en") {
        let (messages, _) = read(tag, Some((tag, &english)));
        let same: Vec<&String> = messages
            .iter()
            .filter(|(key, message)| match message {
                Message::Text(text) => text.split(' ').count() > 3 && english[*key] == **message,
                _ => false,
            })
            .map(|(key, _)| key)
            .filter(|key| !["measure_formula", "moment"].contains(&key.as_str()))
            .collect();
        assert!(same.is_empty(), "{tag}: {same:?}");
    }
}

/// All Rust files of the program that speak to visitors.
fn sources() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "rs"))
        .map(|entry| fs::read_to_string(entry.path()).unwrap())
        .collect()
}

fn templates() -> BTreeMap<&'static str, &'static str> {
    built_in().into_iter().filter(|(name, _)| name.ends_with(".html")).collect()
}

#[test]
fn every_message_is_used_and_every_used_one_is_there() {
    let english = english();
    let code = sources();
    let templates: String = templates().into_values().collect();
    let said = r#"\b(?:edition|language)\s*\.(?:say|fill|count|with_length|name)\(\s*"(\w+)""#;
    let said = Regex::new(said).unwrap();
    let mut used: BTreeSet<&str> = Regex::new(r"\bt\.([a-z0-9_]+)")
        .unwrap()
        .captures_iter(&templates)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    // Not a message: the language of what people wrote.
    assert!(used.remove("authored"));
    used.extend(said.captures_iter(&code).map(|found| found.get(1).unwrap().as_str()));
    let unknown: Vec<&&str> = used.iter().filter(|key| !english.contains_key(**key)).collect();
    assert!(unknown.is_empty(), "nobody wrote {unknown:?}");
    let unused: Vec<&String> = english
        .keys()
        .filter(|key| !used.contains(key.as_str()) && !code.contains(&format!("\"{key}\"")))
        .filter(|key| !key.starts_with("legend_"))
        .collect();
    assert!(unused.is_empty(), "no page says {unused:?}");
}

#[test]
fn no_text_is_written_into_a_template() {
    // What is the same in every language: names, addresses, commands, numbers.
    const SAME: [&str; 8] = [
        "JSON Feed",
        "JSON",
        "Atom",
        "RSS",
        "inputs.json",
        "status.json",
        "aboveboard verify",
        "95 %",
    ];
    let tags = Regex::new(r"(?s)\{%.*?%\}|\{\{<.*?/>\}\}|\{\{.*?\}\}").unwrap();
    let attributes =
        Regex::new(r#"\b(?:aria-label|title|alt|placeholder|data-words)="([^"]*)""#).unwrap();
    // Code is the same in every language.
    let elements = Regex::new(r"(?s)<code>.*?</code>|<[^>]*>").unwrap();
    let words = Regex::new(r"\p{L}{2,}").unwrap();
    for (name, text) in templates() {
        let plain = tags.replace_all(text, "");
        for found in attributes.captures_iter(&plain) {
            let said = found[1].replace('|', "");
            assert!(said.trim().is_empty(), "{name} says `{said}` in an attribute");
        }
        let mut plain = elements.replace_all(&plain, " ").into_owned();
        for same in SAME {
            plain = plain.replace(same, "");
        }
        let found: Vec<&str> = words.find_iter(&plain).map(|found| found.as_str()).collect();
        assert!(found.is_empty(), "{name} says {found:?}");
    }
}

/// `plurals.json` is what a browser says; `tests/browser/languages.test.mjs` compares it with one.
#[test]
fn numbers_go_with_the_words_that_cldr_gives_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages/plurals.json");
    let table: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let numbers: Vec<u64> = serde_json::from_value(table["numbers"].clone()).unwrap();
    let mut compared = 0;
    for (tag, letters) in table.as_object().unwrap().iter().filter(|(key, _)| *key != "numbers") {
        let said: String = numbers
            .iter()
            .map(|number| match category(tag, *number) {
                Category::Zero => 'z',
                Category::One => '1',
                Category::Two => '2',
                Category::Few => 'f',
                Category::Many => 'm',
                Category::Other => 'o',
            })
            .collect();
        assert_eq!(said, letters.as_str().unwrap(), "{tag}");
        compared += 1;
    }
    assert!(compared > 40, "only {compared} languages were compared");
}

#[test]
fn own_words_replace_single_messages_and_their_mistakes_are_told() {
    let source = |text: &str| Source::new("themes/acme/i18n/de.yaml", text.as_bytes());
    let theme = Theme::load(vec![source("status_major_outage: Kaputt\n")]).unwrap();
    let german = theme.language("de").unwrap();
    assert_eq!(german.say("status_major_outage"), "Kaputt");
    assert_ne!(german.say("status_unknown"), Language::english().say("status_unknown"));
    assert_eq!(theme.language("de-AT").unwrap().say("status_major_outage"), "Kaputt");
    assert!(theme.language("xx").is_none());

    let text = "status_major_outge: Kaputt\nsince: \"{was} seit {time}\"\nmonths_long: [Januar]\nbad_days: { one: ein Tag }\nweekdays: Montag\n";
    let problems = Theme::load(vec![source(text)]).unwrap_err();
    let said: Vec<String> = problems.iter().map(Problem::summary).collect();
    assert_eq!(
        said,
        [
            "line 1: no page says `status_major_outge`",
            "line 2: nothing fills `{was}`",
            "line 3: a list cannot stand here",
            "line 4: the form `other` is missing",
            "line 5: a text cannot stand here",
        ]
    );
}

/// A language that a theme adds may be unfinished; what it lacks is said in English, by English rules.
#[test]
fn what_a_language_lacks_is_said_in_english() {
    let source = Source::new("themes/acme/i18n/xx.yaml", b"status_unknown: ???\n");
    let theme = Theme::load(vec![source]).unwrap();
    let language = theme.language("xx").unwrap();
    assert_eq!(language.say("status_unknown"), "???");
    assert_eq!(language.count("days_window", 1, &[]), "1 day");
    assert_eq!(language.count("days_window", 2, &[]), "2 days");
    // A region says what its language says.
    let source = Source::new("themes/acme/i18n/de-AT.yaml", b"months_short: [J\xc3\xa4n, Feb, M\xc3\xa4r, Apr, Mai, Jun, Jul, Aug, Sep, Okt, Nov, Dez]\n");
    let theme = Theme::load(vec![source]).unwrap();
    let austrian = theme.language("de-AT").unwrap();
    assert_eq!(austrian.name("months_short", 0), "J\u{e4}n");
    assert_eq!(austrian.say("components"), theme.language("de").unwrap().say("components"));
}
