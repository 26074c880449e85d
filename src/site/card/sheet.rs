//! The parts of the picture as SVG: lines of text, rows with their days, and the mark.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::font::{Face, Font};
use super::{MOST_BARS, Row, WIDTH};
use crate::model::{ComponentStatus, Indicator};

/// Chat apps round and crop the edges.
const MARGIN: f32 = 72.0;
pub(super) const LEFT: f32 = MARGIN;
pub(super) const RIGHT: f32 = WIDTH as f32 - MARGIN;

/// From the foot of a row to that of the next.
pub(super) const ROW: f32 = 52.0;

pub(super) const PAPER: &str = "#fcfbf8";
pub(super) const INK: &str = "#1d2126";
pub(super) const QUIET: &str = "#484e55";
const RULE: &str = "#d9d5cb";

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    pub(super) face: Face,
    pub(super) size: f32,
    pub(super) colour: &'static str,
}

/// Which end of a text stands at its place.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Anchor {
    Start,
    End,
}

/// The SVG as it grows. All places are told from the side where reading begins.
pub(super) struct Sheet<'f> {
    pub(super) font: &'f Font,
    pub(super) is_mirrored: bool,
    pub(super) svg: String,
}

impl Sheet<'_> {
    /// Adds an element.
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.svg.write_fmt(part);
    }

    /// A line of text on its foot.
    pub(super) fn text(&mut self, text: &str, pen: Pen, anchor: Anchor, x: f32, foot: f32) {
        let x = if self.is_mirrored { WIDTH as f32 - x } else { x };
        let anchor = if self.is_mirrored == (anchor == Anchor::Start) { "end" } else { "start" };
        let Pen { face, size, colour } = pen;
        let weight = face.weight();
        self.add(format_args!(
            "<text x='{x}' y='{foot}' font-size='{size}' font-weight='{weight}' fill='{colour}' \
             text-anchor='{anchor}'>{}</text>",
            escape(text)
        ));
    }

    /// A line from margin to margin.
    pub(super) fn rule(&mut self, y: f32) {
        self.add(format_args!("<path d='M{LEFT} {y}H{RIGHT}' stroke='{RULE}' stroke-width='2'/>"));
    }

    /// The components, each with its name, its days and its figure.
    pub(super) fn rows(&mut self, rows: &[Row<'_>], top: f32) {
        const SIZE: f32 = 32.0;
        let pen = Pen { face: Face::Text, size: SIZE, colour: INK };
        let font = self.font;
        const WIDEST: f32 = 280.0;
        let width = |text: &str| font.width(text, Face::Text, SIZE).ceil();
        let names: Vec<_> = rows.iter().map(|row| font.drawable(row.name)).collect();
        // Half a figure would be another figure, so the bars make room for it, or it is left out.
        let uptimes: Vec<_> = rows
            .iter()
            .map(|row| font.drawable(row.uptime).filter(|text| width(text) <= WIDEST))
            .collect();
        let uptime = uptimes.iter().flatten().map(|text| width(text)).fold(0.0, f32::max);
        let end = if uptime > 0.0 { RIGHT - uptime - 28.0 } else { RIGHT };
        // Whole pixels, or the bars would be blurred. Without names they begin where these would.
        let has_names = names.iter().any(Option::is_some);
        let pitch = if has_names { 6.0 } else { ((end - LEFT) / MOST_BARS as f32).floor() };
        let bars = pitch * MOST_BARS as f32 - 2.0;
        let end = if has_names { end } else { LEFT + bars };
        for (index, row) in rows.iter().enumerate() {
            let foot = top + ROW * index as f32 + 40.0;
            if let Some(name) = &names[index] {
                let name = font.cut(name, Face::Text, SIZE, end - bars - LEFT - 28.0);
                self.text(&name, pen, Anchor::Start, LEFT, foot);
            }
            if let Some(uptime) = &uptimes[index] {
                self.text(uptime, pen, Anchor::End, RIGHT, foot);
            }
            // The place is mirrored, the days are not.
            let end = if self.is_mirrored { WIDTH as f32 - end + bars } else { end };
            self.bars(&row.bars, end, foot, pitch);
        }
    }

    /// The bars of a row from the last one on, which is today and stands at the right.
    fn bars(&mut self, bars: &[Option<ComponentStatus>], end: f32, foot: f32, pitch: f32) {
        let width = pitch - 2.0;
        let mut paths: BTreeMap<Option<ComponentStatus>, String> = BTreeMap::new();
        for (age, bar) in bars.iter().rev().take(MOST_BARS).enumerate() {
            let x = end - width - pitch * age as f32;
            let (_, above, height) = look(*bar);
            let y = foot - LINE - above;
            let path = paths.entry(*bar).or_default();
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
        }
        for (bar, path) in paths {
            let (colour, ..) = look(bar);
            self.add(format_args!("<path d='{path}' fill='{colour}'/>"));
        }
    }

    /// The sign of the state: its shape alone tells it, for eyes that see no colours.
    pub(super) fn mark(&mut self, indicator: Indicator, x: f32, middle: f32, size: f32) {
        let x = if self.is_mirrored { WIDTH as f32 - x - size } else { x };
        let scale = size / 32.0;
        let (colour, shape) = match indicator {
            Indicator::None => (INK, "<path d='M3 17l8.5 9.5L28 6' fill='none'/>"),
            Indicator::Unknown => (
                "#51565d",
                "<path d='M7 10.5a8 8 0 1 1 12 6.5q-4 2.3-4 5.3m0 6.5v.1' fill='none'/>",
            ),
            Indicator::Maintenance => {
                ("#1f4b96", "<path d='M16 2.8l13.2 13.2-13.2 13.2-13.2-13.2z'/>")
            }
            Indicator::Minor => ("#8a3a05", "<path d='M16 5l13 22h-26z'/>"),
            Indicator::Major | Indicator::Critical => {
                ("#9c1710", "<path d='M4.5 4.5l23 23m0-23l-23 23' fill='none'/>")
            }
        };
        let y = middle - size / 2.0;
        self.add(format_args!(
            "<g transform='translate({x} {y}) scale({scale})' fill='{colour}' stroke='{colour}' \
             stroke-width='5' stroke-linecap='round' stroke-linejoin='round'>{shape}</g>"
        ));
    }
}

/// How far the line of a row is above the foot of its text.
const LINE: f32 = 10.0;

/// The colour of a bar, how far it rises above the line of its row, and its height: good days stand
/// above the line and bad ones hang below it, as on the page.
fn look(bar: Option<ComponentStatus>) -> (&'static str, f32, f32) {
    match bar {
        None => (RULE, 1.0, 2.0),
        Some(ComponentStatus::Unknown) => ("#51565d", 2.0, 4.0),
        Some(ComponentStatus::Operational) => ("#7a9586", 20.0, 19.0),
        Some(ComponentStatus::UnderMaintenance) => ("#1f4b96", 5.0, 10.0),
        Some(ComponentStatus::DegradedPerformance) => ("#6b4800", 10.0, 9.0),
        Some(ComponentStatus::PartialOutage) => ("#8a3a05", -1.0, 10.0),
        Some(ComponentStatus::MajorOutage) => ("#9c1710", -1.0, 17.0),
    }
}

/// The text as XML. Characters that XML cannot hold were never drawable.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tests::{INDICATORS, STATUSES};
    use super::*;

    #[test]
    fn each_state_has_a_shape_or_a_height_of_its_own() {
        let font = Font::embedded();
        let shapes: BTreeSet<String> = INDICATORS
            .into_iter()
            .map(|indicator| {
                let mut sheet = Sheet { font: &font, is_mirrored: false, svg: String::new() };
                sheet.mark(indicator, 0.0, 0.0, 32.0);
                sheet.svg.split_once("<path").unwrap().1.to_owned()
            })
            .collect();
        // The two worst share the cross, as on the page.
        assert_eq!(shapes.len(), INDICATORS.len() - 1);
        let days = [None].into_iter().chain(STATUSES.iter().copied().map(Some));
        let places: BTreeSet<(i32, i32)> =
            days.map(look).map(|(_, above, height)| (above as i32, height as i32)).collect();
        assert_eq!(places.len(), STATUSES.len() + 1);
    }
}
