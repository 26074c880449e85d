//! The lines of iCalendar: folded, escaped, and without what RFC 5545 forbids.

use crate::model::Time;
use crate::model::zone::WallClock;

/// The octets that a line may have, not counting its end.
const WIDTH: usize = 75;

/// Lines on their way to a file.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
}

impl Lines {
    /// Adds a line as it is, in as many pieces as it takes.
    pub fn line(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > WIDTH {
                self.text.push_str("\r\n ");
                // The space that marks the rest of a line is part of its width.
                width = 1;
            }
            self.text.push(c);
            width += c.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    /// Adds a property whose value people wrote.
    pub fn text(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{}", escape(value)));
    }

    /// Adds lines that were made elsewhere.
    pub fn append(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// All of them.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// A text as a value: its line ends, whatever kind they are, become `\n`, and the control
/// characters that no calendar may hold are left out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\r' if chars.peek() == Some(&'\n') => {}
            // Some readers end a line at these, too.
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.push_str("\\n");
            }
            '\t' => out.push('\t'),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// `20261122T100503Z`
pub fn stamp(time: Time) -> String {
    time.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// `20261122T110503`: what a clock shows, wherever it hangs.
pub fn local(clock: WallClock) -> String {
    let WallClock { date, hour, minute, second } = clock;
    format!("{}T{hour:02}{minute:02}{second:02}", date.format("%Y%m%d"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_and_no_character_is_split() {
        for piece in ["x", "é", "€", "🚧", "a🚧é", "\u{200f}שלום "] {
            for count in [0, 1, 17, 18, 19, 24, 25, 36, 37, 38, 60, 74, 75, 76, 200] {
                let long = format!("SUMMARY:{}", piece.repeat(count));
                let mut lines = Lines::default();
                lines.line(&long);
                let text = lines.into_text();
                let pieces: Vec<&str> =
                    text.strip_suffix("\r\n").expect("an end").split("\r\n").collect();
                for (index, piece) in pieces.iter().enumerate() {
                    assert!(piece.len() <= 75, "{piece}");
                    assert_eq!(piece.starts_with(' '), index > 0, "{piece}");
                    // No piece is shorter than it must be.
                    assert!(index + 1 == pieces.len() || piece.len() > 71, "{piece}");
                }
                assert_eq!(text.replace("\r\n ", ""), format!("{long}\r\n"));
            }
        }
    }

    #[test]
    fn no_text_can_end_its_line() {
        for (text, want) in [
            ("a;b,c\\d:e\"f", "a\\;b\\,c\\\\d:e\"f"),
            ("a\r\nEND:VEVENT\rb\nc", "a\\nEND:VEVENT\\nb\\nc"),
            ("a\\nb", "a\\\\nb"),
            ("a\u{2028}b\u{85}c\u{c}d", "a\\nb\\nc\\nd"),
            ("\u{0}a\tb\u{1b}[31m\u{7f}\u{9b}c", "a\tb[31mc"),
            ("🚧 \u{202e}ab", "🚧 \u{202e}ab"),
        ] {
            assert_eq!(escape(text), want);
        }
    }
}
