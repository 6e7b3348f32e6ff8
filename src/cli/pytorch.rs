//! PyTorch's own files (`.pth`, `.pt`, `.bin`) as safetensors. Such a file is a program for Python's unpickler, which may do
//! anything; here only the tables of tensors are read from it, and nothing is run.

use std::path::Path;

use pytorch_reader::{DType, PytorchReader};
use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::CliError;

/// Dictionaries that training programs put a network's weights into, beside optimisers and settings. The first that a file has
/// is used.
const NETWORKS: [&str; 4] = ["state_dict.", "teacher.", "model.", "student."];

/// Whether a file that begins so is one of PyTorch's: a ZIP archive, or a pickle as older versions wrote.
pub(super) fn is_pytorch(head: &[u8]) -> bool {
    let is_safetensors = head.get(8) == Some(&b'{');
    !is_safetensors && (head.starts_with(b"PK\x03\x04") || matches!(head, [0x80, 1..=5, ..]))
}

/// The weights of a PyTorch file, as a safetensors file.
///
/// # Errors
///
/// [`CliError::Read`] if the file is damaged, holds no weights, or claims more of them than it has bytes.
pub(super) fn as_safetensors(path: &Path) -> Result<Vec<u8>, CliError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        CliError::read(path, format!("it is not a complete PyTorch file ({error}); download it again"))
    };
    let size = std::fs::metadata(path).map_err(|error| CliError::read(path, error))?.len();
    let mut tensors = PytorchReader::new(path).map_err(|error| unreadable(&error))?.into_tensors();
    let network = NETWORKS.into_iter().find(|network| tensors.keys().any(|name| name.starts_with(network)));
    let network = network.unwrap_or_default();
    tensors.retain(|name, _| name.starts_with(network));
    // Counters, indices and masks are no weights.
    tensors.retain(|_, tensor| dtype(tensor.dtype()).is_some());
    let claimed = tensors.values().fold(0u64, |sum, tensor| sum.saturating_add(tensor.byte_len() as u64));
    if claimed > size {
        return Err(unreadable(&format!("its tensors claim {claimed} bytes")));
    }
    let mut read = Vec::with_capacity(tensors.len());
    for (name, tensor) in &tensors {
        let bytes = tensor.read().map_err(|error| unreadable(&error))?;
        read.push((&name[network.len()..], tensor, bytes));
    }
    let views = read.iter().filter_map(|(name, tensor, bytes)| {
        Some((name, TensorView::new(dtype(tensor.dtype())?, tensor.shape().to_vec(), bytes).ok()?))
    });
    Ok(safetensors::serialize(views, None)?)
}

/// safetensors' name of a number format that weights may have.
fn dtype(of: DType) -> Option<Dtype> {
    match of {
        DType::F64 => Some(Dtype::F64),
        DType::F32 => Some(Dtype::F32),
        DType::F16 => Some(Dtype::F16),
        DType::BF16 => Some(Dtype::BF16),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pytorch_files_are_told_from_safetensors() {
        assert!(is_pytorch(b"PK\x03\x04..........") && is_pytorch(b"\x80\x02\x8a\nl\xfc\x9cF\xf9"));
        // A header of 128 bytes begins like a pickle.
        assert!(!is_pytorch(b"\x80\x01\0\0\0\0\0\0{\"a\""));
        assert!(!is_pytorch(b"") && !is_pytorch(b"\x18\0\0\0\0\0\0\0{\"a\""));
    }
}
