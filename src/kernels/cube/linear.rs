//! Linear layers with what stands before and behind them: one dispatch each.
//!
//! A workgroup computes [`ROWS`] rows of the output, each lane four neighbouring columns of all of them: per four inputs,
//! `ROWS + 4` loads for `16 ROWS` multiply-adds. Every lane of the workgroup reads the same element of `x` at the same time
//! (a broadcast) and its own column of the weights (neighbours, coalesced). Rows that need work before they are multiplied
//! (standardised, or gathered from an image) pass through workgroup memory, so that the work is done once.

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::gelu::GELU;
use super::launch::{Shader, repeat, run};

/// Rows of the output for a workgroup, all in registers.
const ROWS: usize = 16;
/// Inputs in workgroup memory at a time, in fours: 12 KiB.
const CHUNK: usize = 48;
/// Lanes that a workgroup may have: multiples of [`ROWS`], which share the statistics out evenly.
const LANES: [usize; 3] = [64, 48, 32];

/// A linear layer for given sizes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Linear {
    inputs: usize,
    outputs: usize,
    from: Source,
    /// Standardise the rows first, with this eps (bits, so that it can be compared).
    standardize: Option<u32>,
    gelu: bool,
    residual: bool,
}

/// Where rows come from, and with that, what is added behind the product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    /// They are stored; a bias.
    Rows,
    /// They are patches of views; each token's position, the class token's being all it has.
    Views { height: usize, width: usize, patch: usize },
}

/// See [`embed`](crate::kernels::embed).
pub(super) fn embed(views: CubeTensor, weight: CubeTensor, positions: CubeTensor) -> CubeTensor {
    let [count, _, height, width] = views.shape().dims();
    let [inputs, outputs] = weight.shape().dims();
    let from = Source::Views { height, width, patch: (inputs / 3).isqrt() };
    let shader = Linear { inputs, outputs, from, standardize: None, gelu: false, residual: false };
    let tokens = positions.shape()[0];
    shader.launch(vec![views, weight, positions], count * tokens, Shape::from([count, tokens, outputs]))
}

/// See [`standardize_linear`](crate::kernels::standardize_linear).
pub(super) fn standardize_linear(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    eps: f32,
    gelu: bool,
) -> CubeTensor {
    let [inputs, outputs] = weight.shape().dims();
    let rows = x.shape()[0];
    let shader =
        Linear { inputs, outputs, from: Source::Rows, standardize: Some(eps.to_bits()), gelu, residual: false };
    shader.launch(vec![x, weight, bias], rows, Shape::from([rows, outputs]))
}

/// See [`linear_add`](crate::kernels::linear_add).
pub(super) fn linear_add(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, residual: CubeTensor) -> CubeTensor {
    let [inputs, outputs] = weight.shape().dims();
    let rows = x.shape()[0];
    let shader = Linear { inputs, outputs, from: Source::Rows, standardize: None, gelu: false, residual: true };
    shader.launch(vec![x, weight, bias, residual], rows, Shape::from([rows, outputs]))
}

impl Linear {
    fn launch(self, inputs: Vec<CubeTensor>, rows: usize, shape: Shape) -> CubeTensor {
        let grid = [self.outputs.div_ceil(4).div_ceil(self.width()), rows.div_ceil(ROWS), 1];
        run(self, inputs, shape, grid, [rows, 0, 0, 0])
    }

    /// Lanes of a workgroup: as many as leave the fewest idle.
    fn width(&self) -> usize {
        let columns = self.outputs.div_ceil(4);
        LANES.into_iter().min_by_key(|lanes| columns.next_multiple_of(*lanes)).unwrap_or(LANES[0])
    }

    /// Whether four neighbours of any row can be read at once.
    fn in_fours(&self) -> bool {
        let from = match self.from {
            Source::Rows => self.inputs,
            // A multiple of four only where both are.
            Source::Views { width, patch, .. } => patch | width,
        };
        from.is_multiple_of(4) && self.outputs.is_multiple_of(4)
    }

    /// Where input `i` of `row` lies in `x`, and what is true if it is a number and not the class token's nothing.
    fn place(&self) -> (String, &'static str) {
        let (place, real) = match self.from {
            Source::Rows => (format!("return row * {}u + i;", self.inputs), "true"),
            Source::Views { height, width, patch } => {
                let (columns, tokens) = (width / patch, (height / patch) * (width / patch) + 1);
                let place = format!(
                    "let cell = max(row % {tokens}u, 1u) - 1u;
    let line = (cell / {columns}u) * {patch}u + i / {patch}u % {patch}u;
    let plane = row / {tokens}u * 3u + i / {area}u;
    return (plane * {height}u + line) * {width}u + cell % {columns}u * {patch}u + i % {patch}u;",
                    area = patch * patch,
                );
                (place, "row % TOKENS > 0u")
            }
        };
        (format!("fn place(row: u32, i: u32) -> u32 {{\n    {place}\n}}"), real)
    }

    /// What is added to the product, of an output at `at`, in `row` and `column`.
    fn addend(&self, outputs: &str, column: &str) -> String {
        let residual = if self.residual { " + residual[at]" } else { "" };
        match self.from {
            Source::Rows => residual.into(),
            Source::Views { .. } => format!("{residual} + positions[row % TOKENS * {outputs} + {column}]"),
        }
    }

    /// Reading and writing of four neighbours, where rows may end in the midst of them.
    fn access(&self) -> String {
        let (place, real) = self.place();
        let tokens = match self.from {
            Source::Rows => String::new(),
            Source::Views { height, width, patch } => {
                format!("const TOKENS = {}u;\n", (height / patch) * (width / patch) + 1)
            }
        };
        let (inputs, outputs) = (self.inputs, self.outputs);
        let four = |item: &str| {
            repeat(4, |i| format!("{}{}", if i > 0 { ", " } else { "" }, item.replace('#', &i.to_string())))
        };
        let (within, x, weight, bias, store) = if self.in_fours() {
            let store = format!("let at = row * OUTPUTS + column;\n    y[at] = v{};", self.addend("OUTPUTS", "column"));
            (
                "v".into(),
                "x[place(row, k * 4u) / 4u]".into(),
                "weight[k * OUTPUTS + column]".into(),
                "bias[column]".into(),
                store,
            )
        } else {
            let (last_in, last_out) = (inputs - 1, outputs - 1);
            let lanes = format!("vec4<u32>(k * 4u) + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>({inputs}u)");
            let x = four(&format!("x[place(row, min(k * 4u + #u, {last_in}u))]"));
            let weight = four(&format!("weight[min(k, {last_in}u) * {outputs}u + min(column * 4u + #u, {last_out}u)]"));
            let bias = four(&format!("bias[min(column * 4u + #u, {last_out}u)]"));
            let addend = self.addend(&format!("{outputs}u"), "(column * 4u + i)");
            let store = format!(
                "for (var i = 0u; i < 4u && column * 4u + i < {outputs}u; i++) {{
        let at = row * {outputs}u + column * 4u + i;
        y[at] = v[i]{addend};
    }}"
            );
            (
                format!("select(vec4<f32>(), v, {lanes})"),
                format!("within(vec4<f32>({x}), k)"),
                format!("vec4<f32>({weight})"),
                format!("vec4<f32>({bias})"),
                store,
            )
        };
        let bias = if self.from == Source::Rows {
            format!("fn load_bias(column: u32) -> vec4<f32> {{ return {bias}; }}")
        } else {
            "fn load_bias(column: u32) -> vec4<f32> { return vec4<f32>(); }".into()
        };
        format!(
            "{tokens}{place}
fn within(v: vec4<f32>, k: u32) -> vec4<f32> {{ return {within}; }}
fn load_x(row: u32, k: u32) -> vec4<f32> {{ return select(vec4<f32>(), {x}, {real}); }}
fn load_weight(k: u32, column: u32) -> vec4<f32> {{ return {weight}; }}
{bias}
fn store(row: u32, column: u32, v: vec4<f32>) {{
    {store}
}}
"
        )
    }

    /// Whether rows pass through workgroup memory: those that need work on the way, and short ones. Where it takes more
    /// than one chunk, barriers amid the product cost software adapters half their speed.
    fn staged(&self) -> bool {
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
    fn buffer_body(&self) -> String {
        let lines = repeat(ROWS, |r| format!("let line{r} = min(row + {r}u, rows - 1u);\n"));
        let multiply = Self::multiply("k", |r| format!("load_x(line{r}, k)"));
        format!("{lines}for (var k = 0u; k < INPUTS; k++) {{\n{multiply}}}")
    }

    /// The product with rows from workgroup memory, a chunk of the inputs at a time, and the memory's declaration.
    fn tile_body(&self, eps: Option<f32>) -> (String, String) {
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

    /// Mean and inverse deviation of each row, in two passes so that nothing cancels, lanes sharing a row.
    fn statistics(&self, eps: f32) -> String {
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

impl Shader for Linear {
    fn lanes(&self) -> u32 {
        self.width() as u32
    }

    fn buffers(&self) -> Vec<(&'static str, &'static str)> {
        let element = if self.in_fours() { "vec4<f32>" } else { "f32" };
        let mut names = vec!["x", "weight", if self.from == Source::Rows { "bias" } else { "positions" }];
        names.extend(self.residual.then_some("residual"));
        names.push("y");
        names.into_iter().map(|name| (name, element)).collect()
    }

    fn body(&self) -> String {
        let lanes = self.width();
        let eps = self.standardize.map(f32::from_bits);
        let (shared, product) = if self.staged() { self.tile_body(eps) } else { (String::new(), self.buffer_body()) };
        let activate = if self.gelu { "gelu" } else { "" };
        let zero = repeat(ROWS, |r| format!("    var y{r} = vec4<f32>();\n"));
        let store = repeat(ROWS, |r| {
            format!("        if (row + {r}u < rows) {{ store(row + {r}u, column, {activate}(y{r} + b)); }}\n")
        });
        format!(
            "
const INPUTS = {inputs}u;
const OUTPUTS = {outputs}u;
{shared}
{access}
{gelu}
@compute @workgroup_size({lanes})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {{
    let rows = info.x;
    let row = group.y * {ROWS}u;
    let own = group.x * {lanes}u + lane;
    let column = min(own, OUTPUTS - 1u);
{statistics}{zero}{product}
    if (own < OUTPUTS) {{
        let b = load_bias(column);
{store}    }}
}}
",
            inputs = self.inputs.div_ceil(4),
            outputs = self.outputs.div_ceil(4),
            statistics = eps.map(|eps| self.statistics(eps)).unwrap_or_default(),
            access = self.access(),
            gelu = if self.gelu { GELU } else { "" },
        )
    }
}
