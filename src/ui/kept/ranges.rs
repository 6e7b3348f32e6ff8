//! Many records in few requests: keys that lie close together are read at once.

use super::record::Key;

/// Keys between two that are wanted that are read along with them rather than asking again.
const GAP: Key = 8;

/// Ranges of keys, both ends included, that hold all of `keys` and little else.
pub fn ranges(keys: &[Key]) -> Vec<(Key, Key)> {
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    let mut found: Vec<(Key, Key)> = Vec::new();
    for key in sorted {
        match found.last_mut() {
            Some((_, last)) if key - *last <= GAP => *last = key,
            _ => found.push((key, key)),
        }
    }
    found
}

/// Ranges of `keys`, in order, that hold all that are not live, and none that is.
pub fn stale(keys: &[u64], live: impl Fn(u64) -> bool) -> Vec<(u64, u64)> {
    let runs = keys.chunk_by(|a, b| live(*a) == live(*b));
    runs.filter(|run| !live(run[0])).map(|run| (run[0], run[run.len() - 1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_live_stays() {
        assert_eq!(stale(&[1, 2, 3, 7, 9, 12], |key| key == 3 || key == 12), [(1, 2), (7, 9)]);
        assert_eq!(stale(&[1, 2], |_| true), []);
    }

    #[test]
    fn neighbours_are_read_at_once() {
        assert_eq!(ranges(&[]), []);
        assert_eq!(ranges(&[5, 3, 4]), [(3, 5)]);
        assert_eq!(ranges(&[1, 9, 18, u32::MAX]), [(1, 9), (18, 18), (u32::MAX, u32::MAX)]);
    }
}
