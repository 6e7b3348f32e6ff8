//! A folder in the browser's private file system (OPFS). Writers are synchronous access handles: what is written stays,
//! also when the worker ends in the middle.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DedicatedWorkerGlobalScope, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemReadWriteOptions, FileSystemSyncAccessHandle, StorageManager,
};

use super::StoreError;

/// Its name. All pages of an origin share it.
const NAME: &str = "mycoscope-models";

/// The folder of models.
pub(super) struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// Opens it, and makes it if need be; none where the browser keeps no files, as in some private windows.
    pub async fn open() -> Option<Self> {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        // Browsers without it, and pages from addresses that are not secure.
        let storage = Reflect::get(&scope.navigator(), &"storage".into()).ok()?;
        if !Reflect::has(storage.dyn_ref()?, &"getDirectory".into()).ok()? {
            return None;
        }
        let root = JsFuture::from(storage.unchecked_into::<StorageManager>().get_directory()).await.ok()?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let root: FileSystemDirectoryHandle = root.unchecked_into();
        let folder = JsFuture::from(root.get_directory_handle_with_options(NAME, &options)).await.ok()?;
        Some(Self(folder.unchecked_into()))
    }

    /// Names of all files.
    pub async fn names(&self) -> Vec<String> {
        let (keys, mut names) = (self.0.keys(), Vec::new());
        while let Ok(next) = keys.next()
            && let Ok(next) = JsFuture::from(next).await
            && let Ok(name) = Reflect::get(&next, &"value".into())
            && let Some(name) = name.as_string()
        {
            names.push(name);
        }
        names
    }

    /// A file, as a handle: its bytes are not read here.
    pub async fn file(&self, name: &str) -> Option<File> {
        let handle: FileSystemFileHandle = JsFuture::from(self.0.get_file_handle(name)).await.ok()?.unchecked_into();
        JsFuture::from(handle.get_file()).await.ok()?.dyn_into().ok()
    }

    /// A small file's bytes.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let buffer = JsFuture::from(self.file(name).await?.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }

    /// A writer of a file, which is made if need be. Nobody else can write to it until it is dropped.
    pub async fn writer(&self, name: &str) -> Result<Writer, StoreError> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle =
            JsFuture::from(self.0.get_file_handle_with_options(name, &options)).await.map_err(|e| fault(&e, 0))?;
        let handle: FileSystemFileHandle = handle.unchecked_into();
        let access = JsFuture::from(handle.create_sync_access_handle()).await.map_err(|error| fault(&error, 0))?;
        Ok(Writer(access.unchecked_into()))
    }

    /// Writes a small file as a whole.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let writer = self.writer(name).await?;
        writer.truncate(0)?;
        writer.write(&Uint8Array::from(bytes), 0)?;
        writer.flush()
    }

    /// Removes a file, if it is there and nobody writes to it.
    pub async fn remove(&self, name: &str) {
        // It fails only for files that are gone, or are being written.
        let _ = JsFuture::from(self.0.remove_entry(name)).await;
    }
}

/// Writes to a file in place.
pub(super) struct Writer(FileSystemSyncAccessHandle);

impl Writer {
    /// Bytes of the file.
    pub fn size(&self) -> Result<u64, StoreError> {
        Ok(self.0.get_size().map_err(|error| fault(&error, 0))? as u64)
    }

    /// Cuts the file off, or lengthens it.
    pub fn truncate(&self, size: u64) -> Result<(), StoreError> {
        self.0.truncate_with_f64(size as f64).map_err(|error| fault(&error, size))
    }

    /// Writes all of `bytes` from the place `at` on.
    pub fn write(&self, bytes: &Uint8Array, at: u64) -> Result<(), StoreError> {
        let (options, mut done) = (FileSystemReadWriteOptions::new(), 0);
        while done < bytes.length() {
            options.set_at((at + u64::from(done)) as f64);
            let rest = bytes.subarray(done, bytes.length());
            let written = self.0.write_with_js_u8_array_and_options(&rest, &options);
            match written.map_err(|error| fault(&error, u64::from(bytes.length())))? as u32 {
                // Some browsers write less instead of failing.
                0 => return Err(StoreError::NoSpace(u64::from(bytes.length()))),
                count => done += count,
            }
        }
        Ok(())
    }

    /// Reads bytes from the place `at` on; fewer at the file's end.
    pub fn read(&self, buffer: &mut [u8], at: u64) -> Result<usize, StoreError> {
        let options = FileSystemReadWriteOptions::new();
        options.set_at(at as f64);
        let read = self.0.read_with_u8_array_and_options(buffer, &options).map_err(|error| fault(&error, 0))?;
        Ok(read as usize)
    }

    /// Has the browser store what was written.
    pub fn flush(&self) -> Result<(), StoreError> {
        self.0.flush().map_err(|error| fault(&error, 0))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// What a failed operation means; `bytes` is what it was to store.
fn fault(error: &JsValue, bytes: u64) -> StoreError {
    let text = |key: &str| Reflect::get(error, &key.into()).ok().and_then(|text| text.as_string()).unwrap_or_default();
    match text("name").as_str() {
        "QuotaExceededError" => StoreError::NoSpace(bytes),
        "NoModificationAllowedError" => StoreError::Busy,
        name => StoreError::Storage(format!("{name} {}", text("message")).trim().to_owned()),
    }
}
