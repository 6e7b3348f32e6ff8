//! Which device to try first: asks the browser for its GPU, and gives the reason if there is none.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::pool;
use crate::engine::{Backend, is_software};

/// Where to compute, and why there. `wanted`: the user's choice, if any.
pub async fn choose(wanted: Option<Backend>) -> (Backend, String) {
    if wanted == Some(Backend::Cpu) {
        return (Backend::Cpu, "The CPU, as chosen.".into());
    }
    match adapter().await {
        Ok(Adapter { name, software: true }) if wanted.is_none() => (
            Backend::Cpu,
            format!("The CPU: WebGPU runs in software here ({name}), which is slower. You can still choose the GPU."),
        ),
        Ok(Adapter { name, software: true }) => {
            (Backend::Gpu, format!("The GPU, as chosen, though WebGPU runs in software here ({name})."))
        }
        Ok(_) => (Backend::Gpu, "The GPU: this browser offers WebGPU.".into()),
        Err(reason) => (Backend::Cpu, reason),
    }
}

/// How many workers suit this machine.
pub fn pool_size() -> usize {
    let navigator = window().navigator();
    let memory = get(&navigator, "deviceMemory").and_then(|memory| memory.as_f64());
    pool::size(navigator.hardware_concurrency() as usize, memory)
}

struct Adapter {
    name: String,
    software: bool,
}

async fn adapter() -> Result<Adapter, String> {
    let gpu = get(&window().navigator(), "gpu").filter(|gpu| gpu.is_object()).ok_or_else(|| {
        if window().is_secure_context() {
            "The CPU: this browser has no WebGPU. Recent Chrome, Edge, Safari and Firefox have it.".to_owned()
        } else {
            "The CPU: browsers offer WebGPU only to pages at https addresses and on your own machine.".to_owned()
        }
    })?;
    let none = "The CPU: this browser's WebGPU offers no GPU (it may be off, or blocked for this driver).";
    let request = get(&gpu, "requestAdapter").and_then(|f| f.dyn_into::<Function>().ok()).ok_or(none)?;
    let promise = request.call0(&gpu).ok().and_then(|promise| promise.dyn_into::<Promise>().ok()).ok_or(none)?;
    let adapter = JsFuture::from(promise).await.ok().filter(|adapter| adapter.is_object()).ok_or(none)?;

    let info = get(&adapter, "info").unwrap_or_default();
    let text = |key| get(&info, key).and_then(|value| value.as_string()).unwrap_or_default();
    let words = ["description", "vendor", "architecture", "device"].map(text);
    let name = words.iter().filter(|word| !word.is_empty()).cloned().collect::<Vec<_>>().join(" ");
    let fallback = |of: &JsValue| get(of, "isFallbackAdapter").is_some_and(|value| value.is_truthy());
    let software = fallback(&info) || fallback(&adapter) || is_software(&name);
    Ok(Adapter { name: if name.is_empty() { "unnamed".into() } else { name }, software })
}

/// A property, if `of` is something that can have one.
fn get(of: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(of.dyn_ref::<Object>()?, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
