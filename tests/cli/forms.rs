//! `mycoscope embed --out`: the forms that a file of features comes in.

use std::io::Cursor;

use mycoscope::archive::Reader;
use mycoscope::drawings::scene;
use mycoscope::image::encode_png;
use npyz::NpyFile;
use safetensors::SafeTensors;
use serde_json::Value;
use zip::ZipArchive;

use crate::SMALL;
use crate::program::{Folder, json, refusal};

#[test]
fn numpys_file_holds_what_the_gallery_holds() {
    let (folder, target) = (Folder::drawn("npz", 2, 2), Folder::new("npz-out"));
    let [saved, arrays] = ["f.safetensors", "f.npz"].map(|name| target.0.join(name));
    for out in [&saved, &arrays] {
        json(&["embed", folder.path(), "--out", out.to_str().unwrap(), "--no-dino"], &SMALL[..4]);
    }
    let (saved, arrays) = (std::fs::read(&saved).unwrap(), std::fs::read(&arrays).unwrap());
    let saved = SafeTensors::deserialize(&saved).unwrap();
    let mut arrays = ZipArchive::new(Cursor::new(arrays)).unwrap();
    let mut names: Vec<String> = arrays.file_names().map(|name| name.trim_end_matches(".npy").to_owned()).collect();
    names.sort_unstable();
    let mut expected: Vec<&str> = saved.names();
    expected.extend(["name", "label", "sha256", "provenance"]);
    expected.sort_unstable();
    assert_eq!(names, expected);
    for part in saved.names() {
        let matrix = saved.tensor(part).unwrap();
        let array = NpyFile::new(arrays.by_name(&format!("{part}.npy")).unwrap()).unwrap();
        let shape: Vec<usize> = array.shape().iter().map(|&side| side as usize).collect();
        assert_eq!(shape, matrix.shape(), "{part}");
        let values = array.into_vec::<f32>().unwrap();
        assert!(values.iter().flat_map(|x| x.to_le_bytes()).eq(matrix.data().iter().copied()), "{part}, to the bit");
    }
    let labels = NpyFile::new(arrays.by_name("label.npy").unwrap()).unwrap().into_vec::<String>().unwrap();
    let names = NpyFile::new(arrays.by_name("name.npy").unwrap()).unwrap().into_vec::<String>().unwrap();
    assert_eq!(names.len(), 4);
    assert!(names.iter().zip(&labels).all(|(name, label)| name.starts_with(label.as_str())), "{names:?} {labels:?}");
}

#[test]
fn what_a_form_cannot_do_is_said_before_anything_is_computed() {
    let folder = Folder::drawn("forms", 1, 1);
    let npz = folder.0.join("f.npz");
    let sentence = refusal(&["embed", folder.path(), "--resume", "--out", npz.to_str().unwrap()], &SMALL);
    assert!(sentence.contains("--resume goes on from a .safetensors file") && sentence.contains("f.npz"), "{sentence}");
    let parquet = folder.0.join("f.parquet");
    let embed = ["embed", folder.path(), "--out", parquet.to_str().unwrap()];
    if cfg!(feature = "parquet") {
        json(&embed, &SMALL);
        // Its first and last bytes; tests/python reads it.
        let bytes = std::fs::read(&parquet).unwrap();
        assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    } else {
        assert!(refusal(&embed, &SMALL).contains("built without Parquet"));
    }
}

/// The file that the page opens, and that its own is held against.
#[test]
fn an_evaluation_is_taken_away_in_one_file() {
    let (folder, target) = (Folder::drawn("report", 2, 3), Folder::new("report-out"));
    folder.write("loose.png", &encode_png(&scene(5, 0, 0, 40, 50).rgb));
    let [out, again, of_file] = ["r.zip", "again.zip", "of-file.zip"].map(|name| target.0.join(name));
    let path = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let evaluate = |out: &std::path::Path| {
        json(&["evaluate", folder.path(), "--report", &path(out), "--with-images", "-k", "2"], &SMALL)
    };
    let report = evaluate(&out);
    evaluate(&again);
    let bytes = std::fs::read(&out).unwrap();
    assert!(bytes == std::fs::read(&again).unwrap(), "the same results are the same file");
    let mut reader = Reader::open(Cursor::new(&bytes)).unwrap();
    assert_eq!(reader.images().len(), 7, "an image without a label is taken along");
    assert_eq!(reader.making().provenance.sha256, report["sha256"].as_str().unwrap());
    assert_eq!(reader.pictures().unwrap().len(), 7);
    for place in 0..7 {
        let name = reader.images()[place].name.clone();
        assert!(reader.picture(place).unwrap() == std::fs::read(folder.0.join(name)).unwrap());
    }
    // The same numbers as --json gives.
    let metrics: Value = {
        let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        serde_json::from_reader(archive.by_name("metrics.json").unwrap()).unwrap()
    };
    assert_eq!((&metrics["labelled"], &metrics["images"]), (&6.into(), &7.into()));
    let shown = metrics["results"].as_array().unwrap();
    assert!(shown.len() > 20, "{} rows", shown.len());
    assert!(shown.iter().all(|row| row["measures"]["map"]["value"].is_number()));
    // Of saved features, without the images.
    let saved = target.0.join("f.safetensors");
    json(&["embed", folder.path(), "--out", &path(&saved)], &SMALL);
    json(&["evaluate", &path(&saved), "--report", &path(&of_file), "-k", "2"], &[]);
    let reader = Reader::open(Cursor::new(std::fs::read(&of_file).unwrap())).unwrap();
    assert_eq!(reader.images().len(), 7);
    let refused = refusal(&["evaluate", &path(&saved), "--report", &path(&of_file), "--with-images"], &[]);
    assert!(refused.contains("--with-images wants the images"), "{refused}");
}
