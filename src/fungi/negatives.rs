//! SimCLR's negatives: embeddings of a fixed set of views that ship with the model, so that an image's features do not
//! depend on what else is in the gallery.

use std::sync::Arc;

use burn::prelude::*;
use half::f16;
use safetensors::tensor::{SafeTensorError, TensorView};
use safetensors::{Dtype, SafeTensors};

use super::extractor::read;
use super::pass::forward;
use super::{ExtractError, Limits, NegativesError, SimclrSettings, ViewSet, views};
use crate::image::Rgb;
use crate::vit::ViT;

/// The tensor's name in the file.
const NAME: &str = "embeddings";

/// Embeddings of every SimCLR window of each image, in order, rounded to f16 as [`Negatives::save`] does, so that
/// saving them changes no feature. Several images share a forward pass if their windows are few; `tick` is called after
/// each image.
///
/// # Errors
///
/// [`ExtractError::Device`] or [`ExtractError::NotFinite`] if the device fails.
pub async fn from_images(
    vit: &ViT,
    settings: &SimclrSettings,
    images: &[Rgb],
    mut tick: impl FnMut(),
) -> Result<Negatives, ExtractError> {
    let (config, limits) = (vit.config(), Limits::default());
    let windows = ViewSet::Windows { strides: settings.strides }.count(config.image);
    let mut values = Vec::with_capacity(images.len() * windows * config.embedding());
    for group in images.chunks(limits.images(config, windows)) {
        let views = group.iter().flat_map(|image| views::windows(image, settings.strides, config.image)).collect();
        let (u, x) = forward(vit, &limits, views);
        let embeddings = read(vit.tail().forward(u, x).0).await?;
        values.extend(embeddings.into_iter().map(|x| f16::from_f32(x).to_f32()));
        group.iter().for_each(|_| tick());
    }
    Ok(Negatives::new(values, config.embedding()))
}

/// Embeddings of the negatives' views, before any head, since heads depend on the seed and negatives do not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Negatives {
    values: Arc<Vec<f32>>,
    dim: usize,
}

impl Negatives {
    /// Negatives from the rows of `values`, `dim` numbers each.
    pub fn new(values: Vec<f32>, dim: usize) -> Self {
        Self { values: values.into(), dim }
    }

    /// Reads the file that [`Negatives::save`] writes, in f16 or f32.
    ///
    /// # Errors
    ///
    /// A [`NegativesError`] if the file is damaged or holds something else.
    pub fn load(bytes: &[u8]) -> Result<Self, NegativesError> {
        let file = SafeTensors::deserialize(bytes)?;
        let tensor = file.tensor(NAME)?;
        let values: Vec<f32> = match (tensor.dtype(), tensor.shape()) {
            (Dtype::F16, [_, _]) => tensor.data().as_chunks().0.iter().map(|&x| f16::from_le_bytes(x).into()).collect(),
            (Dtype::F32, [_, _]) => tensor.data().as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect(),
            (dtype, shape) => return Err(NegativesError::Shape { dtype: format!("{dtype:?}"), shape: shape.to_vec() }),
        };
        if values.iter().any(|x| !x.is_finite()) {
            return Err(NegativesError::NotFinite);
        }
        Ok(Self { dim: tensor.shape()[1], values: values.into() })
    }

    /// The file: `embeddings` `[count, M]` in f16, and `about` as its metadata (how they were made).
    ///
    /// # Errors
    ///
    /// Only if the last row is incomplete: [`Negatives::new`] does not check.
    pub fn save(&self, about: &[(&str, String)]) -> Result<Vec<u8>, SafeTensorError> {
        let data: Vec<u8> = self.values.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect();
        let view = TensorView::new(Dtype::F16, vec![self.count(), self.dim], &data)?;
        let about = about.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
        safetensors::serialize([(NAME, view)], Some(about))
    }

    /// How many negatives there are.
    pub fn count(&self) -> usize {
        self.values.len().checked_div(self.dim).unwrap_or(0)
    }

    /// The rows, concatenated.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The rows on a device, `[count, M]`, for a model whose embedding has M = `dim` numbers.
    ///
    /// # Errors
    ///
    /// [`ExtractError::NoNegatives`], or [`ExtractError::NegativesWidth`] if they are another model's.
    pub fn tensor(&self, dim: usize, device: &Device) -> Result<Tensor<2>, ExtractError> {
        match self.count() {
            0 => Err(ExtractError::NoNegatives),
            _ if self.dim != dim => Err(ExtractError::NegativesWidth { found: self.dim, expected: dim }),
            count => Ok(Tensor::from_data(TensorData::new(self.values.to_vec(), [count, dim]), device)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_is_read_back() {
        let negatives = Negatives::new((0..12).map(|i| i as f32 / 8.0 - 0.5).collect(), 4);
        let bytes = negatives.save(&[("seed", "0".into())]).expect("three rows");
        assert_eq!(Negatives::load(&bytes).expect("just written"), negatives);
        assert!(matches!(Negatives::load(&bytes[..bytes.len() - 1]), Err(NegativesError::Format(_))));
    }

    #[test]
    fn another_models_negatives_are_refused() {
        let negatives = Negatives::new(vec![0.0; 12], 4);
        assert!(negatives.tensor(4, &Device::flex()).is_ok());
        let error = negatives.tensor(6, &Device::flex()).expect_err("another width");
        assert!(matches!(error, ExtractError::NegativesWidth { found: 4, expected: 6 }));
        assert!(matches!(Negatives::default().tensor(4, &Device::flex()), Err(ExtractError::NoNegatives)));
    }
}
