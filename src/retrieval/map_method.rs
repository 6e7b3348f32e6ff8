//! How images are laid out as a map in two dimensions.

use serde::{Deserialize, Serialize};

/// A way to two dimensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MapMethod {
    /// The first two principal components: at once, and distances are true as far as two directions can show them.
    Pca,
    /// t-SNE: takes a while, and keeps neighbours together; distances between groups mean little.
    Tsne,
}

impl MapMethod {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Pca, Self::Tsne];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pca => "PCA",
            Self::Tsne => "t-SNE",
        }
    }

    /// Its name in attributes and files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pca => "pca",
            Self::Tsne => "tsne",
        }
    }
}
