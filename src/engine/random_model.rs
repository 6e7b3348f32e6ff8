//! Random weights of any shape: what a model costs does not depend on what it has learnt.

use std::borrow::Cow;

use safetensors::Dtype;
use safetensors::tensor::{SafeTensorError, View};

use crate::random::{Purpose, Stream};
use crate::vit::ViTConfig;

/// A tensor whose values are drawn when they are written, so that a file's values are in memory once.
struct Drawn {
    shape: Vec<usize>,
    lane: u32,
    centre: f32,
    spread: f32,
}

impl View for Drawn {
    fn dtype(&self) -> Dtype {
        Dtype::F32
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut stream = Stream::new(0, Purpose::Sample, self.lane);
        let mut bytes = Vec::with_capacity(self.data_len());
        for _ in 0..self.data_len() / size_of::<f32>() {
            bytes.extend(stream.range(self.centre - self.spread, self.centre + self.spread).to_le_bytes());
        }
        bytes.into()
    }

    fn data_len(&self) -> usize {
        self.shape.iter().product::<usize>() * size_of::<f32>()
    }
}

/// A safetensors file with random weights in f32 for a ViT of this shape, under timm's names; tokens keep about their
/// size from block to block. Prefix tokens after the first are registers.
///
/// # Errors
///
/// None for a shape with a width above 0.
pub fn random_weights(config: &ViTConfig) -> Result<Vec<u8>, SafeTensorError> {
    let &ViTConfig { patch, dim, hidden, .. } = config;
    let mut tensors: Vec<(String, Drawn)> = Vec::new();
    let mut add = |name: String, shape: &[usize], centre: f32, spread: f32| {
        let lane = tensors.len() as u32;
        tensors.push((name, Drawn { shape: shape.to_vec(), lane, centre, spread }));
    };
    add("cls_token".into(), &[1, 1, dim], 0.0, 1.0);
    if config.prefix > 1 {
        add("reg_token".into(), &[1, config.prefix - 1, dim], 0.0, 1.0);
    }
    add("pos_embed".into(), &[1, 1 + config.patches(), dim], 0.0, 1.0);
    let layer = |name: &str, shape: &[usize]| {
        let inputs: usize = shape[1..].iter().product();
        [
            (format!("{name}.weight"), shape.to_vec(), (3.0 / inputs as f32).sqrt()),
            (format!("{name}.bias"), vec![shape[0]], 0.1),
        ]
    };
    for (name, shape, spread) in layer("patch_embed.proj", &[dim, 3, patch, patch]) {
        add(name, &shape, 0.0, spread);
    }
    let mut norms = vec!["norm".to_owned()];
    norms.extend(config.pre_norm.then(|| "norm_pre".to_owned()));
    for block in 0..config.depth {
        let of = |part: &str| format!("blocks.{block}.{part}");
        norms.extend([of("norm1"), of("norm2")]);
        let layers = [
            ("attn.qkv", [3 * dim, dim]),
            ("attn.proj", [dim, dim]),
            ("mlp.fc1", [config.mlp_width(), dim]),
            ("mlp.fc2", [dim, hidden]),
        ];
        for (name, shape, spread) in layers.iter().flat_map(|(part, shape)| layer(&of(part), shape)) {
            add(name, &shape, 0.0, spread);
        }
        for scale in ["ls1.gamma", "ls2.gamma"].into_iter().filter(|_| config.layer_scale) {
            add(of(scale), &[dim], 0.5, 0.2);
        }
    }
    for norm in norms {
        add(format!("{norm}.weight"), &[dim], 1.0, 0.2);
        add(format!("{norm}.bias"), &[dim], 0.0, 0.1);
    }
    safetensors::serialize(tensors, None)
}

#[cfg(test)]
mod tests {
    use burn::prelude::Device;

    use super::*;
    use crate::vit::catalogue::Catalogue;
    use crate::vit::{Activation, LoadOptions, ViT};

    #[test]
    fn files_are_read_as_models_of_their_shape() {
        let checkpoint = Catalogue::built_in().unwrap().checkpoints.remove(0);
        let plain = ViTConfig { depth: 2, ..checkpoint.config.clone() };
        let varied =
            ViTConfig { prefix: 5, activation: Activation::SwiGlu, hidden: 500, layer_scale: true, ..plain.clone() };
        for config in [plain, varied] {
            let bytes = random_weights(&config).unwrap();
            // The header more, the registers' positions less.
            assert!(bytes.len().abs_diff(4 * config.parameters()) < 10_000, "{}", bytes.len());
            let options = LoadOptions { activation: None, ..checkpoint.options() };
            let vit = ViT::load(&bytes, &options, &Device::flex()).unwrap();
            assert_eq!(vit.config(), &config);
        }
    }
}
