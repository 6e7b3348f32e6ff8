//! What is asked about an evaluation that has come far enough: votes image by image, suspects, duplicates.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::EvaluationState;
use super::state::Compared;
use crate::analysis::protocol::{Answer, Request};
use crate::fungi::Part;
use crate::gallery::Id;
use crate::retrieval::summary::is_fungi;
use crate::ui::analysis::Reply;

/// The cosine of two embeddings from which images are told as nearly the same. Of 104 photos and drawings by the embedded
/// model, no two different ones came above 0.89; the same saved as a JPEG of quality 50, at half the size or 10 % brighter all
/// came above 0.97, and 93 % of those cut by 2 % on each side above 0.95.
const NEARLY_SAME: f32 = 0.95;
/// The most pairs that are told.
const PAIRS: usize = 200;

/// What a question about two sets depends on: their sources, and k.
type Asked = ([(u32, usize); 2], usize);

impl EvaluationState {
    /// Asks again whenever what is asked about is there anew.
    pub(super) fn ask_along(self) {
        let pair = Memo::new(move |_| {
            let keys = self.chosen_pair()?;
            let k = self.k();
            let sources = self.lines.with(|lines| {
                let source = |key| lines.get(key).filter(|line| !line.row.at_k.is_empty()).map(|line| line.source);
                Some([source(&keys[0])?, source(&keys[1])?])
            })?;
            Some((keys, (sources, k)))
        });
        Effect::new(move |_| {
            let Some((keys, asked)) = pair.get() else { return };
            let names = self.evaluated.get_untracked().unwrap_or_default();
            self.compare(asked, move |answer| {
                if let Answer::Compared { ids, labels, votes, .. } = answer {
                    let (keys, names) = (keys.clone(), Arc::clone(&names));
                    self.compared.set(Some(Arc::new(Compared { keys, ids, labels, votes, names })));
                }
            });
        });

        let beside = Memo::new(move |_| {
            let (summary, lines) = self.summary()?;
            let best = lines.get(summary.best?)?;
            let fungi = lines.iter().find(|line| is_fungi(&line.row.set) && !line.row.at_k.is_empty())?;
            (fungi.source != best.source).then(|| ([fungi.source, best.source], self.k()))
        });
        Effect::new(move |_| {
            let asked = beside.get();
            self.beside_fungi.set(None);
            if let Some(asked) = asked {
                self.compare(asked, move |answer| {
                    if let Answer::Compared { difference, .. } = answer
                        && beside.get_untracked() == Some(asked)
                    {
                        self.beside_fungi.set(difference);
                    }
                });
            }
        });

        // Once all sets have their votes.
        let whole = Memo::new(move |_| {
            let k = self.k();
            self.lines.with(|lines| {
                let mut standard = lines.all().iter().filter(|line| !line.is_own() && !line.stale);
                let evaluation = standard.clone().next()?.source.0;
                standard.all(|line| line.source.0 == evaluation && !line.row.at_k.is_empty()).then_some((evaluation, k))
            })
        });
        Effect::new(move |_| {
            let Some((evaluation, k)) = whole.get() else { return };
            let names = self.evaluated.get_untracked().unwrap_or_default();
            self.analysis.ask(Request::Suspects { evaluation, k }, Vec::new(), move |reply| {
                if let Reply::Answer(Answer::Suspects(found), _) = reply {
                    self.suspects.set(Some((found, Arc::clone(&names))));
                }
            });
        });

        self.look_for_duplicates();
    }

    fn compare(self, (sets, k): Asked, mut answered: impl FnMut(Answer) + 'static) {
        self.analysis.ask(Request::Compare { sets, k }, Vec::new(), move |reply| {
            if let Reply::Answer(answer, _) = reply {
                answered(answer);
            }
        });
    }

    /// Duplicates need no labels: they are looked for among all images, whenever others have an embedding and no evaluation
    /// goes on.
    fn look_for_duplicates(self) {
        let gallery = self.gallery;
        let embedded = Memo::new(move |before: Option<&Option<Arc<Vec<Id>>>>| {
            if !self.looked_at.get() || self.progress.with(Option::is_some) {
                return before.cloned().flatten();
            }
            let ids = gallery.with_features(|gallery| {
                let embedded = gallery.computed().filter(|(_, features)| features.get(Part::Embedding).is_some());
                embedded.map(|(entry, _)| entry.id).collect::<Vec<_>>()
            });
            Some(Arc::new(ids))
        });
        Effect::new(move |_| {
            if embedded.with(|ids| ids.as_ref().is_none_or(|ids| ids.len() < 2)) {
                self.duplicates.set(None);
                return;
            }
            let origin = untrack(|| gallery.with_features(|gallery| gallery.origin().cloned()));
            spawn_local(async move {
                if self.analysis.give(origin, self.computed(), &Part::ALL).await {
                    let request = Request::Duplicates { least: NEARLY_SAME, most: PAIRS };
                    self.analysis.ask(request, Vec::new(), move |reply| {
                        if let Reply::Answer(Answer::Duplicates(found), _) = reply {
                            self.duplicates.set(Some(found));
                        }
                    });
                }
            });
        });
    }
}
