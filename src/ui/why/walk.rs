//! The arrow keys' way through a ranking. Decisions only: no browser is needed.

use crate::gallery::Id;

/// The image that a key leads to from `at`, in this order; from an image that is no longer ranked, to the first. `None`
/// for other keys, and where there is nothing to go to.
pub fn follow(order: &[Id], at: Id, key: &str) -> Option<Id> {
    let place = order.iter().position(|&id| id == at);
    let goal = match (key, place) {
        ("ArrowRight" | "ArrowDown" | "ArrowLeft" | "ArrowUp", None) | ("Home", _) => 0,
        ("ArrowRight" | "ArrowDown", Some(place)) => place + 1,
        ("ArrowLeft" | "ArrowUp", Some(place)) => place.checked_sub(1)?,
        ("End", _) => order.len().checked_sub(1)?,
        _ => return None,
    };
    order.get(goal).copied().filter(|&id| id != at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_through_the_ranking_and_stop_at_its_ends() {
        let go = |at, key| follow(&[4, 9, 2], at, key);
        assert_eq!([go(4, "ArrowRight"), go(9, "ArrowDown"), go(2, "ArrowRight")], [Some(9), Some(2), None]);
        assert_eq!([go(2, "ArrowLeft"), go(9, "ArrowUp"), go(4, "ArrowLeft")], [Some(9), Some(4), None]);
        assert_eq!([go(2, "Home"), go(4, "End"), go(4, "Home"), go(4, "x")], [Some(4), Some(2), None, None]);
        assert_eq!(go(7, "ArrowLeft"), Some(4), "an image that was removed meanwhile");
        assert_eq!([follow(&[], 7, "ArrowRight"), follow(&[], 7, "End")], [None, None]);
    }
}
