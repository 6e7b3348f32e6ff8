//! The activation functions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The function after a linear layer. A gated one halves the width; the others work on each number separately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// `x`.
    Identity,
    /// `x Phi(x)` by the exact error function (Hendrycks and Gimpel, arXiv 1606.08415).
    #[default]
    Gelu,
    /// `x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))`, GELU approximated by the hyperbolic tangent, as SigLIP was trained
    /// with.
    GeluTanh,
    /// `x sigmoid(1.702 x)`, the approximation that OpenAI's CLIP was trained with.
    QuickGelu,
    /// `silu(g) v` with `silu(x) = x sigmoid(x)`, where `g` is the first half of the numbers and `v` the second
    /// (Shazeer, arXiv 2002.05202).
    SwiGlu,
}

impl Activation {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Identity, Self::Gelu, Self::GeluTanh, Self::QuickGelu, Self::SwiGlu];

    /// Those that an MLP's weights do not tell apart, with names to choose them by.
    pub const UNGATED: [(&'static str, Self); 3] =
        [("gelu", Self::Gelu), ("gelu-tanh", Self::GeluTanh), ("quick-gelu", Self::QuickGelu)];

    /// Whether half of the input gates the other half.
    pub const fn is_gated(self) -> bool {
        matches!(self, Self::SwiGlu)
    }

    /// Width of the output for an input of width `inputs`.
    pub const fn outputs(self, inputs: usize) -> usize {
        if self.is_gated() { inputs / 2 } else { inputs }
    }

    /// Width of the input for an output of width `outputs`.
    pub const fn inputs(self, outputs: usize) -> usize {
        if self.is_gated() { 2 * outputs } else { outputs }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::Gelu => "GELU",
            Self::GeluTanh => "GELU by tanh",
            Self::QuickGelu => "quick GELU",
            Self::SwiGlu => "SwiGLU",
        })
    }
}
