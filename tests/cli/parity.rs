//! `mycoscope parity`.

use std::path::Path;

use serde_json::Value;

use crate::program::{Folder, errors, json, mycoscope, refusal};

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiny");
const LAYER_SCALE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/layer-scale");

#[test]
fn golden_tensors_agree_and_corrupted_ones_do_not() {
    let report = json(&["parity", GOLDEN], &[]);
    assert_eq!((&report["passed"], &report["unchecked"]), (&true.into(), &Value::Array(Vec::new())));
    let quantities = report["quantities"].as_object().unwrap();
    for quantity in ["inference.view", "tokens", "dino.gradient", "simclr_library.feature", "fungi", "dense.feature"] {
        assert_eq!(quantities[quantity]["images"], 3, "{quantity}");
    }

    let copy = Folder::new("parity");
    for name in ["config.json", "model.safetensors", "images/0.png", "images/1.png", "images/2.png"] {
        copy.write(name, &std::fs::read(Path::new(GOLDEN).join(name)).unwrap());
    }
    let mut bytes = std::fs::read(Path::new(GOLDEN).join("golden.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let embedding = tensors.tensor("image1.embedding").unwrap().data();
    let place = embedding.as_ptr() as usize - bytes.as_ptr() as usize;
    bytes[place..place + 4].copy_from_slice(&7.5_f32.to_le_bytes());
    copy.write("golden.safetensors", &bytes);
    let output = mycoscope(&["parity", copy.path()], &[]);
    assert_eq!(output.status.code(), Some(1), "{}", errors(&output));
    let table = String::from_utf8(output.stdout).unwrap();
    let missed: Vec<&str> = table.lines().filter(|line| line.ends_with("MISS")).collect();
    assert!(missed.len() == 1 && missed[0].starts_with("embedding "), "{table}");

    copy.write("golden.safetensors", &bytes[..1000]);
    assert!(refusal(&["parity", copy.path()], &[]).contains("golden.safetensors is broken"));
    assert!(refusal(&["parity", "no-such-folder"], &[]).contains("no-such-folder"));
}

/// Another shape, LayerScale, weights in f16, and no golden views: the program's own stand in.
#[test]
fn golden_tensors_of_another_shape_agree() {
    let report = json(&["parity", LAYER_SCALE], &[]);
    assert_eq!((&report["passed"], &report["unchecked"]), (&true.into(), &Value::Array(Vec::new())));
    let quantities = report["quantities"].as_object().unwrap();
    assert!(!quantities.contains_key("dino.views"));
    for quantity in ["tokens", "kl.gradient", "dino.gradient", "simclr.gradient", "fungi", "dense_library.feature"] {
        assert_eq!(quantities[quantity]["images"], 2, "{quantity}");
    }
}

/// Header and tensors of a safetensors file with `edit` done to the header and to nothing else.
fn with_header(path: &str, edit: impl Fn(&mut serde_json::Map<String, Value>)) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let size = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header = serde_json::from_slice(&bytes[8..8 + size]).unwrap();
    edit(&mut header);
    let header = serde_json::to_vec(&header).unwrap();
    [&(header.len() as u64).to_le_bytes(), header.as_slice(), &bytes[8 + size..]].concat()
}

/// Without its heads, DINO's views are compared and nothing behind them.
#[test]
fn what_is_missing_is_left_out() {
    let folder = Folder::new("partial");
    for name in ["config.json", "model.safetensors", "images/0.png", "images/1.png", "images/2.png"] {
        folder.write(name, &std::fs::read(Path::new(GOLDEN).join(name)).unwrap());
    }
    let renamed = |header: &mut serde_json::Map<String, Value>| {
        for name in ["head.dino_teacher.bias", "simclr.negatives"] {
            let tensor = header.remove(name).unwrap();
            header.insert(format!("not.{name}"), tensor);
        }
    };
    folder.write("golden.safetensors", &with_header(&format!("{GOLDEN}/golden.safetensors"), renamed));
    let report = json(&["parity", folder.path()], &[]);
    assert_eq!(report["passed"], true);
    for quantity in ["dino.views", "simclr.views", "kl.feature", "dense.feature"] {
        assert_eq!(report["quantities"][quantity]["images"], 3, "{quantity}");
    }
    let unchecked: Vec<&str> =
        report["unchecked"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    for name in ["image0.dino.loss", "image1.simclr.gradient", "image2.simclr_library.feature", "image2.fungi"] {
        assert!(unchecked.contains(&name), "{name}: {unchecked:?}");
    }
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let folder = Folder::new("unfit");
    for name in ["config.json", "model.safetensors", "golden.safetensors", "images/0.png", "images/1.png"] {
        folder.write(name, &std::fs::read(Path::new(LAYER_SCALE).join(name)).unwrap());
    }
    let [model, golden] = ["model", "golden"].map(|name| format!("{LAYER_SCALE}/{name}.safetensors"));
    let misshapen = |name: &'static str, shape: [usize; 2]| {
        move |header: &mut serde_json::Map<String, Value>| header[name]["shape"] = shape.to_vec().into()
    };
    let renamed = |header: &mut serde_json::Map<String, Value>| {
        let tensor = header.remove("blocks.1.ls2.gamma").unwrap();
        header.insert("head.bias".into(), tensor);
    };
    let cases = [
        ("model.safetensors", "blocks.1.ls2.gamma", with_header(&model, renamed)),
        (
            "model.safetensors",
            "blocks.1.mlp.fc2.weight",
            with_header(&model, misshapen("blocks.1.mlp.fc2.weight", [64, 64])),
        ),
        ("golden.safetensors", "head.simclr.weight", with_header(&golden, misshapen("head.simclr.weight", [32, 48]))),
        ("golden.safetensors", "projection.signs_u8", with_header(&golden, misshapen("projection.signs_u8", [66, 64]))),
    ];
    for (file, tensor, bytes) in cases {
        let whole = std::fs::read(folder.0.join(file)).unwrap();
        folder.write(file, &bytes);
        let sentence = refusal(&["parity", folder.path()], &[]);
        assert!(sentence.contains(tensor), "{sentence}");
        folder.write(file, &whole);
    }
    folder.write("images/0.png", b"no picture");
    assert!(refusal(&["parity", folder.path()], &[]).contains("images/0.png is broken"));
    folder.write("config.json", b"{}");
    assert!(refusal(&["parity", folder.path()], &[]).contains("config.json"));
}
