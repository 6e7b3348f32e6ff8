//! Numbers for people, in whole-number arithmetic: the standard library's exact printing and reading of floats would be
//! a tenth of the page's size.

/// `number` with `digits` after the decimal point.
pub fn fixed(number: f64, digits: u32) -> String {
    let scale = 10_i64.pow(digits);
    let scaled = (number * scale as f64).round() as i64;
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, rest) = (scaled.unsigned_abs() / scale as u64, scaled.unsigned_abs() % scale as u64);
    match digits {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = digits as usize),
    }
}

/// `number` with `digits` significant ones; one that is far from 1 by a power of ten: "1.23 × 10⁻⁷".
pub fn significant(number: f64, digits: u32) -> String {
    if number == 0.0 || !number.is_finite() {
        return "0".into();
    }
    let last = digits.saturating_sub(1) as i32;
    let rounded = |exponent: i32| fixed(number / 10_f64.powi(exponent), digits.saturating_sub(1));
    // Rounding may add a digit: 0.9996 with three of them is 1.00.
    let mut exponent = number.abs().log10().floor() as i32;
    exponent += i32::from(rounded(exponent).trim_start_matches('-').starts_with("10"));
    match exponent {
        -3..=5 => fixed(number, (last - exponent).max(0) as u32),
        _ => format!("{} × 10{}", rounded(exponent), superscript(exponent)),
    }
}

/// A whole number in raised digits.
fn superscript(number: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let raised = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    number.to_string().chars().map(raised).collect()
}

/// A weight with at most two digits after the decimal point, as short as possible.
pub fn short(weight: f32) -> String {
    let text = fixed(f64::from(weight), 2);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share in whole percent, and never 0 for a share above 0.
pub fn percent(share: f32) -> String {
    if share > 0.0 && share < 0.005 { "under 1 %".into() } else { format!("{} %", fixed(f64::from(share) * 100.0, 0)) }
}

/// Bytes as megabytes.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", fixed(bytes as f64 / 1e6, 1))
}

/// A span of time in the unit that suits it.
pub fn duration(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1000.0).ceil() as u64;
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Reads what [`short`] writes: digits, with or without a point and more digits.
pub fn read(text: &str) -> Option<f32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=6).contains(&text.len());
    if !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let rest = rest.parse::<u32>().ok()? as f32 / 10_u32.pow(rest.len() as u32) as f32;
    Some(whole as f32 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_and_padded() {
        let shown =
            [fixed(0.9996, 3), fixed(-0.25, 3), fixed(-0.0001, 2), fixed(12.5, 0), fixed(3.05, 1), fixed(0.0, 2)];
        assert_eq!(shown, ["1.000", "-0.250", "0.00", "13", "3.1", "0.00"]);
        assert_eq!([short(1.0), short(0.0), short(0.05), short(0.5), short(0.75)], ["1", "0", "0.05", "0.5", "0.75"]);
    }

    #[test]
    fn significant_digits_are_kept_at_any_size() {
        let shown = [15.234, 0.0123, 0.99996, 123_456.0, -0.5, 0.0].map(|number| significant(number, 3));
        assert_eq!(shown, ["15.2", "0.0123", "1.00", "123456", "-0.500", "0"]);
        let shown = [3.926e-6, -9.999e-11, 1.0e-4, 2.5e7].map(|number| significant(number, 3));
        assert_eq!(shown, ["3.93 × 10⁻⁶", "-1.00 × 10⁻¹⁰", "1.00 × 10⁻⁴", "2.50 × 10⁷"]);
    }

    #[test]
    fn a_small_share_is_never_shown_as_zero() {
        assert_eq!([percent(0.0), percent(0.001), percent(0.234), percent(1.0)], ["0 %", "under 1 %", "23 %", "100 %"]);
    }

    #[test]
    fn weights_are_read_back_as_written() {
        for hundredths in 0..=100 {
            let weight = hundredths as f32 / 100.0;
            let read = read(&short(weight)).unwrap();
            assert!((read - weight).abs() < 1e-6, "{weight} {read}");
        }
        for nonsense in ["", ".", "1.", ".5", "-1", "NaN", "inf", "1e3", "0.1234567", "9999999"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
    }
}
