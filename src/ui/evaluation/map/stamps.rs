//! Marks as small pictures, to be copied thousands of times: drawing the shapes anew would cost a frame several times over.
//! How far a pixel is from the outline says how much of it is covered. Decisions only: no browser is needed.

use super::camera::Point;
use super::colours::Colours;
use super::marks::Mark;

/// Opacity of what is in the background.
const DIM: f32 = 0.22;

/// What stamps are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The marks, in the order of their groups.
    pub marks: Vec<Mark>,
    /// Radius of a mark in pixels of the page.
    pub radius: f32,
    /// Pixels of the screen for one of the page.
    pub ratio: f32,
    /// The page's colours.
    pub colours: Colours,
}

/// Colour and opacity of a square of pixels.
#[derive(Debug, Clone, PartialEq)]
pub struct Stamp {
    /// Its side in pixels of the screen.
    pub side: usize,
    /// Row after row: red, green, blue, opacity.
    pub pixels: Vec<[u8; 4]>,
}

impl Look {
    /// The side of a stamp: room for a mark and the ring around it.
    fn side(&self) -> usize {
        ((self.radius + 4.0) * 2.0 * self.ratio).ceil() as usize
    }

    /// A group's mark, in the background or not.
    pub fn stamp(&self, mark: Mark, dim: bool) -> Stamp {
        let (ratio, colour) = (self.ratio, self.colours.palette[mark.colour]);
        let radius = self.radius * ratio * if mark.small { 0.7 } else { 1.0 };
        let outline =
            |radius: f32| mark.corners().into_iter().map(|(x, y)| (x * radius, y * radius)).collect::<Vec<_>>();
        let (outer, inner) = (outline(radius), outline(radius - ratio * 0.5));
        self.draw(if dim { DIM } else { 1.0 }, |at, pixel| {
            let away = distance(&outer, at);
            // A rim in the page's colour keeps marks that lie on each other apart.
            pixel.cover(self.colours.sheet, away - ratio * if mark.hollow { 2.0 } else { 0.75 });
            if mark.hollow {
                pixel.cover(colour, distance(&inner, at).abs() - ratio * 0.875);
            } else {
                pixel.cover(colour, away);
            }
        })
    }

    /// The ring around what is selected.
    pub fn ring(&self) -> Stamp {
        let radius = (self.radius + 1.5) * self.ratio;
        self.draw(1.0, |at, pixel| {
            let away = (at.0.hypot(at.1) - radius).abs();
            pixel.cover(self.colours.sheet, away - 1.75 * self.ratio);
            pixel.cover(self.colours.ink, away - 0.875 * self.ratio);
        })
    }

    fn draw(&self, opacity: f32, paint: impl Fn(Point, &mut Pixel)) -> Stamp {
        let side = self.side();
        let middle = |at: usize| at as f32 + 0.5 - side as f32 / 2.0;
        let pixel = |place: usize| {
            let mut pixel = Pixel::default();
            paint((middle(place % side), middle(place / side)), &mut pixel);
            pixel.finished(opacity)
        };
        Stamp { side, pixels: (0..side * side).map(pixel).collect() }
    }
}

/// A pixel while it is painted: colours times opacity, and opacity.
#[derive(Default)]
struct Pixel([f32; 4]);

impl Pixel {
    /// Covers it as far as it lies within an outline that is `away` pixels off, or, if negative, that far outside of it.
    fn cover(&mut self, colour: [u8; 3], away: f32) {
        let covered = (0.5 - away).clamp(0.0, 1.0);
        let [red, green, blue] = colour.map(|value| f32::from(value) * covered);
        for (mine, new) in self.0.iter_mut().zip([red, green, blue, covered]) {
            *mine = new + *mine * (1.0 - covered);
        }
    }

    fn finished(self, opacity: f32) -> [u8; 4] {
        let [red, green, blue, covered] = self.0;
        let pure = |value: f32| if covered > 0.0 { (value / covered).round() as u8 } else { 0 };
        [pure(red), pure(green), pure(blue), (covered * opacity * 255.0).round() as u8]
    }
}

/// How far a point is outside of an outline; negative inside.
fn distance(corners: &[Point], at: Point) -> f32 {
    let (mut nearest, mut inside) = (f32::INFINITY, false);
    let before = corners.iter().cycle().skip(corners.len().saturating_sub(1));
    for (&(x, y), &(from_x, from_y)) in corners.iter().zip(before) {
        let (along, off) = ((from_x - x, from_y - y), (at.0 - x, at.1 - y));
        let length = along.0 * along.0 + along.1 * along.1;
        let share = ((off.0 * along.0 + off.1 * along.1) / length.max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
        nearest = nearest.min((off.0 - share * along.0).hypot(off.1 - share * along.1));
        // Whether a line to the right crosses this side.
        if (y > at.1) != (from_y > at.1) && off.0 < off.1 * along.0 / along.1 {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::super::marks::Shape;
    use super::*;

    fn look(ratio: f32) -> Look {
        Look { marks: Vec::new(), radius: 5.0, ratio, colours: Colours::of(false) }
    }

    fn at(stamp: &Stamp, x: usize, y: usize) -> [u8; 4] {
        stamp.pixels[y * stamp.side + x]
    }

    #[test]
    fn distances_to_a_square_and_a_cross() {
        let square = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)];
        for (point, expected) in [((0.0, 0.5), -0.5), ((3.0, 0.0), 2.0), ((4.0, 5.0), 5.0), ((1.0, 0.0), 0.0)] {
            assert!((distance(&square, point) - expected).abs() < 1e-6, "{point:?}");
        }
        let cross = Mark { shape: Shape::Plus, ..Mark::other() }.corners();
        assert!(distance(&cross, (0.0, 0.9)) < 0.0 && distance(&cross, (0.7, 0.7)) > 0.0, "a cross is not convex");
    }

    #[test]
    fn marks_are_filled_or_hollow_with_a_rim_of_the_page() {
        let (look, colours) = (look(2.0), Colours::of(false));
        let filled = look.stamp(Mark::other(), false);
        let middle = filled.side / 2;
        let [red, green, blue] = colours.palette[6];
        assert_eq!(at(&filled, middle, middle), [red, green, blue, 255]);
        assert_eq!(at(&filled, 0, 0)[3], 0, "corners are free");
        // Just outside of 0.7 times 10 pixels by 0.9.
        let rim = at(&filled, middle + 6, middle);
        assert!(rim[3] > 0 && rim[0] > red, "{rim:?}");
        let hollow = look.stamp(Mark::none(), false);
        let [red, green, blue] = colours.sheet;
        assert_eq!(at(&hollow, middle, middle), [red, green, blue, 255]);
        assert_ne!(filled, look.stamp(Mark::class(1), false));
        let dim = look.stamp(Mark::other(), true);
        assert_eq!((at(&dim, middle, middle)[0], at(&dim, middle, middle)[3]), (colours.palette[6][0], 56));
    }

    #[test]
    fn the_ring_is_free_inside_and_fits() {
        for ratio in [1.0, 1.25, 3.0] {
            let ring = look(ratio).ring();
            let middle = ring.side / 2;
            assert_eq!(at(&ring, middle, middle)[3], 0);
            assert!(ring.pixels.iter().any(|pixel| pixel[3] == 255));
            assert!((0..ring.side).all(|x| at(&ring, x, 0)[3] < 255), "{ratio}: nothing is cut off");
        }
    }
}
