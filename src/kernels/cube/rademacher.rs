//! Projection of rank-one gradients by packed signs, in two dispatches and without a stored gradient.
//!
//! A workgroup computes [`ROWS`] components of one image's feature over one slice of the gradient: it forms the
//! gradient [`COLUMNS`] elements at a time in workgroup memory (each a sum over the views), and every lane sums them
//! with the signs of its own row. A second kernel adds the slices.

use burn::backend::TensorMetadata;
use burn_cubecl::tensor::CubeTensor;

use super::launch::{Shader, run};

/// Most components per workgroup, one per lane: the more, the fewer workgroups recompute the same gradient.
const ROWS: usize = 256;
/// Lanes of the kernel that adds the slices.
const LANES: usize = 64;
/// Elements of the gradient in workgroup memory at a time: 4 KiB.
const COLUMNS: usize = 1024;
/// Slices of the gradient, so that one image keeps a GPU busy.
const SLICES: usize = 8;

/// Signed sums over slices of the gradient: `[slices, B, D]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Partial {
    width: usize,
    rows: usize,
    words: usize,
}

/// Their sum over slices, divided by the root of D: `[B, D]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Total {
    rows: usize,
    slices: usize,
}

/// See [`rademacher`](crate::kernels::rademacher).
pub(super) fn rademacher(d: CubeTensor, u: CubeTensor, signs: CubeTensor) -> CubeTensor {
    let [images, views, width] = d.shape().dims();
    let [rows, words] = signs.shape().dims();
    let shader = Partial { width, rows, words };
    let slices = words.div_ceil(shader.slice());
    let grid = [rows.div_ceil(shader.lanes() as usize), images, slices];
    let partial = run(shader, [d, u, signs], [slices, images, rows], grid, [images, views, 0, 0]);
    let shader = Total { rows, slices };
    run(shader, [partial], [images, rows], [rows.div_ceil(LANES), images, 1], [images, 0, 0, 0])
}

impl Partial {
    /// Words of signs in a slice: a whole number of tiles.
    fn slice(&self) -> usize {
        self.words.div_ceil(SLICES).next_multiple_of(COLUMNS / 32)
    }
}

impl Shader for Partial {
    fn lanes(&self) -> u32 {
        // As even as possible, in full SIMD groups.
        self.rows.div_ceil(self.rows.div_ceil(ROWS)).next_multiple_of(32) as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        vec![("d", "f32"), ("u", "f32"), ("signs", "u32"), ("y", "f32")]
    }

    fn body(&self) -> String {
        let Self { width, rows, words } = *self;
        let lanes = self.lanes();
        format!(
            "
var<workgroup> gradient: array<vec4<f32>, {fours}>;
@compute @workgroup_size({lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let images = info.x;
    let views = info.y;
    let image = min(group.y, images - 1u);
    let at = image * views * {width}u;
    let row = group.x * {lanes}u + lane;
    let line = min(row, {last}u) * {words}u;
    var sum = 0.0;
    let end = min((group.z + 1u) * {slice}u, {words}u);
    for (var word = group.z * {slice}u; word < end; word += {tile}u) {{
        for (var i = lane; i < {COLUMNS}u; i += {lanes}u) {{
            let a = (word * 32u + i) / {across}u;
            let b = (word * 32u + i) % {across}u;
            var g = 0.0;
            if (a < {width}u) {{
                for (var view = 0u; view < views; view++) {{
                    let from_u = u[at + view * {width}u + min(b, {width}u - 1u)];
                    g += d[at + view * {width}u + a] * select(1.0, from_u, b < {width}u);
                }}
            }}
            gradient[i / 4u][i % 4u] = g;
        }}
        workgroupBarrier();
        for (var k = 0u; k < {tile}u && word + k < end; k++) {{
            let bits = signs[line + word + k];
            var part = vec4<f32>();
            for (var i = 0u; i < 8u; i++) {{
                let g = gradient[k * 8u + i];
                let plus = vec4<u32>(bits >> (i * 4u)) & vec4<u32>(1u, 2u, 4u, 8u);
                part += select(-g, g, plus != vec4<u32>());
            }}
            sum += dot(part, vec4<f32>(1.0));
        }}
        workgroupBarrier();
    }}
    if (row < {rows}u) {{ y[(group.z * images + image) * {rows}u + row] = sum; }}
}}
",
            last = rows - 1,
            across = width + 1,
            slice = self.slice(),
            tile = COLUMNS / 32,
            fours = COLUMNS / 4,
        )
    }
}

impl Shader for Total {
    fn lanes(&self) -> u32 {
        LANES as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        vec![("x", "f32"), ("y", "f32")]
    }

    fn body(&self) -> String {
        let Self { rows, slices } = *self;
        format!(
            "
@compute @workgroup_size({LANES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let row = group.x * {LANES}u + lane;
    if (row < {rows}u) {{
        var sum = 0.0;
        for (var slice = 0u; slice < {slices}u; slice++) {{ sum += x[(slice * info.x + group.y) * {rows}u + row]; }}
        y[group.y * {rows}u + row] = sum * {scale:e};
    }}
}}
",
            scale = 1.0 / (rows as f64).sqrt(),
        )
    }
}
