//! Which form of a word goes with a number: the cardinal rules of CLDR for whole numbers.
//!
//! Of fractions nothing here speaks, for nothing is counted in fractions. The rules are compared
//! with those of a browser in `tests/browser/languages.test.mjs`.

/// A plural category of CLDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Such as 0 in Arabic.
    Zero,
    /// Such as 1 in English.
    One,
    /// Such as 2 in Arabic.
    Two,
    /// Such as 2 to 4 in Polish.
    Few,
    /// Such as 5 in Polish.
    Many,
    /// All others; every language has it.
    Other,
}

impl Category {
    /// Each category by its name in CLDR.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("zero", Self::Zero),
        ("one", Self::One),
        ("two", Self::Two),
        ("few", Self::Few),
        ("many", Self::Many),
        ("other", Self::Other),
    ];
}

/// The categories that a language has for whole numbers.
pub fn categories(tag: &str) -> std::collections::BTreeSet<Category> {
    // No rule looks further than three digits, but for whole millions.
    (0..300)
        .chain([1_000_000])
        .map(|number| category(tag, number))
        .chain([Category::Other])
        .collect()
}

/// The category of a number in a language, by the first part of its tag. Of a language that is not
/// known here, 1 is one and the rest are others.
pub fn category(tag: &str, n: u64) -> Category {
    use Category::*;
    let (ones, tens) = (n % 10, n % 100);
    let is_million = n != 0 && n.is_multiple_of(1_000_000);
    let language = tag.split('-').next().unwrap_or(tag);
    match language {
        "id" | "ja" | "ko" | "lo" | "ms" | "my" | "th" | "vi" | "yue" | "zh" => Other,
        "fr" => match n {
            0 | 1 => One,
            _ if is_million => Many,
            _ => Other,
        },
        // Portugal counts as Spain does, Brazil as France.
        "pt" if tag != "pt-PT" => match n {
            0 | 1 => One,
            _ if is_million => Many,
            _ => Other,
        },
        "ca" | "es" | "it" | "pt" => match n {
            1 => One,
            _ if is_million => Many,
            _ => Other,
        },
        "am" | "bn" | "fa" | "gu" | "hi" | "kn" | "zu" if n <= 1 => One,
        "pl" => match n {
            1 => One,
            _ if (2..=4).contains(&ones) && !(12..=14).contains(&tens) => Few,
            _ => Many,
        },
        "be" | "ru" | "uk" => match (ones, tens) {
            (1, tens) if tens != 11 => One,
            (2..=4, tens) if !(12..=14).contains(&tens) => Few,
            _ => Many,
        },
        "bs" | "hr" | "sh" | "sr" => match (ones, tens) {
            (1, tens) if tens != 11 => One,
            (2..=4, tens) if !(12..=14).contains(&tens) => Few,
            _ => Other,
        },
        "cs" | "sk" => match n {
            1 => One,
            2..=4 => Few,
            _ => Other,
        },
        "sl" => match tens {
            1 => One,
            2 => Two,
            3 | 4 => Few,
            _ => Other,
        },
        "lt" => match (ones, tens) {
            (_, 11..=19) => Other,
            (1, _) => One,
            (2..=9, _) => Few,
            _ => Other,
        },
        "lv" => match (ones, tens) {
            (0, _) | (_, 11..=19) => Zero,
            (1, _) => One,
            _ => Other,
        },
        "ro" => match n {
            1 => One,
            0 => Few,
            _ if (1..=19).contains(&tens) => Few,
            _ => Other,
        },
        "he" => match n {
            1 => One,
            2 => Two,
            _ => Other,
        },
        "ar" => match n {
            0 => Zero,
            1 => One,
            2 => Two,
            _ if (3..=10).contains(&tens) => Few,
            _ if (11..=99).contains(&tens) => Many,
            _ => Other,
        },
        _ if n == 1 => One,
        _ => Other,
    }
}
