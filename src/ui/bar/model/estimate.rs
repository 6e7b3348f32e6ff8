//! What an image costs with a model that is not loaded, from what a view costs with the one that is. Decisions only: no
//! browser is needed.

use crate::fungi::Settings;
use crate::ui::numbers::fixed;
use crate::vit::ViTConfig;

/// Multiplications in the forward pass of one view: linear layers, and attention's two products.
pub fn multiplications(config: &ViTConfig) -> f64 {
    let [dim, hidden, tokens] =
        [config.dim, config.hidden, config.prefix + (config.image / config.patch.max(1)).pow(2)].map(|n| n as f64);
    let mlp = if config.activation.is_gated() { 3.0 } else { 2.0 } * dim * hidden;
    let block = tokens * (4.0 * dim * dim + mlp) + 2.0 * tokens * tokens * dim;
    let patches = tokens * 3.0 * (config.patch * config.patch) as f64 * dim;
    patches + config.depth as f64 * block
}

/// About how many seconds an image takes with `model`, where a view takes `millis` in one of `workers` with `loaded`.
pub fn seconds(model: &ViTConfig, settings: &Settings, loaded: &ViTConfig, millis: f64, workers: usize) -> f64 {
    let view = millis * multiplications(model) / multiplications(loaded).max(1.0);
    view * settings.views(model.image) as f64 / 1000.0 / workers.max(1) as f64
}

/// From here on an image takes so long that fewer views are proposed.
pub const SLOW: f64 = 1.0;

/// Seconds as people say them of something that is only roughly known.
pub fn about(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.095 => "under 0.1 s".into(),
        seconds if seconds < 10.0 => format!("about {} s", fixed(seconds, 1)),
        seconds if seconds < 100.0 => format!("about {} s", fixed(seconds, 0)),
        seconds => format!("about {} min", fixed(seconds / 60.0, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Objective, Part};

    fn config(image: usize, patch: usize, dim: usize) -> ViTConfig {
        let json = format!(
            r#"{{"image": {image}, "patch": {patch}, "dim": {dim}, "depth": 12, "heads": 3, "hidden": {}, "eps": 1e-6,
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}"#,
            4 * dim
        );
        serde_json::from_str(&json).unwrap()
    }

    /// The published numbers of multiply-adds: DeiT's Ti, S and B at 224 px (Touvron et al., arXiv 2012.12877) with 1.3, 4.6
    /// and 17.6 billion.
    #[test]
    fn multiplications_are_the_published_ones() {
        let billions = [192, 384, 768].map(|dim| multiplications(&config(224, 16, dim)) / 1e9);
        for (found, published) in billions.into_iter().zip([1.3, 4.6, 17.6]) {
            assert!((found / published - 1.0).abs() < 0.05, "{found} {published}");
        }
    }

    #[test]
    fn a_larger_model_costs_in_proportion_and_workers_share() {
        let (small, large) = (config(64, 8, 192), config(224, 16, 384));
        let paper = Settings::default();
        let now = seconds(&small, &paper, &small, 20.0, 1);
        assert!((now - 62.0 * 0.02).abs() < 1e-9, "{now}");
        let ratio = multiplications(&large) / multiplications(&small);
        assert!((seconds(&large, &paper, &small, 20.0, 4) - now * ratio / 4.0).abs() < 1e-9);
        let lean = Objective::all().into_iter().filter(|objective| objective.part() == Part::Dino).collect();
        let lean = Settings { objectives: lean, ..Settings::default() };
        assert!(
            (seconds(&large, &lean, &small, 20.0, 1) / seconds(&large, &paper, &small, 20.0, 1) - 13.0 / 62.0).abs()
                < 1e-9
        );
    }

    #[test]
    fn seconds_are_not_more_precise_than_they_are_known() {
        let said = [0.03, 0.24, 4.26, 38.4, 250.0].map(about);
        assert_eq!(said, ["under 0.1 s", "about 0.2 s", "about 4.3 s", "about 38 s", "about 4 min"]);
    }
}
