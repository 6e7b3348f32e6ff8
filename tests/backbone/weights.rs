//! Kinds of ViT, each with random weights in a file.

use std::collections::BTreeMap;

use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::Activation;
use safetensors::Dtype;
use safetensors::tensor::TensorView;

/// Tensors by name: shape and row-major values.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// A safetensors file in another number format.
pub fn write_as(tensors: &Tensors, dtype: Dtype, bytes_of: impl Fn(f32) -> Vec<u8>) -> Vec<u8> {
    let data: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (shape, values))| {
            (name.clone(), shape.clone(), values.iter().flat_map(|&x| bytes_of(x)).collect())
        })
        .collect();
    let views = data.iter().map(|(name, shape, data)| (name, TensorView::new(dtype, shape.clone(), data).unwrap()));
    safetensors::serialize(views, None).unwrap()
}

/// A safetensors file.
pub fn write(tensors: &Tensors) -> Vec<u8> {
    write_as(tensors, Dtype::F32, |x| x.to_le_bytes().to_vec())
}

pub const DIM: usize = 12;
pub const HEADS: usize = 3;
pub const PATCH: usize = 4;
/// Patches a side.
pub const SIDE: usize = 3;
const HIDDEN: usize = 20;
pub const DEPTH: usize = 2;

/// Which prefix tokens have a position.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Positioned {
    NoRegisters,
    All,
    None,
}

/// A kind of ViT.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    pub registers: usize,
    pub distilled: bool,
    pub positioned: Positioned,
    pub pre_norm: bool,
    pub layer_scale: bool,
    pub activation: Activation,
}

pub const PLAIN: Kind = Kind {
    registers: 0,
    distilled: false,
    positioned: Positioned::All,
    pre_norm: false,
    layer_scale: false,
    activation: Activation::Gelu,
};

impl Kind {
    pub fn prefix(&self) -> usize {
        1 + self.registers + usize::from(self.distilled)
    }

    /// Whether a prefix token (class, registers, distillation) has a position.
    pub fn has_position(&self, token: usize) -> bool {
        match self.positioned {
            Positioned::NoRegisters => token == 0 || token > self.registers,
            Positioned::All => true,
            Positioned::None => false,
        }
    }

    /// Random weights of this kind under timm's names.
    pub fn weights(&self) -> Tensors {
        let mut stream = Stream::new(17, Purpose::Sample, 0);
        let mut tensors = Tensors::new();
        let mut add = |name: &str, shape: &[usize], centre: f32, spread: f32| {
            let values = (0..shape.iter().product()).map(|_| stream.range(centre - spread, centre + spread)).collect();
            tensors.insert(name.into(), (shape.to_vec(), values));
        };
        add("cls_token", &[1, 1, DIM], 0.0, 1.0);
        if self.registers > 0 {
            add("reg_token", &[1, self.registers, DIM], 0.0, 1.0);
        }
        if self.distilled {
            add("dist_token", &[1, 1, DIM], 0.0, 1.0);
        }
        let own = (0..self.prefix()).filter(|&token| self.has_position(token)).count();
        add("pos_embed", &[1, own + SIDE * SIDE, DIM], 0.0, 1.0);
        add("patch_embed.proj.weight", &[DIM, 3, PATCH, PATCH], 0.0, 0.3);
        if self.pre_norm {
            add("norm_pre.weight", &[DIM], 1.0, 0.5);
            add("norm_pre.bias", &[DIM], 0.0, 0.5);
        } else {
            add("patch_embed.proj.bias", &[DIM], 0.0, 0.5);
        }
        for block in 0..DEPTH {
            for norm in ["norm1", "norm2"] {
                add(&format!("blocks.{block}.{norm}.weight"), &[DIM], 1.0, 0.5);
                add(&format!("blocks.{block}.{norm}.bias"), &[DIM], 0.0, 0.5);
            }
            let first = self.activation.inputs(HIDDEN);
            for (layer, outputs, inputs) in
                [("attn.qkv", 3 * DIM, DIM), ("attn.proj", DIM, DIM), ("mlp.fc1", first, DIM), ("mlp.fc2", DIM, HIDDEN)]
            {
                add(&format!("blocks.{block}.{layer}.weight"), &[outputs, inputs], 0.0, 0.6);
                add(&format!("blocks.{block}.{layer}.bias"), &[outputs], 0.0, 0.5);
            }
            if self.layer_scale {
                add(&format!("blocks.{block}.ls1.gamma"), &[DIM], 0.5, 0.4);
                add(&format!("blocks.{block}.ls2.gamma"), &[DIM], 0.5, 0.4);
            }
        }
        add("norm.weight", &[DIM], 1.0, 0.5);
        add("norm.bias", &[DIM], 0.0, 0.5);
        tensors
    }
}
