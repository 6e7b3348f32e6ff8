//! Which images the rows of a table of labels mean: by content where the row says so, otherwise by as much of their path
//! as both give.

use std::collections::{HashMap, HashSet};

use super::label_file::LabelRow;
use super::{Hash, Id};

/// An image that a row may mean.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its number.
    pub id: Id,
    /// Its name, with folders as far as they are known.
    pub path: &'a str,
    /// Its content, once it is known.
    pub hash: Option<Hash>,
}

/// Why a row gave no image its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Miss {
    /// There is no such image.
    Absent,
    /// An image of that name has another content than the row says.
    OtherContent,
    /// The name fits this many images equally well.
    Ambiguous(usize),
    /// Another row gives the same image another label.
    Contradicted,
}

/// What came of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The images that it means: several where they have the same content.
    Images(Vec<Id>),
    /// None.
    Missed(Miss),
}

/// How well a row fits an image: by content, by the whole path, or by that many of the path's last parts.
type Strength = usize;
const CONTENT: Strength = usize::MAX;
const WHOLE: Strength = usize::MAX - 1;

/// Finds each row's images. An image that one row fits better than another is that row's alone.
pub fn find_images<'a>(rows: &[LabelRow], images: impl IntoIterator<Item = Candidate<'a>>) -> Vec<Found> {
    let (mut by_hash, mut by_file) = (HashMap::<Hash, Vec<Id>>::new(), HashMap::<&str, Vec<Candidate>>::new());
    for image in images {
        if let Some(hash) = image.hash {
            by_hash.entry(hash).or_default().push(image.id);
        }
        if let Some(file) = parts(image.path).next() {
            by_file.entry(file).or_default().push(image);
        }
    }
    let same_file = |row: &LabelRow| parts(&row.name).next().and_then(|file| by_file.get(file));
    let meant = |row: &LabelRow| -> (Strength, Found) {
        let images = same_file(row).map_or(&[][..], Vec::as_slice);
        if let Some(hash) = &row.hash {
            return match by_hash.get(hash) {
                Some(ids) => (CONTENT, Found::Images(ids.clone())),
                None if images.iter().any(|image| image.hash.is_some()) => (0, Found::Missed(Miss::OtherContent)),
                None => (0, Found::Missed(Miss::Absent)),
            };
        }
        let strengths = images.iter().map(|image| strength(&row.name, image.path));
        let Some(best) = strengths.clone().max() else { return (0, Found::Missed(Miss::Absent)) };
        let best_images: Vec<Id> =
            images.iter().zip(strengths).filter(|(_, strength)| *strength == best).map(|(image, _)| image.id).collect();
        match best_images.len() {
            1 => (best, Found::Images(best_images)),
            several => (0, Found::Missed(Miss::Ambiguous(several))),
        }
    };
    let mut found: Vec<(Strength, Found)> = rows.iter().map(meant).collect();

    // Each image's best rows: of the others, its name may fit, but another image is meant.
    let mut claims: HashMap<Id, (Strength, Option<&str>)> = HashMap::new();
    let mut contradicted: HashSet<Id> = HashSet::new();
    for (row, (strength, found)) in rows.iter().zip(&found) {
        let Found::Images(ids) = found else { continue };
        for id in ids {
            let claim = (*strength, row.label.as_deref());
            let known = claims.entry(*id).or_insert(claim);
            if known.0 < *strength {
                *known = claim;
                contradicted.remove(id);
            } else if known.0 == *strength && known.1 != claim.1 {
                contradicted.insert(*id);
            }
        }
    }
    for (strength, found) in &mut found {
        let Found::Images(ids) = found else { continue };
        ids.retain(|id| claims.get(id).is_some_and(|claim| claim.0 == *strength));
        let others = ids.len();
        ids.retain(|id| !contradicted.contains(id));
        if ids.is_empty() {
            *found = Found::Missed(if others == 0 { Miss::Absent } else { Miss::Contradicted });
        }
    }
    found.into_iter().map(|(_, found)| found).collect()
}

fn strength(row: &str, path: &str) -> Strength {
    if parts(row).eq(parts(path)) {
        return WHOLE;
    }
    parts(row).zip(parts(path)).take_while(|(a, b)| a == b).count()
}

/// A path's parts from its end, by either system's slashes.
fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, label: &str, hash: Option<u8>) -> LabelRow {
        LabelRow { line: 1, name: name.into(), label: Some(label.into()), hash: hash.map(|n| [n; 32]) }
    }

    /// Images numbered from 1.
    fn find(rows: &[LabelRow], images: &[(&str, Option<u8>)]) -> Vec<Found> {
        let images = images.iter().zip(1..);
        find_images(rows, images.map(|((path, hash), id)| Candidate { id, path, hash: hash.map(|n| [n; 32]) }))
    }

    fn images(ids: &[Id]) -> Found {
        Found::Images(ids.to_vec())
    }

    #[test]
    fn whole_names_come_first_then_the_file_alone_if_only_one_has_it() {
        let gallery = [("a/1.png", None), ("b/1.png", None), ("2.png", None), ("deep/c/3.png", None)];
        let rows = ["a/1.png", "1.png", "x/2.png", ".\\c\\3.png", "4.png", "/home/me/b/1.png"];
        let found = find(&rows.map(|name| row(name, "cup", None)), &gallery);
        assert_eq!(
            found,
            [
                images(&[1]),
                Found::Missed(Miss::Ambiguous(2)),
                images(&[3]),
                images(&[4]),
                Found::Missed(Miss::Absent),
                images(&[2])
            ]
        );
    }

    #[test]
    fn an_image_belongs_to_the_row_that_fits_it_best() {
        let rows = [row("a/1.png", "cup", None), row("c/1.png", "mug", None)];
        assert_eq!(find(&rows, &[("a/1.png", None)]), [images(&[1]), Found::Missed(Miss::Absent)]);
        let missed = Found::Missed(Miss::Contradicted);
        assert_eq!(find(&rows, &[("1.png", None)]), [missed.clone(), missed], "it may be either");
        let again = [row("1.png", "cup", None), row("1.png", "cup", None)];
        assert_eq!(find(&again, &[("1.png", None)]), [images(&[1]), images(&[1])], "said twice");
    }

    #[test]
    fn where_a_content_is_given_names_do_not_count() {
        let gallery = [("a.png", Some(1)), ("b.png", Some(2)), ("c.png", None), ("again.png", Some(1))];
        let rows = [row("b.png", "cup", Some(1)), row("a.png", "mug", Some(9)), row("c.png", "mug", Some(8))];
        let found = find(&rows, &gallery);
        assert_eq!(found, [images(&[1, 4]), Found::Missed(Miss::OtherContent), Found::Missed(Miss::Absent)]);
        let both = [row("a.png", "mug", None), row("", "cup", Some(1))];
        assert_eq!(find(&both, &gallery), [Found::Missed(Miss::Absent), images(&[1, 4])]);
    }
}
