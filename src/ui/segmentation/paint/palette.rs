//! Colours and patterns of classes: colour is never the only distinction.

/// Colours for all labels; those without a class are black.
pub type Palette = [[u8; 3]; 256];

/// Colours that can be distinguished with any kind of colour vision (Okabe and Ito 2008); the first is the
/// background's.
const COLOURS: [[u8; 3]; 8] = [
    [150, 150, 150],
    [230, 159, 0],
    [86, 180, 233],
    [0, 158, 115],
    [240, 228, 66],
    [0, 114, 178],
    [213, 94, 0],
    [204, 121, 167],
];

/// The default colour of a class: after the first eight come darker, then lighter versions of them.
pub(super) fn usual_colour(id: u8) -> [u8; 3] {
    let colour = COLOURS[id as usize % COLOURS.len()];
    match id / 8 % 3 {
        0 => colour,
        1 => colour.map(|value| value / 2),
        _ => colour.map(|value| 128 + value / 2),
    }
}

/// The colour of a class's pattern: darker than the class's own, or lighter where that is dark already.
pub(super) fn pattern_colour(colour: [u8; 3]) -> [u8; 3] {
    let light: u32 = colour.iter().map(|&value| u32::from(value)).sum();
    colour.map(|value| if light > 210 { (u32::from(value) * 11 / 20) as u8 } else { 128 + value / 2 })
}

/// Whether a class's pattern covers the pixel at `x`, `y`; patterns repeat every `period` pixels.
pub(super) fn in_pattern(class: u8, x: u32, y: u32, period: u32) -> bool {
    let (thin, half) = ((period / 4).max(1), (period / 2).max(1));
    let (across, down) = (x % period, y % period);
    match class % 8 {
        0 => false,
        1 => (across + down) % period < thin,
        2 => across < half && down < half && (across + down) % 2 == 0,
        3 => down < thin,
        4 => across < thin,
        5 => (across + period - down) % period < thin,
        6 => across < thin || down < thin,
        _ => (x / half + y / half).is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_neighbouring_classes_differ() {
        let drawn = |class| (0..64).map(|i| in_pattern(class, i % 8, i / 8, 8)).collect::<Vec<_>>();
        for class in 0..7 {
            assert_ne!(drawn(class), drawn(class + 1), "{class}");
        }
    }

    #[test]
    fn the_first_24_classes_have_colours_of_their_own() {
        let colours: std::collections::BTreeSet<_> = (0..24).map(usual_colour).collect();
        assert_eq!(colours.len(), 24);
    }
}
