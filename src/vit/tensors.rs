//! The tensors of a safetensors file under timm's names. They are taken out one by one, so that leftovers are noticed.

use std::collections::BTreeMap;

use half::{bf16, f16};
use safetensors::tensor::{Metadata, SafeTensorError, TensorView};
use safetensors::{Dtype, SafeTensors};

use super::error::LoadError;
use super::names::{self, Role, Scheme};

/// The tensors of a file under timm's names.
pub(super) struct Tensors<'a> {
    tensors: BTreeMap<String, (String, Stored<'a>)>,
    scheme: Scheme,
    layer_scale: bool,
}

/// A tensor as it is stored.
struct Stored<'a> {
    dtype: Dtype,
    shape: Vec<usize>,
    data: &'a [u8],
}

impl<'a> From<TensorView<'a>> for Stored<'a> {
    fn from(view: TensorView<'a>) -> Self {
        Self { dtype: view.dtype(), shape: view.shape().to_vec(), data: view.data() }
    }
}

impl<'a> Tensors<'a> {
    /// Reads the file's table; no tensor is converted yet.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, LoadError> {
        if is_pytorch(bytes) {
            return Err(LoadError::PyTorch);
        }
        let file = SafeTensors::deserialize(bytes)?;
        Self::named(file.tensors().into_iter().map(|(name, view)| (name, view.into())).collect())
    }

    /// Reads the table of a file of `size` bytes, of which `header` is the start or all: names and shapes without values.
    pub(super) fn read_header(header: &'a [u8], size: u64) -> Result<Self, LoadError> {
        if is_pytorch(header) {
            return Err(LoadError::PyTorch);
        }
        let length = header.first_chunk().and_then(|length| usize::try_from(u64::from_le_bytes(*length)).ok());
        let own = length.and_then(|length| length.checked_add(8)).ok_or(SafeTensorError::HeaderTooSmall)?;
        let table = header.get(8..own).ok_or(SafeTensorError::HeaderTooSmall)?;
        let table: Metadata = serde_json::from_slice(table).map_err(SafeTensorError::InvalidHeaderDeserialization)?;
        let tensors = table.tensors();
        let end = tensors.values().map(|info| info.data_offsets.1).max().unwrap_or_default();
        if own as u64 + end as u64 != size {
            return Err(SafeTensorError::MetadataIncompleteBuffer.into());
        }
        let stored = tensors.into_iter().map(|(name, info)| {
            let (dtype, shape) = (info.dtype, info.shape.clone());
            (name, Stored { dtype, shape, data: &[] })
        });
        Self::named(stored.collect())
    }

    fn named(stored: Vec<(String, Stored<'a>)>) -> Result<Self, LoadError> {
        let mut found = Self { tensors: BTreeMap::new(), scheme: Scheme::Timm, layer_scale: false };
        let left_out = names::left_out(stored.iter().map(|(name, _)| name.as_str()));
        for (name, stored) in stored {
            if left_out.iter().any(|network| names::of_network(&name, network)) {
                continue;
            }
            match names::role(&name) {
                Role::Extra => {}
                Role::Weight { name: canonical, scheme } => {
                    if scheme != Scheme::Timm {
                        found.scheme = scheme;
                    }
                    found.layer_scale |= canonical.ends_with(".ls1.gamma") || canonical.ends_with(".ls2.gamma");
                    if let Some((first, _)) = found.tensors.insert(canonical, (name.clone(), stored)) {
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

    /// The shape of a tensor, which must be there and have `N` axes; axes of 1 before the others may be missing.
    pub(super) fn shape<const N: usize>(&self, name: &str, expected: &str) -> Result<[usize; N], LoadError> {
        let (_, stored) = self.tensors.get(name).ok_or_else(|| self.missing(name))?;
        padded(&stored.shape, N).try_into().map_err(|_| self.misshapen(name, expected))
    }

    /// The file's own name of a tensor.
    pub(super) fn name_in_file(&self, name: &str) -> String {
        self.tensors.get(name).map_or_else(|| name.into(), |(own, _)| own.clone())
    }

    /// The error for a tensor whose shape does not fit.
    pub(super) fn misshapen(&self, name: &str, expected: &str) -> LoadError {
        match self.tensors.get(name) {
            Some((name, stored)) => {
                LoadError::Shape { name: name.clone(), found: stored.shape.clone(), expected: expected.into() }
            }
            None => self.missing(name),
        }
    }

    fn missing(&self, name: &str) -> LoadError {
        let own = if self.scheme == Scheme::Timm { name.into() } else { names::in_scheme(name, self.scheme) };
        LoadError::Missing { name: own }
    }

    /// Takes a tensor out, checked against its shape, row-major.
    pub(super) fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f64>, LoadError> {
        let (_, stored) = self.tensors.get(name).ok_or_else(|| self.missing(name))?;
        if padded(&stored.shape, shape.len()) != shape {
            return Err(self.misshapen(name, &format!("{shape:?}")));
        }
        let (name, stored) = self.tensors.remove(name).ok_or_else(|| self.missing(name))?;
        let values = convert(&stored)
            .ok_or_else(|| LoadError::Dtype { name: name.clone(), dtype: format!("{:?}", stored.dtype) })?;
        if values.iter().any(|x| !x.is_finite()) {
            return Err(LoadError::NotFinite { name });
        }
        Ok(values)
    }

    /// Leaves a tensor out, if it is there.
    pub(super) fn discard(&mut self, name: &str) {
        self.tensors.remove(name);
    }

    /// An error if a tensor is left over.
    pub(super) fn finish(self) -> Result<(), LoadError> {
        match self.tensors.into_values().next() {
            Some((name, stored)) => Err(LoadError::Unexpected { name, shape: stored.shape }),
            None => Ok(()),
        }
    }
}

/// Whether a file that begins so is one of PyTorch's: a ZIP archive, or a pickle.
fn is_pytorch(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04") || start.starts_with(b"\x80\x02\x8a\x0a")
}

/// A shape with axes of 1 before the others, so that there are `axes`.
fn padded(shape: &[usize], axes: usize) -> Vec<usize> {
    let missing = axes.saturating_sub(shape.len());
    std::iter::repeat_n(1, missing).chain(shape.iter().copied()).collect()
}

fn convert(stored: &Stored<'_>) -> Option<Vec<f64>> {
    let data = stored.data;
    Some(match stored.dtype {
        Dtype::F32 => data.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x).into()).collect(),
        Dtype::F16 => data.as_chunks().0.iter().map(|&x| f16::from_le_bytes(x).into()).collect(),
        Dtype::BF16 => data.as_chunks().0.iter().map(|&x| bf16::from_le_bytes(x).into()).collect(),
        _ => return None,
    })
}
