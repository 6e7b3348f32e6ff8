//! Pixels for canvases, as RGBA row by row: labels with patterns and outlines, cosines as colours.

use super::area::Area;
use super::palette::{Palette, in_pattern, pattern_colour};
use crate::segmentation::UNLABELLED;

/// How labels are drawn.
pub struct LabelStyle<'a> {
    /// Colours.
    pub palette: &'a Palette,
    /// Of the fill, in 0..1.
    pub opacity: f32,
    /// Whether borders between labels are drawn, black inside and white outside: seen on any photo.
    pub outline: bool,
}

/// How far an outline reaches, in pixels, in an image of that size.
pub fn outline_reach((width, height): (u32, u32)) -> u32 {
    (width.max(height) / 384).max(1)
}

/// The pixels of `area`, for labels of an image of `size`.
pub fn label_pixels(labels: &[u8], size: (u32, u32), area: Area, style: &LabelStyle) -> Vec<u8> {
    let (width, height) = (size.0 as usize, size.1 as usize);
    let reach = outline_reach(size) as usize;
    let period = (size.0.max(size.1) / 24).max(8);
    let alpha = (style.opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    let dark: Vec<[u8; 3]> = style.palette.iter().map(|&colour| pattern_colour(colour)).collect();
    let mut pixels = Vec::with_capacity(area.width as usize * area.height as usize * 4);
    for y in area.y as usize..(area.y + area.height) as usize {
        for x in area.x as usize..(area.x + area.width) as usize {
            let label = labels[y * width + x];
            if style.outline {
                let around = [
                    labels[y * width + x.saturating_sub(reach)],
                    labels[y * width + (x + reach).min(width - 1)],
                    labels[y.saturating_sub(reach) * width + x],
                    labels[(y + reach).min(height - 1) * width + x],
                ];
                if let Some(&other) = around.iter().find(|&&other| other != label) {
                    let value = if label > other { 255 } else { 16 };
                    pixels.extend([value, value, value, 230]);
                    continue;
                }
            }
            if label == UNLABELLED {
                pixels.extend([0; 4]);
                continue;
            }
            let patterned = in_pattern(label, x as u32, y as u32, period);
            let [r, g, b] = if patterned { dark[label as usize] } else { style.palette[label as usize] };
            pixels.extend([r, g, b, alpha]);
        }
    }
    pixels
}

/// Cosines from `low` (dark violet) to 1 (pale yellow). Lightness alone is enough to compare them.
pub fn similarity_pixels(cosines: &[f32], low: f32) -> Vec<u8> {
    const STOPS: [[f32; 3]; 4] =
        [[22.0, 11.0, 57.0], [135.0, 33.0, 107.0], [239.0, 105.0, 45.0], [252.0, 250.0, 190.0]];
    let span = (1.0 - low).max(1e-6);
    let pixel = |&cosine: &f32| {
        let place = ((cosine - low) / span).clamp(0.0, 1.0) * 3.0;
        let (from, part) = ((place as usize).min(2), place - (place as usize).min(2) as f32);
        let mix = |c: usize| (STOPS[from][c] + part * (STOPS[from + 1][c] - STOPS[from][c])).round() as u8;
        [mix(0), mix(1), mix(2), 205]
    };
    cosines.iter().flat_map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: Area = Area { x: 0, y: 0, width: 4, height: 4 };

    #[test]
    fn unlabelled_pixels_are_transparent_and_borders_are_drawn() {
        let palette = [[200, 100, 50]; 256];
        let mut labels = [UNLABELLED; 16];
        let bare = label_pixels(&labels, (4, 4), WHOLE, &LabelStyle { palette: &palette, opacity: 0.5, outline: true });
        assert!(bare.iter().all(|&value| value == 0));
        labels[..8].fill(0);
        let drawn =
            label_pixels(&labels, (4, 4), WHOLE, &LabelStyle { palette: &palette, opacity: 0.5, outline: true });
        assert_eq!(drawn[..4], [200, 100, 50, 128]);
        assert_eq!(drawn[16..20], [16, 16, 16, 230]);
        assert_eq!(drawn[32..36], [255, 255, 255, 230]);
        assert_eq!(drawn[48..52], [0; 4]);
    }

    #[test]
    fn drawing_an_area_equals_cropping_the_whole() {
        let labels: Vec<u8> = (0..16).map(|i| i % 5).collect();
        let palette = std::array::from_fn(|i| [i as u8; 3]);
        let style = LabelStyle { palette: &palette, opacity: 1.0, outline: true };
        let whole = label_pixels(&labels, (4, 4), WHOLE, &style);
        let part = label_pixels(&labels, (4, 4), Area { x: 1, y: 2, width: 2, height: 1 }, &style);
        assert_eq!(part[..], whole[4 * (2 * 4 + 1)..][..8]);
    }

    #[test]
    fn more_alike_is_lighter() {
        let pixels = similarity_pixels(&[-1.0, 0.0, 0.25, 0.5, 0.75, 1.0], 0.0);
        let light: Vec<u32> = pixels.chunks(4).map(|p| u32::from(p[0]) + u32::from(p[1]) + u32::from(p[2])).collect();
        assert_eq!(light[0], light[1]);
        assert!(light[1..].windows(2).all(|pair| pair[0] < pair[1]), "{light:?}");
    }
}
