//! The attention pool, which stands in for the last block where a model has one.
//!
//! FUNGI is defined for a class token. Without one, this is the choice made here: one learned query attends to all tokens,
//! `u` is its concatenated heads, `z = W u + b`, `y = z + MLP(LN z)`, `e = y`. So the pool has the last block's form, with
//! nothing added to `z`, and the gradient of its output projection is rank one per view.

use super::block::Parts;
use super::fold::Layer;
use super::tensors::Tensors;
use super::{LoadError, ViTConfig};

/// A pool's layers, with the norms before them and the attention's scale folded in.
pub(super) struct HostPool {
    /// The query, `[E]`: the same for every view.
    pub query: Vec<f64>,
    pub kv: Layer,
    pub proj: Layer,
    pub fc1: Layer,
    pub fc2: Layer,
}

impl HostPool {
    /// Takes the pool out of the file; `norm` is scale and shift of the norm of the tokens that it attends to.
    pub(super) fn take(
        tensors: &mut Tensors<'_>,
        config: &ViTConfig,
        [scale, shift]: &[Vec<f64>; 2],
    ) -> Result<Self, LoadError> {
        let &ViTConfig { dim, hidden, .. } = config;
        let mut parts = Parts { tensors, of: "attn_pool".into() };
        let latent = parts.take("latent", &[1, 1, dim])?;
        let (q, kv) = if parts.has("qkv.weight") {
            let qkv = parts.layer("qkv", [3 * dim, dim])?;
            (qkv.outputs(0, dim), qkv.outputs(dim, 3 * dim))
        } else {
            (parts.layer("q", [dim, dim])?, parts.layer("kv", [2 * dim, dim])?)
        };
        let proj = parts.layer("proj", [dim, dim])?;
        let inner = [parts.take("norm.weight", &[dim])?, parts.take("norm.bias", &[dim])?];
        let fc1 = parts.layer("mlp.fc1", [config.mlp_width(), dim])?.after_norm(&inner[0], &inner[1]);
        let fc2 = parts.layer("mlp.fc2", [dim, hidden])?;
        let factor = 1.0 / (config.head() as f64).sqrt();
        let query = q.forward(&latent).into_iter().map(|x| x * factor).collect();
        Ok(Self { query, kv: kv.after_norm(scale, shift), proj, fc1, fc2 })
    }
}
