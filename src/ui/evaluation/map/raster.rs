//! The picture of all marks, put together pixel by pixel: where a browser draws without a GPU, telling it to copy thousands of
//! small pictures takes several times as long. Decisions only: no browser is needed.

use super::camera::Point;
use super::stamps::Stamp;

/// Pixels without opacity: what is below is the page's colour.
#[derive(Debug, Default)]
pub struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

/// A stamp that is ready to be copied.
#[derive(Debug)]
pub struct Ink {
    side: usize,
    /// Row after row: colour times opacity, and how much of what lies below can be seen, of 255.
    pixels: Vec<([u8; 4], u8)>,
    /// For each row, from where to where there is anything.
    spans: Vec<(usize, usize)>,
}

impl Ink {
    /// Makes a stamp ready.
    pub fn new(stamp: &Stamp) -> Self {
        let pixel = |[red, green, blue, opacity]: [u8; 4]| {
            let times = |value: u8| ((u32::from(value) * u32::from(opacity) + 127) / 255) as u8;
            ([times(red), times(green), times(blue), opacity], 255 - opacity)
        };
        let span = |row: &[[u8; 4]]| {
            let there = |pixel: &[u8; 4]| pixel[3] > 0;
            let first = row.iter().position(there).unwrap_or(0);
            (first, row.iter().rposition(there).map_or(first, |last| last + 1))
        };
        Self {
            side: stamp.side,
            pixels: stamp.pixels.iter().copied().map(pixel).collect(),
            spans: stamp.pixels.chunks_exact(stamp.side.max(1)).map(span).collect(),
        }
    }
}

impl Raster {
    /// Begins anew, in that size and colour.
    pub fn clear(&mut self, (width, height): (u32, u32), [red, green, blue]: [u8; 3]) {
        (self.width, self.height) = (width as usize, height as usize);
        self.pixels.clear();
        self.pixels.resize(self.width * self.height, [red, green, blue, 255]);
    }

    /// Copies a stamp, its middle at a place in pixels; what is outside is left out.
    pub fn stamp(&mut self, ink: &Ink, at: Point) {
        // Whole pixels: nothing is blurred.
        let corner = |at: f32| (at - ink.side as f32 / 2.0).round() as isize;
        let (left, top) = (corner(at.0), corner(at.1));
        for (row, &(from, to)) in ink.spans.iter().enumerate() {
            let Some(y) = top.checked_add_unsigned(row).and_then(|y| usize::try_from(y).ok()) else { continue };
            // As far as it lies between the left edge and the right one.
            let from = from.max(left.saturating_neg().max(0) as usize);
            let to = to.min(self.width.saturating_add_signed(left.saturating_neg()));
            if y >= self.height || from >= to {
                continue;
            }
            let below = &mut self.pixels[y * self.width..][left.saturating_add_unsigned(from) as usize..];
            for (below, &(colour, rest)) in below.iter_mut().zip(&ink.pixels[row * ink.side..][from..to]) {
                *below = if rest == 0 { colour } else { blended(*below, colour, rest) };
            }
        }
    }

    /// Red, green, blue and 255 of each pixel, row after row.
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_flattened()
    }
}

/// `below` times `rest` / 255, plus `colour`, rounded; two channels at a time.
fn blended(below: [u8; 4], colour: [u8; 4], rest: u8) -> [u8; 4] {
    const EVERY_OTHER: u32 = 0x00ff_00ff;
    let times = |channels: u32| {
        // Exact for products of bytes: (x + 128 + (x + 128) / 256) / 256 is x / 255, rounded.
        let product = channels * u32::from(rest) + 0x0080_0080;
        ((product + ((product >> 8) & EVERY_OTHER)) >> 8) & EVERY_OTHER
    };
    let below = u32::from_le_bytes(below);
    let left = times(below & EVERY_OTHER) | times((below >> 8) & EVERY_OTHER) << 8;
    let sum = |(a, b): (u8, u8)| a.saturating_add(b);
    let (left, [red, green, blue, opacity]) = (left.to_le_bytes(), colour);
    [(left[0], red), (left[1], green), (left[2], blue), (left[3], opacity)].map(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blending_is_what_it_is_by_fractions() {
        for below in [0, 1, 127, 254, 255] {
            for (colour, opacity) in [(0, 0), (200, 56), (255, 128), (3, 254), (90, 255)] {
                let stamp = Stamp { side: 1, pixels: vec![[colour, colour, 0, opacity]] };
                let mut raster = Raster::default();
                raster.clear((1, 1), [below, 0, below]);
                raster.stamp(&Ink::new(&stamp), (0.5, 0.5));
                let share = f64::from(opacity) / 255.0;
                let mixed = |colour: u8| f64::from(colour) * share + f64::from(below) * (1.0 - share);
                let found = raster.bytes();
                assert!((f64::from(found[0]) - mixed(colour)).abs() <= 1.0, "{below} {colour} {opacity}: {found:?}");
                assert!((f64::from(found[2]) - mixed(0)).abs() <= 1.0);
                assert_eq!(found[3], 255);
            }
        }
    }

    /// A stamp without its upper left corner, in all places around a small raster.
    #[test]
    fn stamps_are_cut_off_at_the_edges() {
        let mut pixels = vec![[9, 9, 9, 255]; 9];
        pixels[0] = [0; 4];
        let ink = Ink::new(&Stamp { side: 3, pixels });
        for (x, y) in (-4..9).flat_map(|x| (-4..8).map(move |y| (x, y))) {
            let mut raster = Raster::default();
            raster.clear((5, 4), [1; 3]);
            raster.stamp(&ink, (x as f32 + 0.5, y as f32 + 0.5));
            for (place, pixel) in raster.bytes().chunks_exact(4).enumerate() {
                let (dx, dy) = (place as i32 % 5 - x, place as i32 / 5 - y);
                let covered = dx.abs() <= 1 && dy.abs() <= 1 && (dx, dy) != (-1, -1);
                assert_eq!(pixel[0], if covered { 9 } else { 1 }, "{x} {y} {place}");
            }
        }
        let mut raster = Raster::default();
        raster.clear((2, 2), [1; 3]);
        for far in [f32::MAX, f32::MIN, f32::NAN, f32::INFINITY] {
            raster.stamp(&ink, (far, 0.0));
            raster.stamp(&ink, (0.0, far));
        }
        raster.clear((0, 0), [1; 3]);
        raster.stamp(&ink, (0.0, 0.0));
        assert!(raster.bytes().is_empty());
    }
}
