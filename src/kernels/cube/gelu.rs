//! GELU by the exact error function, in WGSL.

/// `gelu(x) = x Phi(x)`. With `z = |x| / sqrt(2)` and `t = 1 / (1 + z / 2)`, `erfc(z) = t exp(-z^2) P(t)`; P is a
/// polynomial of degree 8 fitted to the smallest greatest relative error (3e-8) on `z` in `[0, 6.5]`. Working with erfc
/// keeps the small values at negative x, where 1 + erf would cancel. Within 7e-8 (1 + |x|) in 32 bits.
pub(super) const GELU: &str = "
fn gelu(x: vec4<f32>) -> vec4<f32> {
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
