//! Applies the engine's answers about images to the gallery. Decisions only: no browser is needed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::protocol::Answer;
use crate::gallery::{Content, Gallery, Hash, Id, Identified};

/// Applies answers to a gallery.
#[derive(Debug, Default)]
pub struct Intake {
    /// Every content that an engine has reported, even if its image is gone: engines answer that they know it from then
    /// on.
    contents: HashMap<Hash, Arc<Content>>,
}

/// What became of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has content, and some features or more of them.
    Computed,
    /// The gallery has the same content under another number. The image was removed, if it was in the gallery.
    Duplicate {
        /// The image that has it.
        of: Id,
        /// The later image's name and the rest of a sentence that starts with it; none for a query from outside.
        told: Option<(String, String)>,
    },
    /// It can't be used, and was removed.
    Refused {
        /// Its name.
        name: String,
        /// The reason, as a sentence.
        reason: String,
    },
    /// The answer is no longer needed.
    Nothing,
}

impl Intake {
    /// Applies an answer. Features are kept even if their image was removed meanwhile.
    pub fn take(&mut self, gallery: &mut Gallery, id: Id, answer: Answer) -> Outcome {
        match answer {
            Answer::Item(item) => {
                gallery.keep(item.hash, item.features);
                let Some(content) = item.content.map(Arc::new) else {
                    return if gallery.get(id).is_some() { Outcome::Computed } else { Outcome::Nothing };
                };
                self.contents.insert(item.hash, content.clone());
                identify(gallery, id, content)
            }
            Answer::Known { hash } => {
                let Some(content) = self.contents.get(&hash).or_else(|| gallery.content(&hash)).cloned() else {
                    return refuse(gallery, id, LOST.into());
                };
                match identify(gallery, id, content) {
                    Outcome::Computed if gallery.features(id).is_none() => refuse(gallery, id, LOST.into()),
                    outcome => outcome,
                }
            }
            Answer::Refused(reason) => refuse(gallery, id, reason),
            _ => Outcome::Nothing,
        }
    }
}

impl Intake {
    /// A content with the small picture that an engine made of it, if one did.
    pub fn content(&self, hash: &Hash) -> Option<&Arc<Content>> {
        self.contents.get(hash)
    }
}

/// This happens only if page and engine disagree on what was computed.
const LOST: &str = "Its features were lost. Reload the page and add it again.";

fn identify(gallery: &mut Gallery, id: Id, content: Arc<Content>) -> Outcome {
    let name = gallery.position(id).map(|place| gallery.entries()[place].name.clone());
    match gallery.identify(id, content) {
        Identified::First => Outcome::Computed,
        Identified::Gone => Outcome::Nothing,
        Identified::Duplicate(of) => {
            let told = name.map(|name| match gallery.get(of) {
                Some(first) if first.name != name => {
                    let reason = format!("is already in the gallery as {}.", first.name);
                    (name, reason)
                }
                _ => (name, "is already in the gallery.".into()),
            });
            Outcome::Duplicate { of, told }
        }
    }
}

fn refuse(gallery: &mut Gallery, id: Id, reason: String) -> Outcome {
    gallery.take(id).map_or(Outcome::Nothing, |entry| Outcome::Refused { name: entry.name, reason })
}

/// The image that arrow keys start from after the list has changed: the same if it is still there, otherwise the next
/// one that is, otherwise the last.
pub fn successor(before: &[Id], now: &[Id], active: Option<Id>) -> Option<Id> {
    let Some(active) = active else { return now.first().copied() };
    let place = before.iter().position(|&id| id == active).unwrap_or(before.len());
    before[place..].iter().find(|id| now.contains(id)).or(now.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::{Item, Timings};
    use crate::fungi::{Features, Part, Settings};
    use crate::gallery::Origin;

    fn gallery(names: &[&str]) -> Gallery {
        let mut gallery = Gallery::new();
        gallery.set_origin(Origin { model: "m".into(), settings: Settings::default() });
        names.iter().for_each(|name| {
            gallery.add((*name).to_owned(), None);
        });
        gallery
    }

    fn item(n: u8) -> Answer {
        let mut features = Features::new();
        features.set(Part::Embedding, vec![f32::from(n), 1.0]);
        let content = Content { hash: [n; 32], size: (1, 1), thumbnail: vec![n] };
        let timings = Timings::default();
        Answer::Item(Box::new(Item {
            hash: content.hash,
            content: Some(content),
            features,
            factors: Vec::new(),
            timings,
        }))
    }

    fn known(n: u8) -> Answer {
        Answer::Known { hash: [n; 32] }
    }

    #[test]
    fn the_second_of_two_equal_files_is_named_and_removed() {
        let (mut gallery, mut intake) = (gallery(&["a", "b", "a"]), Intake::default());
        assert_eq!(intake.take(&mut gallery, 1, item(1)), Outcome::Computed);
        let duplicate =
            |name: &str, reason: &str| Outcome::Duplicate { of: 1, told: Some((name.into(), reason.into())) };
        assert_eq!(intake.take(&mut gallery, 2, known(1)), duplicate("b", "is already in the gallery as a."));
        assert_eq!(intake.take(&mut gallery, 3, known(1)), duplicate("a", "is already in the gallery."));
        assert_eq!(gallery.len(), 1);
        let query = gallery.add_query("b".into(), None);
        assert_eq!(intake.take(&mut gallery, query, known(1)), Outcome::Duplicate { of: 1, told: None });
    }

    #[test]
    fn a_known_content_is_shown_even_if_its_first_image_is_gone() {
        let (mut gallery, mut intake) = (gallery(&[]), Intake::default());
        let query = gallery.add_query("query".into(), None);
        assert_eq!(intake.take(&mut gallery, query, item(1)), Outcome::Computed);
        gallery.add_query("another".into(), None);
        let id = gallery.add("the same".into(), None);
        assert_eq!(intake.take(&mut gallery, id, known(1)), Outcome::Computed);
        assert!(gallery.features(id).is_some());
    }

    #[test]
    fn answers_for_removed_images_are_kept_for_undo() {
        let (mut gallery, mut intake) = (gallery(&["a"]), Intake::default());
        gallery.remove(&[1]);
        assert_eq!(intake.take(&mut gallery, 1, item(1)), Outcome::Nothing);
        assert_eq!(intake.take(&mut gallery, 1, Answer::Refused("no".into())), Outcome::Nothing);
        gallery.undo();
        assert_eq!(intake.take(&mut gallery, 1, known(1)), Outcome::Computed);
    }

    #[test]
    fn a_bad_file_is_removed_with_its_reason() {
        let (mut gallery, mut intake) = (gallery(&["bad", "good"]), Intake::default());
        let refused = |reason: &str| Outcome::Refused { name: "bad".into(), reason: reason.into() };
        assert_eq!(intake.take(&mut gallery, 1, Answer::Refused("It is torn.".into())), refused("It is torn."));
        assert_eq!((gallery.len(), gallery.last_edit()), (1, None), "there is nothing to undo");
        let outcome = intake.take(&mut gallery, 2, known(9));
        assert!(matches!(outcome, Outcome::Refused { name, .. } if name == "good"), "there are no features to show");
    }

    #[test]
    fn the_focus_stays_or_moves_to_the_next() {
        let before = [1, 2, 3, 4];
        assert_eq!(successor(&before, &[1, 2, 4], Some(2)), Some(2));
        assert_eq!(successor(&before, &[1, 4], Some(2)), Some(4));
        assert_eq!(successor(&before, &[1, 2], Some(3)), Some(2));
        assert_eq!(successor(&before, &[], Some(3)), None);
        assert_eq!(successor(&[], &[1, 2], None), Some(1));
    }
}
