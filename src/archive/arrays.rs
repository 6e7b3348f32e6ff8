//! NumPy's arrays, as bytes of `.npy` files.

use std::io::Result;

use npyz::{DType, WriteOptions, WriterBuilder};

/// A matrix `[rows, width]` of little-endian f32.
///
/// # Errors
///
/// If `values` are not as many as the shape says.
pub fn npy_matrix(rows: usize, width: usize, values: impl IntoIterator<Item = f32>) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(128 + 4 * rows * width);
    let shape = [rows as u64, width as u64];
    let mut writer = WriteOptions::new().default_dtype().shape(&shape).writer(&mut bytes).begin_nd()?;
    writer.extend(values)?;
    writer.finish()?;
    Ok(bytes)
}

/// Texts as NumPy's fixed-width Unicode, which opens without pickle.
///
/// # Errors
///
/// None with valid texts: writing to memory does not fail.
pub fn npy_texts(texts: &[&str]) -> Result<Vec<u8>> {
    // NumPy has no texts of no characters, and drops zeros at the end of one.
    let width = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0).max(1);
    let dtype = DType::Plain(format!("<U{width}").parse().map_err(std::io::Error::other)?);
    let mut bytes = Vec::with_capacity(128 + 4 * width * texts.len());
    let shape = [texts.len() as u64];
    let mut writer = WriteOptions::<str>::new().dtype(dtype).shape(&shape).writer(&mut bytes).begin_nd()?;
    texts.iter().try_for_each(|text| writer.push(text))?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use npyz::NpyFile;

    #[test]
    fn matrices_and_texts_have_the_headers_that_numpy_reads() {
        let bytes = npy_matrix(2, 3, (0..6).map(|i| i as f32 / 8.0)).unwrap();
        let file = NpyFile::new(&bytes[..]).unwrap();
        assert_eq!((file.shape(), file.dtype().descr().as_str()), (&[2, 3][..], "'<f4'"));
        assert_eq!(file.into_vec::<f32>().unwrap(), [0.0, 0.125, 0.25, 0.375, 0.5, 0.625]);
        assert!(npy_matrix(2, 3, [1.0]).is_err());

        let texts = ["cup/ä.png", "", "☄"];
        let bytes = npy_texts(&texts).unwrap();
        let file = NpyFile::new(&bytes[..]).unwrap();
        assert_eq!((file.shape(), file.dtype().descr().as_str()), (&[3][..], "'<U9'"));
        assert_eq!(file.into_vec::<String>().unwrap(), texts);
        assert_eq!(NpyFile::new(&npy_texts(&[]).unwrap()[..]).unwrap().shape(), [0]);
    }
}
