//! Whole archives: written, read, damaged.

use std::io::{Cursor, Read, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;
use crate::fungi::{Features, Objective, Part, Settings};
use crate::gallery::{Content, Entry, Provenance};
use crate::retrieval::{AtK, Difference, FeatureSet, Metric, Row, Value, Weights};
use crate::vit::ViTConfig;

const NAMES: [&str; 4] = ["cup/1.png", "../cup/1.png", "vase/комета\n.png", "loose.png"];

fn picture(n: usize) -> Vec<u8> {
    vec![n as u8; 1000 + n]
}

fn images() -> Vec<(Entry, Features)> {
    let labels = [Some("cup"), Some("cup"), Some("<b>vase</b>"), None];
    let image = |(n, (name, label)): (usize, (&str, Option<&str>))| {
        let content = Content { hash: Sha256::digest(picture(n)).into(), size: (7, 9), thumbnail: Vec::new() };
        let mut features = Features::new();
        for part in [Part::Embedding, Part::Kl] {
            features.set(part, vec![n as f32, 2.0, -3.5]);
        }
        let label = label.map(str::to_owned);
        (Entry { id: n as u32, name: name.to_owned(), label, content: Some(Arc::new(content)) }, features)
    };
    NAMES.into_iter().zip(labels).enumerate().map(image).collect()
}

fn making() -> Making {
    let config = ViTConfig::small(64);
    let kl = Objective::all().into_iter().take(1).collect();
    let settings = Settings { seed: 7, ..Settings::default() }.with_objectives(kl);
    let [model, sha256, negatives] = ["tiny", "ab", ""].map(String::from);
    Making {
        provenance: Provenance { model, sha256, config, negatives, settings },
        variant: "of 64 px".into(),
        device: "CPU".into(),
        platform: "a test".into(),
        program: "0".into(),
    }
}

fn evaluated() -> Evaluated {
    let value = |value: f64, low: Option<f64>| Value {
        value,
        deviation: None,
        against_embedding: low.map(|low| Difference { mean: low + 0.1, low, high: low + 0.2 }),
    };
    let row = |set: FeatureSet, share: f64, low: Option<f64>| {
        let at = AtK { knn: value(share, low), weighted_knn: value(share, low), recall: value(share, low) };
        Row { set, at_k: vec![at; 2], values: vec![(Metric::Map, value(share, low))] }
    };
    let rows = vec![
        row(FeatureSet::of(&[Part::Embedding]), 0.5, None),
        row(FeatureSet::of(&[Part::Embedding, Part::Kl]), 0.8125, Some(0.05)),
        row(FeatureSet { centred: true, ..FeatureSet::of(&[Part::Embedding]) }, 0.25, Some(-0.4)),
    ];
    let names = vec!["<b>vase</b>".to_owned(), "cup".to_owned()];
    let mut evaluated =
        Evaluated { names, classes: vec![1, 1, 0], queries: 3, k: 2, seed: 7, rows, details: Vec::new() };
    let votes = [Some(1), Some(0), None];
    evaluated.details =
        Evaluated::worth_details(&evaluated.rows).into_iter().map(|row| evaluated.detail(row, &votes)).collect();
    evaluated
}

fn maps() -> Vec<PlaneMap> {
    let points = (0..NAMES.len()).map(|n| [n as f32, -(n as f32)]).collect();
    vec![PlaneMap { title: "Embedding & <KL>".into(), points, explained: [0.5, 0.25] }]
}

fn pack(with_pictures: bool) -> Vec<u8> {
    let (images, making, evaluated, maps) = (images(), making(), evaluated(), maps());
    let images = images.iter().map(|(entry, features)| (entry, features)).collect();
    let results = Results { images, making: &making, evaluated: Some(&evaluated), maps: &maps, with_pictures };
    let mut packer = Packer::begin(&results).unwrap();
    let mut bytes = packer.take();
    for n in (0..NAMES.len()).filter(|_| with_pictures) {
        packer.picture(n, &picture(n)).unwrap();
        bytes.extend(packer.take());
    }
    assert!(!bytes.is_empty(), "what is complete can be taken before the end");
    bytes.extend(packer.finish().unwrap());
    bytes
}

fn entry_bytes(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    ZipArchive::new(Cursor::new(bytes)).unwrap().by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

fn entry(bytes: &[u8], name: &str) -> String {
    String::from_utf8(entry_bytes(bytes, name)).unwrap()
}

fn refused(bytes: Vec<u8>) -> String {
    Reader::open(Cursor::new(bytes)).map(|_| ()).unwrap_err().to_string()
}

/// The archive with one entry put in place of another of its name.
fn with(name: &str, content: &[u8]) -> Vec<u8> {
    let bytes = pack(true);
    let mut old = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..old.len() {
        let entry = old.by_index(i).unwrap();
        if entry.name() != name {
            new.raw_copy_file(entry).unwrap();
        }
    }
    new.start_file(name, SimpleFileOptions::DEFAULT).unwrap();
    new.write_all(content).unwrap();
    new.finish().unwrap().into_inner()
}

#[test]
fn what_is_packed_comes_back_to_the_bit() {
    let mut reader = Reader::open(Cursor::new(pack(true))).unwrap();
    assert_eq!(reader.making(), &making());
    assert_eq!(reader.making().origin().model, "ab of 64 px");
    assert_eq!(reader.images().len(), NAMES.len());
    for (restored, (entry, features)) in reader.images().iter().zip(images()) {
        let content = entry.content.unwrap();
        assert_eq!((&restored.name, &restored.label), (&entry.name, &entry.label));
        assert_eq!((restored.hash, restored.size, &restored.features), (content.hash, (7, 9), &features));
    }
    let bytes = pack(true);
    let pictures = reader.pictures().unwrap();
    assert_eq!(pictures.iter().map(|picture| picture.place).collect::<Vec<_>>(), [0, 1, 2, 3]);
    for Picture { place, stored } in pictures {
        let (start, length) = stored.unwrap();
        assert_eq!(
            bytes[start as usize..(start + length) as usize],
            picture(place),
            "a piece of the file is the picture"
        );
        assert_eq!(reader.picture(place).unwrap(), picture(place));
    }
    assert_eq!(Reader::open(Cursor::new(pack(false))).unwrap().pictures().unwrap(), []);
}

#[test]
fn the_same_results_are_the_same_bytes() {
    assert!(pack(true) == pack(true));
}

#[test]
fn entries_are_what_other_programs_expect() {
    let bytes = pack(true);
    let archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let expected = [
        "report.html",
        "settings.json",
        "metrics.json",
        "images.csv",
        "features.safetensors",
        "features/embedding.npy",
        "features/kl.npy",
        "images/cup/1.png",
        "images/cup/1 (2).png",
        "images/vase/комета_.png",
        "images/loose.png",
    ];
    assert_eq!(archive.file_names().collect::<Vec<_>>(), expected);
    let list = entry(&bytes, "images.csv");
    assert_eq!(list.lines().next(), Some("name,label,sha256"));
    assert!(list.contains("\"vase/комета\n.png\",<b>vase</b>,"), "{list}");
    let metrics: serde_json::Value = serde_json::from_str(&entry(&bytes, "metrics.json")).unwrap();
    assert_eq!(metrics["results"][1]["measures"]["map"]["value"], 0.8125);
    assert_eq!(metrics["results"][1]["measures"]["knn"][1]["against_embedding"]["low"], 0.05);
    assert_eq!(metrics["results"][1]["weights"], serde_json::json!({ "embedding": 1.0, "kl": 1.0 }));
    assert_eq!(metrics["classes"][0]["confusion"], serde_json::json!([[0, 0], [1, 1]]));
    assert_eq!(metrics["classes"][0]["per_label"], serde_json::json!([null, 0.5]));
    let settings: serde_json::Value = serde_json::from_str(&entry(&bytes, "settings.json")).unwrap();
    assert_eq!((&settings["seed"], &settings["with_pictures"]), (&7.into(), &true.into()));
}

#[test]
fn the_report_says_it_in_words_and_takes_labels_as_texts() {
    let report = entry(&pack(false), "report.html");
    for part in [
        "Evaluation of 3 images in 2 classes",
        "Better: Embedding + KL 81.2 %",
        "Worse: Embedding, centred 25.0 %",
        "<span class=\"better\">better</span>",
        "+15.0 (+5.0 to +25.0)",
        "k = 2 misleads here",
        "<th scope=\"row\">&lt;b&gt;vase&lt;/b&gt;</th>",
        "<title id=\"map-0\">Map of Embedding &amp; &lt;KL&gt;</title>",
        "50.0 % and 25.0 % of the variance",
        "the pictures are not included",
    ] {
        assert!(report.contains(part), "{part} is not in the report");
    }
    assert!(!report.contains("<b>") && !report.contains("<script"));
    assert!(!report.contains(" src=") && !report.contains(" href="), "it needs nothing else");
}

#[test]
fn without_labels_there_are_features_alone() {
    let (images, making) = (images(), making());
    let images = images.iter().map(|(entry, features)| (entry, features)).collect();
    let results = Results { images, making: &making, evaluated: None, maps: &[], with_pictures: false };
    let bytes = Packer::begin(&results).unwrap().finish().unwrap();
    assert!(entry(&bytes, "report.html").contains("There is no evaluation"));
    assert_eq!(Reader::open(Cursor::new(bytes)).unwrap().images().len(), 4);
}

#[test]
fn damage_and_other_files_are_sentences() {
    assert!(refused(b"no zip".to_vec()).contains("not a complete zip file"));
    let bytes = pack(true);
    assert!(refused(bytes[..bytes.len() - 30].to_vec()).contains("not a complete zip file"));
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    other.start_file("a.txt", SimpleFileOptions::DEFAULT).unwrap();
    assert!(refused(other.finish().unwrap().into_inner()).contains("it holds no settings.json"));
    assert!(refused(with("settings.json", b"{}")).contains("settings.json can't be understood"));
    let settings = entry(&bytes, "settings.json");
    let newer = settings.replace("\"version\": 1", "\"version\": 9");
    assert!(refused(with("settings.json", newer.as_bytes())).contains("is of version 9"));
    let other = settings.replace("\"tiny\"", "\"another\"");
    assert!(refused(with("settings.json", other.as_bytes())).contains("names another model"));
    assert!(refused(with("features.safetensors", b"no")).contains("its features: it is not a complete safetensors"));
    // A byte of the features is another: the checksum tells.
    let mut torn = bytes.clone();
    let stored = entry_bytes(&bytes, "features/embedding.npy");
    // The matrix's rows lie in the gallery's own file first.
    let row = &stored[stored.len() - 12..];
    let at = torn.windows(12).position(|window| window == row).unwrap();
    torn[at] ^= 1;
    assert!(refused(torn).contains("could not be read or written to its end"), "the checksum tells");
    let mut reader = Reader::open(Cursor::new(with("images/loose.png", b"another picture"))).unwrap();
    assert!(reader.picture(3).unwrap_err().to_string().contains("its picture loose.png is not the one"));
}

/// A megabyte of zeros takes a kilobyte of a zip.
#[test]
fn what_unpacks_to_more_than_any_writer_writes_is_refused() {
    let sentence = refused(with("settings.json", &vec![b' '; 2 << 20]));
    assert!(sentence.contains("its settings.json is larger than 1 MB"), "{sentence}");
}

#[test]
fn the_sets_worth_a_closer_look_are_named_once() {
    let rows = evaluated().rows;
    assert_eq!(Evaluated::worth_details(&rows), [0, 1]);
    let mut with_fungi = rows;
    with_fungi.push(Row {
        set: FeatureSet { name: "F".into(), weights: Weights::fungi(), centred: false },
        ..with_fungi[2].clone()
    });
    assert_eq!(Evaluated::worth_details(&with_fungi), [0, 3, 1]);
    assert!(Evaluated::worth_details(&[]).is_empty());
}
