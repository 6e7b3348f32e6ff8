//! Kernels for the backends under CubeCL: WebGPU in the browser, Vulkan, Metal or DirectX natively.

use burn_cubecl::CubeBackend;

use super::Kernels;

impl Kernels for CubeBackend {}
