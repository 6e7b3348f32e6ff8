//! Activations in WGSL.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Shader, run};
use crate::kernels::Activation;

/// GELU by the exact error function: `gelu(x) = x Phi(x)`. With `z = |x| / sqrt(2)` and `t = 1 / (1 + z / 2)`, `erfc(z)
/// = t exp(-z^2) P(t)`; P is the polynomial of degree 8 with the smallest maximum relative error (3e-8) for `z` in `[0,
/// 6.5]`. Working with erfc keeps the small values at negative x, where 1 + erf would cancel. Within 7e-8 (1 + |x|) in
/// 32 bits.
const GELU: &str = "
fn activate(x: vec4<f32>) -> vec4<f32> {
    let z = abs(x) * 0.70710678;
    let t = 1.0 / (1.0 + 0.5 * z);
    let u = (t - 0.61764706) * 2.61538462;
    var p = vec4<f32>(-2.52668915e-5);
    p = p * u - 8.96064e-6;
    p = p * u + 3.47275314e-4;
    p = p * u - 2.20651154e-4;
    p = p * u - 4.50126538e-3;
    p = p * u + 3.01601699e-3;
    p = p * u + 8.69439287e-2;
    p = p * u + 3.14876525e-1;
    p = p * u + 5.99572367e-1;
    let tail = 0.5 * t * p * exp(-z * z);
    return x * select(1.0 - tail, tail, x < vec4<f32>());
}
";

/// `x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))`. Beyond 9.5 the sigmoid is 0 or 1 in 32 bits, and the exponent stays
/// finite.
const GELU_TANH: &str = "
fn activate(x: vec4<f32>) -> vec4<f32> {
    let c = clamp(x, vec4<f32>(-9.5), vec4<f32>(9.5));
    return x / (1.0 + exp(-1.59576912 * c * (1.0 + 0.044715 * c * c)));
}
";

/// `x sigmoid(1.702 x)`. The exponent is bounded, since WGSL does not guarantee infinities.
const QUICK_GELU: &str = "
fn activate(x: vec4<f32>) -> vec4<f32> { return x / (1.0 + exp(min(-1.702 * x, vec4<f32>(80.0)))); }
";

const IDENTITY: &str = "
fn activate(x: vec4<f32>) -> vec4<f32> { return x; }
";

/// The function `activate` of the linear layers' shader. A gated activation is applied afterwards, by [`gate`].
pub(super) fn activate(activation: Activation) -> &'static str {
    match activation {
        Activation::Identity | Activation::SwiGlu => IDENTITY,
        Activation::Gelu => GELU,
        Activation::GeluTanh => GELU_TANH,
        Activation::QuickGelu => QUICK_GELU,
    }
}

/// Rows per workgroup of [`Gate`].
const ROWS: usize = 16;
/// Lanes per workgroup of [`Gate`], one column each.
const LANES: usize = 64;

/// Applies the gates to the values, for this many outputs per row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Gate {
    outputs: usize,
}

/// `silu(g) v` for the halves `g` and `v` of each row: `[N, O]` from `[N, 2 O]`.
pub(super) fn gate(x: CubeTensor) -> CubeTensor {
    let [rows, columns] = x.shape().dims();
    let outputs = columns / 2;
    let grid = [outputs.div_ceil(LANES), rows.div_ceil(ROWS), 1];
    run(Gate { outputs }, [x], [rows, outputs], grid, [rows, 0, 0, 0])
}

impl Shader for Gate {
    fn lanes(&self) -> u32 {
        LANES as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        vec![("x", "f32"), ("y", "f32")]
    }

    fn body(&self) -> String {
        let outputs = self.outputs;
        format!(
            "
@compute @workgroup_size({LANES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let column = group.x * {LANES}u + lane;
    let end = min((group.y + 1u) * {ROWS}u, info.x);
    if (column < {outputs}u) {{
        for (var row = group.y * {ROWS}u; row < end; row++) {{
            let at = row * {twice}u + column;
            let g = x[at];
            y[row * {outputs}u + column] = g / (1.0 + exp(min(-g, 80.0))) * x[at + {outputs}u];
        }}
    }}
}}
",
            twice = 2 * outputs,
        )
    }
}
