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
//! facebookresearch's DINOv2 differs from timm in `register_tokens` (timm: `reg_token`) and in its gated MLP's
//! `mlp.w12` and `mlp.w3` (timm: `mlp.fc1`, `mlp.fc2`).

/// Prefixes that wrappers add to names; several may be stacked.
const WRAPPERS: [&str; 10] = [
    "module.",
    "model.",
    "backbone.",
    "teacher.",
    "base_model.",
    "_orig_mod.",
    "vit.",
    "deit.",
    "dinov2.",
    "dinov2_with_registers.",
];

/// Tensors of known purpose that features do not need: classifiers, masking, pooling.
const EXTRAS: [&str; 9] = [
    "head.",
    "head_dist.",
    "classifier.",
    "cls_classifier.",
    "distillation_classifier.",
    "pooler.",
    "mask_token",
    "embeddings.mask_token",
    "masked_embed",
];

/// facebookresearch's name and timm's, where they differ, outside of blocks.
const META_TOP: [(&str, &str); 1] = [("register_tokens", "reg_token")];

/// facebookresearch's name and timm's, where they differ, within a block.
const META_BLOCK: [(&str, &str); 2] = [("mlp.w12", "mlp.fc1"), ("mlp.w3", "mlp.fc2")];

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

/// How a tensor of a file is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A weight, under timm's name. Queries, keys and values that come apart are `attn.q`, `attn.k` and `attn.v`.
    Weight {
        name: String,
        /// Whether the file uses Hugging Face's names.
        hugging_face: bool,
    },
    /// Known, but not needed.
    Extra,
}

/// How the tensor called `name` is used. An unknown name counts as a weight, so that loading can report it.
pub(super) fn role(name: &str) -> Role {
    let mut name = name;
    while let Some(rest) = WRAPPERS.iter().find_map(|wrapper| name.strip_prefix(wrapper)) {
        name = rest;
    }
    if EXTRAS.iter().any(|extra| name.starts_with(extra)) {
        return Role::Extra;
    }
    if let Some(name) = canonical(name, "encoder.layer.", &TOP, &BLOCK) {
        return Role::Weight { name, hugging_face: true };
    }
    let name = canonical(name, "blocks.", &META_TOP, &META_BLOCK).unwrap_or_else(|| name.into());
    Role::Weight { name, hugging_face: false }
}

/// timm's name for a name that the two tables translate. Names in a block begin with `blocks` and the block's number.
fn canonical(name: &str, blocks: &str, top: &[(&str, &str)], block: &[(&str, &str)]) -> Option<String> {
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

/// The names that Hugging Face's files have for timm's `name`, joined by "or".
pub(super) fn in_hugging_face(name: &str) -> String {
    let (prefix, rest, pairs) = match name.strip_prefix("blocks.").and_then(|rest| rest.split_once('.')) {
        Some((index, rest)) => (format!("encoder.layer.{index}."), rest, &BLOCK[..]),
        None => (String::new(), name, &TOP[..]),
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

    fn weight(name: &str) -> (String, bool) {
        match role(name) {
            Role::Weight { name, hugging_face } => (name, hugging_face),
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
        assert_eq!(weight("encoder.layer.0.layer_scale2.lambda1"), ("blocks.0.ls2.gamma".into(), true));
        assert_eq!(weight("encoder.layer.0.attention.output.dense.bias").0, "blocks.0.attn.proj.bias");
        assert_eq!(weight("encoder.layer.0.output.dense.bias").0, "blocks.0.mlp.fc2.bias");
        assert_eq!(weight("norm.weight"), ("norm.weight".into(), false));
        for name in ["reg_token", "register_tokens", "dinov2_with_registers.embeddings.register_tokens"] {
            assert_eq!(weight(name).0, "reg_token");
        }
        assert_eq!(weight("deit.embeddings.distillation_token").0, "dist_token");
        for name in ["blocks.1.mlp.fc2.bias", "blocks.1.mlp.w3.bias", "encoder.layer.1.mlp.weights_out.bias"] {
            assert_eq!(weight(name).0, "blocks.1.mlp.fc2.bias");
        }
    }

    #[test]
    fn extras_are_distinguished_from_unknown_weights() {
        assert_eq!(role("head.weight"), Role::Extra);
        assert_eq!(role("vit.pooler.dense.weight"), Role::Extra);
        assert_eq!(role("head_dist.weight"), Role::Extra);
        assert_eq!(weight("blocks.0.attn.q_norm.weight").0, "blocks.0.attn.q_norm.weight");
    }

    #[test]
    fn missing_tensors_are_named_in_the_files_own_scheme() {
        assert_eq!(in_hugging_face("norm.bias"), "layernorm.bias");
        assert_eq!(
            in_hugging_face("blocks.7.norm1.weight"),
            "encoder.layer.7.layernorm_before.weight or encoder.layer.7.norm1.weight"
        );
    }
}
