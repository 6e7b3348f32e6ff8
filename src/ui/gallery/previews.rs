//! Which images get a thumbnail by the browser's own decoder until the engine's is there: those on screen, few at a time, so
//! that thousands of files do not choke the page. Decisions only: no browser is needed.

use std::collections::HashSet;

use crate::gallery::Id;

/// How many are decoded at once.
const TOGETHER: usize = 2;

/// Which are wanted, and which are being made.
#[derive(Debug, Default)]
pub struct Previews {
    wanted: Vec<Id>,
    /// Those that the browser can't decode, too.
    tried: HashSet<Id>,
    running: usize,
}

impl Previews {
    /// Says which images a person sees, the most important first.
    pub fn want(&mut self, ids: Vec<Id>) {
        self.wanted = ids;
    }

    /// The images that a person sees.
    pub fn wanted(&self) -> &[Id] {
        &self.wanted
    }

    /// The next image to decode, of those that lack a thumbnail, if there is room for one.
    pub fn next(&mut self, lacks: impl Fn(Id) -> bool) -> Option<Id> {
        if self.running == TOGETHER {
            return None;
        }
        let next = self.wanted.iter().copied().find(|&id| !self.tried.contains(&id) && lacks(id))?;
        self.tried.insert(next);
        self.running += 1;
        Some(next)
    }

    /// One is made, or can't be.
    pub fn ended(&mut self) {
        self.running -= 1;
    }

    /// Images were removed; they may come back.
    pub fn forget(&mut self, gone: &HashSet<Id>) {
        self.tried.retain(|id| !gone.contains(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_screen_is_decoded_once_and_few_at_a_time() {
        let mut previews = Previews::default();
        previews.want(vec![7, 3, 4, 5, 6]);
        let lacks = |id| id != 3;
        assert_eq!([(); 3].map(|()| previews.next(lacks)), [Some(7), Some(4), None]);
        // Scrolled on: what has left the screen is no longer waited for.
        previews.want(vec![7, 8]);
        previews.ended();
        previews.ended();
        assert_eq!([(); 2].map(|()| previews.next(lacks)), [Some(8), None], "7 was tried");
        previews.forget(&[7].into());
        assert_eq!(previews.next(lacks), Some(7), "it was removed and brought back");
    }
}
