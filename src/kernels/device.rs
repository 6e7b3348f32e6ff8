//! Opening the GPU.

use burn::prelude::*;
use burn::tensor::wgpu::{WgpuInitError, wgpu};

/// Dispatches in one submission. A view's forward pass takes about sixty, so this is a third of it: enough to make
/// submitting cheap, few enough that the page can draw on the same GPU in between.
const TASKS: usize = 20;

/// A GPU and what to call it.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// Where tensors live.
    pub device: Device,
    /// The adapter's name as reported by the system or the browser; browsers may withhold it.
    pub name: String,
    /// Whether the driver reports that it runs on the CPU. Browsers may withhold this, too.
    pub cpu: bool,
}

/// Why there is no GPU to compute on.
#[derive(Debug, thiserror::Error)]
pub enum AdapterError {
    /// The system or the browser offers none.
    #[error("no graphics adapter to compute on; update the browser or its graphics driver")]
    Unavailable(#[source] WgpuInitError),
    /// It supports too little.
    #[error(
        "the graphics adapter {name} supports {invocations} invocations and {buffers} storage buffers, fewer than the \
         256 and 8 that are needed"
    )]
    TooSmall {
        /// The adapter.
        name: String,
        /// Invocations per workgroup that it supports.
        invocations: u32,
        /// Storage buffers per shader that it supports.
        buffers: u32,
    },
}

/// Opens the GPU that the system or the browser considers fastest. Call it only once: a second call fails.
///
/// # Errors
///
/// If there is no GPU, or it cannot run the kernels.
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

/// Runs the module's constructors once; with them CubeCL's compiler registers its operations.
///
/// Calling them explicitly also keeps the browser fast. If no code does, the linker makes every export of the module
/// run all of them first. Each object that passes between Rust and the browser goes through such an export, and with
/// about a thousand constructors every WebGPU call would take milliseconds.
#[cfg(target_family = "wasm")]
fn construct() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: the linker makes this function for every module, without arguments or a result.
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: constructors may run once and in any order, since each only adds to a list. Now that they are called here,
    // no export runs them, as said above, and `ONCE` lets this call happen once.
    ONCE.call_once(|| unsafe { __wasm_call_ctors() });
}
