//! Names for entries, from whatever names files have: safe to unpack on every system, and each used once.

use std::collections::HashSet;

/// Characters of a name's part: most file systems allow 255 bytes.
const LONGEST: usize = 100;
/// Folders and name that are kept, from the end.
const DEEPEST: usize = 4;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// An entry's name below `images/` for each of `names`, in order. The same names give the same entries, so that a reader finds
/// them again.
pub fn entry_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let (mut files, mut folders) = (HashSet::<String>::new(), HashSet::<String>::new());
    let mut entry = |name: &str| {
        let mut name = safe(name);
        if above(&name.to_lowercase()).any(|folder| files.contains(folder)) {
            // A file can't also be a folder, whatever number it gets.
            name = name.replace('/', "_");
        }
        let (stem, ending) = split(&name);
        let number = |n: usize| if n == 1 { name.clone() } else { format!("{stem} ({n}){ending}") };
        let free = |name: &String| !files.contains(&name.to_lowercase()) && !folders.contains(&name.to_lowercase());
        // One of so many is free: each that is not is taken by another file or folder.
        let most = files.len() + folders.len() + 1;
        let found = (1..=most).map(number).find(free).unwrap_or_else(|| number(most + 1));
        let key = found.to_lowercase();
        folders.extend(above(&key).map(str::to_owned));
        files.insert(key);
        found
    };
    names.into_iter().map(&mut entry).collect()
}

/// The folders of a path, from the outermost.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// A relative path without anything that leads elsewhere or that a system refuses.
fn safe(name: &str) -> String {
    let parts: Vec<String> =
        name.split(['/', '\\']).filter(|part| !matches!(part.trim(), "" | "." | "..")).map(part).collect();
    match &parts[parts.len().saturating_sub(DEEPEST)..] {
        [] => "image".to_owned(),
        parts => parts.join("/"),
    }
}

fn part(part: &str) -> String {
    let replaced: String = part.chars().map(|c| if refused(c) { '_' } else { c }).collect();
    // Windows drops dots and spaces at the end; one at the start hides a file.
    let trimmed = replaced.trim_end_matches(['.', ' ']).trim_start_matches([' ', '.']);
    let (stem, ending) = split(trimmed);
    let ending: String = ending.chars().take(16).collect();
    let stem: String = stem.chars().take(LONGEST).collect();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit()).to_ascii_lowercase();
    let reserved = DEVICES.contains(&device.as_str()) || stem.is_empty();
    format!("{}{stem}{ending}", if reserved { "_" } else { "" })
}

/// Characters that some system refuses, or that make a name look like another.
fn refused(c: char) -> bool {
    c.is_control()
        || matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// A name, and its ending with the dot.
fn split(name: &str) -> (&str, &str) {
    let from = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[from..].rfind('.') {
        Some(dot) if dot > 0 => name.split_at(from + dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_elsewhere_or_is_refused_is_taken_out() {
        let cases = [
            ("../../etc/passwd", "etc/passwd"),
            ("C:\\photos\\a.png", "C_/photos/a.png"),
            ("/a//./b.png", "a/b.png"),
            ("cup/\u{202E}gnp.exe\n", "cup/_gnp.exe_"),
            ("CON.png", "_CON.png"),
            ("com1", "_com1"),
            ("комета ☄.png", "комета ☄.png"),
            ("..", "image"),
            ("", "image"),
            ("a/b/c/d/e.png", "b/c/d/e.png"),
            ("name. . .", "name"),
            (".hidden", "hidden"),
        ];
        for (name, expected) in cases {
            assert_eq!(entry_names([name]), [expected], "{name:?}");
        }
        let long = entry_names([format!("{}.jpeg", "ß".repeat(400)).as_str()]).remove(0);
        assert!(long.ends_with(".jpeg") && long.len() < 255, "{}", long.len());
    }

    #[test]
    fn every_name_is_used_once_on_systems_that_ignore_case_too() {
        let names = ["a.png", "A.PNG", "a (2).png", "x", "x/y.png", "folder/b", "FOLDER"];
        let expected = ["a.png", "A (2).PNG", "a (2) (2).png", "x", "x_y.png", "folder/b", "FOLDER (2)"];
        let found = entry_names(names);
        assert_eq!(found, expected);
        let lower: HashSet<String> = found.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(lower.len(), names.len());
        for name in &found {
            let above = name.match_indices('/').map(|(at, _)| name[..at].to_lowercase());
            assert!(above.into_iter().all(|folder| !lower.contains(&folder)), "{found:?}");
        }
    }
}
