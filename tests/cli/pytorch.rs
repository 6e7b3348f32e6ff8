//! PyTorch's own files as `--model`: the numbers of the same weights in safetensors, and a sentence for damaged ones.

use serde_json::Value;

use crate::program::{Folder, errors, json, mycoscope, refusal};

fn golden(file: &str) -> String {
    format!("{}/tests/golden/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// What does not depend on the model: a small one, only its embedding.
const OPTIONS: [&str; 9] =
    ["--heads", "2", "--mean", "0.5,0.5,0.5", "--std", "0.5,0.5,0.5", "--no-kl", "--no-dino", "--no-simclr"];

fn evaluated(folder: &Folder, model: &str) -> Value {
    let report = json(&["evaluate", folder.path(), "--model", model], &OPTIONS);
    report["results"].clone()
}

/// MoCo v3's and DINO's checkpoints, with another network, heads and an optimiser beside the weights.
#[test]
fn training_checkpoints_give_the_numbers_of_their_weights() {
    let folder = Folder::drawn("pytorch", 3, 4);
    let expected = evaluated(&folder, &golden("structures/timm-classifier/model.safetensors"));
    assert!(expected[0]["map"].is_f64(), "{expected}");
    for file in ["pytorch/moco.pth.tar", "pytorch/dino.pth"] {
        assert_eq!(evaluated(&folder, &golden(file)), expected, "{file}");
    }
}

#[test]
fn damaged_files_are_told() {
    let (folder, files) = (Folder::drawn("pytorch-damaged", 2, 2), Folder::new("pytorch-files"));
    for (file, cuts) in [("pytorch/moco.pth.tar", 7), ("pytorch/dino.pth", 9)] {
        let bytes = std::fs::read(golden(file)).unwrap();
        for cut in 1..cuts {
            let path = files.write("cut.pth", &bytes[..bytes.len() * cut / cuts]);
            let sentence = refusal(&["evaluate", folder.path(), "--model", &path], &OPTIONS);
            assert!(sentence.contains("cut.pth cannot be read") && sentence.contains("download"), "{sentence}");
        }
        for place in (0..bytes.len()).step_by(bytes.len() / 40) {
            let mut flipped = bytes.clone();
            flipped[place] ^= 0xa5;
            let path = files.write("flipped.pth", &flipped);
            let arguments = ["evaluate", folder.path(), "--model", &path];
            let output = mycoscope(&arguments, &OPTIONS);
            let said = errors(&output);
            assert!(matches!(output.status.code(), Some(0 | 2)) && !said.contains("panicked"), "{place}: {said}");
        }
    }
}
