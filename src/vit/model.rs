//! The ViT itself: the two forward passes.

use burn::prelude::*;

use super::norm::{Norm, Standard};
use super::positions::Positions;
use super::{LastBlock, Linear, ViTConfig};
use crate::kernels::{self, Activation};

/// The last block up to its heads, for the class token of each view.
#[derive(Debug, Clone)]
pub struct ClassState {
    /// Concatenated heads, the input of the last block's projection; `[V, E]`.
    pub u: Tensor<2>,
    /// Residual stream before the last block; `[V, E]`.
    pub x: Tensor<2>,
}

/// The last block up to its heads, for the class token of each view followed by its patches; no other prefix token.
#[derive(Debug, Clone)]
pub struct TokenState {
    /// Concatenated heads, the input of the last block's projection; `[V, 1 + patches, E]`.
    pub u: Tensor<3>,
    /// Residual stream before the last block; `[V, 1 + patches, E]`.
    pub x: Tensor<3>,
}

/// A block with its norms, the attention's scale and LayerScale folded into its layers.
pub(super) struct Block {
    pub qkv: Linear,
    pub proj: Linear,
    pub fc1: Linear,
    pub fc2: Linear,
}

/// A frozen pre-norm vision transformer on a device.
pub struct ViT {
    pub(super) config: ViTConfig,
    pub(super) device: Device,
    /// `[3 * patch * patch, E]`; its bias is among the positions.
    pub(super) embedding: Tensor<2>,
    pub(super) positions: Positions,
    /// Before the first block.
    pub(super) norm_pre: Option<Norm>,
    /// All blocks but the last.
    pub(super) blocks: Vec<Block>,
    /// The last block's queries, keys and values: all three, only the queries, only keys and values.
    pub(super) qkv: Linear,
    pub(super) q: Linear,
    pub(super) kv: Linear,
    pub(super) tail: LastBlock,
}

impl ViT {
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

    /// Runs views up to the last block's heads, for the class token alone: one query, and keys and values of all
    /// tokens.
    ///
    /// # Shapes
    ///
    /// - views: `[V, 3, height, width]` in 0..1, both sides multiples of the patch
    ///
    /// # Panics
    ///
    /// If a side is not a multiple of the patch.
    pub fn class(&self, views: Tensor<4>) -> ClassState {
        let (x, [count, tokens, dim]) = self.stream(views);
        let first = x.clone().reshape([count, tokens, dim]).slice([0..count, 0..1]).reshape([count, dim]);
        let kv = self.standardized(x, &self.kv).reshape([count, tokens, 2 * dim]);
        let q = self.standardized(first.clone(), &self.q);
        ClassState { u: kernels::class_attention(q, kv, self.config.heads), x: first }
    }

    /// Runs views up to the last block's heads, for the class token and every patch. Other prefix tokens take part in
    /// attention, but are left out of the result.
    ///
    /// # Shapes
    ///
    /// - views: `[V, 3, height, width]` in 0..1, both sides multiples of the patch
    ///
    /// # Panics
    ///
    /// If a side is not a multiple of the patch.
    pub fn tokens(&self, views: Tensor<4>) -> TokenState {
        let (x, [count, tokens, dim]) = self.stream(views);
        let qkv = self.standardized(x.clone(), &self.qkv).reshape([count, tokens, 3 * dim]);
        let u = kernels::attention(qkv, self.config.heads);
        TokenState { u: self.outputs(u), x: self.outputs(x.reshape([count, tokens, dim])) }
    }

    /// The class token and the patches among all tokens, `[V, 1 + patches, E]` from `[V, T, E]`.
    fn outputs(&self, x: Tensor<3>) -> Tensor<3> {
        match self.config.prefix {
            1 => x,
            prefix => {
                let patches = x.dims()[1] - prefix;
                Tensor::cat(vec![x.clone().narrow(1, 0, 1), x.narrow(1, prefix, patches)], 1)
            }
        }
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
        if let Some(norm) = &self.norm_pre {
            x = norm.forward(&Standard::new(x, self.config.eps));
        }
        for block in &self.blocks {
            let qkv = self.standardized(x.clone(), &block.qkv).reshape([count, tokens, 3 * dim]);
            let heads = kernels::attention(qkv, self.config.heads).reshape([count * tokens, dim]);
            x = kernels::linear_add(heads, block.proj.weight.clone(), block.proj.bias.clone(), x);
            let hidden = self.standardized_to(x.clone(), &block.fc1, self.config.activation);
            x = kernels::linear_add(hidden, block.fc2.weight.clone(), block.fc2.bias.clone(), x);
        }
        (x, [count, tokens, dim])
    }

    fn standardized(&self, x: Tensor<2>, layer: &Linear) -> Tensor<2> {
        self.standardized_to(x, layer, Activation::Identity)
    }

    fn standardized_to(&self, x: Tensor<2>, layer: &Linear, activation: Activation) -> Tensor<2> {
        kernels::standardize_linear(x, layer.weight.clone(), layer.bias.clone(), self.config.eps, activation)
    }
}
