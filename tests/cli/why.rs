//! `why`: which views make two images alike.

use mycoscope::drawings::scene;
use mycoscope::image::{decode, encode_png};
use serde_json::Value;

use super::SMALL;
use super::program::{Folder, json, refusal};

#[test]
fn likeness_is_taken_apart_and_drawn() {
    let (folder, out) = (Folder::new("why"), Folder::new("why-out"));
    for (name, seed) in [("a.png", 1), ("b.png", 2)] {
        folder.write(name, &encode_png(&scene(seed, 0, 0, 60, 50).rgb));
    }
    let [a, b] = ["a.png", "b.png"].map(|name| folder.0.join(name).to_string_lossy().into_owned());
    let pictures = out.0.join("pictures");
    let report = json(&["why", &a, &b, "--pairs", "3", "--out", pictures.to_str().unwrap()], &SMALL);
    let parts = report["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 8);
    let sum = |numbers: &Value| numbers.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).sum::<f64>();
    for part in parts {
        let name = part["part"].as_str().unwrap();
        let total = part["sum_of_pairs"].as_f64().unwrap();
        for image in 0..2 {
            assert!((sum(&part["by_view"][image]) - total).abs() < 1e-4, "{name}");
            let regions = part["regions"][image].as_array().unwrap().len();
            assert_eq!(regions, part["by_view"][image].as_array().unwrap().len(), "{name}");
        }
        assert!((1..=3).contains(&part["strongest"].as_array().unwrap().len()), "{name}");
        for ending in ["png", "pairs.png"] {
            let bytes = std::fs::read(pictures.join(format!("{name}.{ending}"))).unwrap();
            assert!(decode(&bytes).unwrap().width > 100, "{name}");
        }
    }

    // An image is as like itself as can be; the embedding's patches are only a guide.
    let report = json(&["why", &a, &a], &SMALL);
    for part in report["parts"].as_array().unwrap().iter().skip(1) {
        assert!((part["sum_of_pairs"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{}", part["part"]);
    }
}

#[test]
fn an_image_that_cannot_be_read_is_named() {
    let folder = Folder::new("why-refused");
    folder.write("a.png", &encode_png(&scene(1, 0, 0, 60, 50).rgb));
    folder.write("b.png", b"no picture");
    let [a, b] = ["a.png", "b.png"].map(|name| folder.0.join(name).to_string_lossy().into_owned());
    assert!(refusal(&["why", &a, &b], &SMALL).contains("b.png"));
}
