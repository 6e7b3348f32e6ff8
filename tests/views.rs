//! Views agree with those that Pillow and PyTorch made (`tests/golden/README.md`): within one 8-bit level by the
//! contract, and in fact to the last bit of a float.

#![allow(clippy::unwrap_used)] // A test may panic.

use mycoscope::fungi::views::{self, CropBox};
use mycoscope::fungi::{Objective, SimclrSettings};
use mycoscope::image::{self, Rgb};
use safetensors::SafeTensors;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiny");
const SIDE: usize = 32;
const TOLERANCE: f32 = 1e-6;

fn picture(index: usize) -> Rgb {
    image::decode(&std::fs::read(format!("{FOLDER}/images/{index}.png")).unwrap()).unwrap()
}

fn floats(golden: &SafeTensors, name: &str) -> Vec<f32> {
    golden.tensor(name).unwrap().data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
}

fn assert_close(ours: &[f32], golden: &[f32], what: &str) {
    assert_eq!(ours.len(), golden.len(), "{what}");
    let worst = ours.iter().zip(golden).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < TOLERANCE, "{what}: off by {worst}");
}

fn for_each_picture(test: impl Fn(usize, &Rgb, &SafeTensors)) {
    let bytes = std::fs::read(format!("{FOLDER}/golden.safetensors")).unwrap();
    let golden = SafeTensors::deserialize(&bytes).unwrap();
    (0..3).for_each(|index| test(index, &picture(index), &golden));
}

#[test]
fn inference_views_agree() {
    for_each_picture(|i, picture, golden| {
        let name = format!("image{i}.inference.view");
        assert_close(&views::inference(picture, SIDE), &floats(golden, &name), &name);
    });
}

#[test]
fn dino_views_agree() {
    for_each_picture(|i, picture, golden| {
        let numbers = golden.tensor(&format!("image{i}.dino.boxes")).unwrap();
        let numbers: Vec<u32> = numbers.data().as_chunks().0.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect();
        let crop = |&[left, top, width, height]: &[u32; 4]| CropBox { left, top, width, height };
        let boxes: Vec<CropBox> = numbers.as_chunks().0.iter().map(crop).collect();
        assert_eq!(boxes.len(), Objective::all()[1].views().count(SIDE));
        let name = format!("image{i}.dino.views");
        assert_close(&views::crops(picture, &boxes, SIDE), &floats(golden, &name), &name);
    });
}

#[test]
fn simclr_views_agree() {
    for_each_picture(|i, picture, golden| {
        let name = format!("image{i}.simclr.views");
        assert_close(&views::windows(picture, SimclrSettings::default().strides, SIDE), &floats(golden, &name), &name);
    });
}
