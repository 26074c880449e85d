//! The picture that chat apps show beside a link to the site. PURE: the same card gives the same
//! bytes, with the font that the program carries.

mod font;
mod picture;
mod sheet;

pub use font::Font;

use font::Face;
use sheet::{Anchor, INK, LEFT, PAPER, Pen, QUIET, RIGHT, ROW, Sheet};

use crate::model::{ComponentStatus, Indicator};

/// What the picture says.
#[derive(Debug, Clone)]
pub struct Card<'a> {
    /// The title of the site.
    pub site: &'a str,
    /// The sentence that answers the question.
    pub sentence: &'a str,
    /// The last line, such as `Last checked 22 Nov 2026, 10:05 UTC`.
    pub checked: &'a str,
    /// How bad it is.
    pub indicator: Indicator,
    /// The components; more than [`MOST_ROWS`] are not drawn.
    pub rows: Vec<Row<'a>>,
    /// Whether the page is read from right to left. Bars keep today on the right, as on the page.
    pub is_right_to_left: bool,
}

/// A component in the picture.
#[derive(Debug, Clone)]
pub struct Row<'a> {
    /// Its name.
    pub name: &'a str,
    /// The worst of each day, today last; none where nothing was measured. Of more than
    /// [`MOST_BARS`] the last are drawn.
    pub bars: Vec<Option<ComponentStatus>>,
    /// Its uptime, such as `99.98 %`; not drawn where it is longer than some 15 characters.
    pub uptime: &'a str,
}

/// The width of the picture in pixels.
pub const WIDTH: u32 = 1200;
/// The height of the picture in pixels.
pub const HEIGHT: u32 = 630;
/// As many rows as can be read where the picture is shown small.
pub const MOST_ROWS: usize = 4;
/// As many days as a row shows.
pub const MOST_BARS: usize = 90;

/// The picture as a PNG of 1200 x 630 pixels. A text with a character that the font lacks is left
/// out. None never comes of what a card says; it stands for a fault in the libraries that draw.
pub fn render(card: &Card<'_>, font: &Font) -> Option<Vec<u8>> {
    picture::draw(&svg(card, font), font, WIDTH, HEIGHT)
}

/// The picture before it is pixels.
fn svg(card: &Card<'_>, font: &Font) -> String {
    let mut sheet = Sheet { font, is_mirrored: card.is_right_to_left, svg: String::new() };
    let mut top = 64.0;
    let mut bottom = 566.0;
    if let Some(site) = font.drawable(card.site) {
        let pen = Pen { face: Face::Headline, size: 34.0, colour: INK };
        let site = font.cut(&site, pen.face, pen.size, RIGHT - LEFT);
        sheet.text(&site, pen, Anchor::Start, LEFT, 88.0);
        top = 112.0;
        sheet.rule(top);
    }
    if let Some(checked) = font.drawable(card.checked) {
        let pen = Pen { face: Face::Text, size: 30.0, colour: QUIET };
        let checked = font.cut(&checked, pen.face, pen.size, RIGHT - LEFT);
        sheet.text(&checked, pen, Anchor::Start, LEFT, 574.0);
        bottom = 514.0;
    }
    let rows = &card.rows[..card.rows.len().min(MOST_ROWS)];
    let first = bottom - ROW * rows.len() as f32;
    headline(&mut sheet, card, top, first);
    sheet.rows(rows, first);
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{HEIGHT}'>\
         <rect width='{WIDTH}' height='{HEIGHT}' fill='{PAPER}'/>{}</svg>",
        sheet.svg
    )
}

/// The mark and the sentence in the middle of the room between two heights.
fn headline(sheet: &mut Sheet<'_>, card: &Card<'_>, top: f32, bottom: f32) {
    const MARK: f32 = 92.0;
    const GAP: f32 = 36.0;
    let middle = (top + bottom) / 2.0;
    let Some(sentence) = sheet.font.drawable(card.sentence) else {
        sheet.mark(card.indicator, LEFT, middle, MARK * 1.4);
        return;
    };
    let room = RIGHT - LEFT - MARK - GAP;
    let (size, lines) = fit(sheet.font, &sentence, room, bottom - top - 80.0);
    let mut foot = middle - block(size, lines.len()) / 2.0 + size * CAPITALS;
    sheet.mark(card.indicator, LEFT, middle, MARK);
    for line in &lines {
        let pen = Pen { face: Face::Headline, size, colour: INK };
        sheet.text(line, pen, Anchor::Start, LEFT + MARK + GAP, foot);
        foot += size * LEADING;
    }
}

/// From line to line in shares of the size.
const LEADING: f32 = 1.14;
/// The height of a capital letter in shares of the size.
const CAPITALS: f32 = 0.73;

/// The largest size at which a sentence fits, with the lines it then takes: more lines, smaller
/// letters.
fn fit(font: &Font, sentence: &str, room: f32, height: f32) -> (f32, Vec<String>) {
    const LARGEST: [f32; 3] = [92.0, 80.0, 62.0];
    const SMALLEST: f32 = 44.0;
    let mut size = LARGEST[0];
    while size > SMALLEST {
        if let Some(lines) = font.lines(sentence, size, room)
            && LARGEST.get(lines.len() - 1).is_some_and(|largest| size <= *largest)
            && block(size, lines.len()) <= height
        {
            return (size, font.balanced(sentence, size, room).unwrap_or(lines));
        }
        size -= 2.0;
    }
    (SMALLEST, font.broken(sentence, SMALLEST, room, LARGEST.len()))
}

/// The height of lines from the top of the first capital to the foot of the last line.
fn block(size: f32, lines: usize) -> f32 {
    size * (LEADING * (lines as f32 - 1.0) + CAPITALS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use resvg::usvg::{Node, Text};

    use super::*;

    pub(super) const INDICATORS: [Indicator; 6] = [
        Indicator::None,
        Indicator::Unknown,
        Indicator::Maintenance,
        Indicator::Minor,
        Indicator::Major,
        Indicator::Critical,
    ];

    /// From low bars to high ones.
    pub(super) const STATUSES: &[ComponentStatus] = &[
        ComponentStatus::Unknown,
        ComponentStatus::Operational,
        ComponentStatus::UnderMaintenance,
        ComponentStatus::DegradedPerformance,
        ComponentStatus::PartialOutage,
        ComponentStatus::MajorOutage,
    ];

    fn card<'a>(site: &'a str, sentence: &'a str, name: &'a str, uptime: &'a str) -> Card<'a> {
        let bars = vec![Some(ComponentStatus::Operational); 100];
        let rows = vec![Row { name, bars, uptime }; 5];
        let checked = "Last checked 22 Nov 2026, 10:05 UTC";
        Card { site, sentence, checked, indicator: Indicator::None, rows, is_right_to_left: false }
    }

    /// The texts of a card, none of which may come near the edge.
    fn texts(card: &Card<'_>, font: &Font) -> Vec<String> {
        let tree = picture::read(&svg(card, font), font).unwrap();
        let all: Vec<&Node> = tree.root().children().iter().skip(1).collect();
        for node in &all {
            let place = node.abs_bounding_box();
            assert!(place.left() >= 60.0 && place.right() <= 1140.0, "{node:?}");
            assert!(place.top() >= 50.0 && place.bottom() <= 590.0, "{node:?}");
        }
        let said = |text: &Text| text.chunks().iter().map(|chunk| chunk.text()).collect();
        all.iter()
            .filter_map(|node| if let Node::Text(text) = node { Some(said(text)) } else { None })
            .collect()
    }

    #[test]
    fn the_same_card_gives_the_same_bytes_and_few_of_them() {
        let card = card("Example Cloud", "All systems operational", "Website", "99.98 %");
        let first = render(&card, &Font::embedded()).unwrap();
        assert_eq!(first, render(&card, &Font::embedded()).unwrap());
        let mut reader = png::Decoder::new(std::io::Cursor::new(&first)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (WIDTH, HEIGHT));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert!(first.len() < 40_000, "{} bytes", first.len());
    }

    #[test]
    fn it_says_all_that_the_card_says() {
        let font = Font::embedded();
        let mut card = card("Example Cloud", "All systems operational", "Web & <b>", "99.98 %");
        let mut expected = vec!["Example Cloud", card.checked, "All systems operational"];
        expected.extend(["Web & <b>", "99.98 %"].repeat(MOST_ROWS));
        assert_eq!(texts(&card, &font), expected);
        card.is_right_to_left = true;
        assert_eq!(texts(&card, &font), expected);
    }

    #[test]
    fn a_text_that_would_be_boxes_is_left_out() {
        let font = Font::embedded();
        let card = card("例クラウド", "すべて正常です", "موقع", "99.98 %");
        let mut expected = vec![card.checked];
        expected.extend(["99.98 %"; MOST_ROWS]);
        assert_eq!(texts(&card, &font), expected);
        // The mark and the bars of each row stay.
        assert_eq!(svg(&card, &font).matches("<path").count(), 1 + MOST_ROWS);
    }

    #[test]
    fn a_long_sentence_takes_three_lines_and_ends_in_an_ellipsis() {
        let font = Font::embedded();
        let words = "Zahlungsabwicklung und Rechnungsstellung ".repeat(12);
        let word = "W".repeat(500);
        for (text, last) in [(&words, "g…"), (&word, "W…")] {
            let card = card("", text, "", "");
            let texts = texts(&card, &font);
            assert_eq!(texts.len(), 4, "{texts:?}");
            assert!(texts[3].ends_with(last), "{texts:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_that_a_card_says_breaks_the_picture(
            site in ".{0,60}",
            sentence in "[ -~\\u{a0}-\\u{2ff}\\p{Cyrillic}\\p{Cc}]{0,500}",
            name in "[<>&\"'a-z\\]\\[ ;#]{0,500}",
            uptime in prop_oneof!["[0-9.% ]{0,20}", any::<String>()],
            indicator in prop::sample::select(INDICATORS.to_vec()),
            bars in prop::collection::vec(prop::option::of(prop::sample::select(STATUSES)), 0..200),
            rows in 0..6_usize,
            is_right_to_left in any::<bool>(),
        ) {
            let rows = vec![Row { name: &name, bars, uptime: &uptime }; rows];
            let checked = &site;
            let card = Card {
                site: &site, sentence: &sentence, checked, indicator, rows, is_right_to_left,
            };
            texts(&card, &Font::embedded());
            prop_assert!(render(&card, &Font::embedded()).is_some());
        }
    }
}
