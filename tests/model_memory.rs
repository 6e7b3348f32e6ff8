//! What loading a model and computing with it take, counted, beside what was estimated from its shape.

#![allow(clippy::unwrap_used)]

#[path = "common/counting.rs"]
mod counting;

use counting::{held, peak};
use mycoscope::engine::memory::{Memory, Program};
use mycoscope::engine::{Backend, Engine, ModelFiles, random_weights};
use mycoscope::fungi::{Negatives, Settings};
use mycoscope::image::Rgb;
use mycoscope::vit::{LoadOptions, ViTConfig};

/// A ViT-S/16 of 6 blocks at 96 px, whose weights are most of it, and a ViT-Ti/4 of 2 at 64, whose activations are.
fn shapes() -> [ViTConfig; 2] {
    let small: ViTConfig = serde_json::from_str(
        r#"{"image": 96, "patch": 16, "dim": 384, "depth": 6, "heads": 6, "hidden": 1536, "eps": 1e-6,
            "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#,
    )
    .unwrap();
    let tiny = ViTConfig { image: 64, patch: 4, dim: 192, depth: 2, heads: 3, hidden: 768, ..small.clone() };
    [small, tiny]
}

#[test]
fn loading_and_computing_take_what_was_estimated() {
    let image = Rgb { width: 200, height: 150, data: (0..200 * 150 * 3).map(|i| (i % 251) as u8).collect() };
    for config in shapes() {
        let bytes = random_weights(&config).unwrap();
        let expected =
            Memory::estimate(&config, &Settings::default(), bytes.len() as u64, Program::CommandLine, Backend::Cpu);
        let negatives = Negatives::new(vec![0.1; 64 * 49 * config.dim], config.dim).save(&[]).unwrap();
        let (before, mut engine) = (held(), Engine::new());
        let loading = peak(|| {
            // Read from their files, as a program does.
            let mut files = ModelFiles::of_file("random".into(), bytes.clone());
            files.options = LoadOptions { image: Some(config.image), ..LoadOptions::default() };
            files.negatives = Some(negatives.clone().into());
            let load = async {
                engine.open_device(Backend::Cpu, &mut |_| ()).await?;
                engine.load(&files, Settings::default(), &mut |_| ()).await
            };
            pollster::block_on(load).unwrap();
        });
        let loaded = held() - before;
        let computing = loaded + peak(|| drop(pollster::block_on(engine.features(&image)).unwrap()));
        for (what, found, expected) in
            [("loading", loading as u64, expected.loading), ("computing", computing as u64, expected.computing)]
        {
            println!("{} px, {} wide, {what}: {found} bytes, {expected} estimated", config.image, config.dim);
            assert!(found * 10 < expected * 13 && expected * 10 < found * 13, "{what}: {found}, {expected} estimated");
        }
    }
}
