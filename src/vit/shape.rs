//! Works out what kind of ViT a file holds: from its tensors and, where these do not tell, from the options.

use super::config::{IMAGENET_MEAN, IMAGENET_STD};
use super::tensors::Tensors;
use super::{LoadError, LoadOptions, Output, ViTConfig};
use crate::kernels::Activation;

/// The shape of a ViT, and how its file lays out the prefix tokens.
pub(super) struct Shape {
    pub config: ViTConfig,
    /// Patches per side of the grid that the position embeddings were trained for.
    pub side: usize,
    /// Whether there is a class token.
    pub class: bool,
    /// Register tokens.
    pub registers: usize,
    /// Whether there is a distillation token.
    pub distilled: bool,
    prefix_positions: PrefixPositions,
}

/// Which prefix tokens have a position embedding, before those of the patches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PrefixPositions {
    /// Class and distillation token, but no register: DeiT, facebookresearch's and Hugging Face's DINOv2.
    NoRegisters,
    /// All of them.
    All,
    /// None: timm's DINOv2 with registers.
    None,
}

impl Shape {
    /// Works it out from names and shapes; no values are read.
    pub(super) fn find(tensors: &Tensors<'_>, options: &LoadOptions) -> Result<Self, LoadError> {
        // A pool may do without a class token.
        let pooled = tensors.has("attn_pool.latent");
        let token = if pooled { "attn_pool.latent" } else { "cls_token" };
        let [_, _, dim] = tensors.shape(token, "[1, 1, width]")?;
        let expected = format!("[{dim}, 3, patch, patch]");
        let [_, _, patch, _] = tensors.shape("patch_embed.proj.weight", &expected)?;
        if dim == 0 || patch == 0 {
            return Err(tensors.misshapen("patch_embed.proj.weight", "a width and a patch above 0"));
        }
        let registers = match tensors.has("reg_token") {
            true => tensors.shape::<3>("reg_token", &format!("[1, registers, {dim}]"))?[1],
            false => 0,
        };
        let distilled = tensors.has("dist_token");
        let class = tensors.has("cls_token");
        let prefix = usize::from(class) + registers + usize::from(distilled);
        // DINOv3, which adds no positions: as many patches as its authors' are as good as any.
        let rotary = class && registers > 0 && tensors.layer_scale() && !tensors.has("pos_embed");
        let (side, prefix_positions) =
            if rotary { (16, PrefixPositions::None) } else { positions(tensors, dim, prefix, registers)? };
        let (hidden, activation) = mlp(tensors, dim, options.activation)?;
        let heads = options.heads.unwrap_or(if dim % 64 == 0 { dim / 64 } else { 0 });
        if heads == 0 || dim % heads != 0 {
            return Err(LoadError::Heads { dim, heads: options.heads });
        }
        if rotary && !(dim / heads).is_multiple_of(4) {
            return Err(LoadError::Heads { dim, heads: Some(heads) });
        }
        let image = options.image.unwrap_or(side * patch);
        if image == 0 || !image.is_multiple_of(patch) {
            return Err(LoadError::Image { image, patch });
        }
        let limit = largest_grid(dim).max(side) * patch;
        if image > limit {
            return Err(LoadError::ImageTooLarge { image, limit });
        }
        let (mean, std, eps) = normalisation(options)?;
        let config = ViTConfig {
            image,
            patch,
            dim,
            depth: tensors.depth().max(1),
            heads,
            hidden,
            prefix,
            activation,
            pre_norm: tensors.has("norm_pre.weight"),
            layer_scale: tensors.layer_scale(),
            rotary,
            output: output(tensors, dim, options.output)?,
            eps,
            mean,
            std,
        };
        Ok(Self { config, side, class, registers, distilled, prefix_positions })
    }

    /// The prefix tokens that have a position embedding, in order.
    pub(super) fn positioned(&self) -> Vec<usize> {
        let Some(last) = self.config.prefix.checked_sub(1) else { return Vec::new() };
        match self.prefix_positions {
            PrefixPositions::NoRegisters if !self.class => (self.registers..=last).collect(),
            PrefixPositions::NoRegisters if self.distilled => vec![0, last],
            PrefixPositions::NoRegisters => vec![0],
            PrefixPositions::All => (0..=last).collect(),
            PrefixPositions::None => Vec::new(),
        }
    }
}

/// Which numbers are the embedding. A layer behind the class token is CLIP's projection if it is asked for, or has no bias and
/// CLIP's norm before the first block; otherwise it is a classifier, and not used.
fn output(tensors: &Tensors<'_>, dim: usize, asked: Option<Output>) -> Result<Output, LoadError> {
    if tensors.has("attn_pool.latent") || asked == Some(Output::AttentionPool) {
        return Ok(Output::AttentionPool);
    }
    let likely = tensors.has("norm_pre.weight") && tensors.has("head.weight") && !tensors.has("head.bias");
    match asked {
        None if likely => {}
        Some(Output::Projection(_)) => {}
        _ => return Ok(Output::ClassToken),
    }
    match tensors.shape("head.weight", &format!("[width, {dim}]"))? {
        [0, _] => Err(tensors.misshapen("head.weight", &format!("[width, {dim}]"))),
        [width, _] => Ok(Output::Projection(width)),
    }
}

/// Most patches a side that a view may have, unless the model was trained on more: its tokens may take 100 MB in a block.
/// For each patch and number of the embedding that is 40 bytes: queries, keys and values (12), the MLP's hidden values,
/// mostly four times as wide (16), the tokens, and a norm's and a layer's outputs (12).
fn largest_grid(dim: usize) -> usize {
    (100_000_000 / 40 / dim).isqrt()
}

/// Side of the trained grid in patches, and which of the prefix tokens have positions before it: the first choice that
/// leaves a square number of patches.
fn positions(
    tensors: &Tensors<'_>,
    dim: usize,
    prefix: usize,
    registers: usize,
) -> Result<(usize, PrefixPositions), LoadError> {
    let expected = format!("[1, {} + side * side, {dim}]", prefix - registers);
    let [_, count, _] = tensors.shape("pos_embed", &expected)?;
    let choices = [
        (prefix - registers, PrefixPositions::NoRegisters),
        (prefix, PrefixPositions::All),
        (0, PrefixPositions::None),
    ];
    choices
        .into_iter()
        .find_map(|(own, which)| {
            let patches = count.checked_sub(own)?;
            let side = patches.isqrt();
            (side > 0 && side * side == patches).then_some((side, which))
        })
        .ok_or_else(|| tensors.misshapen("pos_embed", &expected))
}

/// Width of the MLP's hidden values, and the activation that makes them.
fn mlp(tensors: &Tensors<'_>, dim: usize, asked: Option<Activation>) -> Result<(usize, Activation), LoadError> {
    let apart = tensors.has("blocks.0.mlp.fc1_g.weight");
    let first = if apart { "blocks.0.mlp.fc1_g.weight" } else { "blocks.0.mlp.fc1.weight" };
    let second = "blocks.0.mlp.fc2.weight";
    let [width, _] = tensors.shape(first, &format!("[hidden, {dim}]"))?;
    let [_, hidden] = tensors.shape(second, &format!("[{dim}, hidden]"))?;
    if width == 0 || hidden == 0 {
        return Err(LoadError::EmptyMlp { name: tensors.name_in_file(if width == 0 { first } else { second }) });
    }
    if width != hidden && (apart || width != 2 * hidden) {
        return Err(tensors.misshapen(second, &format!("[{dim}, {width}]")));
    }
    let gated = apart || width != hidden;
    let default = if gated { Activation::SwiGlu } else { Activation::Gelu };
    match asked.unwrap_or(default) {
        activation if activation.is_gated() == gated => Ok((hidden, activation)),
        asked => Err(LoadError::Activation { asked, gated }),
    }
}

/// Mean, standard deviation and epsilon, each usable.
fn normalisation(options: &LoadOptions) -> Result<([f32; 3], [f32; 3], f32), LoadError> {
    let positive = |x: &f32| x.is_finite() && *x > 0.0;
    let mean = options.mean.unwrap_or(IMAGENET_MEAN);
    if !mean.iter().all(|x| x.is_finite()) {
        return Err(LoadError::Mean(mean));
    }
    let std = options.std.unwrap_or(IMAGENET_STD);
    if !std.iter().all(positive) {
        return Err(LoadError::Std(std));
    }
    let eps = options.eps.unwrap_or(1e-6);
    if !positive(&eps) {
        return Err(LoadError::Epsilon(eps));
    }
    Ok((mean, std, eps))
}
