//! Which device to try first: asks the browser for its GPU, and says why not where it gives none.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::options::Wish;
use crate::engine::Choice;

/// Names that software adapters go by.
const SOFTWARE: [&str; 5] = ["swiftshader", "llvmpipe", "lavapipe", "software", "basic render"];

/// Where to compute, and why there.
pub async fn choose(wish: Wish) -> (Choice, String) {
    if wish == Wish::Cpu {
        return (Choice::Cpu, "The CPU, as chosen.".into());
    }
    match adapter().await {
        Ok(adapter) if adapter.software && wish == Wish::Auto => (
            Choice::Cpu,
            format!(
                "The CPU: this browser's WebGPU is made of software ({}), which is slower. It can be chosen all the same.",
                adapter.name
            ),
        ),
        Ok(adapter) if adapter.software => {
            (Choice::Gpu, format!("WebGPU made of software ({}), as chosen.", adapter.name))
        }
        Ok(_) => (Choice::Gpu, "WebGPU is there.".into()),
        Err(reason) => (Choice::Cpu, reason),
    }
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
            "The CPU: WebGPU wants an address that starts with https, or this very machine.".to_owned()
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
    let lower = name.to_lowercase();
    let software = fallback(&info) || fallback(&adapter) || SOFTWARE.iter().any(|word| lower.contains(word));
    Ok(Adapter { name: if name.is_empty() { "unnamed".into() } else { name }, software })
}

/// A property, where `of` is something that can have one.
fn get(of: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(of.dyn_ref::<Object>()?, &key.into()).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
