//! Votes of the nearest neighbours. With unit parts, the smallest Euclidean distance between concatenated features is the
//! largest sum of cosines, so both votes take neighbours in the order of [`super::Cosines`].

/// The class with the most votes among neighbours, nearest first. Of classes with equal votes, the one with the nearest
/// member wins. `None` without neighbours.
pub fn majority(neighbours: impl IntoIterator<Item = usize>) -> Option<usize> {
    winner(neighbours.into_iter().map(|class| (class, 1.0)))
}

/// The class with the most votes, where a neighbour's vote is exp(similarity / temperature), as DINO's evaluation weighs them
/// (temperature 0.07). `neighbours` are (class, similarity), nearest first; ties as in [`majority`].
pub fn softmax_weighted(neighbours: &[(usize, f32)], temperature: f32) -> Option<usize> {
    // Subtracting the largest similarity keeps the ratios and prevents overflow.
    let largest = neighbours.first()?.1;
    winner(neighbours.iter().map(|&(class, s)| (class, f64::from((s - largest) / temperature).exp())))
}

fn winner(votes: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    // Classes with their votes, in the order of their nearest members.
    let mut tally: Vec<(usize, f64)> = Vec::new();
    for (class, vote) in votes {
        match tally.iter_mut().find(|(known, _)| *known == class) {
            Some((_, votes)) => *votes += vote,
            None => tally.push((class, vote)),
        }
    }
    // Of equal ones, `max_by` takes the last.
    tally.into_iter().rev().max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(class, _)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_votes_win() {
        assert_eq!(majority([3, 1, 1]), Some(1));
        assert_eq!(majority([]), None);
    }

    #[test]
    fn of_equal_votes_the_nearest_wins() {
        assert_eq!(majority([2, 1, 1, 2]), Some(2));
        assert_eq!(majority([1, 2, 2, 1, 0]), Some(1));
    }

    #[test]
    fn a_near_neighbour_outweighs_two_far_ones() {
        // exp(0.3 / 0.07) = 72 against 2.
        assert_eq!(softmax_weighted(&[(0, 0.9), (1, 0.6), (1, 0.6)], 0.07), Some(0));
        // exp(0.03 / 0.07) = 1.5 against 2.
        assert_eq!(softmax_weighted(&[(0, 0.9), (1, 0.87), (1, 0.87)], 0.07), Some(1));
        assert_eq!(softmax_weighted(&[(0, 4.0), (1, -4.0)], 0.001), Some(0));
        assert_eq!(softmax_weighted(&[], 0.07), None);
    }
}
