//! Opening a device.

use burn::tensor::Device;
use thiserror::Error;

use super::{Backend, Choice, DeviceInfo};

/// No such device here.
#[derive(Debug, Clone, Error)]
pub enum DeviceError {
    /// This program was built without the feature `wgpu`.
    #[error("This build has no GPU support. Use the CPU, or build with it: cargo build --release --features wgpu.")]
    NoGpuSupport,
    /// The GPU could not be opened.
    #[error("The GPU could not be opened: {0}. The CPU works everywhere, only slower.")]
    Gpu(String),
}

/// Opens the wanted device.
///
/// # Errors
/// [`DeviceError`] where there is no such device; the CPU always is.
pub async fn open(choice: Choice) -> Result<(Device, DeviceInfo), DeviceError> {
    match choice {
        Choice::Cpu => Ok((Device::flex(), DeviceInfo { backend: Backend::Cpu, name: "CPU".to_owned() })),
        Choice::Gpu => gpu().await,
    }
}

#[cfg(feature = "wgpu")]
async fn gpu() -> Result<(Device, DeviceInfo), DeviceError> {
    let adapter = crate::kernels::device::gpu().await.map_err(|error| DeviceError::Gpu(error.to_string()))?;
    let name =
        if adapter.cpu || is_software(&adapter.name) { format!("{} (software)", adapter.name) } else { adapter.name };
    Ok((adapter.device, DeviceInfo { backend: Backend::Gpu, name }))
}

#[cfg(not(feature = "wgpu"))]
#[expect(clippy::unused_async, reason = "its twin has to wait for the adapter")]
async fn gpu() -> Result<(Device, DeviceInfo), DeviceError> {
    Err(DeviceError::NoGpuSupport)
}

/// Whether an adapter's name is that of a software adapter, which runs on the CPU and is slower than the CPU backend.
#[cfg(feature = "wgpu")]
fn is_software(adapter: &str) -> bool {
    let name = adapter.to_lowercase();
    ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"].iter().any(|software| name.contains(software))
}

#[cfg(all(test, feature = "wgpu"))]
mod tests {
    use super::*;

    #[test]
    fn software_adapters_are_told_by_name() {
        for name in ["Google SwiftShader", "llvmpipe (LLVM 15.0.6, 256 bits)", "Microsoft Basic Render Driver"] {
            assert!(is_software(name), "{name}");
        }
        for name in ["Apple M3", "NVIDIA GeForce RTX 4070", "Intel(R) Iris(R) Xe Graphics", "WebGPU"] {
            assert!(!is_software(name), "{name}");
        }
    }
}
