//! Loads a ViT from a file's tensors onto a device.

use burn::prelude::*;

use super::block::HostBlock;
use super::fold::{Layer, vector};
use super::model::Block;
use super::positions::Positions;
use super::shape::Shape;
use super::tensors::Tensors;
use super::{LastBlock, LoadError, LoadOptions, Norm, ViT, ViTConfig};

impl ViT {
    /// Loads a ViT from a safetensors file in f32, f16 or bf16, with timm's, facebookresearch's or Hugging Face's
    /// names.
    ///
    /// # Errors
    ///
    /// A [`LoadError`] that names the first missing, unexpected or misshapen tensor.
    pub fn load(bytes: &[u8], options: &LoadOptions, device: &Device) -> Result<Self, LoadError> {
        let mut tensors = Tensors::read(bytes)?;
        let shape = Shape::find(&tensors, options)?;
        let patches = patches(&mut tensors, &shape.config)?;
        let positions = positions(&mut tensors, &shape, patches.bias.clone())?;
        let config = shape.config;
        let norm_pre = config.pre_norm.then(|| norm(&mut tensors, "norm_pre", config.dim, device)).transpose()?;
        let mut blocks = Vec::new();
        for index in 0..config.depth - 1 {
            let HostBlock { qkv, proj, fc1, fc2, .. } = HostBlock::take(&mut tensors, index, &config)?;
            let [qkv, proj, fc1, fc2] = [qkv, proj, fc1, fc2].map(|layer| layer.load(device));
            blocks.push(Block { qkv, proj, fc1, fc2 });
        }
        let last = HostBlock::take(&mut tensors, config.depth - 1, &config)?;
        let norm = norm(&mut tensors, "norm", config.dim, device)?;
        tensors.finish()?;
        let tail = LastBlock {
            proj: last.proj.load(device),
            fc1: last.fc1.load(device),
            activation: config.activation,
            fc2: last.fc2.load(device),
            norm,
            ls1: last.ls1.map(|scale| vector(&scale, device)),
            eps: config.eps,
        };
        Ok(Self {
            device: device.clone(),
            embedding: patches.load(device).weight,
            positions,
            norm_pre,
            blocks,
            q: last.qkv.outputs(0, config.dim).load(device),
            kv: last.qkv.outputs(config.dim, 3 * config.dim).load(device),
            qkv: last.qkv.load(device),
            tail,
            config,
        })
    }
}

/// The patch embedding, `(pixel - mean) / std` folded in. Before a norm it may come without a bias, as CLIP's does.
fn patches(tensors: &mut Tensors<'_>, config: &ViTConfig) -> Result<Layer, LoadError> {
    let &ViTConfig { dim, patch, .. } = config;
    let weight = tensors.take("patch_embed.proj.weight", &[dim, 3, patch, patch])?;
    let bias = "patch_embed.proj.bias";
    let bias = if config.pre_norm && !tensors.has(bias) { vec![0.0; dim] } else { tensors.take(bias, &[dim])? };
    let per_input = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..3 * patch * patch).map(|i| value(i / (patch * patch))).collect()
    };
    let scale = per_input(&|channel| 1.0 / f64::from(config.std[channel]));
    let shift = per_input(&|channel| -f64::from(config.mean[channel]) / f64::from(config.std[channel]));
    Ok(Layer { weight, bias }.after_norm(&scale, &shift))
}

/// The prefix tokens with their positions, and the patches' positions.
fn positions(tensors: &mut Tensors<'_>, shape: &Shape, bias: Vec<f64>) -> Result<Positions, LoadError> {
    let dim = shape.config.dim;
    let mut prefix = tensors.take("cls_token", &[1, 1, dim])?;
    if shape.registers > 0 {
        prefix.extend(tensors.take("reg_token", &[1, shape.registers, dim])?);
    }
    if shape.distilled {
        prefix.extend(tensors.take("dist_token", &[1, 1, dim])?);
    }
    let positioned = shape.positioned();
    let mut own = tensors.take("pos_embed", &[1, positioned.len() + shape.side * shape.side, dim])?;
    let grid = own.split_off(positioned.len() * dim);
    for (token, position) in positioned.into_iter().zip(own.chunks_exact(dim)) {
        prefix[token * dim..][..dim].iter_mut().zip(position).for_each(|(token, position)| *token += position);
    }
    Ok(Positions::new(prefix, grid, bias))
}

fn norm(tensors: &mut Tensors<'_>, name: &str, dim: usize, device: &Device) -> Result<Norm, LoadError> {
    let mut part = |part| tensors.take(&format!("{name}.{part}"), &[dim]);
    let (weight, bias) = (part("weight")?, part("bias")?);
    Ok(Norm { weight: vector(&weight, device), bias: vector(&bias, device) })
}
