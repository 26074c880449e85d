//! The template filter `fill`: puts values into the places of a message.

use std::collections::BTreeMap;

use tera::{Kwargs, State, StringInput, TeraResult, Value};

use super::language;
use super::plural::Category;

/// Fills a message. A message with plural forms needs `count`. An instant becomes a `<time>`, a
/// safe text stays as it is, and everything else is escaped.
pub fn fill(message: &Value, kwargs: Kwargs, state: &State<'_>) -> TeraResult<Value> {
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in kwargs.iter() {
        let name = name.to_string();
        values.insert(name, html(value, state)?);
    }
    let text = match message.as_map() {
        None => message.as_str().unwrap_or_default().to_owned(),
        Some(map) => {
            let count = kwargs.must_get::<u64>("count")?;
            let mut forms = BTreeMap::new();
            let mut tag = String::new();
            for (name, text) in map {
                let text = text.as_str().unwrap_or_default().to_owned();
                match Category::WORDS.iter().find(|(word, _)| *word == name.to_string()) {
                    Some((_, category)) => {
                        forms.insert(*category, text);
                    }
                    None => tag = text,
                }
            }
            language::form(&forms, &tag, count).to_owned()
        }
    };
    let text = state.escape(&text)?;
    let filled = language::fill(&text, &mut |name| values.get(name).cloned());
    Ok(Value::safe_string(&filled))
}

fn html(value: &Value, state: &State<'_>) -> TeraResult<String> {
    if let Some(map) = value.as_map() {
        let field = |name: &str| map.iter().find(|(key, _)| key.to_string() == name);
        if let (Some((_, iso)), Some((_, text))) = (field("iso"), field("text")) {
            let iso = state.escape(iso.as_str().unwrap_or_default())?;
            let text = state.escape(text.as_str().unwrap_or_default())?;
            return Ok(format!("<time datetime=\"{iso}\">{text}</time>"));
        }
    }
    if value.is_string() {
        let text = <StringInput<'_> as tera::ArgFromValue<'_>>::from_value(value)?;
        return Ok(text.rendered(state)?.into_owned());
    }
    state.escape(&value.to_string())
}
