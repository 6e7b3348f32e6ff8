//! Labels of a gallery's images: given to one or to many, in one step that can be undone; renamed, merged, counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Edit, Entry, Gallery, Id, LabelSource};

impl Gallery {
    /// All labels in use, in order.
    pub fn labels(&self) -> BTreeSet<&str> {
        self.entries().iter().filter_map(|entry| entry.label.as_deref()).collect()
    }

    /// How many images have each label, in the labels' order; `None` counts those without one, if there are any.
    pub fn label_counts(&self) -> BTreeMap<Option<&str>, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.entries() {
            *counts.entry(entry.label.as_deref()).or_default() += 1;
        }
        counts
    }

    /// The images with this label, or without any.
    pub fn with_label(&self, label: Option<&str>) -> impl Iterator<Item = Id> {
        self.entries().iter().filter(move |entry| entry.label.as_deref() == label).map(|entry| entry.id)
    }

    /// Changes or clears an image's label; this can be undone. False if it already had that label.
    pub fn relabel(&mut self, id: Id, label: Option<&str>) -> bool {
        self.relabel_all([(id, label.map(str::to_owned))], LabelSource::Person) > 0
    }

    /// Changes or clears the labels of images in one step, which [`Self::undo`] reverses; returns how many changed.
    pub fn relabel_all(
        &mut self,
        labels: impl IntoIterator<Item = (Id, Option<String>)>,
        source: LabelSource,
    ) -> usize {
        let before = self.put_labels(labels.into_iter().map(|(id, label)| (id, label.and_then(clean))).collect());
        let count = before.len();
        if count > 0 {
            self.remember(Edit::Labelled { before, source });
        }
        count
    }

    /// Gives images their labels as they come in: nothing to undo, just as adding them is not.
    pub fn label_new(&mut self, labels: impl IntoIterator<Item = (Id, Option<String>)>) {
        self.put_labels(labels.into_iter().collect());
    }

    /// Renames a label wherever it is used, in one step; under the name of another label, the two are one from then on.
    /// Returns how many images changed. A blank name renames nothing.
    pub fn rename_label(&mut self, from: &str, to: &str) -> usize {
        let Some(to) = clean(to.to_owned()) else { return 0 };
        let has = |entry: &&Entry| entry.label.as_deref() == Some(from);
        let ids: Vec<Id> = self.entries.iter().chain(&self.query).filter(has).map(|entry| entry.id).collect();
        self.relabel_all(ids.into_iter().map(|id| (id, Some(to.clone()))), LabelSource::Rename(from.to_owned()))
    }

    /// Sets labels in one pass; gives the images that changed, with their labels before.
    pub(super) fn put_labels(&mut self, mut labels: HashMap<Id, Option<String>>) -> Vec<(Id, Option<String>)> {
        let mut before = Vec::new();
        for entry in self.entries.iter_mut().chain(&mut self.query) {
            if let Some(label) = labels.remove(&entry.id).filter(|label| *label != entry.label) {
                before.push((entry.id, std::mem::replace(&mut entry.label, label)));
            }
        }
        self.changes.entries.extend(before.iter().map(|(id, _)| *id));
        before
    }
}

/// A label without blanks at its ends; none if it is blank.
fn clean(label: String) -> Option<String> {
    let trimmed = label.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gallery(labels: &[Option<&str>]) -> Gallery {
        let mut gallery = Gallery::new();
        for (place, label) in labels.iter().enumerate() {
            gallery.add(format!("{place}.png"), label.map(str::to_owned));
        }
        gallery.take_changes();
        gallery
    }

    fn labels(gallery: &Gallery) -> Vec<&str> {
        gallery.entries().iter().map(|entry| entry.label.as_deref().unwrap_or("-")).collect()
    }

    fn to(ids: &[Id], label: &str) -> Vec<(Id, Option<String>)> {
        ids.iter().map(|id| (*id, Some(label.to_owned()))).collect()
    }

    #[test]
    fn labels_are_trimmed_and_can_be_undone() {
        let mut gallery = gallery(&[None, None]);
        assert!(gallery.relabel(1, Some(" cup ")) && !gallery.relabel(1, Some("cup")));
        assert!(gallery.relabel(2, Some("boat")) && gallery.relabel(1, Some(" ")));
        assert_eq!(gallery.labels().into_iter().collect::<Vec<_>>(), ["boat"]);
        gallery.undo();
        assert_eq!(gallery.labels().into_iter().collect::<Vec<_>>(), ["boat", "cup"]);
        assert!(!gallery.relabel(99, Some("nobody")));
    }

    #[test]
    fn a_selections_labels_are_one_step() {
        let mut gallery = gallery(&[Some("cup"), None, Some("boat"), None]);
        assert_eq!(gallery.relabel_all(to(&[1, 2, 3, 99], "cup"), LabelSource::Person), 2, "1 is a cup, 99 is nobody");
        assert_eq!((gallery.take_changes().entries, labels(&gallery)), ([2, 3].into(), vec!["cup", "cup", "cup", "-"]));
        assert_eq!(gallery.relabel_all(to(&[1, 2, 3], " cup"), LabelSource::Person), 0);
        gallery.undo();
        assert_eq!((gallery.take_changes().entries, labels(&gallery)), ([2, 3].into(), vec!["cup", "-", "boat", "-"]));
        assert!(gallery.undo().is_none(), "what changed nothing is no step");
        assert_eq!(gallery.relabel_all(to(&[1, 3], "  "), LabelSource::Person), 2);
        assert_eq!(labels(&gallery), ["-"; 4]);
    }

    #[test]
    fn a_label_is_renamed_everywhere_or_merged_into_another() {
        let mut gallery = gallery(&[Some("cup"), Some("mug"), None]);
        let query = gallery.add_query("query.png".into(), Some("mug".into()));
        assert_eq!((gallery.rename_label("mug", " "), gallery.rename_label("bowl", "cup")), (0, 0));
        assert_eq!(gallery.rename_label("mug", "cup "), 2);
        assert_eq!(gallery.label_counts(), [(None, 1), (Some("cup"), 2)].into());
        assert_eq!(gallery.get(query).and_then(|query| query.label.as_deref()), Some("cup"));
        assert_eq!(gallery.with_label(Some("cup")).chain(gallery.with_label(None)).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(
            matches!(gallery.undo(), Some(Edit::Labelled { source: LabelSource::Rename(from), .. }) if from == "mug")
        );
        assert_eq!(labels(&gallery), ["cup", "mug", "-"]);
    }

    #[test]
    fn an_image_that_is_gone_leaves_the_rest_of_its_step() {
        let mut gallery = gallery(&[None, None]);
        gallery.relabel_all(to(&[1, 2], "cup"), LabelSource::File("labels.csv".into()));
        gallery.relabel(1, Some("mug"));
        gallery.take(1);
        gallery.label_new([(2, Some("bowl".into()))]);
        assert_eq!(labels(&gallery), ["bowl"]);
        gallery.undo();
        assert_eq!((labels(&gallery), gallery.last_edit()), (vec!["-"], None));
    }
}
