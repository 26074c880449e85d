//! A place inside a JSON document, such as `$.db.status` or `$.items[0]['a.b']`.

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// The element of a list, counted from 0.
    Index(usize),
}

/// A path from the root of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

impl JsonPath {
    /// Reads `$`, `.key`, `['key']` and `[0]`. None when it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('.') {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (key, tail) = after.split_at(end);
                if key.is_empty() || key.contains([']', '\'', '"', '*', ' ']) {
                    return None;
                }
                steps.push(Step::Key(key.to_owned()));
                rest = tail;
                continue;
            }
            let inner = rest.strip_prefix('[')?;
            if let Some(quote) = inner.chars().next().filter(|c| matches!(c, '\'' | '"')) {
                let (key, tail) = inner[1..].split_once(quote)?;
                steps.push(Step::Key(key.to_owned()));
                rest = tail.strip_prefix(']')?;
            } else {
                let (index, tail) = inner.split_once(']')?;
                steps.push(Step::Index(index.parse().ok()?));
                rest = tail;
            }
        }
        Some(Self { text: text.to_owned(), steps })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_keys_and_indexes() {
        let key = |key: &str| Step::Key(key.to_owned());
        let steps = |text: &str| JsonPath::parse(text).map(|path| path.steps);
        assert_eq!(steps("$"), Some(vec![]));
        assert_eq!(steps("$.db.status"), Some(vec![key("db"), key("status")]));
        assert_eq!(steps("$.a[0]['b.c'][\"d\"]"), {
            Some(vec![key("a"), Step::Index(0), key("b.c"), key("d")])
        });
        for text in ["", "db", "$db", "$.", "$..a", "$[", "$[a]", "$['a]", "$.a b", "$[*]", "$.*"] {
            assert_eq!(steps(text), None, "{text}");
        }
    }
}
