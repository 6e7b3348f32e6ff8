//! Features as a Parquet table.

use std::sync::Arc;

use arrow_array::{ArrayRef, FixedSizeListArray, Float32Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use super::ArchiveError;
use super::npz::matrix;
use crate::fungi::{Features, Part};
use crate::gallery::{Entry, Provenance, hexadecimal};

/// The bytes of a `.parquet`, a row for each image: `name`, `label`, `sha256`, `width`, `height`, and for each part a
/// fixed-size list of f32 under its key. The metadata's `provenance` is a text of JSON. Not compressed: numbers as random
/// as these hardly get smaller, and every reader opens it.
///
/// # Errors
///
/// If the images do not have the same parts in the same sizes.
pub fn parquet(images: &[(&Entry, &Features)], provenance: &Provenance) -> Result<Vec<u8>, ArchiveError> {
    let text = |of: &dyn Fn(&Entry) -> Option<String>| -> ArrayRef {
        Arc::new(images.iter().map(|(entry, _)| of(entry)).collect::<StringArray>())
    };
    let size = |of: &dyn Fn((u32, u32)) -> u32| -> ArrayRef {
        let size = |entry: &Entry| entry.content.as_ref().map(|content| of(content.size));
        Arc::new(images.iter().map(|(entry, _)| size(entry)).collect::<UInt32Array>())
    };
    let mut columns = vec![
        ("name", text(&|entry| Some(entry.name.clone()))),
        ("label", text(&|entry| entry.label.clone())),
        ("sha256", text(&|entry| entry.content.as_ref().map(|content| hexadecimal(&content.hash)))),
        ("width", size(&|(width, _)| width)),
        ("height", size(&|(_, height)| height)),
    ];
    for part in Part::ALL {
        let rows = matrix(images, part)?;
        if let Some(width) = rows.first().map(|row| row.len()) {
            let values: Float32Array = rows.into_iter().flatten().copied().collect::<Vec<f32>>().into();
            let item = Arc::new(Field::new_list_field(DataType::Float32, false));
            let width = i32::try_from(width).map_err(std::io::Error::other)?;
            let lists = FixedSizeListArray::try_new(item, width, Arc::new(values), None).map_err(failed)?;
            columns.push((part.key(), Arc::new(lists)));
        }
    }
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), *name == "label")).collect();
    let provenance = serde_json::to_string(provenance).map_err(std::io::Error::from)?;
    let schema = Schema::new(fields).with_metadata([("provenance".to_owned(), provenance)]);
    let schema = Arc::new(schema);
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(failed)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_dictionary_enabled(false)
        .set_created_by(concat!("mycoscope ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, schema, Some(properties)).map_err(failed)?;
    writer.write(&batch).map_err(failed)?;
    writer.close().map_err(failed)?;
    Ok(bytes)
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ArchiveError {
    ArchiveError::Io(std::io::Error::other(error))
}
