//! Labels from a table: `evaluate --labels`.

use super::SMALL;
use super::program::{Folder, errors, json, mycoscope, refusal};

#[test]
fn a_table_takes_the_place_of_the_folders_names() {
    let folder = Folder::drawn("labels", 2, 4);
    let names: Vec<String> = (folder.files().iter())
        .flat_map(|label| std::fs::read_dir(label).unwrap().map(|entry| entry.unwrap().path()))
        .map(|path| path.strip_prefix(&folder.0).unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 8);
    // Across the folders, in the columns' other order; two images stay without a label, one line without an image.
    let line = |(place, name): (usize, &String)| format!("{},{name}\n", if place % 2 == 0 { "even" } else { "odd" });
    let lines: String = names.iter().enumerate().take(6).map(line).collect();
    let tables = Folder::new("label-tables");
    let table = tables.write("l.csv", format!("label,name\n{lines}even,nowhere.png\n").as_bytes());
    let arguments = ["evaluate", folder.path(), "--labels", &table, "-k", "2"];
    let report = json(&arguments, &SMALL);
    assert_eq!((&report["images"], &report["labels"]), (&6.into(), &serde_json::json!(["even", "odd"])));
    let said = errors(&mycoscope(&arguments, &SMALL));
    assert!(said.contains("l.csv labels 6 images and names 1 image that is not there."), "{said}");
    assert!(said.contains("Line 8: nowhere.png is not in the gallery."), "{said}");

    // Of saved features, the same.
    let out = tables.0.join("features.safetensors");
    let out = out.to_str().unwrap();
    json(&["embed", folder.path(), "--out", out], &SMALL);
    let saved = json(&["evaluate", out, "--labels", &table, "-k", "2"], &[]);
    assert_eq!((&saved["labels"], &saved["results"]), (&report["labels"], &report["results"]));
}

#[test]
fn a_table_that_is_none_is_named_before_anything_is_computed() {
    let folder = Folder::drawn("no-labels", 1, 1);
    let empty = folder.write("empty.csv", b"");
    let missing = folder.0.join("missing.csv");
    for table in [&empty[..], missing.to_str().unwrap()] {
        let sentence = refusal(&["evaluate", folder.path(), "--labels", table], &SMALL);
        assert!(sentence.contains(table), "{sentence}");
    }
}
