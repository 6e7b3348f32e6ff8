//! Tables of labels that were dropped, kept for images that come later. Decisions only: no browser is needed.

use std::collections::{HashMap, HashSet};

use crate::gallery::label_file::LabelFile;
use crate::gallery::label_match::{Candidate, Found, find_images};
use crate::gallery::label_report::LabelReport;
use crate::gallery::{Gallery, Hash, Id};

/// Labels for images.
pub type Labels = Vec<(Id, Option<String>)>;

/// The tables of this visit, the latest last.
#[derive(Debug, Default)]
pub struct LabelFiles {
    files: Vec<Kept>,
    /// Where images came from, as far as it is known: tables may name their folders.
    paths: HashMap<Id, String>,
}

#[derive(Debug)]
struct Kept {
    name: String,
    file: LabelFile,
    found: Vec<Found>,
    /// Rows of contents, each until its image's content is known.
    by_hash: HashMap<Hash, usize>,
}

impl LabelFiles {
    /// Notes where an image came from.
    pub fn came_from(&mut self, id: Id, path: String) {
        self.paths.insert(id, path);
    }

    /// Takes a table, in place of an earlier one of the same name; gives the labels of the images that are there.
    pub fn take(&mut self, name: String, file: LabelFile, gallery: &Gallery) -> Labels {
        self.forget(&name);
        let found = find_images(&file.rows, candidates(gallery, &self.paths));
        let rows = file.rows.iter().zip(&found).enumerate();
        let open = rows.filter(|(_, (_, found))| matches!(found, Found::Missed(_)));
        let by_hash = open.filter_map(|(place, (row, _))| Some((row.hash?, place))).collect();
        let kept = Kept { name, file, found, by_hash };
        let labels = kept.labels(|_| true);
        self.files.push(kept);
        labels
    }

    /// The labels that tables have for images that were just added.
    pub fn added(&mut self, new: &[Id], gallery: &Gallery) -> Labels {
        if self.files.is_empty() {
            return Labels::new();
        }
        let new: HashSet<Id> = new.iter().copied().collect();
        let mut labels = Labels::new();
        for kept in &mut self.files {
            let found = find_images(&kept.file.rows, candidates(gallery, &self.paths));
            for (known, found) in kept.found.iter_mut().zip(found) {
                // What a row has found before, it has found: the image may be gone by now.
                if matches!((&*known, &found), (Found::Missed(_), _) | (_, Found::Images(_))) {
                    *known = found;
                }
            }
            let found = &kept.found;
            kept.by_hash.retain(|_, place| matches!(found[*place], Found::Missed(_)));
            labels.extend(kept.labels(|id| new.contains(&id)));
        }
        labels
    }

    /// The label that a table has for a content that has just become known, `id`'s.
    pub fn identified(&mut self, id: Id, hash: &Hash) -> Labels {
        let mut labels = Labels::new();
        for kept in &mut self.files {
            if let Some(place) = kept.by_hash.remove(hash) {
                kept.found[place] = Found::Images(vec![id]);
                labels.push((id, kept.file.rows[place].label.clone()));
            }
        }
        labels
    }

    /// Waits for no more images of a table.
    pub fn forget(&mut self, name: &str) {
        self.files.retain(|kept| kept.name != name);
    }

    /// What came of each table so far.
    pub fn reports(&self) -> Vec<LabelReport> {
        self.files.iter().map(|kept| LabelReport::new(&kept.name, &kept.file, &kept.found)).collect()
    }
}

impl Kept {
    /// The labels of the images that were found and that are `wanted`.
    fn labels(&self, wanted: impl Fn(Id) -> bool) -> Labels {
        let mut labels = Labels::new();
        for (row, found) in self.file.rows.iter().zip(&self.found) {
            if let Found::Images(ids) = found {
                labels.extend(ids.iter().filter(|id| wanted(**id)).map(|id| (*id, row.label.clone())));
            }
        }
        labels
    }
}

fn candidates<'a>(gallery: &'a Gallery, paths: &'a HashMap<Id, String>) -> impl Iterator<Item = Candidate<'a>> {
    gallery.entries().iter().map(|entry| Candidate {
        id: entry.id,
        path: paths.get(&entry.id).unwrap_or(&entry.name),
        hash: entry.content.as_ref().map(|content| content.hash),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::gallery::Content;

    fn gallery(names: &[&str]) -> Gallery {
        let mut gallery = Gallery::new();
        names.iter().for_each(|name| {
            gallery.add((*name).to_owned(), None);
        });
        gallery
    }

    fn table(text: &str) -> LabelFile {
        LabelFile::parse(text.as_bytes()).unwrap()
    }

    fn sentences(files: &LabelFiles) -> Vec<String> {
        files.reports().iter().map(|report| report.sentence(true)).collect()
    }

    fn cup(id: Id) -> (Id, Option<String>) {
        (id, Some("cup".to_owned()))
    }

    #[test]
    fn images_that_come_later_get_their_labels_and_earlier_ones_keep_theirs() {
        let (mut gallery, mut files) = (gallery(&["a.png"]), LabelFiles::default());
        let labels = files.take("l.csv".into(), table("a.png,cup\nb.png,cup\nc.png,\n"), &gallery);
        assert_eq!(labels, [cup(1)]);
        assert_eq!(sentences(&files), ["l.csv labels 1 image and waits for 2 images."]);
        let new = [gallery.add("b.png".into(), None), gallery.add("d.png".into(), None)];
        assert_eq!(files.added(&new, &gallery), [cup(2)]);
        assert_eq!(sentences(&files), ["l.csv labels 2 images and waits for 1 image."]);
        gallery.remove(&[1]);
        let new = [gallery.add("c.png".into(), Some("folder".into()))];
        assert_eq!(files.added(&new, &gallery), [(4, None)], "an empty label clears the folder's");
        assert_eq!(sentences(&files), ["l.csv labels 3 images."], "the removed one was labelled, too");
    }

    #[test]
    fn contents_are_matched_once_they_are_known() {
        let (mut gallery, mut files) = (gallery(&["a.png"]), LabelFiles::default());
        let text = format!("name,label,sha256\nx.png,cup,{}\n", "07".repeat(32));
        assert_eq!(files.take("l.csv".into(), table(&text), &gallery), []);
        assert_eq!(files.added(&[1], &gallery), []);
        gallery.identify(1, Arc::new(Content { hash: [7; 32], size: (1, 1), thumbnail: Vec::new() }));
        assert_eq!(files.identified(1, &[7; 32]), [cup(1)]);
        assert_eq!(files.identified(1, &[7; 32]), [], "once: a person may have given it another since");
        assert_eq!(sentences(&files), ["l.csv labels 1 image."]);
    }

    #[test]
    fn a_table_may_name_the_folders_that_images_came_from() {
        let (gallery, mut files) = (gallery(&["1.png", "1.png"]), LabelFiles::default());
        files.came_from(1, "all/a/1.png".into());
        files.came_from(2, "all/b/1.png".into());
        assert_eq!(files.take("l.csv".into(), table("b/1.png,cup\n1.png,mug\n"), &gallery), [cup(2)]);
        assert_eq!(sentences(&files), ["l.csv labels 1 image; 1 name fits several images."]);
    }

    #[test]
    fn a_table_of_the_same_name_replaces_the_former() {
        let (mut gallery, mut files) = (gallery(&[]), LabelFiles::default());
        files.take("l.csv".into(), table("a.png,mug\n"), &gallery);
        files.take("l.csv".into(), table("a.png,cup\n"), &gallery);
        let new = [gallery.add("a.png".into(), None)];
        assert_eq!(files.added(&new, &gallery), [cup(1)]);
        files.forget("l.csv");
        assert_eq!(sentences(&files), [""; 0]);
    }
}
