//! Self-attention in one dispatch, for any number of tokens.
//!
//! A lane owns one query: it walks the keys, [`KEYS`] at a time, and keeps its output in registers, rescaled whenever a
//! larger score turns up (softmax in one pass). All lanes of a workgroup share view and head, so they read the same key
//! and value at the same time. No workgroup memory, no barriers, and scores are never stored.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Shader, repeat, run};

/// Keys between two rescalings.
const KEYS: usize = 4;
/// Most queries per workgroup.
const QUERIES: usize = 128;

/// Attention for given sizes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Attention {
    tokens: usize,
    heads: usize,
    size: usize,
}

/// See [`attention`](crate::kernels::attention).
pub(super) fn attention(qkv: CubeTensor, heads: usize) -> CubeTensor {
    let [views, tokens, width] = qkv.shape().dims();
    let shader = Attention { tokens, heads, size: width / 3 / heads };
    let grid = [tokens.div_ceil(shader.lanes() as usize), heads, views];
    run(shader, [qkv], [views, tokens, width / 3], grid, [views, 0, 0, 0])
}

impl Attention {
    fn in_fours(&self) -> bool {
        self.size.is_multiple_of(4)
    }

    fn access(&self) -> String {
        if self.in_fours() {
            return "
fn load(at: u32, i: u32) -> vec4<f32> { return qkv[at / 4u + i]; }
fn store(at: u32, i: u32, v: vec4<f32>) { y[at / 4u + i] = v; }
"
            .into();
        }
        let size = self.size;
        let four =
            repeat(4, |i| format!("{}qkv[at + min(i * 4u + {i}u, {}u)]", if i > 0 { ", " } else { "" }, size - 1));
        format!(
            "
fn load(at: u32, i: u32) -> vec4<f32> {{
    return select(vec4<f32>(), vec4<f32>({four}), vec4<u32>(i * 4u) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>({size}u));
}}
fn store(at: u32, i: u32, v: vec4<f32>) {{
    for (var j = 0u; j < 4u && i * 4u + j < {size}u; j++) {{ y[at + i * 4u + j] = v[j]; }}
}}
"
        )
    }
}

impl Shader for Attention {
    fn lanes(&self) -> u32 {
        self.tokens.div_ceil(self.tokens.div_ceil(QUERIES)).next_multiple_of(8) as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        let element = if self.in_fours() { "vec4<f32>" } else { "f32" };
        vec![("qkv", element), ("y", element)]
    }

    fn body(&self) -> String {
        let Self { tokens, heads, size } = *self;
        let (width, fours, lanes) = (heads * size, size.div_ceil(4), self.lanes());
        let query = repeat(fours, |i| format!("    let q{i} = load(at, {i}u);\n    var y{i} = vec4<f32>();\n"));
        let places = repeat(KEYS, |n| {
            format!(
                "        let at{n} = (view * {tokens}u + min(key + {n}u, {}u)) * {}u + key_at;\n",
                tokens - 1,
                3 * width
            )
        });
        let scores = repeat(KEYS, |n| {
            let sum = repeat(fours, |i| format!("{}dot(q{i}, load(at{n}, {i}u))", if i > 0 { " + " } else { "" }));
            format!("        let s{n} = select(LOWEST, {sum}, key + {n}u < {tokens}u);\n")
        });
        let peak = (0..KEYS).fold("peak".to_string(), |peak, n| format!("max({peak}, s{n})"));
        let weights = repeat(KEYS, |n| format!("        let p{n} = exp(s{n} - top);\n"));
        let total = repeat(KEYS, |n| format!(" + p{n}"));
        let values = repeat(fours, |i| {
            let sum = repeat(KEYS, |n| format!(" + p{n} * load(at{n} + {width}u, {i}u)"));
            format!("        y{i} = y{i} * scale{sum};\n")
        });
        let store = repeat(fours, |i| format!("        store(at_y, {i}u, y{i} / total);\n"));
        format!(
            "
const LOWEST = -3.0e38;
{access}
@compute @workgroup_size({lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let view = min(group.z, info.x - 1u);
    let token = group.x * {lanes}u + lane;
    let at = (view * {tokens}u + min(token, {last}u)) * {stride}u + group.y * {size}u;
    let key_at = {width}u + group.y * {size}u;
{query}    var peak = LOWEST;
    var total = 0.0;
    for (var key = 0u; key < {tokens}u; key += {KEYS}u) {{
{places}{scores}        let top = {peak};
        let scale = exp(peak - top);
{weights}        total = total * scale{total};
{values}        peak = top;
    }}
    if (token < {tokens}u) {{
        let at_y = (view * {tokens}u + token) * {width}u + group.y * {size}u;
{store}    }}
}}
",
            access = self.access(),
            last = tokens - 1,
            stride = 3 * width,
        )
    }
}
