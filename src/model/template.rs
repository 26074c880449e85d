//! Text with `${VAR}` in it, and the secrets that come out of it.

use std::collections::BTreeMap;

/// The variables a run may use; the environment, or what a test hands in.
pub type Variables = BTreeMap<String, String>;

/// A text in which `${VAR}` and `${VAR:-default}` stand for variables.
///
/// It is resolved only where it is used, so that building the page needs no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable { name: String, default: Option<String> },
}

impl Template {
    /// Reads `${VAR}`, `${VAR:-default}` and the escape `$${`. The error is the byte
    /// offset of a `${` that is never closed or that names no variable.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(found) = text[at..].find("${") {
            let start = at + found;
            if text[..start].ends_with('$') && start > at {
                literal.push_str(&text[at..start - 1]);
                literal.push_str("${");
                at = start + 2;
                continue;
            }
            literal.push_str(&text[at..start]);
            let length = text[start..].find('}').ok_or(start)?;
            let inner = &text[start + 2..start + length];
            let (name, default) = match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default.to_owned())),
                None => (inner, None),
            };
            let valid = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !valid {
                return Err(start);
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Variable { name: name.to_owned(), default });
            at = start + length + 1;
        }
        literal.push_str(&text[at..]);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self { parts })
    }

    /// A text in which nothing stands for anything else.
    pub fn plain(text: &str) -> Self {
        Self { parts: vec![Part::Text(text.to_owned())] }
    }

    /// The text itself, when no variable stands in it.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What stands in front of the first variable.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The values that variables bring in; defaults are written in the open.
    pub fn secrets<'a>(&'a self, variables: &'a Variables) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, .. } => variables.get(name).map(String::as_str),
            Part::Text(_) => None,
        })
    }

    /// The names of variables that have neither a value nor a default.
    pub fn missing<'a>(&'a self, variables: &'a Variables) -> impl Iterator<Item = &'a str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { name, default: None } if !variables.contains_key(name) => {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    /// The text with every variable in its place. The error names the first one without a value.
    pub fn resolve(&self, variables: &Variables) -> Result<String, String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Variable { name, default } => {
                    match variables.get(name).or(default.as_ref()) {
                        Some(value) => text.push_str(value),
                        None => return Err(name.clone()),
                    }
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_defaults_and_the_escape() {
        let variables = Variables::from([("TOKEN".to_owned(), "s3cret".to_owned())]);
        for (text, want) in [
            ("plain", Ok("plain")),
            ("", Ok("")),
            ("Bearer ${TOKEN}", Ok("Bearer s3cret")),
            ("${TOKEN}${TOKEN}", Ok("s3crets3cret")),
            ("${HOST:-localhost}:1", Ok("localhost:1")),
            ("${HOST:-}", Ok("")),
            ("$${TOKEN}", Ok("${TOKEN}")),
            ("costs $5 {x}", Ok("costs $5 {x}")),
            ("${HOST}", Err("HOST")),
        ] {
            let got = Template::parse(text).expect("valid").resolve(&variables);
            assert_eq!(got, want.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
        assert_eq!(Template::parse("a ${B"), Err(2));
        assert_eq!(Template::parse("a ${B C}"), Err(2));
        assert_eq!(Template::parse("${}"), Err(0));
    }
}
