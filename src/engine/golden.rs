//! Compares a device with golden tensors.

use super::{
    Backend, Engine, EngineError, device,
    fetch::{FetchError, fetch},
    parity::{GoldenFolder, ParityError, Report, parity},
    protocol::DeviceInfo,
};

impl Engine {
    /// Compares a device with golden tensors: the open one if it is of that kind, otherwise one that is opened for
    /// this.
    ///
    /// # Errors
    ///
    /// [`EngineError::Parity`] if the folder is broken or the device fails; a quantity beyond its limit is a result,
    /// not an error.
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
    // Numbered from 0 without a gap: the first missing file ends the list.
    while let Ok(image) = get(&format!("images/{}.png", images.len())).await {
        images.push(image);
    }
    let (config, model) = (get("config.json").await?, get("model.safetensors").await?);
    Ok(GoldenFolder { config, model, golden: get("golden.safetensors").await?, images })
}
