//! Golden tensors, and the settings under which they were made (`tests/golden/README.md`).

#![allow(clippy::unwrap_used, dead_code)]

use burn::prelude::*;
use mycoscope::fungi::heads::{Head, Heads};
use mycoscope::fungi::projection::Projector;
use mycoscope::fungi::signs::Signs;
use mycoscope::fungi::{Extractor, Given, KlSettings, Settings, SimclrSettings, Views};
use mycoscope::image::resize::CropBox;
use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::{LoadOptions, ViT};
use safetensors::SafeTensors;

pub const MODEL: &[u8] = include_bytes!("../golden/tiny/model.safetensors");
const GOLDEN: &[u8] = include_bytes!("../golden/tiny/golden.safetensors");

/// Golden tensors by name.
pub struct Golden(SafeTensors<'static>);

impl Golden {
    pub fn read() -> Self {
        Self(SafeTensors::deserialize(GOLDEN).unwrap())
    }

    pub fn shape(&self, name: &str) -> Vec<usize> {
        self.0.tensor(name).unwrap().shape().to_vec()
    }

    pub fn bytes(&self, name: &str) -> &[u8] {
        self.0.tensor(name).unwrap().data()
    }

    pub fn values(&self, name: &str) -> Vec<f32> {
        self.bytes(name).as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect()
    }

    pub fn tensor<const D: usize>(&self, name: &str, device: &Device) -> Tensor<D> {
        Tensor::from_data(TensorData::new(self.values(name), self.shape(name)), device)
    }

    fn head(&self, name: &str, device: &Device) -> Head {
        let part = |what| format!("head.{name}.{what}");
        Head::new(self.tensor(&part("weight"), device), self.tensor(&part("bias"), device))
    }

    pub fn given(&self, device: &Device) -> Given {
        let dim = self.shape("image0.embedding")[0];
        let rows = self.shape("projection.signs_u8")[0];
        let signs = Signs::from_bytes(self.bytes("projection.signs_u8"), rows, dim * (dim + 1)).unwrap();
        let head = |name| self.head(name, device);
        Given {
            heads: Heads {
                kl: head("kl"),
                dino_student: head("dino_student"),
                dino_teacher: head("dino_teacher"),
                simclr: head("simclr"),
            },
            projector: Projector::rademacher(&signs, device),
            negatives: Some(self.tensor("simclr.negatives", device)),
        }
    }

    /// DINO's boxes of an image.
    pub fn boxes(&self, image: usize) -> Vec<CropBox> {
        let bytes = self.bytes(&format!("image{image}.dino.boxes"));
        let values: Vec<u32> = bytes.as_chunks().0.iter().map(|&x| u32::from_le_bytes(x)).collect();
        let (boxes, _) = values.as_chunks();
        boxes.iter().map(|&[left, top, width, height]| CropBox { left, top, width, height }).collect()
    }

    /// The golden views of an image.
    pub fn views(&self, image: usize) -> Views {
        let part = |name| self.values(&format!("image{image}.{name}"));
        Views::given(&part("inference.view"), &part("dino.views"), &part("simclr.views"))
    }
}

pub fn vit(device: &Device) -> ViT {
    ViT::load(MODEL, &LoadOptions { heads: Some(4), ..LoadOptions::default() }, device).unwrap()
}

/// KL at temperature 1; the rest as by default.
pub fn settings(library: bool) -> Settings {
    Settings {
        kl: Some(KlSettings { temperature: 1.0, ..KlSettings::default() }),
        simclr: Some(SimclrSettings { library, ..SimclrSettings::default() }),
        ..Settings::default()
    }
}

pub fn extractor(golden: &Golden, library: bool, device: &Device) -> Extractor {
    Extractor::with_given(vit(device), settings(library), golden.given(device)).unwrap()
}

pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// Largest difference, relative to the largest of `b`.
pub fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().fold(0f32, |most, x| most.max(x.abs()));
    a.iter().zip(b).fold(0f32, |most, (a, b)| most.max((a - b).abs())) / largest
}

/// Numbers in +-`size`, another set for each lane.
pub fn draw(lane: u32, n: usize, size: f32) -> Vec<f32> {
    let mut stream = Stream::new(11, Purpose::Sample, lane);
    (0..n).map(|_| stream.range(-size, size)).collect()
}
