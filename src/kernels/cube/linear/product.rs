//! The product itself: rows straight from their buffer, or a chunk at a time through workgroup memory.

use super::{CHUNK, Linear, ROWS, Source};
use crate::kernels::cube::launch::repeat;

impl Linear {
    /// Whether rows pass through workgroup memory: those that are transformed on the way, and short ones. With more
    /// than one chunk, the barriers within the product halve the speed of software adapters.
    pub(super) fn staged(&self) -> bool {
        self.standardize.is_some() || self.from != Source::Rows || self.inputs <= 4 * CHUNK
    }

    /// Multiply-adds of four inputs from `k` on, read at `input(r)` for each row.
    fn multiply(k: &str, input: impl Fn(usize) -> String) -> String {
        let weights = repeat(4, |i| format!("let w{i} = load_weight(({k}) * 4u + {i}u, column);\n"));
        let rows = repeat(ROWS, |r| {
            let product = format!("y{r} += v.x * w0; y{r} += v.y * w1; y{r} += v.z * w2; y{r} += v.w * w3;");
            format!("v = {};\n{product}\n", input(r))
        });
        format!("{weights}var v: vec4<f32>;\n{rows}")
    }

    /// The product with rows as they are stored.
    pub(super) fn buffer_body(&self) -> String {
        let lines = repeat(ROWS, |r| format!("let line{r} = min(row + {r}u, rows - 1u);\n"));
        let multiply = Self::multiply("k", |r| format!("load_x(line{r}, k)"));
        format!("{lines}for (var k = 0u; k < INPUTS; k++) {{\n{multiply}}}")
    }

    /// The product with rows from workgroup memory, a chunk of the inputs at a time, and the memory's declaration.
    pub(super) fn tile_body(&self, eps: Option<f32>) -> (String, String) {
        let (lanes, depth) = (self.width(), CHUNK.min(self.inputs.div_ceil(4)));
        let size = ROWS * depth;
        let value = if eps.is_some() {
            "within((load_x(line, start + k) - statistics[r].x) * statistics[r].y, start + k)"
        } else {
            "load_x(line, start + k)"
        };
        let statistics = eps.map_or(String::new(), |_| {
            format!("var<workgroup> parts: array<f32, {lanes}>;\nvar<workgroup> statistics: array<vec2<f32>, {ROWS}>;")
        });
        let multiply = Self::multiply("start + k", |r| format!("tile[{}u + k]", r * depth));
        let product = format!(
            "    for (var start = 0u; start < INPUTS; start += {depth}u) {{
        let depth = min({depth}u, INPUTS - start);
        for (var i = lane; i < {size}u; i += {lanes}u) {{
            let r = i / {depth}u;
            let k = i % {depth}u;
            let line = min(row + r, rows - 1u);
            if (k < depth) {{ tile[i] = {value}; }}
        }}
        workgroupBarrier();
        for (var k = 0u; k < depth; k++) {{
{multiply}        }}
        workgroupBarrier();
    }}"
        );
        (format!("var<workgroup> tile: array<vec4<f32>, {size}>;\n{statistics}"), product)
    }

    /// Mean and inverse standard deviation of each row, in two passes to avoid cancellation; lanes share a row.
    pub(super) fn statistics(&self, eps: f32) -> String {
        let (inputs, share) = (self.inputs, self.width() / ROWS);
        format!(
            "
    let mine = lane / {share}u;
    let part = lane % {share}u;
    let line = min(row + mine, rows - 1u);
    var sum = 0.0;
    for (var k = part; k < INPUTS; k += {share}u) {{ sum += dot(load_x(line, k), vec4<f32>(1.0)); }}
    parts[lane] = sum;
    workgroupBarrier();
    var mean = 0.0;
    for (var i = 0u; i < {share}u; i++) {{ mean += parts[mine * {share}u + i]; }}
    mean /= {inputs}.0;
    workgroupBarrier();
    sum = 0.0;
    for (var k = part; k < INPUTS; k += {share}u) {{
        let v = within(load_x(line, k) - mean, k);
        sum += dot(v, v);
    }}
    parts[lane] = sum;
    workgroupBarrier();
    var variance = 0.0;
    for (var i = 0u; i < {share}u; i++) {{ variance += parts[mine * {share}u + i]; }}
    if (part == 0u) {{ statistics[mine] = vec2<f32>(mean, 1.0 / sqrt(variance / {inputs}.0 + {eps:e})); }}
    workgroupBarrier();
"
        )
    }
}
