//! Cosines without projection, and what projections of several sizes make of them.

use std::collections::BTreeMap;

use mycoscope::retrieval::{average_precision, mean};
use safetensors::SafeTensors;
use serde_json::Value;

use super::SMALL;
use super::program::{Folder, errors, json, mycoscope, refusal};

const PARTS: [&str; 3] = ["kl", "dino", "simclr"];

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn a_projection_of_four_times_the_size_halves_the_error() {
    let report = json(&["bench", "--projections", "--repeats", "1"], &SMALL);
    assert_eq!(report["images"], 64);
    let rows = report["projections"].as_array().unwrap();
    let row = |kind: &str, size: &str| {
        let of = |row: &&Value| row["projection"] == kind && row["size"].as_str().unwrap_or("") == size;
        rows.iter().find(of).unwrap_or_else(|| panic!("{kind} {size}"))
    };
    let exact = row("exact", "");
    for part in PARTS {
        let error = |row: &Value| number(&row["parts"][part]["rmse"]);
        assert!(error(exact) < 1e-3, "{part}: {}", error(exact));
        for kind in ["rademacher", "khatri-rao"] {
            let [once, twice, four] = ["E", "2E", "4E"].map(|size| error(row(kind, size)));
            assert!((1.5..2.7).contains(&(once / four)), "{kind}, {part}: {once} {twice} {four}");
            assert!(once > twice && twice > four && four > 3.0 * error(exact), "{kind}, {part}: {once} {twice} {four}");
        }
        for size in ["E", "2E", "4E"] {
            let dense = row("rademacher", size);
            let share = error(dense) / number(&dense["parts"][part]["predicted"]);
            assert!((0.7..1.4).contains(&share), "{part}, {size}: {share}");
            // The same noise is predicted, but theirs is larger.
            assert!(error(row("khatri-rao", size)) > 0.9 * error(dense), "{part}, {size}");
        }
        let precision: Vec<f64> = rows.iter().map(|row| number(&row["parts"][part]["map"])).collect();
        assert!(precision.iter().all(|map| (0.125..1.0).contains(map)), "{precision:?}");
    }
    // The tiny model is 64 wide: each size for three objectives, and rows of 1 + 4 + 9 views in half precision.
    assert_eq!(row("khatri-rao", "2E")["bytes"], 3 * 128 * 4);
    assert_eq!(exact["bytes"], 14 * 2 * 64 * 2);
    let signs = |kind: &str, size: &str| number(&row(kind, size)["signs_mib"]) * f64::from(1 << 20);
    assert_eq!((signs("rademacher", "2E"), signs("khatri-rao", "E")), ((128 * 130 * 4) as f64, (64 * 129 * 4) as f64));
    assert!(rows.iter().all(|row| number(&row["ms"]) > 0.0 && number(&row["share"]) > 0.0));
    let few = [&["--no-dino", "--no-simclr"], &SMALL[..4]].concat();
    let table = String::from_utf8(mycoscope(&["bench", "--projections", "--repeats", "1"], &few).stdout).unwrap();
    for words in ["error of a cosine (predicted)", "mAP of the part alone", "khatri-rao, 4E", "bytes an image"] {
        assert!(table.contains(words), "{table}");
    }
}

/// What `neighbours --exact` ranks by is what `why` takes apart, and what `evaluate --exact` finds follows from it.
#[test]
fn exact_cosines_are_the_sums_of_pairs_everywhere() {
    let folder = Folder::drawn("exact", 2, 3);
    let images: Vec<String> = (folder.files().iter())
        .flat_map(|label| std::fs::read_dir(label).unwrap().map(|entry| entry.unwrap().path()))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(images.len(), 6);
    let label = |name: &str| name.split('/').next().unwrap().to_owned();
    let inside = |path: &str| path[folder.path().len() + 1..].to_owned();
    let arguments = |query: &str| ["neighbours", folder.path(), query, "-k", "6"].map(String::from);
    let cosines = |query: &str, more: &[&str]| -> BTreeMap<String, Value> {
        let arguments = arguments(query);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let report = json(&arguments, &SMALL);
        assert_eq!(report["exact"], more.contains(&"--exact"));
        let near = |near: &Value| (near["name"].as_str().unwrap().to_owned(), near["cosines"].clone());
        report["fungi"].as_array().unwrap().iter().map(near).collect()
    };

    let exact: BTreeMap<String, _> = images.iter().map(|image| (inside(image), cosines(image, &["--exact"]))).collect();
    let projected = cosines(&images[0], &[]);
    let mut apart = 0.0_f64;
    for other in &images[4..] {
        let why = json(&["why", &images[0], other], &SMALL);
        for part in PARTS {
            let of_part = |of: &&Value| of["part"] == part;
            let of_part = why["parts"].as_array().unwrap().iter().find(of_part).unwrap();
            let found = number(&exact[&inside(&images[0])][&inside(other)][part]);
            assert!((found - number(&of_part["sum_of_pairs"])).abs() < 1e-3, "{part}: {found} {of_part}");
            let projected = number(&projected[&inside(other)][part]);
            assert!((projected - number(&of_part["cosine"])).abs() < 1e-4);
            apart = apart.max((found - projected).abs());
        }
    }
    assert!(apart > 3e-3, "projection must make a difference: {apart}");

    let report = json(&["evaluate", folder.path(), "--exact"], &SMALL);
    assert_eq!(report["exact"], true);
    let sets = report["results"].as_array().unwrap();
    for (part, name) in PARTS.into_iter().zip(["KL", "DINO", "SimCLR"]) {
        let set = sets.iter().find(|set| set["features"] == name && set["centred"] == false).unwrap();
        let precision = exact.iter().map(|(query, others)| {
            let mut ranked: Vec<_> = others.iter().filter(|(name, _)| *name != query).collect();
            ranked.sort_by(|a, b| number(&b.1[part]).total_cmp(&number(&a.1[part])));
            average_precision(ranked.iter().map(|(name, _)| label(name) == label(query)))
        });
        let expected = mean(precision).unwrap();
        assert!((number(&set["map"]) - expected).abs() < 1e-6, "{part}: {expected}, {}", set["map"]);
    }
}

#[test]
fn what_exact_cosines_take_is_said_first_and_nothing_is_exact_by_chance() {
    let folder = Folder::drawn("exact-said", 2, 2);
    let image = std::fs::read_dir(&folder.files()[0]).unwrap().next().unwrap().unwrap().path();
    let image = image.to_str().unwrap();
    let off = [&["--no-dino", "--no-simclr"], &SMALL[..4]].concat();
    for arguments in
        [&["neighbours", folder.path(), image, "--exact", "--centred"][..], &["evaluate", folder.path(), "--exact"]]
    {
        let output = mycoscope(arguments, &off);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        assert!(errors(&output).contains("Exact: the gradients of 4 images take 1 MiB"), "{}", errors(&output));
    }
    // Centred, an image is still its own nearest neighbour.
    let report = json(&["neighbours", folder.path(), image, "--exact", "--centred"], &off);
    assert!((number(&report["fungi"][0]["cosines"]["kl"]) - 1.0).abs() < 1e-4, "{}", report["fungi"][0]);
    assert!(number(&report["fungi"][3]["cosines"]["kl"]) < 0.9);

    let table = String::from_utf8(mycoscope(&["evaluate", folder.path(), "--exact"], &off).stdout).unwrap();
    assert!(table.contains("without projection"), "{table}");
    assert_eq!(json(&["evaluate", folder.path()], &off)["exact"], false);

    let target = Folder::new("exact-out");
    let out = target.0.join("f.safetensors");
    let out = out.to_str().unwrap();
    json(&["embed", folder.path(), "--out", out], &off);
    assert!(refusal(&["evaluate", out, "--exact"], &[]).contains("name the folder of images"));
    let report = target.0.join("out.zip");
    let both = ["evaluate", folder.path(), "--exact", "--report", report.to_str().unwrap()];
    assert!(refusal(&both, &off).contains("--report"));
}

#[test]
fn projections_of_several_embeddings_are_saved_and_evaluated() {
    let folder = Folder::drawn("twice", 2, 2);
    let target = Folder::new("twice-out");
    let out = target.0.join("f.safetensors");
    let out = out.to_str().unwrap();
    let off = [&["--no-dino", "--no-simclr", "--projected", "2E"], &SMALL[..4]].concat();
    let report = json(&["embed", folder.path(), "--out", out], &off);
    assert_eq!(report["settings"]["projected"], "2E");
    let bytes = std::fs::read(out).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let shape = |part: &str| tensors.tensor(part).unwrap().shape().to_vec();
    assert_eq!((shape("embedding"), shape("kl")), (vec![4, 64], vec![4, 128]));
    assert_eq!(json(&["evaluate", out], &[])["settings"]["projected"], "2E");
    let wrong = refusal(&["embed", folder.path(), "--out", out, "--projected", "E2"], &SMALL[..4]);
    assert!(wrong.contains("2E, 4E"), "{wrong}");
    let huge = refusal(&["embed", folder.path(), "--out", out, "--projected", "65E"], &SMALL[..4]);
    assert!(huge.contains("between E and 64E"), "{huge}");
}

#[test]
fn queries_of_drawn_gradients_are_timed() {
    let output = mycoscope(&["bench", "--exact", "20,40", "--json"], &["--dino-views", "4", "--simclr-strides", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).contains("20 images: 0 MiB."), "{}", errors(&output));
    let costs: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (cost, images) in costs.as_array().unwrap().iter().zip([20, 40]) {
        // 1 + 4 + 9 views of 2 * 192 numbers in half precision.
        let mib = f64::from(images * 14 * 2 * 192 * 2) / f64::from(1 << 20);
        assert!(cost["images"] == images && (number(&cost["mib"]) - mib).abs() < 1e-9, "{cost}");
        let [least, median] = ["query_least_ms", "query_ms"].map(|key| number(&cost[key]));
        assert!(0.0 < least && least <= median && number(&cost["centred_query_ms"]) > 0.0, "{cost}");
    }
    assert!(refusal(&["bench", "--exact", "1"], &[]).contains("2.."));
}
