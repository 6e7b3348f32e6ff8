//! The tiny golden model, and small things that several tests need.

#![allow(clippy::unwrap_used, dead_code)]

use burn::prelude::*;
use mycoscope::engine::parity::GoldenFolder;
use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::{LoadOptions, ViT};

/// Width of the tiny golden model.
pub const DIM: usize = 64;
/// Its input size.
pub const SIDE: usize = 32;

/// `tests/golden/<name>`.
pub fn golden(name: &str) -> GoldenFolder {
    let folder = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| std::fs::read(format!("{folder}/{file}"));
    let images = (0..).map_while(|i| read(&format!("images/{i}.png")).ok()).collect();
    let [config, model, golden] = ["config.json", "model.safetensors", "golden.safetensors"].map(|f| read(f).unwrap());
    GoldenFolder { config, model, golden, images }
}

/// The tiny golden model.
pub fn vit(device: &Device) -> ViT {
    let options = LoadOptions { heads: Some(4), ..LoadOptions::default() };
    ViT::load(include_bytes!("../golden/tiny/model.safetensors"), &options, device).unwrap()
}

pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// Largest difference, relative to the largest of `b`.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(0f32, |most, x| most.max(x.abs()));
    a.iter().zip(b).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

/// `n` numbers in +-`size`, others for each lane.
pub fn draw(lane: u32, n: usize, size: f32) -> Vec<f32> {
    let mut stream = Stream::new(11, Purpose::Sample, lane);
    (0..n).map(|_| stream.range(-size, size)).collect()
}
