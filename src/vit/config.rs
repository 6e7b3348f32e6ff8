//! The shape of a backbone, and the options for what its file does not state.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::kernels::Activation;

/// ImageNet's mean per channel, in 0..1.
#[cfg(feature = "engine")]
pub const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];
/// ImageNet's standard deviation per channel, in 0..1.
#[cfg(feature = "engine")]
pub const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Which numbers are the embedding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// The class token after the final norm.
    #[default]
    ClassToken,
    /// The same after a linear layer to this many numbers, as in CLIP, which compares them with those of texts.
    Projection(usize),
    /// One learned query's attention over all tokens after the final norm, then an MLP, as in SigLIP (Zhai et al., arXiv
    /// 2303.15343). This is taken for the last block: the gradient is that of the pool's output projection.
    AttentionPool,
}

/// The shape of a ViT, as read from its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViTConfig {
    /// Side of the inference view in pixels.
    pub image: usize,
    /// Side of a patch in pixels.
    pub patch: usize,
    /// Width of a token.
    pub dim: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads per block.
    pub heads: usize,
    /// Width of the MLP's hidden values, which its second layer takes; the first layer is twice as wide if it is gated.
    pub hidden: usize,
    /// Tokens before the patches: the class token if there is one, then registers (Darcet et al., arXiv 2309.16588), then DeiT's
    /// distillation token (Touvron et al., arXiv 2012.12877).
    #[serde(default = "class_token_alone")]
    pub prefix: usize,
    /// The MLP's activation.
    #[serde(default)]
    pub activation: Activation,
    /// Whether there is a norm before the first block, as in CLIP (Radford et al., arXiv 2103.00020).
    #[serde(default)]
    pub pre_norm: bool,
    /// Whether each branch has a scale per channel before it is added (LayerScale; Touvron et al., arXiv 2103.17239).
    #[serde(default)]
    pub layer_scale: bool,
    /// Whether positions turn queries and keys, as in DINOv3, instead of being added to the tokens.
    #[serde(default)]
    pub rotary: bool,
    /// Which numbers are the embedding.
    #[serde(default)]
    pub output: Output,
    /// Added to the variance in every norm.
    pub eps: f32,
    /// Mean per channel of the pixels it was trained on, in 0..1.
    pub mean: [f32; 3],
    /// Standard deviation per channel of the pixels it was trained on, in 0..1.
    pub std: [f32; 3],
}

const fn class_token_alone() -> usize {
    1
}

impl ViTConfig {
    /// Patches of an inference view.
    pub const fn patches(&self) -> usize {
        (self.image / self.patch) * (self.image / self.patch)
    }

    /// Tokens of an inference view: the prefix and the patches.
    pub const fn tokens(&self) -> usize {
        self.prefix + self.patches()
    }

    /// Numbers of the embedding.
    pub const fn embedding(&self) -> usize {
        match self.output {
            Output::Projection(width) => width,
            Output::ClassToken | Output::AttentionPool => self.dim,
        }
    }

    /// Output width of the MLP's first layer.
    pub const fn mlp_width(&self) -> usize {
        self.activation.inputs(self.hidden)
    }

    /// Numbers among its weights, biases, norms and positions.
    pub const fn parameters(&self) -> usize {
        let (dim, hidden) = (self.dim, self.hidden);
        let attention = 3 * dim * dim + 3 * dim + dim * dim + dim;
        let mlp = dim * self.mlp_width() + self.mlp_width() + hidden * dim + dim;
        let scales = if self.layer_scale { 2 * dim } else { 0 };
        let block = attention + mlp + scales + 4 * dim;
        let norms = if self.pre_norm { 4 * dim } else { 2 * dim };
        let tokens = (self.prefix + if self.rotary { 0 } else { self.tokens() }) * dim;
        let output = match self.output {
            Output::ClassToken => 0,
            Output::Projection(width) => dim * width,
            Output::AttentionPool => dim + attention + mlp + 2 * dim,
        };
        output + 3 * self.patch * self.patch * dim + dim + tokens + self.depth * block + norms
    }

    /// Width of one head.
    pub const fn head(&self) -> usize {
        self.dim / self.heads
    }
}

#[cfg(test)]
impl ViTConfig {
    /// A ViT-Ti/8 for inputs of `image` pixels, where a test needs some shape.
    pub(crate) const fn small(image: usize) -> Self {
        Self {
            image,
            patch: 8,
            dim: 192,
            depth: 12,
            heads: 3,
            hidden: 768,
            prefix: 1,
            activation: Activation::Gelu,
            pre_norm: false,
            layer_scale: false,
            rotary: false,
            output: Output::ClassToken,
            eps: 1e-6,
            mean: [0.5; 3],
            std: [0.25; 3],
        }
    }
}

/// What tells one shape from another, in words.
impl fmt::Display for ViTConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { image, patch, dim, depth, heads, hidden, prefix, activation, .. } = self;
        write!(
            f,
            "a ViT of {depth} blocks, {dim} wide ({heads} heads, MLP {hidden}, {activation}), for {image} px in patches of "
        )?;
        write!(f, "{patch}, with {prefix} prefix tokens")?;
        f.write_str(if self.pre_norm { ", a norm before the blocks" } else { "" })?;
        f.write_str(if self.layer_scale { ", LayerScale" } else { "" })?;
        f.write_str(if self.rotary { ", rotary positions" } else { "" })?;
        match self.output {
            Output::ClassToken => Ok(()),
            Output::Projection(width) => write!(f, ", a projection to {width}"),
            Output::AttentionPool => f.write_str(", an attention pool"),
        }
    }
}

/// What the weights do not reveal about a backbone. Each field that is `None` takes the default named in its docs.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadOptions {
    /// Side of the inference view in pixels. Default: the one that the position embeddings were trained for.
    pub image: Option<usize>,
    /// Attention heads. Default: width / 64.
    pub heads: Option<usize>,
    /// Mean per channel, in 0..1. Default: ImageNet's.
    pub mean: Option<[f32; 3]>,
    /// Standard deviation per channel, in 0..1. Default: ImageNet's.
    pub std: Option<[f32; 3]>,
    /// Added to the variance in every norm. Default: 1e-6.
    pub eps: Option<f32>,
    /// The MLP's activation. Default: GELU, or SwiGLU where the shapes of the MLP's layers show a gate.
    pub activation: Option<Activation>,
    /// Which numbers are the embedding. Default: the attention pool or CLIP's projection where the weights hold one, else
    /// the class token. A linear layer with a bias is taken for a classifier unless this says otherwise.
    pub output: Option<Output>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Galleries saved before these fields existed still open.
    #[test]
    fn absent_fields_keep_their_old_meaning() {
        let json = r#"{"image": 64, "patch": 8, "dim": 192, "depth": 12, "heads": 3, "hidden": 768, "eps": 1e-6,
            "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}"#;
        let config: ViTConfig = serde_json::from_str(json).unwrap();
        assert_eq!((config.prefix, config.activation), (1, Activation::Gelu));
        assert_eq!((config.tokens(), config.mlp_width()), (65, 768));
        assert!(!config.pre_norm && !config.layer_scale);
        assert_eq!((config.output, config.embedding()), (Output::ClassToken, 192));
        let again = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
        assert_eq!(config, again);
    }
}
