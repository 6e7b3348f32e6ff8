//! A device held against golden tensors.

use super::{
    Backend, Engine, EngineError, device,
    fetch::{FetchError, fetch},
    parity::{GoldenFolder, ParityError, Report, parity},
    protocol::DeviceInfo,
};

impl Engine {
    /// Holds a device against golden tensors: the open one if it is of that kind, else another that is opened for it.
    ///
    /// # Errors
    ///
    /// [`EngineError::Parity`] where the folder is broken, or a device that fails; a quantity that misses its limit is a
    /// result.
    pub async fn parity(&self, backend: Backend, folder: &GoldenFolder) -> Result<(DeviceInfo, Report), EngineError> {
        let (device, info) = match &self.device {
            Some(open) if open.1.backend == backend => open.clone(),
            _ => device::open(backend).await?,
        };
        let gpu = backend == Backend::Gpu;
        let report = parity(folder, &device, gpu).await.map_err(|error| match error {
            ParityError::Extract(error) => EngineError::Extract { error, gpu },
            error => error.into(),
        })?;
        Ok((info, report))
    }
}

/// The golden folder whose address is `base`, with a slash at its end.
pub(super) async fn fetch_golden(base: &str) -> Result<GoldenFolder, FetchError> {
    let get = async |name: &str| fetch(&format!("{base}{name}"), |_, _| ()).await;
    let mut images = Vec::new();
    // Numbered from 0 without a gap: the first that is not there ends the row.
    while let Ok(image) = get(&format!("images/{}.png", images.len())).await {
        images.push(image);
    }
    let (config, model) = (get("config.json").await?, get("model.safetensors").await?);
    Ok(GoldenFolder { config, model, golden: get("golden.safetensors").await?, images })
}
