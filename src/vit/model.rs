//! The ViT itself: loading and the two forward passes.

use burn::prelude::*;

use super::config::{IMAGENET_MEAN, IMAGENET_STD};
use super::fold::{Layer, vector};
use super::positions::Positions;
use super::weights::Weights;
use super::{LastBlock, Linear, LoadError, LoadOptions, Norm, ViTConfig};
use crate::kernels;

/// The last block up to its heads, for the class token of each view.
#[derive(Debug, Clone)]
pub struct ClassState {
    /// Concatenated heads, the input of the last block's projection; `[V, E]`.
    pub u: Tensor<2>,
    /// Residual stream before the last block; `[V, E]`.
    pub x: Tensor<2>,
}

/// The last block up to its heads, for every token of each view, the class token first.
#[derive(Debug, Clone)]
pub struct TokenState {
    /// Concatenated heads, the input of the last block's projection; `[V, T, E]`.
    pub u: Tensor<3>,
    /// Residual stream before the last block; `[V, T, E]`.
    pub x: Tensor<3>,
}

struct Block {
    qkv: Linear,
    proj: Linear,
    fc1: Linear,
    fc2: Linear,
}

/// A frozen pre-norm vision transformer on a device.
pub struct ViT {
    config: ViTConfig,
    device: Device,
    /// `[3 * patch * patch, E]`; its bias is among the positions.
    embedding: Tensor<2>,
    positions: Positions,
    /// All blocks but the last.
    blocks: Vec<Block>,
    /// The last block's queries, keys and values: all, the queries alone, the rest alone.
    qkv: Linear,
    q: Linear,
    kv: Linear,
    tail: LastBlock,
}

impl ViT {
    /// Loads a ViT from a safetensors file in f32, f16 or bf16, with timm's, facebookresearch's or Hugging Face's names.
    ///
    /// # Errors
    ///
    /// A [`LoadError`] that names the first missing, unexpected or misshapen tensor.
    pub fn load(bytes: &[u8], options: &LoadOptions, device: &Device) -> Result<Self, LoadError> {
        let mut weights = Weights::read(bytes)?;
        let config = configure(&weights, options)?;
        let (dim, patch) = (config.dim, config.patch);
        let class = weights.take("cls_token", &[1, 1, dim])?;
        let [_, count, _] = weights.shape("pos_embed", "[1, 1 + side * side, width]")?;
        let positions = weights.take("pos_embed", &[1, count, dim])?;
        let embedding = normalised(
            Layer {
                weight: weights.take("patch_embed.proj.weight", &[dim, 3, patch, patch])?,
                bias: weights.take("patch_embed.proj.bias", &[dim])?,
            },
            &config,
        );
        let positions = Positions::new(&class, &positions, embedding.bias.clone());
        let embedding = embedding.load(device).weight;
        let mut blocks = Vec::new();
        for index in 0..config.depth - 1 {
            let HostBlock { qkv, proj, fc1, fc2, .. } = HostBlock::take(&mut weights, index, &config)?;
            let [qkv, proj, fc1, fc2] = [qkv, proj, fc1, fc2].map(|layer| layer.load(device));
            blocks.push(Block { qkv, proj, fc1, fc2 });
        }
        let last = HostBlock::take(&mut weights, config.depth - 1, &config)?;
        let norm = Norm {
            weight: vector(&weights.take("norm.weight", &[dim])?, device),
            bias: vector(&weights.take("norm.bias", &[dim])?, device),
        };
        weights.finish()?;
        let tail = LastBlock {
            proj: last.proj.load(device),
            fc1: last.fc1.load(device),
            fc2: last.fc2.load(device),
            norm,
            ls1: last.ls1.map(|scale| vector(&scale, device)),
            eps: config.eps,
        };
        let q = last.qkv.outputs(0, dim).load(device);
        let kv = last.qkv.outputs(dim, 3 * dim).load(device);
        let qkv = last.qkv.load(device);
        Ok(Self { config, device: device.clone(), embedding, positions, blocks, qkv, q, kv, tail })
    }

    /// Its shape.
    pub fn config(&self) -> &ViTConfig {
        &self.config
    }

    /// Where its weights live.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// What follows the last block's heads.
    pub fn tail(&self) -> &LastBlock {
        &self.tail
    }

    /// Runs views up to the last block's heads, there for the class token alone: keys and values of all tokens, one query.
    ///
    /// # Shapes
    ///
    /// - views: `[V, 3, height, width]` in 0..1, both sides multiples of the patch
    ///
    /// # Panics
    ///
    /// If a side is no multiple of the patch.
    pub fn class(&self, views: Tensor<4>) -> ClassState {
        let (x, [count, tokens, dim]) = self.stream(views);
        let first = x.clone().reshape([count, tokens, dim]).slice([0..count, 0..1]).reshape([count, dim]);
        let kv = self.standardized(x, &self.kv).reshape([count, tokens, 2 * dim]);
        let q = self.standardized(first.clone(), &self.q);
        ClassState { u: kernels::class_attention(q, kv, self.config.heads), x: first }
    }

    /// Runs views up to the last block's heads, for every token.
    ///
    /// # Shapes
    ///
    /// - views: `[V, 3, height, width]` in 0..1, both sides multiples of the patch
    ///
    /// # Panics
    ///
    /// If a side is no multiple of the patch.
    pub fn tokens(&self, views: Tensor<4>) -> TokenState {
        let (x, [count, tokens, dim]) = self.stream(views);
        let qkv = self.standardized(x.clone(), &self.qkv).reshape([count, tokens, 3 * dim]);
        TokenState { u: kernels::attention(qkv, self.config.heads), x: x.reshape([count, tokens, dim]) }
    }

    /// The residual stream before the last block, `[V * T, E]`, and `[V, T, E]`.
    fn stream(&self, views: Tensor<4>) -> (Tensor<2>, [usize; 3]) {
        let [count, _, height, width] = views.dims();
        let patch = self.config.patch;
        assert!(
            height % patch == 0 && width % patch == 0,
            "views of {height} x {width} pixels cannot be cut into patches of {patch}"
        );
        let positions = self.positions.of(height / patch, width / patch, &self.device);
        let [tokens, dim] = positions.dims();
        let mut x = kernels::embed(views, self.embedding.clone(), positions).reshape([count * tokens, dim]);
        for block in &self.blocks {
            let qkv = self.standardized(x.clone(), &block.qkv).reshape([count, tokens, 3 * dim]);
            let heads = kernels::attention(qkv, self.config.heads).reshape([count * tokens, dim]);
            x = kernels::linear_add(heads, block.proj.weight.clone(), block.proj.bias.clone(), x);
            let (weight, bias) = (block.fc1.weight.clone(), block.fc1.bias.clone());
            let hidden = kernels::standardize_linear(x.clone(), weight, bias, self.config.eps, true);
            x = kernels::linear_add(hidden, block.fc2.weight.clone(), block.fc2.bias.clone(), x);
        }
        (x, [count, tokens, dim])
    }

    fn standardized(&self, x: Tensor<2>, layer: &Linear) -> Tensor<2> {
        kernels::standardize_linear(x, layer.weight.clone(), layer.bias.clone(), self.config.eps, false)
    }
}

/// A block's layers, folded.
struct HostBlock {
    qkv: Layer,
    proj: Layer,
    fc1: Layer,
    fc2: Layer,
    ls1: Option<Vec<f64>>,
}

impl HostBlock {
    fn take(weights: &mut Weights<'_>, index: usize, config: &ViTConfig) -> Result<Self, LoadError> {
        let (dim, hidden) = (config.dim, config.hidden);
        let name = |part: &str| format!("blocks.{index}.{part}");
        let mut layer = |part: &str, outputs: usize, inputs: usize| -> Result<Layer, LoadError> {
            Ok(Layer {
                weight: weights.take(&name(&format!("{part}.weight")), &[outputs, inputs])?,
                bias: weights.take(&name(&format!("{part}.bias")), &[outputs])?,
            })
        };
        let proj = layer("attn.proj", dim, dim)?;
        let fc1 = layer("mlp.fc1", hidden, dim)?;
        let fc2 = layer("mlp.fc2", dim, hidden)?;
        let qkv = if weights.has(&name("attn.q.weight")) {
            let mut joined = Layer { weight: Vec::new(), bias: Vec::new() };
            for part in ["attn.q", "attn.k", "attn.v"] {
                joined.weight.extend(weights.take(&name(&format!("{part}.weight")), &[dim, dim])?);
                joined.bias.extend(weights.take(&name(&format!("{part}.bias")), &[dim])?);
            }
            joined
        } else {
            Layer {
                weight: weights.take(&name("attn.qkv.weight"), &[3 * dim, dim])?,
                bias: weights.take(&name("attn.qkv.bias"), &[3 * dim])?,
            }
        };
        let mut vector = |part: &str| weights.take(&name(part), &[dim]);
        let norms = [vector("norm1.weight")?, vector("norm1.bias")?, vector("norm2.weight")?, vector("norm2.bias")?];
        let mut scale = |part: &str| weights.layer_scale().then(|| weights.take(&name(part), &[dim])).transpose();
        let (ls1, ls2) = (scale("ls1.gamma")?, scale("ls2.gamma")?);
        let queries = vec![1.0 / (config.head() as f64).sqrt(); dim];
        Ok(Self {
            qkv: qkv.behind_norm(&norms[0], &norms[1]).scaled(&queries),
            proj: match &ls1 {
                Some(scale) => proj.scaled(scale),
                None => proj,
            },
            fc1: fc1.behind_norm(&norms[2], &norms[3]),
            fc2: match &ls2 {
                Some(scale) => fc2.scaled(scale),
                None => fc2,
            },
            ls1,
        })
    }
}

/// Folds `(pixel - mean) / std` into the patch embedding.
fn normalised(layer: Layer, config: &ViTConfig) -> Layer {
    let area = config.patch * config.patch;
    let per_input = |value: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..3 * area).map(|i| value(i / area)).collect() };
    let scale = per_input(&|channel| 1.0 / f64::from(config.std[channel]));
    let shift = per_input(&|channel| -f64::from(config.mean[channel]) / f64::from(config.std[channel]));
    layer.behind_norm(&scale, &shift)
}

/// The shape of the ViT, from the tensors and from what they cannot tell.
fn configure(weights: &Weights<'_>, options: &LoadOptions) -> Result<ViTConfig, LoadError> {
    let [_, _, dim] = weights.shape("cls_token", "[1, 1, width]")?;
    let expected = format!("[{dim}, 3, patch, patch]");
    let [_, _, patch, _] = weights.shape("patch_embed.proj.weight", &expected)?;
    if dim == 0 || patch == 0 {
        return Err(weights.misshapen("patch_embed.proj.weight", "a width and a patch above 0"));
    }
    let expected = format!("[1, 1 + side * side, {dim}]");
    let [_, count, _] = weights.shape("pos_embed", &expected)?;
    let side = count.saturating_sub(1).isqrt();
    if side == 0 || count != 1 + side * side {
        return Err(weights.misshapen("pos_embed", &expected));
    }
    let depth = weights.depth().max(1);
    let [hidden, _] = weights.shape("blocks.0.mlp.fc1.weight", &format!("[hidden, {dim}]"))?;
    let heads = options.heads.unwrap_or(if dim % 64 == 0 { dim / 64 } else { 0 });
    if heads == 0 || dim % heads != 0 {
        return Err(LoadError::Heads { dim, heads: options.heads });
    }
    let image = options.image.unwrap_or(side * patch);
    if image == 0 || !image.is_multiple_of(patch) {
        return Err(LoadError::Image { image, patch });
    }
    let (mean, std) = (options.mean.unwrap_or(IMAGENET_MEAN), options.std.unwrap_or(IMAGENET_STD));
    let eps = options.eps.unwrap_or(1e-6);
    let positive = |x: &f32| x.is_finite() && *x > 0.0;
    if !(mean.iter().all(|x| x.is_finite()) && std.iter().all(positive) && positive(&eps)) {
        return Err(LoadError::Normalisation(options.clone()));
    }
    Ok(ViTConfig { image, patch, dim, depth, heads, hidden, eps, mean, std })
}
