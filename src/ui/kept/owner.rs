//! One tab keeps the gallery, by the browser's own locks: it is given to another when the tab is closed, however it ends.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const NAME: &str = "mycoscope gallery";

/// The right to keep the gallery, until it is given back or the tab ends.
pub struct Lock(Function);

impl Lock {
    /// Another tab may have it.
    pub fn give_back(self) {
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Whose the right is.
pub enum Claim {
    /// This tab's.
    Ours(Lock),
    /// Another tab's.
    Theirs,
    /// The browser has no locks, as at addresses that it does not trust: nobody can tell.
    Unknown,
}

/// Claims the right if nobody has it.
pub async fn claim() -> Claim {
    ask(true).await
}

/// Waits until the tab that has it is closed, or gives it back.
pub async fn wait() -> Claim {
    ask(false).await
}

async fn ask(only_if_free: bool) -> Claim {
    let asked = Promise::new(&mut |resolve: Function, reject: Function| {
        if request(only_if_free, resolve, &reject).is_none() {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    match JsFuture::from(asked).await {
        Ok(given) => given.dyn_into().map_or(Claim::Theirs, |release| Claim::Ours(Lock(release))),
        Err(_) => Claim::Unknown,
    }
}

/// `given` gets the function that gives the lock back, or nothing if another tab has it.
fn request(only_if_free: bool, given: Function, refused: &Function) -> Option<()> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &only_if_free.into()).ok()?;
    // The lock is held until the promise that this gives is fulfilled.
    let hold = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        if lock.is_null() {
            let _ = given.call0(&JsValue::UNDEFINED);
            return JsValue::UNDEFINED;
        }
        let held = Promise::new(&mut |release: Function, _| {
            let _ = given.call1(&JsValue::UNDEFINED, &release);
        });
        held.into()
    });
    let asked = request.call3(&locks, &NAME.into(), &options, &hold).ok()?;
    let catch: Function = Reflect::get(&asked, &"catch".into()).ok()?.dyn_into().ok()?;
    catch.call1(&asked, refused).ok()?;
    Some(())
}
