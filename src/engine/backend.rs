//! The two kinds of device.

use serde::{Deserialize, Serialize};

/// Where to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Backend {
    /// The processor, all cores of it natively.
    Cpu,
    /// The graphics card, through WebGPU in a browser; natively in a build with the feature `wgpu`.
    Gpu,
}

impl Backend {
    /// Its name in addresses, options and tests.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Gpu => "gpu",
        }
    }

    /// Most images in a forward pass: more would keep a person waiting without being faster.
    pub(super) const fn together(self) -> usize {
        match self {
            Self::Cpu => 8,
            Self::Gpu => 32,
        }
    }
}

/// Whether an adapter's name is that of a software renderer, which is slower than the CPU backend.
pub fn is_software(adapter: &str) -> bool {
    let name = adapter.to_lowercase();
    ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"].iter().any(|software| name.contains(software))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn software_adapters_are_recognised_by_name() {
        for name in ["Google SwiftShader", "llvmpipe (LLVM 15.0.6, 256 bits)", "Microsoft Basic Render Driver"] {
            assert!(is_software(name), "{name}");
        }
        for name in ["Apple M3", "NVIDIA GeForce RTX 4070", "Intel(R) Iris(R) Xe Graphics", "WebGPU"] {
            assert!(!is_software(name), "{name}");
        }
    }
}
