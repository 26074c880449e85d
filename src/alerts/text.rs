//! Foreign text made fit to carry: titles of one line, texts without tricks, keys that are stable.
//!
//! Nothing is escaped here: each format does that where it writes.

/// The most characters of a title.
pub const TITLE: usize = 200;
/// The most characters of a text.
pub const TEXT: usize = 4_000;
/// The most characters of a key.
const KEY: usize = 200;

/// One line of at most `most` characters: what breaks, hides or turns text becomes a space.
pub fn line(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control() || turns(c)) {
        if word.is_empty() {
            continue;
        }
        if count > 0 && count < most {
            line.push(' ');
            count += 1;
        }
        for c in word.chars().take(most - count) {
            line.push(c);
            count += 1;
        }
        if count == most {
            break;
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Text that keeps its line breaks, as line feeds, and loses other controls.
pub fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter_map(|c| match c {
        '\n' => Some('\n'),
        // Each breaks a line somewhere.
        '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
        c if c.is_control() || turns(c) => None,
        c => Some(c),
    });
    let text: String = kept.collect();
    let text: String = text.trim().chars().take(TEXT).collect();
    text.trim_end().to_owned()
}

/// Whether a character changes the direction of text, or cannot be seen at all.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The key of an incident: its source, and what the source calls it.
pub fn key(source: &str, own: &str) -> String {
    let is_plain = own.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        && source.len() + 1 + own.len() <= KEY
        && own.trim() == own
        // Else one could be taken for the digest of another.
        && !own.starts_with("sha256-");
    if is_plain {
        return format!("{source}:{own}");
    }
    let digest = ring::digest::digest(&ring::digest::SHA256, own.as_bytes());
    let digest: Vec<String> = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{source}:sha256-{}", digest.concat())
}

/// A foreign value in backticks, short and on one line, for a mistake.
pub fn quoted(value: &str) -> String {
    format!("`{}`", line(&value.replace('`', "'"), 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_however_it_was_written() {
        for (written, title) in [
            ("", ""),
            (" Disk\n\n---\r\n# full\t ", "Disk --- # full"),
            ("a\u{202e}b\u{2066}c\u{0}d\u{2028}e\u{85}f", "a b c d e f"),
        ] {
            assert_eq!(line(written, TITLE), title, "{written:?}");
        }
        assert_eq!(line(&"é".repeat(300), TITLE), "é".repeat(200));
        assert_eq!(line("ab cd", 3), "ab");
        assert_eq!(line("ab cd", 4), "ab c");
    }

    #[test]
    fn a_text_keeps_its_lines_and_nothing_that_hides() {
        assert_eq!(text("\n a\r\nb\rc\u{2029}\u{202e}d\u{1b}[0m\te\n"), "a\nb\nc\nd[0m e");
        assert_eq!(text(&"ü".repeat(5_000)).chars().count(), TEXT);
    }

    #[test]
    fn a_strange_key_becomes_a_stable_digest() {
        assert_eq!(key("own", "disk-7"), "own:disk-7");
        assert_eq!(key("own", "{}:{a=\"b c\"}"), "own:{}:{a=\"b c\"}");
        assert_eq!(
            key("own", "dísk\n"),
            "own:sha256-4d67cdc0e265c4baa89ca198f14b778a8a9b094c66869dacb47bae970eb79585"
        );
        for strange in ["a\n", " a", "a ", "é", "sha256-00", &"a".repeat(197)] {
            assert!(key("own", strange).starts_with("own:sha256-"), "{strange:?}");
            assert_eq!(key("own", strange).len(), 75);
        }
        assert_eq!(key("own", &"a".repeat(196)).len(), 200);
    }
}
