//! The files of a kept model: weights, what is remembered of them, and negatives.

use web_sys::Blob;

use super::StoreError;
use super::folder::Folder;
use super::record::Record;

/// The file of a model's weights.
pub(super) fn weights(name: &str) -> String {
    format!("{name}.safetensors")
}

/// The file of what is remembered.
fn about(name: &str) -> String {
    format!("{name}.json")
}

/// The file of a model's negatives: those of one version of its weights, one side of its input and one version of this
/// program, whose drawings they are made of.
pub(super) fn negatives(name: &str, variant: &str, sha256: &str) -> String {
    format!("{name}@{variant}@{}@{}.negatives", &sha256[..sha256.len().min(12)], env!("CARGO_PKG_VERSION"))
}

/// Remembers a model, which was used now.
pub(super) async fn remember(folder: &Folder, record: &mut Record) -> Result<(), StoreError> {
    record.used = js_sys::Date::now();
    let json = serde_json::to_vec(record).map_err(|error| StoreError::Storage(error.to_string()))?;
    folder.write(&about(&record.checkpoint.name), &json).await
}

/// What is remembered of a model, if anything.
pub(super) async fn recall(folder: &Folder, name: &str) -> Option<Record> {
    serde_json::from_slice(&folder.read(&about(name)).await?).ok()
}

/// What is remembered of every model, with the bytes that are there.
pub(super) async fn all(folder: &Folder) -> Vec<(Record, u64)> {
    let mut all = Vec::new();
    for name in folder.names().await {
        let Some(name) = name.strip_suffix(".json") else { continue };
        if let Some(record) = recall(folder, name).await {
            let bytes = folder.file(&weights(name)).await.map_or(0, |file| Blob::from(file).size() as u64);
            all.push((record, bytes));
        }
    }
    all.sort_by(|a, b| a.0.checkpoint.name.cmp(&b.0.checkpoint.name));
    all
}

/// Removes all of a model.
pub(super) async fn remove(folder: &Folder, name: &str) {
    for file in folder.names().await {
        if file == weights(name) || file == about(name) || file.starts_with(&format!("{name}@")) {
            folder.remove(&file).await;
        }
    }
}
