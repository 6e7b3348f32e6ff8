//! The only source of random numbers: a counter-based generator, so that a number depends only on its seed and
//! position.
//!
//! Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11): integers only, so it gives
//! the same bits natively, in wasm and in a GPU kernel, in any order, with nothing stored.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

/// One Philox4x32-10 block: 128 bits for a counter and a key.
pub const fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    let mut round = 0;
    while round < 10 {
        let a = MULTIPLIERS[0] as u64 * counter[0] as u64;
        let b = MULTIPLIERS[1] as u64 * counter[2] as u64;
        counter = [(b >> 32) as u32 ^ counter[1] ^ key[0], b as u32, (a >> 32) as u32 ^ counter[3] ^ key[1], a as u32];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        round += 1;
    }
    counter
}

/// What a stream of numbers is for. Streams of the same seed are independent of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Weights and bias of the KL head.
    HeadKl = 1,
    /// Weights and bias of DINO's student head.
    HeadDinoStudent = 2,
    /// Weights and bias of DINO's teacher head.
    HeadDinoTeacher = 3,
    /// Weights and bias of the SimCLR head.
    HeadSimclr = 4,
    /// DINO's crops; the lane is 0, since crops depend on seed and image size alone.
    Crops = 5,
    /// Signs of the dense projection; the lane is the row.
    Signs = 6,
    /// Signs of the Khatri-Rao projection's left matrix; the lane is the row.
    SignsLeft = 7,
    /// Signs of the Khatri-Rao projection's right matrix; the lane is the row.
    SignsRight = 8,
    /// The drawn sample set; the lane is the picture.
    Sample = 9,
    /// Sampling of patches for a memory bank and its negatives.
    Bank = 10,
    /// Resampling of images for confidence intervals.
    Bootstrap = 11,
    /// Samples, folds and starts of an evaluation; the lane says which.
    Evaluation = 12,
    /// Where images begin on a map.
    Map = 30,
}

/// A stream of numbers, read in order or at any position.
#[derive(Debug, Clone)]
pub struct Stream {
    key: [u32; 2],
    purpose: u32,
    lane: u32,
    position: u64,
}

impl Stream {
    /// The stream of `seed` for `purpose`, in one of 2^32 lanes.
    pub const fn new(seed: u64, purpose: Purpose, lane: u32) -> Self {
        Self { key: [seed as u32, (seed >> 32) as u32], purpose: purpose as u32, lane, position: 0 }
    }

    /// The `index`-th 32-bit word of the stream: word `index % 4` of block `index / 4`.
    pub const fn word(&self, index: u64) -> u32 {
        self.block(index / 4)[(index % 4) as usize]
    }

    /// Four words at once: the block with counter `[index low, index high, lane, purpose]`.
    pub const fn block(&self, index: u64) -> [u32; 4] {
        philox([index as u32, (index >> 32) as u32, self.lane, self.purpose], self.key)
    }

    /// The next 32-bit word.
    pub const fn next_u32(&mut self) -> u32 {
        let word = self.word(self.position);
        self.position += 1;
        word
    }

    /// Uniform in [0, 1), 24 bits: exact in f32.
    pub fn uniform(&mut self) -> f32 {
        (self.next_u32() >> 8) as f32 * (1.0 / 16_777_216.0)
    }

    /// Uniform in [low, high).
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.uniform()
    }

    /// Uniform in 0..n, by Lemire's multiplication; `n` must not be 0. Bias below n / 2^32.
    pub const fn below(&mut self, n: u32) -> u32 {
        ((self.next_u32() as u64 * n as u64) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the reference implementation (Random123, `kat_vectors`).
    #[test]
    fn philox_agrees_with_its_reference() {
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox([u32::MAX; 4], [u32::MAX; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        assert_eq!(
            philox([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_lane() {
        let first = |seed, purpose, lane| Stream::new(seed, purpose, lane).next_u32();
        let all = [
            first(0, Purpose::Signs, 0),
            first(1, Purpose::Signs, 0),
            first(1 << 32, Purpose::Signs, 0),
            first(0, Purpose::Crops, 0),
            first(0, Purpose::Signs, 1),
        ];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }

    #[test]
    fn uniform_has_its_mean_and_its_bounds() {
        let mut stream = Stream::new(7, Purpose::Sample, 0);
        let draws: Vec<f32> = (0..10_000).map(|_| stream.uniform()).collect();
        assert!(draws.iter().all(|x| (0.0..1.0).contains(x)));
        assert!((draws.iter().sum::<f32>() / 10_000.0 - 0.5).abs() < 0.01);
    }
}
