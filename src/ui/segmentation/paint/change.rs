//! Something before and after an edit.

/// Something before and after an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<T> {
    /// Before it.
    pub before: T,
    /// After it.
    pub after: T,
}

/// Which way an edit is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is undone.
    Undo,
    /// It is made again.
    Redo,
}

impl<T> Change<T> {
    /// What is there after going that way.
    pub fn goal(&self, way: Way) -> &T {
        match way {
            Way::Undo => &self.before,
            Way::Redo => &self.after,
        }
    }
}
