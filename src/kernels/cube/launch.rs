//! Runs hand-written WGSL on Burn's tensors.

use std::fmt::Debug;
use std::hash::Hash;

use burn::tensor::Shape;
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::attributes::BufferIOAttr;
use cubecl::ir::metadata::Info;
use cubecl::ir::settings::KernelSettings;
use cubecl::ir::{AddressType, ElemType, Scope, UIntKind};
use cubecl::prelude::{CubeCount, CubeDim, ExecutionMode, KernelDefinition, KernelId, KernelMetadata};
use cubecl::server::{KernelArguments, MetadataBindingInfo};
use cubecl::{CubeKernel, PrecompiledSource};

/// A kernel for given sizes. Equal values have the same source, and so share one pipeline.
pub(super) trait Shader: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// Invocations per workgroup.
    fn lanes(&self) -> u32;

    /// Everything but the bindings: an entry point `main`, over buffers that [`Self::buffers`] names in order and the
    /// run-time sizes in `info: vec4<u32>`.
    fn body(&self) -> String;

    /// Name and element type of each buffer; the last one is written.
    fn buffers(&self) -> Vec<(&'static str, &'static str)>;
}

/// Whether all elements are 32-bit words, which is what the kernels read.
pub(super) fn all_words<const N: usize>(tensors: [&CubeTensor; N]) -> bool {
    tensors.iter().all(|tensor| tensor.dtype.size() == 4 && tensor.qparams.is_none())
}

/// `inputs`, laid out row by row, through `shader` into a new tensor of `shape`, on a grid of workgroups; `info`
/// reaches the shader as it is.
pub(super) fn run<S: Shader>(
    shader: S,
    inputs: impl IntoIterator<Item = CubeTensor>,
    shape: impl Into<Shape>,
    grid: [usize; 3],
    info: [usize; 4],
) -> CubeTensor {
    let inputs: Vec<CubeTensor> = inputs.into_iter().map(into_contiguous).collect();
    let (client, device, dtype) = (inputs[0].client.clone(), inputs[0].device.clone(), inputs[0].dtype);
    let shape = shape.into();
    let handle = client.empty(shape.num_elements() * dtype.size());
    let output = CubeTensor::new_contiguous(client.clone(), device, shape, handle, dtype);
    let word = |index: usize| info[index] as u32 as u64;
    let info = vec![word(0) | word(1) << 32, word(2) | word(3) << 32];
    let mut arguments = KernelArguments::new();
    for input in &inputs {
        arguments = arguments.with_buffer_io(input.handle.clone().binding(), BufferIOAttr::ReadOnly);
    }
    arguments = arguments
        .with_buffer_io(output.handle.clone().binding(), BufferIOAttr::WriteOnly)
        .with_info(MetadataBindingInfo::custom(info));
    let [x, y, z] = grid.map(|count| count as u32);
    client.launch(Box::new(Kernel(shader)), CubeCount::Static(x, y, z), arguments);
    output
}

struct Kernel<S>(S);

impl<S: Shader> Kernel<S> {
    fn dim(&self) -> CubeDim {
        CubeDim::new_1d(self.0.lanes())
    }

    fn text(&self) -> String {
        // Natively, tensors share buffers, and a buffer that one dispatch reads and writes must be bound writable
        // throughout. In the browser each has its own.
        let read = if cfg!(target_family = "wasm") { "read" } else { "read_write" };
        let buffers = self.0.buffers();
        let mut text = String::new();
        for (binding, (name, element)) in buffers.iter().enumerate() {
            let access = if binding + 1 == buffers.len() { "read_write" } else { read };
            text += &format!("@group(0) @binding({binding}) var<storage, {access}> {name}: array<{element}>;\n");
        }
        text += &format!("@group(0) @binding({}) var<uniform> info: vec4<u32>;\n", buffers.len());
        text + &self.0.body()
    }
}

impl<S: Shader> KernelMetadata for Kernel<S> {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().cube_dim(self.dim().0).info(self.0.clone())
    }

    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl<S: Shader> CubeKernel for Kernel<S> {
    fn define(&self) -> KernelDefinition {
        // Never compiled: `source` takes its place.
        let settings = KernelSettings::new(self.dim().0, ExecutionMode::Checked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        Some(PrecompiledSource { source: self.text(), entrypoint_name: "main".into(), lang: "wgsl" })
    }
}

/// `line(0)` to `line(count - 1)`, joined.
pub(super) fn repeat(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}
