//! The activation of a model whose file does not say it. Decisions only: no browser is needed.

use crate::vit::{Activation, Output, ViTConfig};

/// The likely one: what the shapes say, if they show a gate; quick GELU for OpenAI's CLIP, known by the norm before its first
/// block; GELU by tanh for SigLIP, known by its attention pool; else GELU, also for CLIPs trained by others.
pub fn guess(file: &str, config: &ViTConfig) -> Activation {
    let name = file.to_ascii_lowercase();
    let by_others = ["laion", "datacomp", "dfn", "open_clip", "openclip"].iter().any(|part| name.contains(part));
    match config {
        _ if config.activation.is_gated() => config.activation,
        _ if config.output == Output::AttentionPool => Activation::GeluTanh,
        _ if config.pre_norm && !by_others => Activation::QuickGelu,
        _ => Activation::Gelu,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guess_is_by_structure_and_name() {
        let json = r#"{"image": 64, "patch": 8, "dim": 192, "depth": 12, "heads": 3, "hidden": 768, "eps": 1e-6,
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#;
        let plain: ViTConfig = serde_json::from_str(json).unwrap();
        let clip = ViTConfig { pre_norm: true, ..plain.clone() };
        let siglip = ViTConfig { output: Output::AttentionPool, ..plain.clone() };
        let gated = ViTConfig { activation: Activation::SwiGlu, pre_norm: true, ..plain.clone() };
        assert_eq!(guess("dino.safetensors", &plain), Activation::Gelu);
        assert_eq!(guess("model.safetensors", &clip), Activation::QuickGelu);
        assert_eq!(guess("ViT-B-16.LAION2b.safetensors", &clip), Activation::Gelu);
        assert_eq!(guess("model.safetensors", &siglip), Activation::GeluTanh);
        assert_eq!(guess("model.safetensors", &gated), Activation::SwiGlu);
    }
}
