//! Attention for one query per view, in one dispatch: a workgroup for each view and head. The lanes first divide the
//! keys among themselves, then the output's channels.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Shader, run};

/// Lanes per workgroup.
const LANES: usize = 64;
/// Most tokens: their weights must fit in workgroup memory.
const TOKENS: usize = 4096;

/// Attention of one query for given sizes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ClassAttention {
    tokens: usize,
    heads: usize,
    size: usize,
}

/// Whether the weights of all tokens fit in workgroup memory.
pub(super) fn fits(kv: &CubeTensor) -> bool {
    kv.shape()[1] <= TOKENS
}

/// See [`class_attention`](crate::kernels::class_attention).
pub(super) fn class_attention(q: CubeTensor, kv: CubeTensor, heads: usize) -> CubeTensor {
    let [views, width] = q.shape().dims();
    let shader = ClassAttention { tokens: kv.shape()[1], heads, size: width / heads };
    run(shader, [q, kv], [views, width], [heads, views, 1], [views, 0, 0, 0])
}

impl Shader for ClassAttention {
    fn lanes(&self) -> u32 {
        LANES as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        vec![("q", "f32"), ("kv", "f32"), ("y", "f32")]
    }

    fn body(&self) -> String {
        let Self { tokens, heads, size } = *self;
        let width = heads * size;
        format!(
            "
var<workgroup> weights: array<f32, {tokens}>;
@compute @workgroup_size({LANES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let view = min(group.y, info.x - 1u);
    let at = view * {width}u + group.x * {size}u;
    let at_kv = view * {view}u + group.x * {size}u;
    for (var key = lane; key < {tokens}u; key += {LANES}u) {{
        var score = 0.0;
        for (var i = 0u; i < {size}u; i++) {{ score += q[at + i] * kv[at_kv + key * {token}u + i]; }}
        weights[key] = score;
    }}
    workgroupBarrier();
    var top = weights[0];
    for (var key = 1u; key < {tokens}u; key++) {{ top = max(top, weights[key]); }}
    workgroupBarrier();
    for (var key = lane; key < {tokens}u; key += {LANES}u) {{ weights[key] = exp(weights[key] - top); }}
    workgroupBarrier();
    for (var i = lane; i < {size}u; i += {LANES}u) {{
        var sum = 0.0;
        var total = 0.0;
        for (var key = 0u; key < {tokens}u; key++) {{
            sum += weights[key] * kv[at_kv + key * {token}u + {width}u + i];
            total += weights[key];
        }}
        y[at + i] = sum / total;
    }}
}}
",
            view = tokens * 2 * width,
            token = 2 * width,
        )
    }
}
