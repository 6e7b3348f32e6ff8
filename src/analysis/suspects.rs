//! Images that may have the wrong label: by every feature set, their neighbours say another, and the same one.

use super::protocol::Suspect;
use crate::gallery::Id;

/// Finds them. `votes`: for each set, the class that each image's neighbours vote for.
pub(super) fn suspects(ids: &[Id], labels: &[u32], votes: &[Vec<Option<usize>>]) -> Vec<Suspect> {
    let Some((first, others)) = votes.split_first() else { return Vec::new() };
    let agreed = |place: usize| -> Option<u32> {
        let class = (*first.get(place)?)?;
        others.iter().all(|votes| votes.get(place) == Some(&Some(class))).then_some(class as u32)
    };
    let suspect = |(place, (&id, &label)): (usize, (&Id, &u32))| {
        let class = agreed(place).filter(|class| *class != label)?;
        Some(Suspect { id, class })
    };
    ids.iter().zip(labels).enumerate().filter_map(suspect).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_set_that_disagrees_clears_an_image() {
        let (ids, labels) = ([7, 8, 9, 10, 11], [0, 0, 0, 0, 0]);
        let votes = [
            vec![Some(1), Some(0), Some(1), Some(1), None],
            vec![Some(1), Some(0), Some(2), Some(0), None],
            vec![Some(1), Some(0), Some(1), Some(1), None],
        ];
        assert_eq!(suspects(&ids, &labels, &votes), [Suspect { id: 7, class: 1 }]);
        assert_eq!(suspects(&ids, &labels, &[]), []);
    }
}
