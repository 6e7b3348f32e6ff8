//! Queries that were removed from the gallery: undo makes them the query again. Decisions only: no browser is needed.

use crate::gallery::{Entry, Gallery, Id};

/// The removed queries, the latest last.
#[derive(Debug, Default)]
pub struct LostQueries(Vec<Id>);

impl LostQueries {
    /// Images were removed while `query` was the query.
    pub fn removed(&mut self, ids: &[Id], query: Option<Id>) {
        self.0.extend(query.filter(|query| ids.contains(query)));
    }

    /// A person chose another query: undo leaves that one alone.
    pub fn chosen(&mut self) {
        self.0.clear();
    }

    /// These images have been brought back: the query among them, or the image that has its content now.
    pub fn back(&mut self, gallery: &Gallery, removed: &[(usize, Entry)]) -> Option<Id> {
        let entry_of = |id: Id| removed.iter().map(|(_, entry)| entry).find(|entry| entry.id == id);
        let place = self.0.iter().rposition(|&id| entry_of(id).is_some())?;
        let entry = entry_of(self.0.remove(place))?;
        let same = |other: &&Entry| {
            other.id == entry.id || entry.content.as_ref().is_some_and(|content| other.has(&content.hash))
        };
        gallery.entries().iter().find(same).map(|entry| entry.id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::gallery::Content;

    /// `n` images, numbered from 1, whose contents are their numbers.
    fn gallery(n: u8) -> Gallery {
        let mut gallery = Gallery::new();
        (1..=n).for_each(|n| add(&mut gallery, n));
        gallery
    }

    fn add(gallery: &mut Gallery, n: u8) {
        let id = gallery.add(n.to_string(), None);
        gallery.identify(id, Arc::new(Content { hash: [n; 32], size: (1, 1), thumbnail: Vec::new() }));
    }

    fn undo(gallery: &mut Gallery, lost: &mut LostQueries) -> Option<Id> {
        let edit = gallery.undo().expect("there is something to undo");
        lost.back(gallery, edit.removed())
    }

    #[test]
    fn undo_brings_the_query_back_that_went_with_the_removal() {
        let (mut gallery, mut lost) = (gallery(4), LostQueries::default());
        for (ids, query) in [(&[2][..], 2), (&[4], 1), (&[1, 3], 1)] {
            lost.removed(ids, Some(query));
            gallery.remove(ids);
        }
        let back = [(); 3].map(|()| undo(&mut gallery, &mut lost));
        assert_eq!(back, [Some(1), None, Some(2)], "4 was not the query");
    }

    #[test]
    fn a_query_that_was_chosen_since_stays() {
        let (mut gallery, mut lost) = (gallery(2), LostQueries::default());
        lost.removed(&[1], Some(1));
        gallery.remove(&[1]);
        lost.chosen();
        assert_eq!(undo(&mut gallery, &mut lost), None);
    }

    #[test]
    fn a_query_that_was_added_again_meanwhile_is_found_by_its_content() {
        let (mut gallery, mut lost) = (gallery(2), LostQueries::default());
        lost.removed(&[1, 2], Some(1));
        gallery.clear();
        add(&mut gallery, 1);
        assert_eq!(undo(&mut gallery, &mut lost), Some(3));
    }
}
