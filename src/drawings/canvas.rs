//! The canvas of a scene. It is painted in layers with smooth edges, each of which may mark the mask.

use super::noise::{Colour, Dice, mix, turn};
use super::shapes::Point;
use crate::image::Rgb;

/// Where an object stands: maps the object's own coordinates, about one unit in size, to the canvas.
#[derive(Clone, Copy)]
pub struct Frame {
    origin: Point,
    scale: f32,
    cosine: f32,
    sine: f32,
    mirror: f32,
}

impl Frame {
    /// At `origin`, enlarged by `scale`, turned clockwise by `turns`.
    pub fn new(origin: Point, scale: f32, turns: f32, mirrored: bool) -> Self {
        let (cosine, sine) = turn(turns);
        Self { origin, scale, cosine, sine, mirror: if mirrored { -1.0 } else { 1.0 } }
    }

    fn local(&self, p: Point) -> Point {
        let (x, y) = ((p[0] - self.origin[0]) / self.scale, (p[1] - self.origin[1]) / self.scale);
        [(x * self.cosine + y * self.sine) * self.mirror, y * self.cosine - x * self.sine]
    }

    /// From the object's coordinates to the canvas's.
    pub fn world(&self, p: Point) -> Point {
        let (x, y) = (p[0] * self.mirror * self.scale, p[1] * self.scale);
        [self.origin[0] + x * self.cosine - y * self.sine, self.origin[1] + x * self.sine + y * self.cosine]
    }
}

/// The canvas: y from 0 at the top to 1 at the bottom, x from 0 to width / height.
pub struct Canvas {
    width: usize,
    height: usize,
    colours: Vec<Colour>,
    mask: Vec<u8>,
    /// The value that painting writes into the mask where it covers at least half a pixel; none leaves the mask alone.
    pub region: Option<u8>,
}

impl Canvas {
    pub fn new(width: usize, height: usize) -> Self {
        let pixels = width * height;
        Self { width, height, colours: vec![[0.0; 3]; pixels], mask: vec![0; pixels], region: None }
    }

    /// Width over height.
    pub fn aspect(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    /// Paints the whole canvas.
    pub fn fill(&mut self, shade: impl Fn(Point) -> Colour) {
        let pixel = 1.0 / self.height as f32;
        for (i, colour) in self.colours.iter_mut().enumerate() {
            *colour =
                shade([(i % self.width) as f32 * pixel + pixel / 2.0, (i / self.width) as f32 * pixel + pixel / 2.0]);
        }
    }

    /// Paints a shape given in a frame's coordinates, all of it within `reach` of the frame's origin.
    pub fn paint(&mut self, frame: &Frame, reach: f32, shape: impl Fn(Point) -> f32, shade: impl Fn(Point) -> Colour) {
        let pixels = frame.scale * self.height as f32;
        self.blend(frame, reach, |p| 0.5 - shape(p) * pixels, shade);
    }

    /// Darkens around a shape, fading over `softness`.
    pub fn shadow(&mut self, frame: &Frame, reach: f32, softness: f32, depth: f32, shape: impl Fn(Point) -> f32) {
        let region = self.region.take();
        self.blend(frame, reach, |p| (0.5 - shape(p) / softness).clamp(0.0, 1.0) * depth, |_| [0.03, 0.03, 0.06]);
        self.region = region;
    }

    /// Blends a colour in by an opacity; outside 0..1 it is clipped.
    pub fn blend(
        &mut self,
        frame: &Frame,
        reach: f32,
        opacity: impl Fn(Point) -> f32,
        shade: impl Fn(Point) -> Colour,
    ) {
        let size = self.height as f32;
        let radius = reach * frame.scale + 1.0 / size;
        let bounds = |centre: f32, limit: usize| {
            let low = ((centre - radius) * size).max(0.0) as usize;
            low..(((centre + radius) * size).max(0.0) as usize + 1).min(limit)
        };
        let columns = bounds(frame.origin[0], self.width);
        for row in bounds(frame.origin[1], self.height) {
            for column in columns.clone() {
                let p = frame.local([(column as f32 + 0.5) / size, (row as f32 + 0.5) / size]);
                let alpha = opacity(p).min(1.0);
                if alpha > 0.0 {
                    let at = row * self.width + column;
                    self.colours[at] = mix(self.colours[at], shade(p), alpha);
                    if let Some(region) = self.region.filter(|_| alpha >= 0.5) {
                        self.mask[at] = region;
                    }
                }
            }
        }
    }

    /// Imitates a camera: light from one side, vignette, tint, exposure, contrast and grain.
    pub fn develop(self, dice: &mut Dice) -> (Rgb, Vec<u8>) {
        let (x, y) = turn(dice.range(0.0, 1.0));
        let (slope, vignette) = (dice.range(0.0, 0.35), dice.range(0.0, 0.5));
        let (exposure, contrast, grain) = (dice.range(0.8, 1.15), dice.range(0.8, 1.15), dice.range(0.003, 0.03));
        let warm = dice.range(-0.09, 0.09);
        let gain = [1.0 + warm, 1.0, 1.0 - warm];
        let centre = [self.aspect() / 2.0, 0.5];
        let mut data = Vec::with_capacity(self.colours.len() * 3);
        for (i, colour) in self.colours.iter().enumerate() {
            let place = [(i % self.width) as f32 / self.height as f32, (i / self.width) as f32 / self.height as f32];
            let from = [place[0] - centre[0], place[1] - centre[1]];
            let light = exposure
                * (1.0 + slope * (from[0] * x + from[1] * y) * 2.0)
                * (1.0 - vignette * (from[0] * from[0] + from[1] * from[1]));
            // The sum of three uniform draws is bell-shaped.
            let speck = (dice.range(-1.0, 1.0) + dice.range(-1.0, 1.0) + dice.range(-1.0, 1.0)) * grain;
            for (channel, gain) in colour.iter().zip(gain) {
                let value = (channel * gain * light - 0.5) * contrast + 0.5 + speck;
                data.push((value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8);
            }
        }
        (Rgb { width: self.width, height: self.height, data }, self.mask)
    }
}
