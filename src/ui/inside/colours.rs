//! Colours of signed numbers. They differ in lightness as well as in hue, and are the same on a light and on a dark page:
//! what is below zero is darker than zero, what is above is lighter. They follow the square root of a number's size: a
//! gradient has few large numbers, beside which the others would look like zero.

/// Of the smallest number, of zero, of the largest.
const SCALE: [[u8; 3]; 3] = [[12, 36, 104], [128, 128, 124], [255, 226, 110]];

/// The colour of `value`, between `-most` and `most`.
pub fn colour(value: f32, most: f32) -> [u8; 3] {
    let share = if most > 0.0 { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
    let strength = share.abs().sqrt();
    let [below, zero, above] = SCALE;
    let end = if share < 0.0 { below } else { above };
    let mixed = |i: usize| f32::from(zero[i]) + (f32::from(end[i]) - f32::from(zero[i])) * strength;
    [0, 1, 2].map(|i| mixed(i).round() as u8)
}

/// Pixels, red, green, blue and opacity each, of numbers between `-most` and `most`.
pub fn pixels(values: &[f32], most: f32) -> Vec<u8> {
    let pixel = |value: &f32| {
        let [red, green, blue] = colour(*value, most);
        [red, green, blue, 255]
    };
    values.iter().flat_map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, as WCAG defines it.
    fn luminance(colour: [u8; 3]) -> f64 {
        let [red, green, blue] = colour.map(|level| {
            let level = f64::from(level) / 255.0;
            if level <= 0.040_45 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn a_larger_number_is_lighter() {
        let all: Vec<f64> = (-20..=20).map(|i| luminance(colour(i as f32 / 10.0, 2.0))).collect();
        assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
    }

    #[test]
    fn signs_are_told_apart_by_lightness() {
        let contrast = |a: [u8; 3], b: [u8; 3]| (luminance(a) + 0.05) / (luminance(b) + 0.05);
        let [below, zero, above] = [-1.0, 0.0, 1.0].map(|value| colour(value, 1.0));
        assert!(contrast(above, zero) > 3.0 && contrast(zero, below) > 3.0);
    }

    #[test]
    fn small_numbers_can_be_told_from_zero() {
        let (zero, small) = (luminance(colour(0.0, 1.0)), luminance(colour(0.04, 1.0)));
        assert!((small + 0.05) / (zero + 0.05) > 1.25, "{zero} {small}");
    }

    #[test]
    fn numbers_beyond_the_range_and_no_range_are_harmless() {
        assert_eq!(colour(5.0, 1.0), colour(1.0, 1.0));
        assert_eq!(pixels(&[0.0, 3.0], 0.0), [128, 128, 124, 255, 128, 128, 124, 255]);
    }
}
