//! From an SVG to the bytes of a PNG, without a look at the machine.

use std::collections::BTreeMap;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::font::{FAMILY, Font};

/// Draws an SVG of these measures.
pub(super) fn draw(svg: &str, font: &Font, width: u32, height: u32) -> Option<Vec<u8>> {
    let mut pixels = Pixmap::new(width, height)?;
    resvg::render(&read(svg, font)?, Transform::default(), &mut pixels.as_mut());
    encode(&pixels)
}

/// The SVG with its texts laid out.
pub(super) fn read(svg: &str, font: &Font) -> Option<Tree> {
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: font.database.clone(),
        // No picture is within the picture, and the usual resolver could read the disk.
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).ok()
}

/// A palette makes the file half as large and quicker to press. The picture has a dozen colours,
/// and the rest are steps between two of them along the edges of letters; where these are more
/// than a palette holds, rare ones become their nearest neighbours, which no eye can tell.
fn encode(pixels: &Pixmap) -> Option<Vec<u8>> {
    let (palette, indices) = reduce(pixels);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&indices).ok()?;
    writer.finish().ok()?;
    Some(bytes)
}

/// Red, green and blue.
type Colour = [u8; 3];

/// At most 256 colours, and for each pixel the place of its own.
fn reduce(pixels: &Pixmap) -> (Vec<Colour>, Vec<u8>) {
    // Lines of one colour are most of the picture, and a run of it is looked up once.
    let mut runs: Vec<(Colour, usize)> = Vec::new();
    for pixel in pixels.data().chunks_exact(4) {
        // The paper lies below everything, so that nothing is transparent.
        let colour = [pixel[0], pixel[1], pixel[2]];
        match runs.last_mut() {
            Some((last, length)) if *last == colour => *length += 1,
            _ => runs.push((colour, 1)),
        }
    }
    let mut counts: BTreeMap<Colour, usize> = BTreeMap::new();
    for (colour, length) in &runs {
        *counts.entry(*colour).or_default() += length;
    }
    let mut frequent: Vec<(Colour, usize)> = counts.into_iter().collect();
    frequent.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let palette: Vec<Colour> = frequent.iter().take(256).map(|(colour, _)| *colour).collect();
    let mut places: BTreeMap<Colour, u8> = BTreeMap::new();
    for (index, (colour, _)) in frequent.iter().enumerate() {
        let place = u8::try_from(index).unwrap_or_else(|_| nearest(&palette, *colour));
        places.insert(*colour, place);
    }
    let mut indices = Vec::with_capacity(pixels.data().len() / 4);
    for (colour, length) in &runs {
        let place = places.get(colour).copied().unwrap_or_default();
        indices.resize(indices.len() + length, place);
    }
    (palette, indices)
}

/// The place of the colour in the palette, or of the one that is most like it.
fn nearest(palette: &[Colour], colour: Colour) -> u8 {
    let distance = |other: &Colour| -> u32 {
        other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let place = palette.iter().enumerate().min_by_key(|(_, other)| distance(other));
    place.and_then(|(place, _)| u8::try_from(place).ok()).unwrap_or_default()
}
