//! Reading and writing a linear layer's numbers, four neighbours at a time.

use super::{Linear, Source};
use crate::kernels::cube::launch::repeat;

impl Linear {
    /// Where input `i` of `row` is in `x`, and a condition that holds unless `row` is a prefix token, which has no
    /// pixels.
    fn place(&self) -> (String, &'static str) {
        let (place, real) = match self.from {
            Source::Rows => (format!("return row * {}u + i;", self.inputs), "true"),
            Source::Views { height, width, patch, prefix } => {
                let (columns, tokens) = (width / patch, (height / patch) * (width / patch) + prefix);
                let place = format!(
                    "let cell = max(row % {tokens}u, {prefix}u) - {prefix}u;
    let line = (cell / {columns}u) * {patch}u + i / {patch}u % {patch}u;
    let plane = row / {tokens}u * 3u + i / {area}u;
    return (plane * {height}u + line) * {width}u + cell % {columns}u * {patch}u + i % {patch}u;",
                    area = patch * patch,
                );
                (place, "row % TOKENS >= PREFIX")
            }
        };
        (format!("fn place(row: u32, i: u32) -> u32 {{\n    {place}\n}}"), real)
    }

    /// What is added to the product, for the output at index `at`, in `row` and `column`.
    fn addend(&self, outputs: &str, column: &str) -> String {
        let residual = if self.residual { " + residual[at]" } else { "" };
        match self.from {
            Source::Rows => residual.into(),
            Source::Views { .. } => format!("{residual} + positions[row % TOKENS * {outputs} + {column}]"),
        }
    }

    /// Reading and writing of four neighbours, the last of which may lie beyond the end of the row.
    pub(super) fn access(&self) -> String {
        let (place, real) = self.place();
        let tokens = match self.from {
            Source::Rows => String::new(),
            Source::Views { height, width, patch, prefix } => {
                let tokens = (height / patch) * (width / patch) + prefix;
                format!("const TOKENS = {tokens}u;\nconst PREFIX = {prefix}u;\n")
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
}
