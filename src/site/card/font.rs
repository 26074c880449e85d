//! The font of the picture: which texts it can draw, how wide they are, and where they break.

use std::collections::BTreeMap;
use std::sync::Arc;

use resvg::usvg::fontdb::Database;
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// The name that `assets/card/make.py` gives both fonts.
pub(super) const FAMILY: &str = "Aboveboard Card";

/// Nobody could read more in a picture, and it bounds what a hostile name can cost.
const MOST_CHARACTERS: usize = 400;

/// One of the two cuts of the font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// Drawn for large sizes.
    Headline,
    /// Drawn for small sizes, with digits of one width.
    Text,
}

impl Face {
    /// The weight by which the two are told apart.
    pub(super) fn weight(self) -> u16 {
        match self {
            Self::Headline => 600,
            Self::Text => 500,
        }
    }
}

/// The embedded font, read once for any number of pictures.
#[derive(Debug)]
pub struct Font {
    pub(super) database: Arc<Database>,
    headline: BTreeMap<char, f32>,
    text: BTreeMap<char, f32>,
}

impl Font {
    /// Reads the font that the program carries; no font of the machine is looked at.
    pub fn embedded() -> Self {
        let headline = include_bytes!("../../../assets/card/headline.ttf");
        let text = include_bytes!("../../../assets/card/text.ttf");
        let mut database = Database::new();
        database.load_font_data(headline.to_vec());
        database.load_font_data(text.to_vec());
        Self { database: Arc::new(database), headline: widths(headline), text: widths(text) }
    }

    /// The text as it can be drawn: on one line, without characters that have no shape.
    /// None where it is empty or holds a character that would be a box.
    pub fn drawable(&self, text: &str) -> Option<String> {
        let mut clean = String::new();
        for c in text.chars().take(MOST_CHARACTERS) {
            match c {
                // Spaces that keep two words together are kept.
                '\u{a0}' | '\u{202f}' | '\u{2009}' => clean.push(c),
                _ if c.is_whitespace() || c.is_control() => {
                    if !clean.is_empty() && !clean.ends_with(' ') {
                        clean.push(' ');
                    }
                }
                // Hyphens that wait for the end of a line, joiners, and marks of direction.
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => {}
                '\u{2060}'..='\u{206f}' | '\u{feff}' => {}
                _ if self.text.contains_key(&c) && self.headline.contains_key(&c) => clean.push(c),
                _ => return None,
            }
        }
        let clean = clean.trim();
        (!clean.is_empty()).then(|| clean.to_owned())
    }

    /// How many pixels a small text takes at a size in a font that is about as wide; a guess for
    /// letters that this one does not have.
    pub fn text_width(&self, text: &str, size: f32) -> f32 {
        let known = |c: char| self.text.contains_key(&c);
        let guess = |c: char| match c {
            // Marks that stand on a letter, and what joins and directs.
            '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' => 0.0,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{fe0f}' => 0.0,
            // Scripts of letters are narrower than those of ideographs, and emoji are as wide.
            '\u{370}'..='\u{1fff}' => 0.55,
            _ => 1.0,
        };
        let widths = text.chars().map(|c| match known(c) {
            true => self.advance(c, Face::Text),
            false => guess(c),
        });
        widths.sum::<f32>() * size
    }

    /// How many pixels the text takes at a size, as a sum over its characters. Kerning is left out:
    /// it moves the end of a line by a hundredth at most, which the margin has room for.
    pub(super) fn width(&self, text: &str, face: Face, size: f32) -> f32 {
        text.chars().map(|c| self.advance(c, face)).sum::<f32>() * size
    }

    fn advance(&self, c: char, face: Face) -> f32 {
        let widths = match face {
            Face::Headline => &self.headline,
            Face::Text => &self.text,
        };
        widths.get(&c).copied().unwrap_or(1.0)
    }

    /// The text, or as much of its beginning as there is room for with an ellipsis after it.
    pub(super) fn cut(&self, text: &str, face: Face, size: f32, room: f32) -> String {
        if self.width(text, face, size) <= room {
            return text.to_owned();
        }
        let room = room - self.width("…", face, size);
        let end = self.end(text, face, size, room);
        let kept = &text[..last_space(text, end).unwrap_or(end)];
        format!("{}…", kept.trim_end_matches([' ', ',', '.', ':', ';', '-', '–', '—']))
    }

    /// Where the part of a text ends that there is room for.
    fn end(&self, text: &str, face: Face, size: f32, room: f32) -> usize {
        let mut width = 0.0;
        for (at, c) in text.char_indices() {
            width += self.advance(c, face) * size;
            if width > room {
                return at;
            }
        }
        text.len()
    }

    /// The lines of a headline at a size. None where one of its words does not fit on a line.
    pub(super) fn lines(&self, text: &str, size: f32, room: f32) -> Option<Vec<String>> {
        let space = self.advance(' ', Face::Headline) * size;
        let mut lines: Vec<String> = Vec::new();
        let mut used = 0.0;
        for word in text.split(' ') {
            let width = self.width(word, Face::Headline, size);
            if width > room {
                return None;
            }
            match lines.last_mut() {
                Some(line) if used + space + width <= room => {
                    line.push(' ');
                    line.push_str(word);
                    used += space + width;
                }
                _ => {
                    lines.push(word.to_owned());
                    used = width;
                }
            }
        }
        Some(lines)
    }

    /// The same lines with lengths as even as possible, so that no word is left alone.
    pub(super) fn balanced(&self, text: &str, size: f32, room: f32) -> Option<Vec<String>> {
        let mut best = self.lines(text, size, room)?;
        let mut narrower = room;
        while narrower > 0.0 {
            narrower -= size / 4.0;
            match self.lines(text, size, narrower) {
                Some(lines) if lines.len() == best.len() => best = lines,
                _ => break,
            }
        }
        Some(best)
    }

    /// The text broken within words where it must be, for words that are longer than a line; what
    /// goes beyond the last line ends in an ellipsis.
    pub(super) fn broken(&self, text: &str, size: f32, room: f32, most: usize) -> Vec<String> {
        const FACE: Face = Face::Headline;
        let within = room - self.width("-", FACE, size);
        let mut lines = Vec::new();
        let mut rest = text;
        while lines.len() + 1 < most && self.width(rest, FACE, size) > room {
            let end = self.end(rest, FACE, size, room);
            if let Some(space) = last_space(rest, end) {
                lines.push(rest[..space].to_owned());
                rest = rest[space..].trim_start();
            } else {
                // One character at least, or there would be no end to it.
                let least = rest.chars().next().map_or(0, char::len_utf8);
                let end = self.end(rest, FACE, size, within).max(least);
                lines.push(format!("{}-", &rest[..end]));
                rest = &rest[end..];
            }
        }
        lines.push(self.cut(rest, FACE, size, room));
        lines
    }
}

/// The last space before a place, unless that would leave much of the line empty.
fn last_space(text: &str, end: usize) -> Option<usize> {
    if text[end..].starts_with(' ') {
        return Some(end);
    }
    text[..end].rfind(' ').filter(|space| space * 3 > end * 2)
}

/// The width of each character that a font has, in shares of its size.
fn widths(data: &[u8]) -> BTreeMap<char, f32> {
    // The embedded bytes are a font, as a test holds; else no text would be drawn.
    let Ok(font) = FontRef::new(data) else { return BTreeMap::new() };
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let characters = font.charmap();
    characters
        .mappings()
        .filter_map(|(code, glyph)| Some((char::from_u32(code)?, metrics.advance_width(glyph)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fonts_draw_what_europe_writes() {
        let font = Font::embedded();
        assert_eq!(font.database.len(), 2);
        for text in [
            "The quick brown fox: {jumps} [over] <the> \"lazy\" dog's 1234567890 @#$%^&*_+=~`|\\/?!;,.",
            "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich – ẞ",
            "Příliš žluťoučký kůň úpěl ďábelské ódy, Țara și Ștefan, Đặng Nguyễn",
            "Съешь же ещё этих мягких французских булок, ґанок і їжак",
            "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
            "· … – — ‘ ’ “ ” „ « » % × € № → ≤ −1",
        ] {
            assert_eq!(font.drawable(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_it_cannot_draw_it_does_not_draw() {
        let font = Font::embedded();
        for text in ["", " \n", "正常", "عادي", "Web 🚀", "e\u{301}", "\u{fffe}"] {
            assert_eq!(font.drawable(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_has_no_shape_is_dropped() {
        let font = Font::embedded();
        let drawn = font.drawable(" a\u{202e}\t\u{0}\n b\u{ad}c\u{200b}\u{feff}99\u{a0}% ");
        assert_eq!(drawn.as_deref(), Some("a bc99\u{a0}%"));
    }

    #[test]
    fn lines_break_between_words_and_are_even() {
        let font = Font::embedded();
        let room = font.width("All systems are", Face::Headline, 60.0);
        let lines = font.lines("All systems are operational now", 60.0, room);
        assert_eq!(lines.unwrap(), ["All systems are", "operational", "now"]);
        let lines = font.balanced("One two three four five six", 60.0, 700.0);
        assert_eq!(lines.unwrap(), ["One two three", "four five six"]);
        assert_eq!(font.lines("Wwwwwwwwww", 60.0, 100.0), None);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis_within_the_room() {
        let font = Font::embedded();
        let cut = |text, room| font.cut(text, Face::Text, 10.0, room);
        assert_eq!(cut("Payments", 100.0), "Payments");
        assert_eq!(cut("Payments and invoices", 100.0), "Payments and…");
        assert_eq!(cut("Zahlungsabwicklung", 60.0), "Zahlungsa…");
        assert_eq!(cut("Payments", 0.0), "…");
        assert_eq!(font.broken("Wwwww", 60.0, 1.0, 3), ["W-", "w-", "…"]);
    }
}
