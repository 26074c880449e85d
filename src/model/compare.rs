//! What a value is compared with: `up`, `< 100`, `exists`.

/// A comparison with a value that is a text, a number, true or false.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// There is a value.
    Exists,
    /// There is none.
    Absent,
    /// It is this.
    Is(String),
    /// It is anything else, or nothing.
    IsNot(String),
    /// It is a number below this.
    Below(f64),
    /// It is a number of at most this.
    AtMost(f64),
    /// It is a number above this.
    Above(f64),
    /// It is a number of at least this.
    AtLeast(f64),
}

impl Comparison {
    /// Reads a comparison; a text without an operator is the value itself. None when an
    /// order is asked of what is not a number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        let after = |operator: &str| text.strip_prefix(operator);
        Some(match text {
            "exists" => Self::Exists,
            "absent" => Self::Absent,
            _ => {
                if let Some(rest) = after("==") {
                    Self::Is(rest.trim().to_owned())
                } else if let Some(rest) = after("!=") {
                    Self::IsNot(rest.trim().to_owned())
                } else if let Some(rest) = after("<=") {
                    Self::AtMost(number(rest)?)
                } else if let Some(rest) = after(">=") {
                    Self::AtLeast(number(rest)?)
                } else if let Some(rest) = after("<") {
                    Self::Below(number(rest)?)
                } else if let Some(rest) = after(">") {
                    Self::Above(number(rest)?)
                } else {
                    Self::Is(text.to_owned())
                }
            }
        })
    }

    /// Whether a value, as text, fits; none is no value.
    pub fn fits(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<f64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::Absent => value.is_none(),
            Self::Is(wanted) => value.is_some_and(|value| same(value, wanted)),
            Self::IsNot(wanted) => !value.is_some_and(|value| same(value, wanted)),
            Self::Below(limit) => number().is_some_and(|number| number < *limit),
            Self::AtMost(limit) => number().is_some_and(|number| number <= *limit),
            Self::Above(limit) => number().is_some_and(|number| number > *limit),
            Self::AtLeast(limit) => number().is_some_and(|number| number >= *limit),
        }
    }
}

/// Equal as texts, or as numbers: `1.0` is `1`.
fn same(value: &str, wanted: &str) -> bool {
    // Beyond this, different whole numbers are the same float.
    let exact = |number: &f64| number.abs() < 9_007_199_254_740_992.0;
    let number = |text: &str| text.parse::<f64>().ok().filter(exact);
    value == wanted || number(value).is_some_and(|value| number(wanted) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_fit_what_they_say() {
        for (text, fit, not) in [
            ("up", &["up"][..], &["down", ""][..]),
            ("== exists", &["exists"], &["up"]),
            ("!= down", &["up", ""], &["down"]),
            ("3", &["3", "3.0"], &["4"]),
            ("true", &["true"], &["false"]),
            ("9007199254740993", &["9007199254740993"], &["9007199254740992"]),
            ("< 100", &["99.5", "-1"], &["100", "many"]),
            ("<=100", &["100"], &["100.1"]),
            ("> 1", &["2"], &["1"]),
            (">= 1", &["1"], &["0"]),
            ("exists", &["", "x"], &[]),
        ] {
            let comparison = Comparison::parse(text).expect("valid");
            assert!(fit.iter().all(|value| comparison.fits(Some(value))), "{text}");
            assert!(!not.iter().any(|value| comparison.fits(Some(value))), "{text}");
        }
        assert!(Comparison::Absent.fits(None) && !Comparison::Exists.fits(None));
        assert!(Comparison::parse("!= x").expect("valid").fits(None));
        assert_eq!(Comparison::parse("< many"), None);
    }
}
