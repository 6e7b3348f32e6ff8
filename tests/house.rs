//! The house's direction: which room may know which, held against the `use` lines of the sources. ARCHITECTURE.md shows the
//! same tables. A room is a folder or file right below `src/`; within `ui`, right below `src/ui/`. Test modules don't count.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Room, rooms that it may import.
const ROOMS: &[(&str, &[&str])] = &[
    ("arithmetic", &[]),
    ("wire", &[]),
    ("random", &[]),
    ("cores", &[]),
    ("image", &["cores"]),
    ("drawings", &["random", "image"]),
    ("kernels", &["arithmetic", "random", "cores"]),
    ("vit", &["kernels"]),
    ("fungi", &["arithmetic", "random", "cores", "image", "kernels", "vit"]),
    ("retrieval", &["arithmetic", "random", "cores", "kernels", "fungi"]),
    ("segmentation", &["arithmetic", "random", "cores", "image", "kernels"]),
    ("gallery", &["fungi", "vit"]),
    ("archive", &["fungi", "retrieval", "gallery"]),
    ("analysis", &["wire", "kernels", "fungi", "retrieval", "gallery", "archive"]),
    (
        "engine",
        &[
            "arithmetic",
            "wire",
            "random",
            "image",
            "drawings",
            "kernels",
            "vit",
            "fungi",
            "retrieval",
            "segmentation",
            "gallery",
        ],
    ),
    (
        "cli",
        &[
            "arithmetic",
            "random",
            "image",
            "drawings",
            "vit",
            "fungi",
            "retrieval",
            "segmentation",
            "gallery",
            "archive",
            "engine",
        ],
    ),
    (
        "ui",
        &[
            "arithmetic",
            "wire",
            "vit",
            "fungi",
            "retrieval",
            "segmentation",
            "gallery",
            "archive",
            "analysis",
            "engine",
        ],
    ),
    ("bin", &["cli", "analysis", "engine", "ui"]),
];

/// Room within `ui`, rooms within `ui` that it may import.
const UI: &[(&str, &[&str])] = &[
    ("numbers", &[]),
    ("pace", &[]),
    ("icons", &[]),
    ("blob", &[]),
    ("canvas", &[]),
    ("dialog", &[]),
    ("focus", &[]),
    ("messages", &[]),
    ("transport", &[]),
    ("offline", &[]),
    ("terms", &[]),
    ("address", &["numbers"]),
    ("link", &["messages", "transport", "numbers"]),
    ("analysis", &["messages", "transport"]),
    ("gallery", &["link", "messages", "blob", "canvas", "focus", "icons", "numbers"]),
    ("archive", &["address", "analysis", "blob", "gallery", "link", "messages"]),
    ("inside", &["gallery", "link", "canvas", "dialog", "focus", "numbers"]),
    ("why", &["gallery", "link", "canvas", "dialog", "focus", "numbers"]),
    ("neighbours", &["analysis", "gallery", "why", "address", "focus", "icons", "numbers", "pace", "terms"]),
    ("evaluation", &["analysis", "archive", "gallery", "address", "canvas", "icons", "numbers", "pace", "terms"]),
    ("bar", &["link", "address", "messages", "offline", "icons", "numbers", "terms"]),
    ("segmentation", &["link", "address", "blob", "canvas", "icons", "numbers"]),
    ("kept", &["gallery", "segmentation", "dialog", "messages", "numbers"]),
    ("tabs", &["gallery", "analysis", "archive", "focus", "neighbours", "evaluation", "segmentation"]),
    (
        "app",
        &[
            "address",
            "analysis",
            "archive",
            "bar",
            "gallery",
            "inside",
            "kept",
            "link",
            "messages",
            "neighbours",
            "offline",
            "segmentation",
            "tabs",
            "terms",
            "why",
        ],
    ),
];

/// A source file: its module's path, and the paths that it names.
struct Source {
    file: PathBuf,
    module: Vec<String>,
    imports: Vec<Vec<String>>,
}

#[test]
fn rooms_know_only_those_below_them() {
    let sources = sources();
    let mut wrong = BTreeSet::new();
    for source in &sources {
        let (Some(room), rest) = (source.module.first(), &source.module[1.min(source.module.len())..]) else {
            continue;
        };
        for import in &source.imports {
            let Some(other) = import.first() else { continue };
            if other != room && !allowed(ROOMS, room, other) {
                wrong.insert(format!("{}: {room} may not know {other}", source.file.display()));
            }
            if room == "ui"
                && other == "ui"
                && let (Some(inner), Some(target)) = (rest.first(), import.get(1))
                && inner != target
                && !allowed(UI, inner, target)
            {
                wrong.insert(format!("{}: ui::{inner} may not know ui::{target}", source.file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "edges that no table allows:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Rows are in order, so that an edge can only lead to a row above: the tables themselves hold no circle.
#[test]
fn the_tables_lead_downwards_and_name_every_room() {
    for (table, at) in [(ROOMS, 0), (UI, 1)] {
        for (place, (room, below)) in table.iter().enumerate() {
            for other in *below {
                assert!(table[..place].iter().any(|(name, _)| name == other), "{room} -> {other} leads upwards");
            }
        }
        let named: BTreeSet<&str> = table.iter().map(|(room, _)| *room).collect();
        let there: BTreeSet<String> = (sources().into_iter())
            .filter(|source| at == 0 || source.module.first().is_some_and(|room| room == "ui"))
            .filter_map(|source| source.module.get(at).cloned())
            .collect();
        assert_eq!(named, there.iter().map(String::as_str).collect(), "the table and the folders");
    }
}

/// Within a room, too, no file imports one that leads back to it.
#[test]
fn files_import_in_no_circle() {
    let sources = sources();
    let file_of: BTreeMap<&[String], &Path> =
        sources.iter().map(|source| (source.module.as_slice(), source.file.as_path())).collect();
    let mut edges: BTreeMap<&Path, BTreeSet<&Path>> = BTreeMap::new();
    for source in &sources {
        for import in &source.imports {
            // The longest part of the path that is a file; a folder's mod.rs only hands names on.
            let target = (1..=import.len()).rev().find_map(|length| file_of.get(&import[..length]));
            if let Some(target) = target.filter(|target| **target != source.file && !target.ends_with("mod.rs")) {
                edges.entry(&source.file).or_default().insert(target);
            }
        }
    }
    // What is left after files without an import among the left are taken away, again and again, lies on a circle or above.
    let mut left: BTreeSet<&Path> = edges.keys().copied().collect();
    loop {
        let before = left.len();
        let leads = |file: &Path| edges[file].iter().any(|target| left.contains(target));
        left = left.iter().copied().filter(|file| leads(file)).collect();
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "these files import in a circle, or one that does: {left:?}");
}

/// The reader itself: what it must see, and what it must not.
#[test]
fn imports_are_read_from_every_form() {
    let module = ["engine", "segment"].map(String::from);
    let read = |text: &str| -> Vec<String> { imports(text, &module).iter().map(|path| path.join("::")).collect() };
    assert_eq!(
        read("use crate::fungi::{Dense, views::{self, whole}};"),
        ["fungi::Dense", "fungi::views", "fungi::views::whole"]
    );
    assert_eq!(read("use crate::{\n    image,\n    vit::ViT as Backbone,\n};"), ["image", "vit::ViT"]);
    assert_eq!(read("use super::photo::Photo;"), ["engine::photo::Photo"]);
    assert_eq!(read("let x = crate::random::philox();"), ["random::philox"]);
    assert_eq!(read("// crate::cli\nlet a = \"b\";\n#[cfg(test)]\nmod tests {\n    use crate::cli::main;\n}"), [""; 0]);
}

fn allowed(table: &[(&str, &[&str])], room: &str, other: &str) -> bool {
    table.iter().any(|(name, below)| *name == room && below.contains(&other))
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut open, mut sources) = (vec![root.clone()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let file = path.strip_prefix(&root).unwrap().to_owned();
                let mut module: Vec<String> =
                    file.with_extension("").iter().map(|s| s.to_str().unwrap().into()).collect();
                module.pop_if(|last| last == "mod");
                // The crate's root names every room, and files of tests are no rooms.
                if file != Path::new("lib.rs") && !file.ends_with("tests.rs") {
                    let imports = imports(&std::fs::read_to_string(&path).unwrap(), &module);
                    sources.push(Source { file, module, imports });
                }
            }
        }
    }
    sources
}

/// The paths below `crate`, `mycoscope` or `super` that a text names, comments and test modules left out.
fn imports(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let text: String = text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (root, base) in [("crate::", &[][..]), ("mycoscope::", &[][..]), ("super::", module)] {
        for (at, _) in text.match_indices(root) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut rest = &text[at..];
            let mut base = base.to_vec();
            while let Some(after) = rest.strip_prefix("super::") {
                base.pop();
                rest = after;
            }
            rest = rest.strip_prefix(root).unwrap_or(rest);
            tree(rest, &base, &mut found);
        }
    }
    found
}

/// Reads a path or a tree of paths from the start of `text`; gives what follows it.
fn tree<'a>(text: &'a str, base: &[String], found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            match rest.strip_prefix('}') {
                Some(rest) => return rest,
                None if rest.is_empty() => return rest,
                None => {
                    let after = tree(rest, base, found);
                    // Something that is no path, as in a macro: leave it.
                    rest = if after.len() == rest.len() {
                        &rest[rest.chars().next().map_or(0, char::len_utf8)..]
                    } else {
                        after
                    };
                }
            }
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return text.strip_prefix('*').unwrap_or(text);
    }
    let mut path = base.to_vec();
    if name != "self" {
        path.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(rest) if !rest.starts_with('<') => tree(rest, &path, found),
        _ => {
            found.push(path);
            let rest = rest.trim_start();
            match rest.strip_prefix("as ") {
                Some(alias) => alias.trim_start().trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'),
                None => rest,
            }
        }
    }
}
