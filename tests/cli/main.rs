//! The command line as people run it: the real program on files that the test draws.

#![allow(clippy::unwrap_used)]

#[path = "../common/damaged.rs"]
mod damaged;
mod exact;
mod fetch;
#[path = "../common/files.rs"]
mod files;
#[cfg(target_os = "linux")]
mod folders;
mod forms;
mod labels;
mod masks;
mod messages;
mod parity;
mod program;
mod pytorch;
mod resume;
#[path = "../common/server.rs"]
mod server;
#[cfg(target_os = "linux")]
mod streams;
#[cfg(target_os = "linux")]
mod targets;
mod trust;
mod why;

use mycoscope::drawings::scene;
use mycoscope::fungi::Part;
use mycoscope::image::{decode_mask, encode_png};
use mycoscope::segmentation::{RawMask, search_memory};
use program::{Folder, errors, json, mycoscope, refusal};
use safetensors::SafeTensors;
use serde_json::Value;

/// A small backbone with few views: what is tested here is the command line, not the model.
pub const SMALL: [&str; 8] = [
    "--model",
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/tiny/model.safetensors"),
    "--heads",
    "4",
    "--dino-views",
    "4",
    "--simclr-strides",
    "2",
];

#[test]
fn embedding_a_folder_writes_what_can_be_opened_again() {
    let folder = Folder::drawn("embed", 2, 3);
    folder.write("loose.png", &encode_png(&scene(5, 0, 0, 40, 50).rgb));
    folder.write(".hidden.png", b"not looked at");
    let (target, again) = (Folder::new("embed-out"), Folder::new("embed-again"));
    let [out, second] = [&target, &again].map(|folder| folder.0.join("features.safetensors"));
    let report = json(&["embed", folder.path(), "--out", out.to_str().unwrap(), "--seed", "3"], &SMALL);
    assert_eq!((&report["images"], &report["failed"]), (&7.into(), &Value::Array(Vec::new())));
    let bytes = std::fs::read(&out).unwrap();
    let header = SafeTensors::read_metadata(&bytes).unwrap().1.metadata().clone().unwrap();
    let config: Value = serde_json::from_str(&header["config"]).unwrap();
    assert_eq!((header["seed"].as_str(), &config["dim"]), ("3", &64.into()));
    let files: Vec<Value> = serde_json::from_str(&header["files"]).unwrap();
    let names: Vec<&str> = files.iter().map(|file| file["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted_by(|a, b| a < b) && names.len() == 7, "{names:?}");
    for (file, name) in files.iter().zip(names) {
        if name == "loose.png" {
            assert_eq!((&file["label"], &file["size"]), (&Value::Null, &serde_json::json!([40, 50])));
        } else {
            assert_eq!(file["label"].as_str(), name.split('/').next());
        }
    }
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    for part in Part::ALL {
        let matrix = tensors.tensor(part.key()).unwrap();
        assert_eq!(matrix.shape(), [7, 64]);
        let values: Vec<f32> = matrix.data().as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect();
        for row in values.chunks_exact(64) {
            let norm: f32 = row.iter().map(|x| x * x).sum();
            assert!((norm - 1.0).abs() < 1e-4, "{}", part.name());
        }
    }
    assert_eq!(target.files(), [out], "nothing half-written stays behind");
    json(&["embed", folder.path(), "--out", second.to_str().unwrap(), "--seed", "3"], &SMALL);
    assert!(std::fs::read(second).unwrap() == bytes, "the same seed gives the same file");
}

#[test]
fn an_image_is_its_own_nearest_neighbour() {
    let folder = Folder::drawn("neighbours", 3, 3);
    let scene = scene(9, 2, 0, 90, 70).rgb;
    folder.write("inside.png", &encode_png(&scene));
    let elsewhere = Folder::new("neighbours-query");
    let query = elsewhere.write("query.png", &encode_png(&scene));
    for centred in [&[][..], &["--centred"]] {
        let report = json(&[&["neighbours", folder.path(), &query, "-k", "4"], centred].concat(), &SMALL);
        for list in ["embedding", "fungi"] {
            let list = report[list].as_array().unwrap();
            assert_eq!(list.len(), 4);
            assert_eq!(list[0]["name"], "inside.png");
            let scores: Vec<f64> = list.iter().map(|near| near["score"].as_f64().unwrap()).collect();
            assert!((scores[0] - 1.0).abs() < 1e-4 && scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        }
        assert_eq!(report["fungi"][0]["change"], 0);
        assert!(report["fungi"][1]["cosines"]["mean_simclr"].is_number());
    }
    let table = mycoscope(&["neighbours", folder.path(), &query], &SMALL);
    assert!(String::from_utf8(table.stdout).unwrap().lines().nth(1).unwrap().contains("inside.png"));
}

#[test]
fn the_built_in_model_finds_labels_of_the_sample_set_again() {
    let folder = Folder::drawn("evaluate", 8, 8);
    let report = json(&["evaluate", folder.path(), "--no-dino", "--no-simclr"], &[]);
    assert_eq!((&report["images"], &report["chance"]), (&64.into(), &0.125.into()));
    assert_eq!(report["labels"].as_array().unwrap().len(), 8);
    let results = report["results"].as_array().unwrap();
    assert_eq!(results.len(), 6, "embedding, KL and their sum, as they are and centred");
    for result in results {
        let figures = [&result["accuracy"]["5"], &result["accuracy"]["20"], &result["map"], &result["linear_probe"]];
        let figures = figures.map(|figure| figure.as_f64().unwrap());
        assert!(figures.iter().all(|figure| (0.3..=1.0).contains(figure)), "{result}");
    }
    assert!(results[0]["against_embedding"].is_null());
    assert_eq!(results[1]["features"], "Embedding + KL");
    let against = &results[1]["against_embedding"];
    for difference in [&against["accuracy"]["1"], &against["accuracy"]["50"], &against["map"], &against["few_shot"]] {
        let [low, mean, high] = ["low", "mean", "high"].map(|key| difference[key].as_f64().unwrap());
        assert!(low <= mean && mean <= high, "{difference}");
        let verdict = difference["verdict"].as_str().unwrap();
        assert_eq!(
            verdict,
            if low > 0.0 {
                "better"
            } else if high < 0.0 {
                "worse"
            } else {
                "not distinguishable"
            }
        );
    }
    // Eight images a label: seven others.
    let neighbourhood = &report["neighbourhood"];
    assert_eq!((&neighbourhood["shown"], &neighbourhood["fair"]), (&serde_json::json!([5, 7]), &7.into()));
    assert!(report["seconds"]["features"].is_number() && report["seconds"]["evaluation"].is_number());
}

/// What `embed` saves is evaluated as the folder is, without computing anything again.
#[test]
fn saved_features_give_the_results_of_their_folder() {
    let folder = Folder::drawn("evaluate-saved", 3, 5);
    let target = Folder::new("evaluate-saved-out");
    let out = target.0.join("f.safetensors");
    let (out, off) = (out.to_str().unwrap(), ["--no-dino", "--no-simclr"]);
    json(&["embed", folder.path(), "--out", out], &[&off[..], &SMALL[..4]].concat());
    let saved = json(&["evaluate", out], &[]);
    let computed = json(&["evaluate", folder.path()], &[&off[..], &SMALL[..4]].concat());
    assert_eq!((&saved["results"], &saved["labels"]), (&computed["results"], &computed["labels"]));
    assert!(saved["seconds"]["features"].is_null());
    let sentence = refusal(&["evaluate", out, "--seeds", "2"], &[]);
    assert!(sentence.contains("name the folder of images"), "{sentence}");
}

#[test]
fn a_k_that_labels_are_too_small_for_is_warned_of_and_seeds_are_spread() {
    let folder = Folder::drawn("evaluate-k", 3, 4);
    let arguments = ["evaluate", folder.path(), "-k", "1,6", "--seeds", "2", "--no-dino", "--no-simclr"];
    let output = mycoscope(&arguments, &SMALL[..4]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let table = String::from_utf8(output.stdout).unwrap();
    for part in ["k = 6 misleads here: 3 of 3 labels", "Use -k 3", "k = 6 over 2 seeds", "not distinguishable"] {
        assert!(table.contains(part), "{part}: {table}");
    }
    let results = json(&arguments, &SMALL[..4])["results"].clone();
    let spread = |set: usize| results[set]["over_seeds"]["map"].clone();
    assert_eq!(spread(0)["deviation"], 0.0, "the embedding has no seed");
    assert!(spread(1)["lowest"].as_f64() <= spread(1)["highest"].as_f64(), "{}", spread(1));
}

#[test]
fn equal_files_are_rows_of_their_own_and_evaluation_leaves_them_out() {
    let folder = Folder::drawn("evaluate-small", 2, 3);
    let first = std::fs::read_dir(&folder.files()[0]).unwrap().next().unwrap().unwrap().path();
    let bytes = std::fs::read(first).unwrap();
    folder.write("zebra/copy.png", &bytes);
    folder.write("loose.png", &encode_png(&scene(2, 1, 1, 30, 30).rgb));
    let target = Folder::new("evaluate-out");
    let out = target.0.join("f.safetensors");
    let embedded = json(&["embed", folder.path(), "--no-dino", "--no-simclr", "--out", out.to_str().unwrap()], &SMALL);
    assert_eq!(embedded["images"], 8);
    let report = json(&["evaluate", folder.path(), "--no-dino", "--no-simclr"], &SMALL);
    assert_eq!((&report["images"], &report["unlabelled"], &report["repeated"]), (&6.into(), &1.into(), &1.into()));
    let table = mycoscope(&["evaluate", folder.path(), "--no-dino", "--no-simclr"], &SMALL);
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("Embedding + KL") && table.contains("Centred"), "{table}");
}

#[test]
fn bad_files_are_reported_and_stop_nothing() {
    let folder = Folder::drawn("bad", 1, 2);
    let good = encode_png(&scene(3, 0, 0, 60, 60).rgb);
    folder.write("cut.png", &good[..good.len() / 2]);
    folder.write("text.png", b"These are words.");
    folder.write("empty.jpg", b"");
    let target = Folder::new("bad-out");
    let out = target.0.join("f.safetensors");
    let arguments = ["embed", folder.path(), "--no-simclr", "--no-dino", "--out", out.to_str().unwrap(), "--json"];
    let output = mycoscope(&arguments, &SMALL);
    assert_eq!(output.status.code(), Some(0));
    let sentences = errors(&output);
    assert!(sentences.contains("3 of 5 images could not be read"), "{sentences}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["images"], 2);
    let failed = report["failed"].as_array().unwrap();
    let names: Vec<&str> = failed.iter().map(|failed| failed["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["cut.png", "empty.jpg", "text.png"]);
    for failed in failed {
        let reason = failed["reason"].as_str().unwrap();
        assert!(reason.len() > 20 && sentences.contains(reason), "{reason}");
    }
}

#[test]
fn what_cannot_be_done_is_a_sentence_and_exit_code_2() {
    let empty = Folder::new("empty");
    let broken = Folder::new("broken");
    let file = broken.write("words.png", b"words");
    let loose = Folder::new("loose");
    loose.write("one.png", &encode_png(&scene(0, 0, 0, 20, 20).rgb));
    let image = loose.write("two.png", &encode_png(&scene(0, 1, 0, 20, 20).rgb));
    let off = ["--no-dino", "--no-simclr"];
    let evaluate = |folder: &str| refusal(&["evaluate", folder], &[&off[..], &SMALL[..4]].concat());
    assert!(evaluate("no/such/folder").contains("no/such/folder cannot be read"));
    assert!(evaluate(&file).contains("is not a folder, nor features"));
    assert!(evaluate(empty.path()).contains("there is no file in"));
    assert!(evaluate(broken.path()).contains("none of the 1 files"));
    assert!(evaluate(loose.path()).contains("no label"));
    assert!(refusal(&["neighbours", loose.path(), &file], &off).contains("the query"));
    assert!(refusal(&["evaluate", loose.path(), "--model", "unheard-of"], &off).contains("vit-ti8-64"));
    assert!(refusal(&["evaluate", loose.path(), "--model", &image], &off).contains("safetensors"));
    assert!(refusal(&["evaluate", loose.path(), "--heads", "5"], &off).contains("5 equal heads"));
    assert!(refusal(&["evaluate", loose.path(), "--mean", "1,2"], &[]).contains("three numbers"));
    assert!(refusal(&["embed", loose.path(), "--dino-views", "1", "--out", "x"], &[]).contains("--dino-views"));
    let nowhere = ["embed", loose.path(), "--out", "no/such/folder/x.safetensors"];
    assert!(refusal(&nowhere, &[&off[..], &SMALL[..4]].concat()).contains("cannot be written"));
}

#[test]
fn negatives_that_were_saved_give_the_features_of_fresh_ones() {
    let folder = Folder::drawn("negatives", 1, 1);
    let target = Folder::new("negatives-out");
    let [saved, fresh, read] = ["n", "fresh", "read"].map(|name| target.0.join(name).to_str().unwrap().to_owned());
    // With the default six strides, as `negatives` has it.
    let small = [&SMALL[..4], &["--no-dino"]].concat();
    let report = json(&["negatives", "--out", &saved], &SMALL[..4]);
    assert_eq!(report["count"], 64 * 81, "81 windows at 32 pixels");
    json(&["embed", folder.path(), "--out", &fresh], &small);
    json(&["embed", folder.path(), "--out", &read, "--negatives", &saved], &small);
    assert!(std::fs::read(fresh).unwrap() == std::fs::read(read).unwrap());
    let refused = ["embed", folder.path(), "--out", "x", "--negatives", &saved];
    assert!(refusal(&refused, &["--no-dino"]).contains("64 wide"));
}

#[test]
fn scenes_are_drawn_and_mapped() {
    let folder = Folder::new("scenes");
    let path = |name: &str| folder.0.join(name).to_str().unwrap().to_owned();
    assert!(mycoscope(&["sample", &path(".")], &[]).status.success());
    let (support, query, out) = (path("scenes/support"), path("scenes/query"), path("maps"));
    let asked = ["segment", "--support", &support, "--query", &query, "--out", &out, "--side", "64"];
    let report = json(&asked, &["--model", SMALL[1], "--heads", "4"]);
    assert_eq!((report["support"].as_u64(), report["scores"]["scored"].as_u64()), (Some(4), Some(4)));
    for query in report["queries"].as_array().unwrap() {
        for feature in ["embedding", "fungi"] {
            let map = std::fs::read(query[feature]["map"].as_str().unwrap()).unwrap();
            let map = RawMask::from(decode_mask(&map).unwrap());
            assert_eq!((map.width, map.height), (256, 256));
            assert!(map.values.iter().all(|&class| class < 2));
            assert!((0.0..=1.0).contains(&query[feature]["miou"].as_f64().unwrap()));
        }
    }
    // Photos without masks are no support, and that is said.
    std::fs::create_dir_all(path("bare")).unwrap();
    std::fs::copy(path("scenes/query/cup 102.png"), path("bare/cup.png")).unwrap();
    let sentence = refusal(&["segment", "--support", &path("bare"), "--query", &query, "--out", &out], &SMALL);
    assert!(sentence.contains("It has no mask"), "{sentence}");
}

/// Only Linux tells about memory.
#[cfg(target_os = "linux")]
#[test]
fn bench_measures_shapes_with_random_weights() {
    let few = ["--repeats", "1", "--dino-views", "2", "--simclr-strides", "1"];
    let report = json(&["bench", "--shape", "ti32-64,ti16-64"], &few);
    let shapes = report["shapes"].as_array().unwrap();
    assert_eq!(shapes.iter().map(|shape| &shape["shape"]).collect::<Vec<_>>(), ["ti32-64", "ti16-64"]);
    for shape in shapes {
        assert_eq!(shape["features"].as_array().unwrap().last().unwrap()["views"], 1 + 2 + 4);
        // Whether this is near what was estimated is counted elsewhere: a process keeps what it was given.
        let [peak, estimated] = ["peak_mib", "estimated_mib"].map(|key| shape[key].as_f64().unwrap());
        assert!(peak > 20.0 && estimated > 20.0, "{shape}");
    }
    assert!(refusal(&["bench", "--shape", "huge"], &few).contains("s16"));
}

#[test]
fn galleries_of_several_sizes_are_measured_and_their_memory_is_said_first() {
    let output = mycoscope(&["bench", "--gallery", "40,60", "--json"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(errors(&output).starts_with("40 images: about "), "{}", errors(&output));
    let costs: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (cost, images) in costs.as_array().unwrap().iter().zip([40, 60]) {
        assert_eq!((&cost["images"], &cost["samples"]["queries"]), (&images.into(), &images.into()));
        let [near, all] = ["neighbours_s", "table_s"].map(|key| cost[key].as_f64().unwrap());
        assert!(0.0 < near && near < all, "{cost}");
    }
    assert!(refusal(&["bench", "--gallery", "1"], &[]).contains("2.."));
}

#[test]
fn bench_measures_what_it_says() {
    let report = json(&["bench", "--images", "3", "--repeats", "1"], &SMALL);
    let features = report["features"].as_array().unwrap();
    let names: Vec<&str> = features.iter().map(|cost| cost["features"].as_str().unwrap()).collect();
    assert_eq!(names, ["embedding alone", "with KL", "with DINO", "with SimCLR", "with all"]);
    assert_eq!((&features[0]["views"], &features[2]["views"]), (&1.into(), &5.into()));
    let number = |value: &Value| value.as_f64().unwrap();
    let equal = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b, "{a} is not {b}");
    for cost in features {
        equal(number(&cost["images_per_second"]), 1e3 / (number(&cost["views_ms"]) + number(&cost["compute_ms"])));
    }
    // 14 views of 17 tokens through three blocks of width 64 and their MLPs of width 256; the last for one token alone.
    let (patches, block) = (16 * 3 * 8 * 8 * 64, 17 * (4 * 64 * 64 + 2 * 17 * 64 + 2 * 64 * 256));
    let last = (17 + 1) * 2 * 64 * 64 + 2 * 17 * 64 + 2 * 64 * 256;
    let gflop = 14.0 * 2.0 * f64::from(patches + 2 * block + last) / 1e9;
    equal(number(&report["forward_gflop"]), gflop);
    // One repetition: its time at the product's rate, over what the operations need.
    let floor_ms = 1e3 * gflop / number(&report["product_gflops"]);
    equal(number(&report["forward_over_floor"]), number(&report["forward_ms"]) / floor_ms);
    // What all features took: how it compares to the forward passes is too uncertain on a busy machine.
    let all_ms = number(&report["ratio"]) * number(&report["forward_ms"]);
    assert!((0.1..60_000.0).contains(&all_ms), "{all_ms} ms");

    let segmentation = &report["segmentation"];
    assert_eq!((&segmentation["side"], &segmentation["patches"]), (&128.into(), &256.into()));
    for key in ["tokens_ms", "rademacher_ms", "khatri_rao_ms"] {
        // 256 patches through three blocks take no machine less than 0.1 ms, and none a minute.
        assert!((0.1..60_000.0).contains(&number(&segmentation[key])), "{key}: {}", segmentation[key]);
    }
    assert!((0.9..=1.0).contains(&number(&segmentation["agreement"])), "{}", segmentation["agreement"]);
    equal(number(&segmentation["search_megabytes"]), search_memory(256, 30, 2) as f64 / 1e6);
    let banks = segmentation["propagation"].as_array().unwrap();
    for (bank, size) in banks.iter().zip([1_000_u32, 10_000, 100_000]) {
        assert_eq!(bank["patches"], size);
        equal(number(&bank["megabytes"]), f64::from(size) * (64.0 + 64.0) * 4.0 / 1e6);
    }
    assert!(number(&banks[2]["ms"]) > number(&banks[0]["ms"]), "a hundred times the bank takes longer: {banks:?}");
    let table = mycoscope(&["bench", "--images", "2", "--repeats", "1"], &SMALL);
    assert!(String::from_utf8(table.stdout).unwrap().contains("All features over the forward passes"));
}
