//! Names of classes from a text file.

use std::collections::BTreeMap;

use crate::segmentation::UNLABELLED;

/// Longest name in characters.
const LONGEST: usize = 40;

/// The names in a text: one a line for class 0, 1 and so on; or, if every line begins with a number, for that class, as in
/// `3 sky` or `3: sky`. Empty lines and lines that begin with `#` don't count.
pub fn parse_class_names(text: &str) -> BTreeMap<u8, String> {
    let lines = || {
        let text = text.trim_start_matches('\u{feff}');
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let short = |name: &str| name.chars().take(LONGEST).collect::<String>();
    let numbered: Option<Vec<(u32, &str)>> = lines().map(numbered).collect();
    match numbered {
        Some(all) => {
            let valid = all.into_iter().filter(|(id, _)| *id < u32::from(UNLABELLED));
            valid.map(|(id, name)| (id as u8, short(name))).collect()
        }
        None => (0..UNLABELLED).zip(lines().map(short)).collect(),
    }
}

/// A line with a number, and a name after it.
fn numbered(line: &str) -> Option<(u32, &str)> {
    let end = line.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = line.split_at(end);
    let name = rest.trim_start_matches([' ', '\t', ':', ',', ';', '=', '.']).trim();
    (!name.is_empty() && name.len() < rest.len()).then_some((number.parse().ok()?, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u8, String)> {
        parse_class_names(text).into_iter().collect()
    }

    #[test]
    fn names_stand_one_a_line_or_behind_their_numbers() {
        let expected = [(0, "wall".to_owned()), (1, "blue sky".into())];
        for text in [
            "wall\nblue sky\n",
            "\u{feff}# ours\r\nwall\r\n\r\nblue sky",
            "1: blue sky\n0: wall",
            "0,wall\n1\tblue sky",
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("3d model\n2 cups")[0].1, "3d model", "a name may begin with a digit");
        assert_eq!(read("7 sky\n300 far"), [(7, "sky".into())]);
    }

    #[test]
    fn nonsense_gives_short_names_or_none() {
        assert_eq!(read(""), []);
        let long = "x".repeat(10_000);
        assert_eq!(read(&long), [(0, "x".repeat(LONGEST))]);
        assert_eq!(read(&"a\n".repeat(1000)).len(), 255);
        assert_eq!(read("99999999999999999999 sky").len(), 1, "a number that is none is a name");
    }
}
