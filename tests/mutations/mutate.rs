//! A small mutator. A mutation follows from its number alone, so that each can be made again.

use mycoscope::random::{Purpose, Stream};

/// Another one tries other mutations.
const SEED: u64 = 12;
/// Largest file that is made.
const MAX_BYTES: usize = 1 << 18;
/// Numbers at which lengths, sizes and counts go wrong.
const EXTREMES: [u64; 14] =
    [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 32, i64::MAX as u64, u64::MAX];

/// Makes checksums and lengths fit what they belong to, so that a mutation gets past them.
pub type Repair = fn(&mut Vec<u8>);

/// Mutation `number` of the seed files.
pub fn mutation(seeds: &[Vec<u8>], repair: Repair, number: u32) -> Vec<u8> {
    let mut chance = Chance(Stream::new(SEED, Purpose::Sample, number));
    let mut bytes = seeds[chance.below(seeds.len())].clone();
    for _ in 0..=chance.below(4) {
        change(&mut bytes, seeds, &mut chance);
        bytes.truncate(MAX_BYTES);
    }
    // Some stay as they are: checksums are checked, too.
    if chance.below(8) > 0 {
        repair(&mut bytes);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.place(bytes.len());
    match chance.below(10) {
        0 | 1 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << chance.below(8);
            }
        }
        2 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = chance.below(256) as u8;
            }
        }
        3 | 4 => {
            // A length field, of either byte order.
            let (width, extreme) = ([1, 2, 3, 4, 8][chance.below(5)], EXTREMES[chance.below(EXTREMES.len())]);
            let field = if chance.below(2) == 0 {
                extreme.to_le_bytes()[..width].to_vec()
            } else {
                extreme.to_be_bytes()[8 - width..].to_vec()
            };
            bytes.iter_mut().skip(at).zip(field).for_each(|(byte, new)| *byte = new);
        }
        5 => bytes.truncate(at),
        6 => {
            let end = at + chance.piece(bytes.len() - at);
            bytes.drain(at..end);
        }
        7 => {
            // A repeated piece.
            let piece = bytes[at..at + chance.piece(bytes.len() - at)].repeat(1 + chance.below(32));
            bytes.splice(at..at, piece);
        }
        8 => {
            // A piece of another file, over what is there or between.
            let other = &seeds[chance.below(seeds.len())];
            let from = chance.place(other.len());
            let piece = &other[from..from + chance.piece(other.len() - from)];
            let over = if chance.below(2) == 0 { piece.len().min(bytes.len() - at) } else { 0 };
            bytes.splice(at..at + over, piece.iter().copied());
        }
        _ => decimal(bytes, at, chance),
    }
}

/// Replaces the first number in digits after `at`.
fn decimal(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let Some(start) = (at..bytes.len()).find(|&i| bytes[i].is_ascii_digit()) else { return };
    let end = (start..bytes.len()).find(|&i| !bytes[i].is_ascii_digit()).unwrap_or(bytes.len());
    let number = match chance.below(20) {
        0 => "-1".to_owned(),
        1 => "1e999".to_owned(),
        2 => "1e300".to_owned(),
        3 => "0.5".to_owned(),
        4..8 => (chance.below(16)).to_string(),
        8 => (1_u64 << chance.below(64)).to_string(),
        _ => EXTREMES[chance.below(EXTREMES.len())].to_string(),
    };
    bytes.splice(start..end, number.into_bytes());
}

/// Choices.
struct Chance(Stream);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0.below(n as u32) as usize
    }

    /// A place in `length` bytes: near the start every other time, where headers are.
    fn place(&mut self, length: usize) -> usize {
        let near = if self.below(2) == 0 { length.min(64) } else { length };
        self.below(near + 1)
    }

    /// The length of a piece of at most `most` bytes, mostly a short one.
    fn piece(&mut self, most: usize) -> usize {
        let longest = 1 << self.below(12);
        self.below(most.min(longest) + 1)
    }
}
