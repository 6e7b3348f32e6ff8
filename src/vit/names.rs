//! Translates the tensor names of checkpoints into timm's, which facebookresearch's DINO shares.
//!
//! | timm | Hugging Face (ViT; DINOv2) |
//! |---|---|
//! | `cls_token`, `pos_embed` | `embeddings.cls_token`, `embeddings.position_embeddings` |
//! | `patch_embed.proj` | `embeddings.patch_embeddings.projection` |
//! | `blocks.N.norm1`, `.norm2` | `encoder.layer.N.layernorm_before`, `.layernorm_after`; `.norm1`, `.norm2` |
//! | `blocks.N.attn.qkv` | `encoder.layer.N.attention.attention.{query,key,value}` |
//! | `blocks.N.attn.proj` | `encoder.layer.N.attention.output.dense` |
//! | `blocks.N.ls1.gamma` | `encoder.layer.N.layer_scale1.lambda1` |
//! | `blocks.N.mlp.fc1`, `.mlp.fc2` | `encoder.layer.N.intermediate.dense`, `.output.dense`; `.mlp.fc1`, `.mlp.fc2` |
//! | the same, gated | `encoder.layer.N.mlp.weights_in`, `.mlp.weights_out` |
//! | `reg_token`, `dist_token` | `embeddings.register_tokens`, `embeddings.distillation_token` |
//! | `norm` | `layernorm` |
//!
//! | timm | Hugging Face (CLIP, SigLIP) |
//! |---|---|
//! | `cls_token`, `pos_embed` | `embeddings.class_embedding`, `embeddings.position_embedding.weight` |
//! | `patch_embed.proj` | `embeddings.patch_embedding` |
//! | `norm_pre`, `norm`, `head` | `pre_layrnorm` (sic), `post_layernorm`, `visual_projection` |
//! | `blocks.N.norm1`, `.norm2` | `encoder.layers.N.layer_norm1`, `.layer_norm2` |
//! | `blocks.N.attn.qkv`, `.attn.proj` | `encoder.layers.N.self_attn.{q,k,v}_proj`, `.self_attn.out_proj` |
//! | `attn_pool.latent` | `head.probe` |
//! | `attn_pool.q`, `attn_pool.kv`, `attn_pool.proj` | `head.attention.in_proj`, `head.attention.out_proj` |
//! | `attn_pool.norm`, `attn_pool.mlp` | `head.layernorm`, `head.mlp` |
//!
//! facebookresearch's DINOv2 differs from timm in `register_tokens` (timm: `reg_token`) and in its gated MLP's
//! `mlp.w12` and `mlp.w3` (timm: `mlp.fc1`, `mlp.fc2`). timm's DINOv3 has `gamma_1` for `ls1.gamma`.

/// Prefixes that wrappers add to names; several may be stacked.
const WRAPPERS: [&str; 16] = [
    "module.",
    "model.",
    "backbone.",
    "teacher.",
    "student.",
    "base_encoder.",
    "momentum_encoder.",
    "base_model.",
    "_orig_mod.",
    "vit.",
    "deit.",
    "dinov2.",
    "dinov2_with_registers.",
    "clip.",
    "siglip.",
    "vision_model.",
];

/// Of two networks in one file, the one that is meant for use and the other: DINO's and iBOT's, MoCo v3's.
const RIVALS: [(&str, &str); 2] = [("teacher.", "student."), ("base_encoder.", "momentum_encoder.")];

/// Tensors of known purpose that features do not need: classifiers and other heads, masking, pooling, decoders, texts.
const EXTRAS: [&str; 23] = [
    "head.",
    "head_dist.",
    "classifier.",
    "cls_classifier.",
    "distillation_classifier.",
    "pooler.",
    "mask_token",
    "embeddings.mask_token",
    "masked_embed",
    "predictor.",
    "decoder.",
    "decoder_blocks.",
    "decoder_embed.",
    "decoder_norm.",
    "decoder_pos_embed",
    "decoder_pred.",
    "text_model.",
    "text_projection.",
    "logit_scale",
    "logit_bias",
    "embeddings.position_ids",
    "dino_loss.",
    "ibot_loss.",
];

/// facebookresearch's name and timm's, where they differ, outside of blocks.
const META_TOP: [(&str, &str); 1] = [("register_tokens", "reg_token")];

/// facebookresearch's name and timm's, where they differ, within a block.
const META_BLOCK: [(&str, &str); 4] =
    [("mlp.w12", "mlp.fc1"), ("mlp.w3", "mlp.fc2"), ("gamma_1", "ls1.gamma"), ("gamma_2", "ls2.gamma")];

/// Hugging Face's name and timm's, outside of blocks.
const TOP: [(&str, &str); 6] = [
    ("embeddings.cls_token", "cls_token"),
    ("embeddings.register_tokens", "reg_token"),
    ("embeddings.distillation_token", "dist_token"),
    ("embeddings.position_embeddings", "pos_embed"),
    ("embeddings.patch_embeddings.projection", "patch_embed.proj"),
    ("layernorm", "norm"),
];

/// Hugging Face's name and timm's, within a block.
const BLOCK: [(&str, &str); 17] = [
    ("layernorm_before", "norm1"),
    ("norm1", "norm1"),
    ("attention.attention.query", "attn.q"),
    ("attention.attention.key", "attn.k"),
    ("attention.attention.value", "attn.v"),
    ("attention.output.dense", "attn.proj"),
    ("layer_scale1.lambda1", "ls1.gamma"),
    ("layernorm_after", "norm2"),
    ("norm2", "norm2"),
    ("intermediate.dense", "mlp.fc1"),
    ("mlp.fc1", "mlp.fc1"),
    ("output.dense", "mlp.fc2"),
    ("mlp.fc2", "mlp.fc2"),
    ("mlp.weights_in", "mlp.fc1"),
    ("mlp.weights_out", "mlp.fc2"),
    ("layer_scale2.lambda1", "ls2.gamma"),
    ("layer_scale2.gamma", "ls2.gamma"),
];

/// Hugging Face's name for CLIP and SigLIP, and timm's, outside of blocks.
const CLIP_TOP: [(&str, &str); 13] = [
    ("embeddings.class_embedding", "cls_token"),
    ("embeddings.position_embedding.weight", "pos_embed"),
    ("embeddings.patch_embedding", "patch_embed.proj"),
    ("pre_layrnorm", "norm_pre"),
    ("post_layernorm", "norm"),
    ("visual_projection", "head"),
    ("head.probe", "attn_pool.latent"),
    ("head.attention.in_proj_weight", "attn_pool.qkv.weight"),
    ("head.attention.in_proj_bias", "attn_pool.qkv.bias"),
    ("head.attention.out_proj", "attn_pool.proj"),
    ("head.layernorm", "attn_pool.norm"),
    ("head.mlp.fc1", "attn_pool.mlp.fc1"),
    ("head.mlp.fc2", "attn_pool.mlp.fc2"),
];

/// Hugging Face's name for CLIP and SigLIP, and timm's, within a block.
const CLIP_BLOCK: [(&str, &str); 8] = [
    ("layer_norm1", "norm1"),
    ("self_attn.q_proj", "attn.q"),
    ("self_attn.k_proj", "attn.k"),
    ("self_attn.v_proj", "attn.v"),
    ("self_attn.out_proj", "attn.proj"),
    ("layer_norm2", "norm2"),
    ("mlp.fc1", "mlp.fc1"),
    ("mlp.fc2", "mlp.fc2"),
];

/// Whose names a file uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// timm's, or facebookresearch's.
    Timm,
    /// Hugging Face's for ViT, DeiT, DINOv2.
    HuggingFace,
    /// Hugging Face's for CLIP and SigLIP.
    Clip,
}

/// A scheme's names: what blocks begin with, pairs outside of blocks, pairs within.
type Names = (&'static str, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

impl Scheme {
    const fn names(self) -> Names {
        match self {
            Self::Timm => ("blocks.", &META_TOP, &META_BLOCK),
            Self::HuggingFace => ("encoder.layer.", &TOP, &BLOCK),
            Self::Clip => ("encoder.layers.", &CLIP_TOP, &CLIP_BLOCK),
        }
    }
}

/// How a tensor of a file is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A weight, under timm's name. Queries, keys and values that come apart are `attn.q`, `attn.k` and `attn.v`.
    Weight {
        name: String,
        /// Whose name it has in the file.
        scheme: Scheme,
    },
    /// Known, but not needed.
    Extra,
}

/// Prefixes of the networks in a file of such names that are left for another one beside them.
pub(super) fn left_out<'n>(names: impl Iterator<Item = &'n str> + Clone) -> Vec<&'static str> {
    let holds = |network: &str| names.clone().any(|name| of_network(name, network));
    RIVALS.iter().filter(|(used, other)| holds(used) && holds(other)).map(|(_, other)| *other).collect()
}

/// Whether a tensor belongs to the network with this prefix, which other wrappers may precede.
pub(super) fn of_network(mut name: &str, network: &str) -> bool {
    loop {
        if name.starts_with(network) {
            return true;
        }
        match WRAPPERS.iter().find_map(|wrapper| name.strip_prefix(wrapper)) {
            Some(rest) => name = rest,
            None => return false,
        }
    }
}

/// How the tensor called `name` is used. An unknown name counts as a weight, so that loading can report it. So does a layer
/// `head`, which may be a projection or a classifier.
pub(super) fn role(name: &str) -> Role {
    let mut name = name;
    while let Some(rest) = WRAPPERS.iter().find_map(|wrapper| name.strip_prefix(wrapper)) {
        name = rest;
    }
    for scheme in [Scheme::HuggingFace, Scheme::Clip] {
        if let Some(name) = canonical(name, scheme) {
            return Role::Weight { name, scheme };
        }
    }
    if !HEAD.contains(&name) && EXTRAS.iter().any(|extra| name.starts_with(extra)) {
        return Role::Extra;
    }
    let scheme = Scheme::Timm;
    Role::Weight { name: canonical(name, scheme).unwrap_or_else(|| name.into()), scheme }
}

/// timm's names of the layer behind the embedding: CLIP's projection, or a classifier.
pub(super) const HEAD: [&str; 2] = ["head.weight", "head.bias"];

/// timm's name for a name that the scheme translates. Names in a block begin with `blocks` and the block's number.
fn canonical(name: &str, scheme: Scheme) -> Option<String> {
    let (blocks, top, block) = scheme.names();
    match name.strip_prefix(blocks).and_then(|rest| rest.split_once('.')) {
        Some((index, rest)) => translate(rest, block).map(|ours| format!("blocks.{index}.{ours}")),
        None => translate(name, top),
    }
}

/// Replaces a whole name, or all of it before `.weight` or `.bias`, by the second of its pair.
fn translate(name: &str, pairs: &[(&str, &str)]) -> Option<String> {
    pairs.iter().find_map(|(theirs, ours)| {
        let rest = name.strip_prefix(theirs)?;
        matches!(rest, "" | ".weight" | ".bias").then(|| format!("{ours}{rest}"))
    })
}

/// The names that files of a scheme have for timm's `name`, joined by "or".
pub(super) fn in_scheme(name: &str, scheme: Scheme) -> String {
    let (blocks, top, block) = scheme.names();
    let (prefix, rest, pairs) = match name.strip_prefix("blocks.").and_then(|rest| rest.split_once('.')) {
        Some((index, rest)) => (format!("{blocks}{index}."), rest, block),
        None => (String::new(), name, top),
    };
    let variants: Vec<String> = pairs
        .iter()
        .filter_map(|(theirs, ours)| Some(format!("{prefix}{theirs}{}", rest.strip_prefix(ours)?)))
        .collect();
    if variants.is_empty() { name.into() } else { variants.join(" or ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(name: &str) -> (String, Scheme) {
        match role(name) {
            Role::Weight { name, scheme } => (name, scheme),
            Role::Extra => panic!("{name} is not a weight"),
        }
    }

    #[test]
    fn naming_schemes_and_wrappers_map_to_the_same_name() {
        for name in [
            "blocks.3.mlp.fc1.weight",
            "module.backbone.blocks.3.mlp.fc1.weight",
            "vit.encoder.layer.3.intermediate.dense.weight",
            "dinov2.encoder.layer.3.mlp.fc1.weight",
        ] {
            assert_eq!(weight(name).0, "blocks.3.mlp.fc1.weight");
        }
        assert_eq!(weight("encoder.layer.0.layer_scale2.lambda1"), ("blocks.0.ls2.gamma".into(), Scheme::HuggingFace));
        assert_eq!(weight("encoder.layer.0.attention.output.dense.bias").0, "blocks.0.attn.proj.bias");
        assert_eq!(weight("encoder.layer.0.output.dense.bias").0, "blocks.0.mlp.fc2.bias");
        assert_eq!(weight("norm.weight"), ("norm.weight".into(), Scheme::Timm));
        for name in ["reg_token", "register_tokens", "dinov2_with_registers.embeddings.register_tokens"] {
            assert_eq!(weight(name).0, "reg_token");
        }
        assert_eq!(weight("deit.embeddings.distillation_token").0, "dist_token");
        for name in ["blocks.1.mlp.fc2.bias", "blocks.1.mlp.w3.bias", "encoder.layer.1.mlp.weights_out.bias"] {
            assert_eq!(weight(name).0, "blocks.1.mlp.fc2.bias");
        }
        for (name, ours) in [
            ("vision_model.encoder.layers.2.self_attn.k_proj.bias", "blocks.2.attn.k.bias"),
            ("clip.vision_model.pre_layrnorm.weight", "norm_pre.weight"),
            ("vision_model.embeddings.position_embedding.weight", "pos_embed"),
            ("visual_projection.weight", "head.weight"),
            ("vision_model.head.attention.in_proj_bias", "attn_pool.qkv.bias"),
        ] {
            assert_eq!(weight(name), (ours.into(), Scheme::Clip));
        }
    }

    #[test]
    fn extras_are_distinguished_from_unknown_weights() {
        assert_eq!(role("head.mlp.0.weight"), Role::Extra);
        assert_eq!(role("text_model.encoder.layers.0.mlp.fc1.weight"), Role::Extra);
        assert_eq!(role("decoder_blocks.0.mlp.fc1.weight"), Role::Extra);
        assert_eq!(weight("head.weight").0, "head.weight");
        assert_eq!(role("vit.pooler.dense.weight"), Role::Extra);
        assert_eq!(role("head_dist.weight"), Role::Extra);
        assert_eq!(weight("blocks.0.attn.q_norm.weight").0, "blocks.0.attn.q_norm.weight");
    }

    #[test]
    fn of_two_networks_the_one_for_use_is_taken() {
        let left = |names: &[&str]| left_out(names.iter().copied());
        assert_eq!(left(&["teacher.backbone.norm.weight", "student.module.backbone.norm.weight"]), ["student."]);
        assert!(left(&["student.module.backbone.norm.weight", "head.weight"]).is_empty());
        let moco = ["module.base_encoder.norm.weight", "module.momentum_encoder.norm.weight"];
        assert_eq!(left(&moco), ["momentum_encoder."]);
        assert!(of_network(moco[1], "momentum_encoder.") && !of_network(moco[0], "momentum_encoder."));
        assert_eq!(weight(moco[0]).0, "norm.weight");
    }

    #[test]
    fn missing_tensors_are_named_in_the_files_own_scheme() {
        assert_eq!(in_scheme("norm.bias", Scheme::HuggingFace), "layernorm.bias");
        assert_eq!(in_scheme("blocks.1.attn.q.bias", Scheme::Clip), "encoder.layers.1.self_attn.q_proj.bias");
        assert_eq!(
            in_scheme("blocks.7.norm1.weight", Scheme::HuggingFace),
            "encoder.layer.7.layernorm_before.weight or encoder.layer.7.norm1.weight"
        );
    }
}
