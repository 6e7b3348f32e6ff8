//! How much memory the codes of a lossless WebP picture take (RFC 9649, section 3). A picture may have 65,536 groups of
//! them, whether pixels use them or not, and the decoder builds tables for all: a few megabytes would take gigabytes. So the
//! stream is read up to the end of the codes before the decoder sees it.

use super::DecodeError;

/// Most bytes of tables. Encoders make 2,600 groups at most (libwebp's `MAX_HUFF_IMAGE_SIZE`), of some 20 kB each.
const MAX_TABLES: usize = 150_000_000;
/// Bytes that the decoder keeps of a group beside its tables, twice while their list grows.
const GROUP: usize = 560;
/// Symbols of the five codes of a group: green and lengths, red, blue, opacity, distances.
const SYMBOLS: [usize; 5] = [280, 256, 256, 256, 40];
/// The order in which the lengths of the code of lengths come.
const ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// Refuses a stream whose codes take too much; one that ends or breaks before is left to the decoder, which stops there too.
/// Opacity has no header of its own, but its frame's `size`.
pub(super) fn check(stream: &[u8], size: Option<[u32; 2]>) -> Result<(), DecodeError> {
    match tables(stream, size) {
        Some(bytes) if bytes > MAX_TABLES => Err(DecodeError::Memory { format: "WebP" }),
        _ => Ok(()),
    }
}

/// Bytes that the decoder's tables take, or the first number found that is too large.
fn tables(stream: &[u8], size: Option<[u32; 2]>) -> Option<usize> {
    let mut bits = Bits { stream, at: 0 };
    let [mut width, height] = match size {
        // A larger side is none that the decoder takes.
        Some(size) => size.map(|side| side.min(1 << 14) as usize),
        None => {
            // The signature, the sides less one, whether there is opacity, and the version.
            bits.read(8)?;
            let size = [bits.read(14)? + 1, bits.read(14)? + 1];
            bits.read(4)?;
            size
        }
    };
    while bits.read(1)? == 1 {
        match bits.read(2)? {
            // Predictors and colours of blocks.
            0 | 1 => {
                let side = bits.read(3)? + 2;
                picture(&mut bits, width.div_ceil(1 << side), height.div_ceil(1 << side))?;
            }
            2 => {}
            // A palette; several indices may share a pixel.
            _ => {
                let colours = bits.read(8)? + 1;
                picture(&mut bits, colours, 1)?;
                width = width.div_ceil(match colours {
                    ..=2 => 8,
                    3..=4 => 4,
                    5..=16 => 2,
                    _ => 1,
                });
            }
        }
    }
    let cached = if bits.read(1)? == 1 { 1 << bits.read(4)? } else { 0 };
    let mut groups = 1;
    if bits.read(1)? == 1 {
        let side = bits.read(3)? + 2;
        let blocks = picture(&mut bits, width.div_ceil(1 << side), height.div_ceil(1 << side))?;
        groups += usize::from(blocks.into_iter().max()?);
    }
    let mut bytes = 0;
    for _ in 0..groups {
        bytes += GROUP;
        for (place, symbols) in SYMBOLS.into_iter().enumerate() {
            bytes += Code::read(&mut bits, if place == 0 { symbols + cached } else { symbols })?.table();
        }
        if bytes > MAX_TABLES {
            break;
        }
    }
    Some(bytes)
}

/// Red and green of a picture that has one group of codes itself; no other channel is of use here.
fn picture(bits: &mut Bits<'_>, width: usize, height: usize) -> Option<Vec<u16>> {
    let cache_bits = if bits.read(1)? == 1 { bits.read(4)? } else { 0 };
    if cache_bits > 11 {
        return None;
    }
    // Whole colours, since the cache finds them by all four channels.
    let mut cache = vec![0_u32; if cache_bits > 0 { 1 << cache_bits } else { 0 }];
    let mut codes = Vec::new();
    for (place, symbols) in SYMBOLS.into_iter().enumerate() {
        codes.push(Code::read(bits, if place == 0 { symbols + cache.len() } else { symbols })?);
    }
    let count = width * height;
    let mut pixels: Vec<u32> = Vec::with_capacity(count);
    while pixels.len() < count {
        let before = pixels.len();
        match codes[0].symbol(bits)? {
            green @ ..256 => {
                let [red, blue, opacity] = [codes[1].symbol(bits)?, codes[2].symbol(bits)?, codes[3].symbol(bits)?];
                pixels.push((opacity << 24 | red << 16 | green << 8 | blue) as u32);
            }
            length @ ..280 => {
                let length = extended(bits, length - 256)?;
                let code = codes[4].symbol(bits)?;
                let from = before.checked_sub(distance(extended(bits, code)?, width))?;
                if length > count - before {
                    return None;
                }
                (from..from + length).for_each(|i| pixels.push(pixels[i]));
            }
            cached => pixels.push(*cache.get(cached - 280)?),
        }
        if cache_bits > 0 {
            for &colour in &pixels[before..] {
                cache[(colour.wrapping_mul(0x1E35_A7BD) >> (32 - cache_bits)) as usize] = colour;
            }
        }
    }
    Some(pixels.into_iter().map(|colour| (colour >> 8) as u16).collect())
}

/// A length or distance, from its symbol and the bits that follow.
fn extended(bits: &mut Bits<'_>, symbol: usize) -> Option<usize> {
    if symbol < 4 {
        return Some(symbol + 1);
    }
    let extra = (symbol - 2) / 2;
    Some(((2 + symbol % 2) << extra) + bits.read(extra)? + 1)
}

/// The first 120 distances are places near by, in an order of their own: left and up to 8 rows above.
fn distance(code: usize, width: usize) -> usize {
    #[rustfmt::skip]
    const NEAR: [(usize, isize); 120] = [
        (1, 0), (0, 1), (1, 1), (1, -1), (2, 0), (0, 2), (2, 1), (2, -1), (1, 2), (1, -2), (2, 2), (2, -2),
        (3, 0), (0, 3), (3, 1), (3, -1), (1, 3), (1, -3), (3, 2), (3, -2), (2, 3), (2, -3), (4, 0), (0, 4),
        (4, 1), (4, -1), (1, 4), (1, -4), (3, 3), (3, -3), (4, 2), (4, -2), (2, 4), (2, -4), (5, 0), (4, 3),
        (4, -3), (3, 4), (3, -4), (0, 5), (5, 1), (5, -1), (1, 5), (1, -5), (5, 2), (5, -2), (2, 5), (2, -5),
        (4, 4), (4, -4), (5, 3), (5, -3), (3, 5), (3, -5), (6, 0), (0, 6), (6, 1), (6, -1), (1, 6), (1, -6),
        (6, 2), (6, -2), (2, 6), (2, -6), (5, 4), (5, -4), (4, 5), (4, -5), (6, 3), (6, -3), (3, 6), (3, -6),
        (7, 0), (0, 7), (7, 1), (7, -1), (5, 5), (5, -5), (1, 7), (1, -7), (6, 4), (6, -4), (4, 6), (4, -6),
        (7, 2), (7, -2), (2, 7), (2, -7), (7, 3), (7, -3), (3, 7), (3, -7), (6, 5), (6, -5), (5, 6), (5, -6),
        (0, 8), (7, 4), (7, -4), (4, 7), (4, -7), (1, 8), (2, 8), (6, 6), (6, -6), (3, 8), (7, 5), (7, -5),
        (5, 7), (5, -7), (4, 8), (7, 6), (7, -6), (6, 7), (6, -7), (5, 8), (7, 7), (7, -7), (6, 8), (7, 8),
    ];
    match NEAR.get(code - 1) {
        Some(&(up, left)) => (up * width).saturating_add_signed(left).max(1),
        None => code - NEAR.len(),
    }
}

struct Bits<'a> {
    stream: &'a [u8],
    /// In bits, the lowest of each byte first.
    at: usize,
}

impl Bits<'_> {
    fn read(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for i in 0..count {
            let byte = self.stream.get(self.at / 8)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }
}

/// A prefix code: how many symbols there are of each length, and the symbols in order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn read(bits: &mut Bits<'_>, symbols: usize) -> Option<Self> {
        if bits.read(1)? == 1 {
            let (two, wide) = (bits.read(1)? == 1, bits.read(1)? == 1);
            let first = bits.read(if wide { 8 } else { 1 })?;
            let known = if two { vec![first, bits.read(8)?] } else { vec![first] };
            let mut counts = [0; 16];
            // One symbol alone takes no bits.
            counts[usize::from(two)] = known.len();
            return Some(Self { counts, symbols: known });
        }
        let mut lengths = [0; 19];
        let given = bits.read(4)? + 4;
        for &symbol in &ORDER[..given] {
            lengths[symbol] = bits.read(3)?;
        }
        let code = Self::new(&lengths)?;
        let mut left = if bits.read(1)? == 1 {
            let width = 2 + 2 * bits.read(3)?;
            bits.read(width)? + 2
        } else {
            symbols
        };
        let (mut lengths, mut before) = (Vec::with_capacity(symbols), 8);
        while lengths.len() < symbols && left > 0 {
            left -= 1;
            let (length, times) = match code.symbol(bits)? {
                16 => (before, 3 + bits.read(2)?),
                17 => (0, 3 + bits.read(3)?),
                18 => (0, 11 + bits.read(7)?),
                length => (length, 1),
            };
            if length > 0 {
                before = length;
            }
            lengths.extend(std::iter::repeat_n(length, times));
        }
        if lengths.len() > symbols { None } else { Self::new(&lengths) }
    }

    /// From the length of each symbol's code. A symbol that is alone takes no bits.
    fn new(lengths: &[usize]) -> Option<Self> {
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|&symbol| lengths[symbol] > 0).collect();
        symbols.sort_by_key(|&symbol| lengths[symbol]);
        let mut counts = [0; 16];
        match symbols[..] {
            [] => return None,
            [_] => counts[0] = 1,
            _ => symbols.iter().for_each(|&symbol| counts[lengths[symbol]] += 1),
        }
        Some(Self { counts, symbols })
    }

    /// Bytes of the decoder's tables: four for each code of up to ten bits, two nodes of 16 for each longer one.
    fn table(&self) -> usize {
        let longest = self.counts.iter().rposition(|&count| count > 0).unwrap_or_default();
        (4 << longest.min(10)) + 32 * self.counts[11..].iter().sum::<usize>()
    }

    /// The next symbol; codes come with their first bit first.
    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        if self.counts[0] == 1 {
            return self.symbols.first().copied();
        }
        let (mut code, mut first, mut place) = (0, 0, 0);
        for count in &self.counts[1..] {
            code = code << 1 | bits.read(1)?;
            first <<= 1;
            if code < first + count {
                return self.symbols.get(place + code.checked_sub(first)?).copied();
            }
            (first, place) = (first + count, place + count);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use image::ExtendedColorType;
    use image::codecs::webp::WebPEncoder;

    use super::*;

    /// With transforms and copies, as an encoder writes them.
    #[test]
    fn a_picture_as_encoders_write_it_takes_little() {
        let pixels: Vec<u8> = (0..60 * 40 * 3).map(|i| (i * i / 7 % 251) as u8).collect();
        let mut file = Vec::new();
        WebPEncoder::new_lossless(&mut file).encode(&pixels, 60, 40, ExtendedColorType::Rgb8).unwrap();
        let bytes = tables(&file[20..], None).unwrap();
        assert!((GROUP + 4 * 8..100_000).contains(&bytes), "{bytes}");
        assert_eq!(tables(&file[20..60], None), None, "cut off within the codes");
    }
}
