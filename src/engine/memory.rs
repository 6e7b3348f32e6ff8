//! What a model takes of memory, estimated from its shape before anything is downloaded or loaded.

use thiserror::Error;

use super::Backend;
use crate::fungi::{Limits, Projection, Settings, ViewSet};
use crate::vit::ViTConfig;

/// Bytes of a number.
const F32: u64 = 4;
const F64: u64 = 8;

/// Images whose windows are SimCLR's negatives, and how their windows are cut.
const NEGATIVES: (u64, ViewSet) = (64, ViewSet::Windows { strides: 6 });

/// Which program computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The command line: one image at a time, with all its views.
    CommandLine,
    /// A browser's worker: several images together, one set of views at a time, within the 4 GiB of wasm32.
    Worker,
}

/// What a model takes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// The program's own at the peak of loading: the file, and a block's weights in f64 while norms are folded into them;
    /// on the CPU also the weights in f32.
    pub loading: u64,
    /// The program's own at the peak of computing: the views; on the CPU also all that [`Self::device`] counts on a GPU.
    pub computing: u64,
    /// A GPU's: weights, projection, negatives and the activations of a pass. 0 on the CPU.
    pub device: u64,
    /// The largest single tensor, which a GPU must be able to bind.
    pub tensor: u64,
}

impl Memory {
    /// What a model of this shape takes, its weights in a file of `file` bytes, without the program itself, the images'
    /// own pixels and the gallery.
    pub fn estimate(config: &ViTConfig, settings: &Settings, file: u64, program: Program, backend: Backend) -> Self {
        let limits = Limits::default();
        let (dim, mlp, embedding) = (config.dim as u64, config.mlp_width() as u64, config.embedding() as u64);
        let view = F32 * 3 * (config.image * config.image) as u64;

        // The last block's queries, keys and values are there twice: together and apart. Positions are kept in f64, too.
        let positions = config.tokens() as u64 * dim;
        let weights = F32 * (config.parameters() as u64 + 3 * dim * dim) + F64 * positions;
        let block = 4 * dim * dim + dim * mlp + dim * config.hidden as u64;
        let folding = F64 * (block + 2 * dim * dim);

        let size = settings.projected.of(config.embedding()) as u64;
        let signs = match settings.projection {
            Projection::Rademacher => F32 * size * (dim * (dim + 1)).div_ceil(32),
            Projection::KhatriRao => F32 * 2 * size * dim,
        };
        let latents = settings.kl().map_or(0, |kl| kl.latent)
            + settings.dino().map_or(0, |dino| 2 * dino.latent)
            + settings.simclr().map_or(0, |simclr| simclr.latent);
        let heads = F32 * embedding * latents as u64;
        let negatives = F32 * embedding * NEGATIVES.0 * NEGATIVES.1.count(config.image) as u64;
        let negatives = if settings.simclr().is_some() { negatives } else { 0 };

        let (together, copies) = match program {
            Program::CommandLine => (settings.views(config.image), 1),
            Program::Worker => {
                let of = |set: ViewSet| {
                    let views = set.count(config.image);
                    views * limits.images(config, views).min(backend.together())
                };
                // The images, those that wait for their answers, the group, and the pass itself.
                (settings.view_sets().into_iter().map(of).max().unwrap_or(1), 4)
            }
        };
        let passes = together.div_ceil(limits.batch(config));
        let pass = together.div_ceil(passes) as u64;
        let inputs = view * (copies * together as u64 + if passes > 1 { pass } else { 0 });
        // The residual stream, and either queries, keys and values with the heads made of them, or the MLP's hidden values.
        let token = F32 * (dim + mlp.max(4 * dim));
        let activations = pass * config.tokens() as u64 * token;

        let tensor = [
            F32 * dim * mlp.max(3 * dim),
            signs.min((limits.signs as u64).max(F32 * (dim * (dim + 1)).div_ceil(32))),
            negatives,
            F32 * pass * config.tokens() as u64 * mlp.max(3 * dim),
            view * pass,
        ];
        let tensor = tensor.into_iter().max().unwrap_or(0);
        match backend {
            // Signs are drawn before they are packed, and unpacked for each image. Negatives come in f16, and their latents
            // are computed from a copy.
            Backend::Cpu => Self {
                loading: file + weights + folding.max(2 * signs + heads + 2 * negatives) + negatives / 2,
                computing: weights + 2 * signs + heads + negatives + inputs + activations,
                device: 0,
                tensor,
            },
            Backend::Gpu => Self {
                loading: file + negatives / 2 + (folding + F32 * dim * mlp).max(2 * signs + heads + 2 * negatives),
                computing: 2 * inputs + negatives,
                // Sums are tensors of their own there.
                device: weights + signs + heads + negatives + activations + pass * config.tokens() as u64 * F32 * dim,
                tensor,
            },
        }
    }

    /// The program's own at its peak.
    pub fn peak(&self) -> u64 {
        self.loading.max(self.computing)
    }

    /// Whether there is room for it.
    ///
    /// # Errors
    ///
    /// [`TooLarge`] says what is too large and what to do.
    pub fn fits(&self, room: &Room) -> Result<(), TooLarge> {
        match room.program {
            Some(room) if self.peak() > room => return Err(TooLarge::Program { needs: self.peak(), room }),
            _ => {}
        }
        match room.tensor {
            Some(room) if self.tensor > room => Err(TooLarge::Tensor { needs: self.tensor, room }),
            _ => Ok(()),
        }
    }
}

/// How much there is, in bytes, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// For the program.
    pub program: Option<u64>,
    /// For a single tensor: the smaller one of a GPU's `maxBufferSize` and `maxStorageBufferBindingSize`.
    pub tensor: Option<u64>,
}

impl Room {
    /// What every WebGPU device binds at least.
    pub const WEBGPU: u64 = 128 << 20;

    /// A browser's worker: the 4 GiB of wasm32, less 700 MB, which is the most that an image may take to be decoded, and
    /// less a tenth for what lies unused between allocations. `tensor` is a GPU's limit.
    pub fn worker(tensor: Option<u64>) -> Self {
        Self { program: Some(((4 << 30) - 700_000_000) / 10 * 9), tensor }
    }
}

/// A model does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TooLarge {
    /// Into the program's memory.
    #[error(
        "This model takes about {:.1} GB of memory, and there is room for {:.1} GB. Choose a smaller model or a smaller \
         input side.", gigabytes(*.needs), gigabytes(*.room)
    )]
    Program {
        /// Bytes that it takes.
        needs: u64,
        /// Bytes that there are.
        room: u64,
    },
    /// Into one of the graphics card's buffers.
    #[error(
        "This model has a tensor of {:.0} MB, and this graphics card takes at most {:.0} MB in one piece. Choose the CPU, \
         a smaller model or a smaller input side.", 1e3 * gigabytes(*.needs), 1e3 * gigabytes(*.room)
    )]
    Tensor {
        /// Bytes of the tensor.
        needs: u64,
        /// Bytes that the graphics card takes.
        room: u64,
    },
}

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;

    fn vit(image: usize, patch: usize, dim: usize) -> ViTConfig {
        let json = format!(
            r#"{{"image": {image}, "patch": {patch}, "dim": {dim}, "depth": 12, "heads": {}, "hidden": {}, "eps": 1e-6,
                "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}"#,
            dim / 64,
            4 * dim
        );
        serde_json::from_str(&json).unwrap()
    }

    fn estimate(config: &ViTConfig, program: Program, backend: Backend) -> Memory {
        Memory::estimate(config, &Settings::default(), F32 * config.parameters() as u64, program, backend)
    }

    /// No tensor of the usual ViTs is larger than what every WebGPU device binds, and they fit into a worker.
    #[test]
    fn usual_models_fit_into_a_worker_on_any_device() {
        for (image, patch, dim) in
            [(64, 8, 192), (224, 16, 192), (224, 8, 384), (224, 14, 768), (224, 16, 768), (224, 8, 768)]
        {
            let config = vit(image, patch, dim);
            for backend in [Backend::Cpu, Backend::Gpu] {
                let memory = estimate(&config, Program::Worker, backend);
                assert_eq!(memory.fits(&Room::worker(Some(Room::WEBGPU))), Ok(()), "{image} {patch} {dim}: {memory:?}");
            }
        }
    }

    #[test]
    fn what_cannot_fit_is_refused_in_a_sentence() {
        let giant = ViTConfig { depth: 40, ..vit(224, 14, 1408) };
        let memory = estimate(&giant, Program::Worker, Backend::Cpu);
        let sentence = memory.fits(&Room::worker(None)).unwrap_err().to_string();
        assert!(
            sentence.starts_with("This model takes about 8.") && sentence.contains("room for 3.2 GB"),
            "{sentence}"
        );
        assert_eq!(memory.fits(&Room::default()), Ok(()), "nothing is known about the room");

        // A single view may be larger than the passes' limit.
        let (wide, alone) = (vit(2048, 8, 768), Settings::default().with_objectives(Vec::new()));
        let memory = Memory::estimate(&wide, &alone, 0, Program::Worker, Backend::Gpu);
        let sentence = memory.fits(&Room::worker(Some(Room::WEBGPU))).unwrap_err().to_string();
        assert!(sentence.contains("tensor of 805 MB") && sentence.contains("at most 134 MB"), "{sentence}");
    }

    #[test]
    fn what_is_left_out_is_not_counted() {
        let (config, all) = (vit(224, 16, 384), Settings::default());
        let of = |settings| Memory::estimate(&config, &settings, 0, Program::CommandLine, Backend::Cpu).computing;
        let without =
            |part| of(all.with_objectives(all.objectives.iter().filter(|o| o.part() != part).cloned().collect()));
        assert!(without(Part::Simclr) < without(Part::Dino) && without(Part::Dino) < of(all.clone()));
        assert!(of(Settings { projection: Projection::KhatriRao, ..all.clone() }) < of(all));
    }
}
