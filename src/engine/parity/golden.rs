//! A folder of golden tensors: `config.json`, `model.safetensors`, `golden.safetensors`, `images/N.png`.

use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::{GoldenFolder, ParityError};
use crate::image::{self, Rgb};
use crate::vit::{Activation, LoadOptions, Output};

/// What `config.json` says; the rest is in the weights.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    pub image: usize,
    pub heads: usize,
    /// Side that the inference view is resized to before its centre is cut out.
    pub resize: Option<usize>,
    pub mean: Option<[f32; 3]>,
    pub std: Option<[f32; 3]>,
    pub eps: Option<f32>,
    pub activation: Option<Activation>,
    pub output: Option<Output>,
}

impl Config {
    pub(super) fn options(&self) -> LoadOptions {
        let Self { image, heads, mean, std, eps, activation, output, .. } = *self;
        LoadOptions { image: Some(image), heads: Some(heads), mean, std, eps, activation, output }
    }
}

/// The folder's contents, parsed.
pub(super) struct Golden<'a> {
    pub config: Config,
    pub model: &'a [u8],
    pub images: Vec<Rgb>,
    tensors: SafeTensors<'a>,
}

/// A tensor's values and shape.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Values {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

impl<'a> Golden<'a> {
    pub(super) fn open(folder: &'a GoldenFolder) -> Result<Self, ParityError> {
        let config = serde_json::from_slice(&folder.config)
            .map_err(|error| ParityError::Golden(format!("config.json is not as expected: {error}")))?;
        let tensors = SafeTensors::deserialize(&folder.golden)
            .map_err(|error| ParityError::Golden(format!("golden.safetensors is broken: {error}")))?;
        let decoded = folder.images.iter().enumerate().map(|(i, bytes)| {
            image::decode(bytes).map_err(|error| ParityError::Golden(format!("images/{i}.png is broken: {error}")))
        });
        let images: Vec<Rgb> = decoded.collect::<Result<_, _>>()?;
        if images.is_empty() {
            return Err(ParityError::Golden("images/0.png is missing".into()));
        }
        Ok(Self { config, model: &folder.model, images, tensors })
    }

    /// Every tensor's name, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = self.tensors.names();
        names.sort_unstable();
        names
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.tensors.tensor(name).is_ok()
    }

    /// The tensor called `name` as floats, if it is there.
    pub(super) fn floats(&self, name: &str) -> Result<Option<Values>, ParityError> {
        let Ok(tensor) = self.tensors.tensor(name) else { return Ok(None) };
        let word = |b: &[u8]| [b[0], b[1], b[2], b[3]];
        let data = match tensor.dtype() {
            Dtype::F32 => tensor.data().chunks_exact(4).map(|b| f32::from_le_bytes(word(b))).collect(),
            Dtype::I32 => tensor.data().chunks_exact(4).map(|b| i32::from_le_bytes(word(b)) as f32).collect(),
            Dtype::I64 => tensor.data().chunks_exact(8).map(|b| i32::from_le_bytes(word(b)) as f32).collect(),
            other => return Err(self.wrong(format!("{name} is stored as {other:?}, expected F32 or I32"))),
        };
        Ok(Some(Values { shape: tensor.shape().to_vec(), data }))
    }

    /// The tensor called `name` as bytes with its rows, if it is there.
    pub(super) fn packed(&self, name: &str) -> Result<Option<(usize, &[u8])>, ParityError> {
        let Ok(tensor) = self.tensors.tensor(name) else { return Ok(None) };
        match (tensor.dtype(), tensor.shape()) {
            (Dtype::U8, &[rows, _]) => Ok(Some((rows, tensor.data()))),
            _ => Err(self.wrong(format!("{name} must be a matrix of bytes"))),
        }
    }

    pub(super) fn wrong(&self, reason: String) -> ParityError {
        ParityError::Golden(reason)
    }
}
