//! What is left of pictures until their last views are computed, within a bound.

use std::collections::HashMap;

use crate::fungi::Cuts;
use crate::gallery::Hash;

/// Bytes that may be kept: some 370 pictures of the embedded model's.
const ROOM: usize = 64 << 20;

/// Cuts by content.
#[derive(Default)]
pub(super) struct CutCache {
    cuts: HashMap<Hash, Cuts>,
    bytes: usize,
}

impl CutCache {
    /// Keeps cuts while there is room. Those that came first stay: images are computed in the same order again and again,
    /// so that making room for the latest would drop just what is wanted next.
    pub fn keep(&mut self, hash: Hash, cuts: Cuts) {
        let bytes = cuts.bytes();
        if self.bytes + bytes <= ROOM && !self.cuts.contains_key(&hash) {
            self.bytes += bytes;
            self.cuts.insert(hash, cuts);
        }
    }

    /// The cuts of a content, if they are kept.
    pub fn get(&self, hash: &Hash) -> Option<&Cuts> {
        self.cuts.get(hash)
    }

    /// Drops the cuts of a content.
    pub fn drop(&mut self, hash: &Hash) {
        if let Some(cuts) = self.cuts.remove(hash) {
            self.bytes -= cuts.bytes();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Settings;
    use crate::image::Rgb;

    #[test]
    fn what_came_first_stays_and_dropping_makes_room() {
        // 14 pictures of 512 x 512: 11 MB.
        let image = Rgb { width: 1, height: 1, data: vec![0; 3] };
        let cuts = Cuts::new(&image, &Settings::default(), 512);
        let mut cache = CutCache::default();
        (0..9).for_each(|n| cache.keep([n; 32], cuts.clone()));
        let kept = |cache: &CutCache| (0..9).filter(|&n| cache.get(&[n; 32]).is_some()).collect::<Vec<u8>>();
        assert_eq!(kept(&cache), [0, 1, 2, 3, 4, 5]);
        cache.drop(&[2; 32]);
        cache.drop(&[2; 32]);
        cache.keep([8; 32], cuts.clone());
        cache.keep([7; 32], cuts);
        assert_eq!(kept(&cache), [0, 1, 3, 4, 5, 8]);
    }
}
