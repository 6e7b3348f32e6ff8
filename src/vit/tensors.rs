//! The tensors of a safetensors file under timm's names. They are taken out one by one, so that leftovers are noticed.

use std::collections::BTreeMap;

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::error::LoadError;
use super::names::{self, Role};

/// The tensors of a file under timm's names.
pub(super) struct Tensors<'a> {
    tensors: BTreeMap<String, (String, TensorView<'a>)>,
    hugging_face: bool,
    layer_scale: bool,
}

impl<'a> Tensors<'a> {
    /// Reads the file's table; no tensor is converted yet.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, LoadError> {
        let mut found = Self { tensors: BTreeMap::new(), hugging_face: false, layer_scale: false };
        for (name, view) in SafeTensors::deserialize(bytes)?.tensors() {
            match names::role(&name) {
                Role::Extra => {}
                Role::Weight { name: canonical, hugging_face } => {
                    found.hugging_face |= hugging_face;
                    found.layer_scale |= canonical.ends_with(".ls1.gamma") || canonical.ends_with(".ls2.gamma");
                    if let Some((first, _)) = found.tensors.insert(canonical, (name.clone(), view)) {
                        return Err(LoadError::Duplicate { first, second: name });
                    }
                }
            }
        }
        Ok(found)
    }

    /// How many different block numbers the names contain.
    pub(super) fn depth(&self) -> usize {
        let mut indices: Vec<&str> =
            self.tensors.keys().filter_map(|name| Some(name.strip_prefix("blocks.")?.split_once('.')?.0)).collect();
        indices.sort_unstable();
        indices.dedup();
        indices.len()
    }

    /// Whether any block has LayerScale, in which case all must.
    pub(super) fn layer_scale(&self) -> bool {
        self.layer_scale
    }

    /// Whether the file holds a tensor.
    pub(super) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The shape of a tensor, which must be there and have `N` axes.
    pub(super) fn shape<const N: usize>(&self, name: &str, expected: &str) -> Result<[usize; N], LoadError> {
        let (_, view) = self.tensors.get(name).ok_or_else(|| self.missing(name))?;
        view.shape().try_into().map_err(|_| self.misshapen(name, expected))
    }

    /// The file's own name of a tensor.
    pub(super) fn name_in_file(&self, name: &str) -> String {
        self.tensors.get(name).map_or_else(|| name.into(), |(own, _)| own.clone())
    }

    /// The error for a tensor whose shape does not fit.
    pub(super) fn misshapen(&self, name: &str, expected: &str) -> LoadError {
        match self.tensors.get(name) {
            Some((name, view)) => {
                LoadError::Shape { name: name.clone(), found: view.shape().to_vec(), expected: expected.into() }
            }
            None => self.missing(name),
        }
    }

    fn missing(&self, name: &str) -> LoadError {
        LoadError::Missing { name: if self.hugging_face { names::in_hugging_face(name) } else { name.into() } }
    }

    /// Takes a tensor out, checked against its shape, row-major.
    pub(super) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f64>, LoadError> {
        let (_, view) = self.tensors.get(name).ok_or_else(|| self.missing(name))?;
        if view.shape() != shape {
            return Err(self.misshapen(name, &format!("{shape:?}")));
        }
        let (name, view) = self.tensors.remove(name).ok_or_else(|| self.missing(name))?;
        let values = convert(&view)
            .ok_or_else(|| LoadError::Dtype { name: name.clone(), dtype: format!("{:?}", view.dtype()) })?;
        if values.iter().any(|x| !x.is_finite()) {
            return Err(LoadError::NotFinite { name });
        }
        Ok(values)
    }

    /// An error if a tensor is left over.
    pub(super) fn finish(self) -> Result<(), LoadError> {
        match self.tensors.into_values().next() {
            Some((name, view)) => Err(LoadError::Unexpected { name, shape: view.shape().to_vec() }),
            None => Ok(()),
        }
    }
}

fn convert(view: &TensorView<'_>) -> Option<Vec<f64>> {
    let data = view.data();
    Some(match view.dtype() {
        Dtype::F32 => data.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x).into()).collect(),
        Dtype::F16 => data.as_chunks().0.iter().map(|&x| f16::from_le_bytes(x).into()).collect(),
        Dtype::BF16 => data.as_chunks().0.iter().map(|&x| bf16::from_le_bytes(x).into()).collect(),
        _ => return None,
    })
}
