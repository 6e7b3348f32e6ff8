//! Loads a ViT from a file's tensors onto a device.

use burn::prelude::*;

use super::block::HostBlock;
use super::fold::{Layer, vector};
use super::model::{Block, Last, Pooling, Projections};
use super::names::HEAD;
use super::pool::HostPool;
use super::positions::Positions;
use super::rotary::Rotary;
use super::shape::Shape;
use super::tensors::Tensors;
use super::{LastBlock, LoadError, LoadOptions, Norm, Output, Readout, ViT, ViTConfig};

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
        let norm_pre = match config.pre_norm {
            true => Some(on_device(&norm(&mut tensors, "norm_pre", config.dim)?, device)),
            false => None,
        };
        let whole = if config.output == Output::AttentionPool { config.depth } else { config.depth - 1 };
        let mut blocks = Vec::new();
        for index in 0..whole {
            let HostBlock { qkv, proj, fc1, fc2, .. } = HostBlock::take(&mut tensors, index, &config)?;
            let [qkv, proj, fc1, fc2] = [qkv, proj, fc1, fc2].map(|layer| layer.load(device));
            blocks.push(Block { qkv, proj, fc1, fc2 });
        }
        let (last, tail) = last(&mut tensors, &config, device)?;
        HEAD.iter().for_each(|name| tensors.discard(name));
        tensors.finish()?;
        Ok(Self {
            device: device.clone(),
            embedding: patches.load(device).weight,
            positions,
            rotary: config.rotary.then(|| Rotary::new(config.head(), config.prefix)),
            norm_pre,
            blocks,
            last,
            tail,
            config,
        })
    }
}

/// The last block, or the pool in its place, and what follows it.
fn last(tensors: &mut Tensors<'_>, config: &ViTConfig, device: &Device) -> Result<(Last, LastBlock), LoadError> {
    let &ViTConfig { dim, activation, eps, output, .. } = config;
    if output == Output::AttentionPool {
        let norm = norm(tensors, "norm", dim)?;
        let HostPool { query, kv, proj, fc1, fc2 } = HostPool::take(tensors, config, &norm)?;
        let [kv, proj, fc1, fc2] = [kv, proj, fc1, fc2].map(|layer| layer.load(device));
        let last = Last::Pool(Box::new(Pooling { query: vector(&query, device).unsqueeze(), kv }));
        return Ok((last, LastBlock { proj, fc1, activation, fc2, readout: Readout::Identity, ls1: None, eps }));
    }
    let HostBlock { qkv, proj, fc1, fc2, ls1 } = HostBlock::take(tensors, config.depth - 1, config)?;
    let norm = norm(tensors, "norm", dim)?;
    let readout = match output {
        Output::Projection(width) => Readout::Projection(projection(tensors, [width, dim], &norm)?.load(device)),
        _ => Readout::Norm(on_device(&norm, device)),
    };
    let (q, kv) = (qkv.outputs(0, dim).load(device), qkv.outputs(dim, 3 * dim).load(device));
    let [qkv, proj, fc1, fc2] = [qkv, proj, fc1, fc2].map(|layer| layer.load(device));
    let ls1 = ls1.map(|scale| vector(&scale, device));
    Ok((Last::Block(Box::new(Projections { qkv, q, kv })), LastBlock { proj, fc1, activation, fc2, readout, ls1, eps }))
}

/// CLIP's projection, mostly without a bias, the norm before it folded in.
fn projection(tensors: &mut Tensors<'_>, shape: [usize; 2], norm: &[Vec<f64>; 2]) -> Result<Layer, LoadError> {
    let [weight, bias] = HEAD;
    let weight = tensors.take(weight, &shape)?;
    let bias = if tensors.has(bias) { tensors.take(bias, &shape[..1])? } else { vec![0.0; shape[0]] };
    Ok(Layer { weight, bias }.after_norm(&norm[0], &norm[1]))
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
    let mut prefix = if shape.class { tensors.take("cls_token", &[1, 1, dim])? } else { Vec::new() };
    if shape.registers > 0 {
        prefix.extend(tensors.take("reg_token", &[1, shape.registers, dim])?);
    }
    if shape.distilled {
        prefix.extend(tensors.take("dist_token", &[1, 1, dim])?);
    }
    if shape.config.rotary {
        return Ok(Positions::new(prefix, vec![0.0; dim], bias));
    }
    let positioned = shape.positioned();
    let mut own = tensors.take("pos_embed", &[1, positioned.len() + shape.side * shape.side, dim])?;
    let grid = own.split_off(positioned.len() * dim);
    for (token, position) in positioned.into_iter().zip(own.chunks_exact(dim)) {
        prefix[token * dim..][..dim].iter_mut().zip(position).for_each(|(token, position)| *token += position);
    }
    Ok(Positions::new(prefix, grid, bias))
}

/// Scale and shift of a norm.
fn norm(tensors: &mut Tensors<'_>, name: &str, dim: usize) -> Result<[Vec<f64>; 2], LoadError> {
    Ok([tensors.take(&format!("{name}.weight"), &[dim])?, tensors.take(&format!("{name}.bias"), &[dim])?])
}

fn on_device([weight, bias]: &[Vec<f64>; 2], device: &Device) -> Norm {
    Norm { weight: vector(weight, device), bias: vector(bias, device) }
}
