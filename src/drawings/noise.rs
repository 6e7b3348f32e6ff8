//! Random choices and textures for the drawn scenes. Only sums, products and square roots, so that the pixels are the
//! same on every platform.

use crate::random::{Purpose, Stream};

/// A colour, each channel in 0..1.
pub type Colour = [f32; 3];

/// The random choices of one scene.
pub struct Dice {
    stream: Stream,
}

impl Dice {
    pub fn new(seed: u64, lane: u32) -> Self {
        Self { stream: Stream::new(seed, Purpose::Sample, lane) }
    }

    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        self.stream.range(low, high)
    }

    pub fn below(&mut self, n: u32) -> u32 {
        self.stream.below(n)
    }

    pub fn chance(&mut self, probability: f32) -> bool {
        self.stream.uniform() < probability
    }

    /// Any hue, with saturation and value within the given ranges.
    pub fn colour(&mut self, saturation: (f32, f32), value: (f32, f32)) -> Colour {
        let hue = self.range(0.0, 1.0);
        hsv(hue, self.range(saturation.0, saturation.1), self.range(value.0, value.1))
    }

    pub fn noise(&mut self) -> Noise {
        Noise { table: (0..1024).map(|_| self.stream.uniform()).collect() }
    }
}

/// Smooth noise over the plane: random values on a lattice, blended in between.
pub struct Noise {
    table: Vec<f32>,
}

impl Noise {
    fn lattice(&self, x: i32, y: i32) -> f32 {
        let mixed = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
        self.table[(mixed.wrapping_mul(0xC2B2_AE3D) >> 22) as usize]
    }

    /// In 0..1, features about 1 wide.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let smooth = |t: f32| t * t * (3.0 - 2.0 * t);
        let (u, v) = (smooth(x - left), smooth(y - top));
        let (i, j) = (left as i32, top as i32);
        let row = |j| lerp(self.lattice(i, j), self.lattice(i + 1, j), u);
        lerp(row(j), row(j + 1), v)
    }

    /// Four octaves, in 0..1, coarsest about 1 wide.
    pub fn rough(&self, x: f32, y: f32) -> f32 {
        let octave = |n: i32| self.at(x * (1 << n) as f32 + 17.0 * n as f32, y * (1 << n) as f32) / (1 << n) as f32;
        (0..4).map(octave).sum::<f32>() / 1.875
    }
}

pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

pub fn mix(a: Colour, b: Colour, t: f32) -> Colour {
    [lerp(a[0], b[0], t), lerp(a[1], b[1], t), lerp(a[2], b[2], t)]
}

/// Brightens or darkens.
pub fn times(colour: Colour, factor: f32) -> Colour {
    colour.map(|c| c * factor)
}

pub fn hsv(hue: f32, saturation: f32, value: f32) -> Colour {
    [0.0, 2.0, 4.0].map(|offset| {
        let place = (hue * 6.0 + 6.0 - offset) % 6.0;
        let pure = ((if place < 3.0 { place } else { 6.0 - place }) - 1.0).clamp(0.0, 1.0);
        value * lerp(1.0, 1.0 - pure, saturation)
    })
}

/// Cosine and sine of an angle in turns, by a series: the same on every platform, unlike the standard library's.
pub fn turn(turns: f32) -> (f32, f32) {
    let sine = |turns: f32| {
        // Reduced to a quarter turn around 0, where the series is accurate to 1e-6.
        let mut t = turns - (turns + 0.5).floor();
        if t.abs() > 0.25 {
            t = t.signum() * 0.5 - t;
        }
        let x = t * std::f32::consts::TAU;
        let s = x * x;
        x * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0 * (1.0 - s / 110.0)))))
    };
    (sine(turns + 0.25), sine(turns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_match_cosine_and_sine() {
        for i in -40..40 {
            let turns = i as f32 / 16.0;
            let (cosine, sine) = turn(turns);
            let angle = turns * std::f32::consts::TAU;
            assert!((cosine - angle.cos()).abs() < 1e-5 && (sine - angle.sin()).abs() < 1e-5);
        }
    }

    #[test]
    fn hues_wrap_around() {
        assert_eq!(hsv(0.0, 1.0, 1.0), [1.0, 0.0, 0.0]);
        assert_eq!(hsv(0.0, 0.0, 0.5), [0.5; 3]);
        let [r, g, b] = hsv(2.0 / 3.0, 1.0, 1.0);
        assert!(r < 1e-4 && g < 1e-4 && b > 0.999);
    }
}
