//! Linear layers, fused with the norm before them and the activation or sum after them: one dispatch each.
//!
//! A workgroup computes [`ROWS`] rows of the output, each lane four neighbouring columns of all of them: per four
//! inputs, `ROWS + 4` loads for `16 ROWS` multiply-adds. Every lane of the workgroup reads the same element of `x` at
//! the same time (a broadcast) and its own column of the weights (neighbours, coalesced). Rows that are standardised or
//! gathered from an image before they are multiplied pass through workgroup memory, so that this is done once.

mod access;
mod product;

use burn::backend::TensorMetadata;
use burn::tensor::Shape;
use burn_cubecl::tensor::CubeTensor;

use super::activation::{activate, gate};
use super::launch::{Shader, repeat, run};
use crate::kernels::Activation;

/// Rows of the output per workgroup, all in registers.
const ROWS: usize = 16;
/// Inputs in workgroup memory at a time, in fours: 12 KiB.
const CHUNK: usize = 48;
/// Allowed workgroup sizes: multiples of [`ROWS`], which divide the statistics evenly among the lanes.
const LANES: [usize; 3] = [64, 48, 32];

/// A linear layer for given sizes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Linear {
    inputs: usize,
    outputs: usize,
    from: Source,
    /// Standardise the rows first, with this eps (bits, so that it can be compared).
    standardize: Option<u32>,
    activation: Activation,
    residual: bool,
}

/// Where rows come from, and what is added to the product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Source {
    /// Stored as they are; a bias is added.
    Rows,
    /// Patches of views, after `prefix` tokens of each view that have no pixels; positions are added.
    Views { height: usize, width: usize, patch: usize, prefix: usize },
}

/// See [`embed`](crate::kernels::embed).
pub(super) fn embed(views: CubeTensor, weight: CubeTensor, positions: CubeTensor) -> CubeTensor {
    let [count, _, height, width] = views.shape().dims();
    let [inputs, outputs] = weight.shape().dims();
    let (tokens, patch) = (positions.shape()[0], (inputs / 3).isqrt());
    let prefix = tokens - (height / patch) * (width / patch);
    let from = Source::Views { height, width, patch, prefix };
    let activation = Activation::Identity;
    let shader = Linear { inputs, outputs, from, standardize: None, activation, residual: false };
    shader.launch(vec![views, weight, positions], count * tokens, Shape::from([count, tokens, outputs]))
}

/// See [`standardize_linear`](crate::kernels::standardize_linear).
pub(super) fn standardize_linear(
    x: CubeTensor,
    weight: CubeTensor,
    bias: CubeTensor,
    eps: f32,
    activation: Activation,
) -> CubeTensor {
    let [inputs, outputs] = weight.shape().dims();
    let rows = x.shape()[0];
    let standardize = Some(eps.to_bits());
    let shader = Linear { inputs, outputs, from: Source::Rows, standardize, activation, residual: false };
    let y = shader.launch(vec![x, weight, bias], rows, Shape::from([rows, outputs]));
    if activation.is_gated() { gate(y) } else { y }
}

/// See [`linear_add`](crate::kernels::linear_add).
pub(super) fn linear_add(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, residual: CubeTensor) -> CubeTensor {
    let [inputs, outputs] = weight.shape().dims();
    let rows = x.shape()[0];
    let activation = Activation::Identity;
    let shader = Linear { inputs, outputs, from: Source::Rows, standardize: None, activation, residual: true };
    shader.launch(vec![x, weight, bias, residual], rows, Shape::from([rows, outputs]))
}

impl Linear {
    fn launch(self, inputs: Vec<CubeTensor>, rows: usize, shape: Shape) -> CubeTensor {
        let grid = [self.outputs.div_ceil(4).div_ceil(self.width()), rows.div_ceil(ROWS), 1];
        run(self, inputs, shape, grid, [rows, 0, 0, 0])
    }

    /// Lanes per workgroup: the choice that leaves the fewest idle.
    fn width(&self) -> usize {
        let columns = self.outputs.div_ceil(4);
        LANES.into_iter().min_by_key(|lanes| columns.next_multiple_of(*lanes)).unwrap_or(LANES[0])
    }

    /// Whether four neighbours of any row can be read at once.
    fn in_fours(&self) -> bool {
        let from = match self.from {
            Source::Rows => self.inputs,
            // A multiple of four only if both are.
            Source::Views { width, patch, .. } => patch | width,
        };
        from.is_multiple_of(4) && self.outputs.is_multiple_of(4)
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
        let zero = repeat(ROWS, |r| format!("    var y{r} = vec4<f32>();\n"));
        let store = repeat(ROWS, |r| {
            format!("        if (row + {r}u < rows) {{ store(row + {r}u, column, activate(y{r} + b)); }}\n")
        });
        format!(
            "
const INPUTS = {inputs}u;
const OUTPUTS = {outputs}u;
{shared}
{access}
{activate}
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
            activate = activate(self.activation),
        )
    }
}
