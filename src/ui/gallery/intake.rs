//! What an engine's answer for an image means for the gallery. Decisions only: no browser is needed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::protocol::Answer;
use crate::gallery::{Content, Gallery, Hash, Id, Identified};

/// Takes answers into a gallery.
#[derive(Debug, Default)]
pub struct Intake {
    /// Every content that an engine has told, whether an image still has it or not: engines call it known from then on.
    contents: HashMap<Hash, Arc<Content>>,
}

/// What became of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has content and features.
    Computed,
    /// The gallery has the same content under another number. The image was taken out, if it was in the gallery.
    Duplicate {
        /// The image that has it.
        of: Id,
        /// The later image's name and a sentence that goes on from it; none where it was only asked about.
        told: Option<(String, String)>,
    },
    /// It can't be used, and was taken out.
    Refused {
        /// Its name.
        name: String,
        /// A sentence.
        reason: String,
    },
    /// Nobody waits for this answer any more.
    Nothing,
}

impl Intake {
    /// Takes an answer in. Features are kept even if their image was removed meanwhile.
    pub fn take(&mut self, gallery: &mut Gallery, id: Id, answer: Answer) -> Outcome {
        match answer {
            Answer::Item(item) => {
                let content = Arc::new(item.content);
                self.contents.insert(content.hash, content.clone());
                gallery.keep(content.hash, item.features);
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

/// It can only happen if page and engine disagree on what was computed.
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

/// The image that arrow keys start from after the list has changed: the same if it is still there, else the next that is,
/// else the last.
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
        Answer::Item(Box::new(Item { content, features, timings: Timings::default() }))
    }

    fn known(n: u8) -> Answer {
        Answer::Known { hash: [n; 32] }
    }

    #[test]
    fn the_second_of_two_equal_files_is_named_and_taken_out() {
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
    fn a_known_content_is_shown_whatever_became_of_the_image_that_had_it() {
        let (mut gallery, mut intake) = (gallery(&[]), Intake::default());
        let query = gallery.add_query("query".into(), None);
        assert_eq!(intake.take(&mut gallery, query, item(1)), Outcome::Computed);
        gallery.add_query("another".into(), None);
        let id = gallery.add("the same".into(), None);
        assert_eq!(intake.take(&mut gallery, id, known(1)), Outcome::Computed);
        assert!(gallery.features(id).is_some());
    }

    #[test]
    fn answers_for_removed_images_are_kept_for_a_return() {
        let (mut gallery, mut intake) = (gallery(&["a"]), Intake::default());
        gallery.remove(&[1]);
        assert_eq!(intake.take(&mut gallery, 1, item(1)), Outcome::Nothing);
        assert_eq!(intake.take(&mut gallery, 1, Answer::Refused("no".into())), Outcome::Nothing);
        gallery.undo();
        assert_eq!(intake.take(&mut gallery, 1, known(1)), Outcome::Computed);
    }

    #[test]
    fn a_bad_file_is_taken_out_with_its_reason() {
        let (mut gallery, mut intake) = (gallery(&["bad", "good"]), Intake::default());
        let refused = |reason: &str| Outcome::Refused { name: "bad".into(), reason: reason.into() };
        assert_eq!(intake.take(&mut gallery, 1, Answer::Refused("It is torn.".into())), refused("It is torn."));
        assert_eq!((gallery.len(), gallery.last_edit()), (1, None), "nobody removed it");
        let outcome = intake.take(&mut gallery, 2, known(9));
        assert!(matches!(outcome, Outcome::Refused { name, .. } if name == "good"), "there are no features to show");
    }

    #[test]
    fn the_focus_stays_or_goes_to_the_next() {
        let before = [1, 2, 3, 4];
        assert_eq!(successor(&before, &[1, 2, 4], Some(2)), Some(2));
        assert_eq!(successor(&before, &[1, 4], Some(2)), Some(4));
        assert_eq!(successor(&before, &[1, 2], Some(3)), Some(2));
        assert_eq!(successor(&before, &[], Some(3)), None);
        assert_eq!(successor(&[], &[1, 2], None), Some(1));
    }
}
