//! Opening the GPU.

use burn::prelude::*;
use burn::tensor::wgpu::{WgpuInitError, wgpu};

/// Dispatches in one submission. A view's forward pass takes some sixty, so this is a third of it: enough that submitting
/// costs nothing, few enough that the page can draw on the same GPU in between.
const TASKS: usize = 20;

/// A GPU and what to call it.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// Where tensors live.
    pub device: Device,
    /// The adapter's name as the system or the browser tells it; browsers may keep it to themselves.
    pub name: String,
    /// Whether the driver says that it runs on the CPU. Browsers keep that to themselves, too.
    pub cpu: bool,
}

/// Why there is no GPU to compute on.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The system or the browser offers none.
    #[error("no graphics adapter to compute on; update the browser or its graphics driver ({0})")]
    Unavailable(#[source] WgpuInitError),
    /// It is too small.
    #[error(
        "the graphics adapter {name} takes {invocations} invocations and {buffers} storage buffers, fewer than the 256 \
         and 8 that are needed"
    )]
    TooSmall {
        /// The adapter.
        name: String,
        /// Most invocations of a workgroup.
        invocations: u32,
        /// Most storage buffers of a shader.
        buffers: u32,
    },
}

/// The GPU that the system or the browser thinks fastest. To be called once: a second call fails.
///
/// # Errors
///
/// If there is none, or one that cannot run the kernels.
pub async fn gpu() -> Result<Adapter, AdapterError> {
    #[cfg(target_family = "wasm")]
    construct();
    let options = Device::wgpu_options().tasks_max(TASKS);
    let (device, setup) = options.init_with_setup_async().await.map_err(AdapterError::Unavailable)?;
    let (info, limits) = (setup.adapter.get_info(), setup.device.limits());
    let name = if info.name.trim().is_empty() { "WebGPU".to_string() } else { info.name.trim().to_string() };
    let invocations = limits.max_compute_invocations_per_workgroup;
    let buffers = limits.max_storage_buffers_per_shader_stage;
    if invocations < 256 || buffers < 8 {
        return Err(AdapterError::TooSmall { name, invocations, buffers });
    }
    Ok(Adapter { device, name, cpu: info.device_type == wgpu::DeviceType::Cpu })
}

/// Runs the module's constructors, with which CubeCL's compiler registers its operations, once.
///
/// Calling them from here matters beyond that: where no code does, the linker wraps every export of the module so that
/// it runs them all. One such export stands behind each object that passes between Rust and the browser, and with some
/// thousand constructors every WebGPU call would take milliseconds.
#[cfg(target_family = "wasm")]
fn construct() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes this function for every module; it takes nothing, and is called once.
    ONCE.call_once(|| unsafe { __wasm_call_ctors() });
}
