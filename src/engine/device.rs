//! Opening a device.

use burn::tensor::Device;
use thiserror::Error;

use super::{Backend, protocol::DeviceInfo};

/// The device is not available.
#[derive(Debug, Clone, Error)]
pub enum DeviceError {
    /// This program was built without the feature `wgpu`.
    #[error("This build has no GPU support. Use the CPU, or rebuild with: cargo build --release --features wgpu.")]
    NoGpuSupport,
    /// The GPU could not be opened.
    #[error("The GPU could not be opened: {0}. The CPU works everywhere, only slower.")]
    Gpu(String),
}

/// Opens a device.
///
/// # Errors
/// [`DeviceError`] if the device is not available; the CPU always is.
pub async fn open(backend: Backend) -> Result<(Device, DeviceInfo), DeviceError> {
    match backend {
        Backend::Cpu => Ok((Device::flex(), DeviceInfo { backend, name: "CPU".to_owned() })),
        Backend::Gpu => gpu().await,
    }
}

#[cfg(feature = "wgpu")]
async fn gpu() -> Result<(Device, DeviceInfo), DeviceError> {
    let adapter = crate::kernels::device::gpu().await.map_err(|error| DeviceError::Gpu(error.to_string()))?;
    let software = adapter.cpu || super::is_software(&adapter.name);
    let name = if software { format!("{} (software)", adapter.name) } else { adapter.name };
    Ok((adapter.device, DeviceInfo { backend: Backend::Gpu, name }))
}

#[cfg(not(feature = "wgpu"))]
#[expect(clippy::unused_async, reason = "the version with a GPU awaits the adapter")]
async fn gpu() -> Result<(Device, DeviceInfo), DeviceError> {
    Err(DeviceError::NoGpuSupport)
}
