//! The ViT itself: the two forward passes.

use burn::prelude::*;
use burn::tensor::activation::softmax;

use super::norm::{Norm, Standard};
use super::positions::Positions;
use super::rotary::Rotary;
use super::{LastBlock, Linear, ViTConfig};
use crate::kernels::{self, Activation};

/// The last block up to its heads, for the class token of each view; or the pool up to its heads.
#[derive(Debug, Clone)]
pub struct ClassState {
    /// Concatenated heads, the input of the last block's projection; `[V, E]`.
    pub u: Tensor<2>,
    /// Residual stream before the last block, 0 for a pool; `[V, E]`.
    pub x: Tensor<2>,
}

/// The last block up to its heads, for the class token of each view followed by its patches; no other prefix token.
///
/// For a pool: what it makes of all tokens together, then of each patch alone (the patch's value, since it attends to
/// nothing else), as MaskCLIP does (Zhou et al., ECCV 2022, arXiv 2112.01071).
#[derive(Debug, Clone)]
pub struct TokenState {
    /// Concatenated heads, the input of the last block's projection; `[V, 1 + patches, E]`.
    pub u: Tensor<3>,
    /// Residual stream before the last block, 0 for a pool; `[V, 1 + patches, E]`.
    pub x: Tensor<3>,
}

/// A block with its norms, the attention's scale and LayerScale folded into its layers.
pub(super) struct Block {
    pub qkv: Linear,
    pub proj: Linear,
    pub fc1: Linear,
    pub fc2: Linear,
}

/// What computes the last block's heads.
pub(super) enum Last {
    /// A block's queries, keys and values.
    Block(Box<Projections>),
    /// A pool's.
    Pool(Box<Pooling>),
}

/// A pool's query `[1, E]`, and its keys and values, the final norm folded in.
pub(super) struct Pooling {
    pub query: Tensor<2>,
    pub kv: Linear,
}

/// A block's queries, keys and values: all three, only the queries, only keys and values.
pub(super) struct Projections {
    pub qkv: Linear,
    pub q: Linear,
    pub kv: Linear,
}

/// A frozen pre-norm vision transformer on a device.
pub struct ViT {
    pub(super) config: ViTConfig,
    pub(super) device: Device,
    /// `[3 * patch * patch, E]`; its bias is among the positions.
    pub(super) embedding: Tensor<2>,
    pub(super) positions: Positions,
    pub(super) rotary: Option<Rotary>,
    /// Before the first block.
    pub(super) norm_pre: Option<Norm>,
    /// All blocks but the last; all blocks, if a pool follows.
    pub(super) blocks: Vec<Block>,
    pub(super) last: Last,
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
        let (q, kv, x) = self.class_query(views);
        ClassState { u: kernels::class_attention(q, kv, self.config.heads), x }
    }

    /// How much the class token of each view, or the pool's query, attends to each patch in the last block: the mean over
    /// heads, `[V, patches]`. What it gives to prefix tokens is left out, so a row's sum is at most 1.
    ///
    /// # Shapes
    ///
    /// - views: `[V, 3, height, width]` in 0..1, both sides multiples of the patch
    ///
    /// # Panics
    ///
    /// If a side is not a multiple of the patch.
    pub fn class_weights(&self, views: Tensor<4>) -> Tensor<2> {
        let (q, kv, _) = self.class_query(views);
        let ([count, tokens, width], heads) = (kv.dims(), self.config.heads);
        let head = width / 2 / heads;
        let keys = kv.narrow(2, 0, width / 2).reshape([count, tokens, heads, head]).swap_dims(1, 2);
        let scores = q.reshape([count, heads, 1, head]).matmul(keys.transpose());
        let weights = softmax(scores, 3).mean_dim(1).reshape([count, tokens]);
        weights.narrow(1, self.config.prefix, tokens - self.config.prefix)
    }

    /// The query of the class token or the pool, `[V, E]`, keys and values of all tokens, `[V, T, 2E]`, and the residual
    /// stream of the class token before the last block, `[V, E]`.
    fn class_query(&self, views: Tensor<4>) -> (Tensor<2>, Tensor<3>, Tensor<2>) {
        let grid = self.grid(&views);
        let (x, [count, tokens, dim]) = self.stream(views);
        let (kv, q, x) = match &self.last {
            Last::Block(block) => {
                let Projections { q, kv, .. } = &**block;
                let first = x.clone().reshape([count, tokens, dim]).slice([0..count, 0..1]).reshape([count, dim]);
                (self.standardized(x, kv), self.standardized(first.clone(), q), first)
            }
            Last::Pool(pool) => {
                let Pooling { query, kv } = &**pool;
                let none = Tensor::zeros([count, dim], &self.device);
                (self.standardized(x, kv), query.clone().repeat_dim(0, count), none)
            }
        };
        (q, self.turned(kv.reshape([count, tokens, 2 * dim]), dim, grid), x)
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
        let grid = self.grid(&views);
        let (x, [count, tokens, dim]) = self.stream(views);
        match &self.last {
            Last::Block(block) => {
                let qkv = self.standardized(x.clone(), &block.qkv).reshape([count, tokens, 3 * dim]);
                let u = kernels::attention(self.turned(qkv, 2 * dim, grid), self.config.heads);
                TokenState { u: self.outputs(u), x: self.outputs(x.reshape([count, tokens, dim])) }
            }
            Last::Pool(pool) => {
                let Pooling { query, kv } = &**pool;
                let kv = self.standardized(x, kv).reshape([count, tokens, 2 * dim]);
                let pooled =
                    kernels::class_attention(query.clone().repeat_dim(0, count), kv.clone(), self.config.heads);
                let prefix = self.config.prefix;
                let values = kv.narrow(2, dim, dim).narrow(1, prefix, tokens - prefix);
                let u = Tensor::cat(vec![pooled.unsqueeze_dim(1), values], 1);
                let x = Tensor::zeros(u.dims(), &self.device);
                TokenState { u, x }
            }
        }
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
        let [rows, columns] = self.grid(&views);
        let count = views.dims()[0];
        let positions = self.positions.of(rows, columns, &self.device);
        let [tokens, dim] = positions.dims();
        let mut x = kernels::embed(views, self.embedding.clone(), positions).reshape([count * tokens, dim]);
        if let Some(norm) = &self.norm_pre {
            x = norm.forward(&Standard::new(x, self.config.eps));
        }
        for block in &self.blocks {
            let qkv = self.standardized(x.clone(), &block.qkv).reshape([count, tokens, 3 * dim]);
            let qkv = self.turned(qkv, 2 * dim, [rows, columns]);
            let heads = kernels::attention(qkv, self.config.heads).reshape([count * tokens, dim]);
            x = kernels::linear_add(heads, block.proj.weight.clone(), block.proj.bias.clone(), x);
            let hidden = self.standardized_to(x.clone(), &block.fc1, self.config.activation);
            x = kernels::linear_add(hidden, block.fc2.weight.clone(), block.fc2.bias.clone(), x);
        }
        (x, [count, tokens, dim])
    }

    /// Rows and columns of patches of each view.
    fn grid(&self, views: &Tensor<4>) -> [usize; 2] {
        let [_, _, height, width] = views.dims();
        let patch = self.config.patch;
        assert!(
            height % patch == 0 && width % patch == 0,
            "views of {height} x {width} pixels cannot be cut into patches of {patch}"
        );
        [height / patch, width / patch]
    }

    /// Queries and keys turned by their positions, if that is the model's way: the first `width` numbers of each token.
    fn turned(&self, x: Tensor<3>, width: usize, grid: [usize; 2]) -> Tensor<3> {
        let Some(rotary) = &self.rotary else { return x };
        let rest = x.dims()[2] - width;
        Tensor::cat(vec![rotary.turned(x.clone().narrow(2, 0, width), grid), x.narrow(2, width, rest)], 2)
    }

    fn standardized(&self, x: Tensor<2>, layer: &Linear) -> Tensor<2> {
        self.standardized_to(x, layer, Activation::Identity)
    }

    fn standardized_to(&self, x: Tensor<2>, layer: &Linear, activation: Activation) -> Tensor<2> {
        kernels::standardize_linear(x, layer.weight.clone(), layer.bias.clone(), self.config.eps, activation)
    }
}
