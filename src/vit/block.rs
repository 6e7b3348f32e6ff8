//! Reads a block's layers and folds its norms and scales into them.

use super::fold::Layer;
use super::tensors::Tensors;
use super::{LoadError, ViTConfig};

/// A block's layers, with its norms, the attention's scale and LayerScale folded in.
pub(super) struct HostBlock {
    pub qkv: Layer,
    pub proj: Layer,
    pub fc1: Layer,
    pub fc2: Layer,
    /// LayerScale of the attention branch; the gradient needs it separately.
    pub ls1: Option<Vec<f64>>,
}

impl HostBlock {
    /// Takes block number `index` out of the file.
    pub(super) fn take(tensors: &mut Tensors<'_>, index: usize, config: &ViTConfig) -> Result<Self, LoadError> {
        let &ViTConfig { dim, hidden, .. } = config;
        let mut parts = Parts { tensors, of: format!("blocks.{index}") };
        let qkv = match config.rotary && !parts.has("attn.qkv.bias") {
            true => parts.unbiased("attn.qkv", [3 * dim, dim])?,
            false => parts.joined("attn.qkv", &["attn.q", "attn.k", "attn.v"], [3 * dim, dim])?,
        };
        let proj = parts.layer("attn.proj", [dim, dim])?;
        let fc1 = parts.joined("mlp.fc1", &["mlp.fc1_g", "mlp.fc1_x"], [config.mlp_width(), dim])?;
        let fc2 = parts.layer("mlp.fc2", [dim, hidden])?;
        let mut vector = |name| parts.take(name, &[dim]);
        let (scale1, shift1) = (vector("norm1.weight")?, vector("norm1.bias")?);
        let (scale2, shift2) = (vector("norm2.weight")?, vector("norm2.bias")?);
        let mut layer_scale = |name| config.layer_scale.then(|| vector(name)).transpose();
        let (ls1, ls2) = (layer_scale("ls1.gamma")?, layer_scale("ls2.gamma")?);
        let scaled = |layer: Layer, by: &Option<Vec<f64>>| match by {
            Some(scale) => layer.scaled(scale),
            None => layer,
        };
        let queries = vec![1.0 / (config.head() as f64).sqrt(); dim];
        Ok(Self {
            qkv: qkv.after_norm(&scale1, &shift1).scaled(&queries),
            proj: scaled(proj, &ls1),
            fc1: fc1.after_norm(&scale2, &shift2),
            fc2: scaled(fc2, &ls2),
            ls1,
        })
    }
}

/// The tensors of one block, or of the pool.
pub(super) struct Parts<'t, 'a> {
    pub tensors: &'t mut Tensors<'a>,
    /// What their names begin with, without the dot.
    pub of: String,
}

impl Parts<'_, '_> {
    fn name(&self, part: &str) -> String {
        format!("{}.{part}", self.of)
    }

    pub(super) fn has(&self, part: &str) -> bool {
        self.tensors.has(&self.name(part))
    }

    pub(super) fn take(&mut self, part: &str, shape: &[usize]) -> Result<Vec<f64>, LoadError> {
        self.tensors.take(&self.name(part), shape)
    }

    /// A layer of `[outputs, inputs]`.
    pub(super) fn layer(&mut self, part: &str, [outputs, inputs]: [usize; 2]) -> Result<Layer, LoadError> {
        Ok(Layer {
            weight: self.take(&format!("{part}.weight"), &[outputs, inputs])?,
            bias: self.take(&format!("{part}.bias"), &[outputs])?,
        })
    }

    /// A layer of `[outputs, inputs]` without a bias.
    fn unbiased(&mut self, part: &str, [outputs, inputs]: [usize; 2]) -> Result<Layer, LoadError> {
        Ok(Layer { weight: self.take(&format!("{part}.weight"), &[outputs, inputs])?, bias: vec![0.0; outputs] })
    }

    /// A layer of `[outputs, inputs]` that some files store as several layers of equal size, to be stacked in order.
    fn joined(&mut self, whole: &str, parts: &[&str], [outputs, inputs]: [usize; 2]) -> Result<Layer, LoadError> {
        if !self.has(&format!("{}.weight", parts[0])) {
            return self.layer(whole, [outputs, inputs]);
        }
        let mut joined = Layer { weight: Vec::new(), bias: Vec::new() };
        for part in parts {
            let Layer { weight, bias } = self.layer(part, [outputs / parts.len(), inputs])?;
            joined.weight.extend(weight);
            joined.bias.extend(bias);
        }
        Ok(joined)
    }
}
