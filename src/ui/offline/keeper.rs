//! The service worker as the page sees it: whether it is wanted, what it has kept, whether it has a new version.

use js_sys::Function;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

/// Where the browser remembers that a person switched it off.
const MEMORY: &str = "mycoscope offline";

/// Whether the page is kept for use without a network. `Copy`: each user gets one.
#[derive(Clone, Copy)]
pub struct Offline {
    /// Whether it should be.
    pub wanted: RwSignal<bool>,
    /// Whether it is.
    pub kept: RwSignal<Kept>,
    /// Whether another version of the page could take over.
    pub newer: RwSignal<Newer>,
    registration: StoredValue<Option<ServiceWorkerRegistration>, LocalStorage>,
}

/// Whether the page is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Not yet tried, or not wanted.
    No,
    /// It is on its way.
    Soon,
    /// It opens without a network.
    Yes,
    /// This browser keeps no page from this address.
    Unavailable,
    /// The browser could not keep it.
    Failed,
}

/// Whether another version of the page could take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Newer {
    /// There is none.
    None,
    /// It is kept as a whole, and waits for a reload.
    Waiting,
    /// It could not take over: the page is also open elsewhere.
    Elsewhere,
}

impl Offline {
    /// `address`: whether the address allows it.
    pub fn new(address: bool) -> Self {
        Self {
            wanted: RwSignal::new(address && !is_off()),
            kept: RwSignal::new(Kept::No),
            newer: RwSignal::new(Newer::None),
            registration: StoredValue::new_local(None),
        }
    }

    /// Does as is wanted from when `idle` is true: until then the page's own files come first. `used`: how the paths begin of
    /// files that are in use; some are kept only then.
    pub fn begin(self, idle: Signal<bool>, used: Signal<Vec<String>>) {
        Effect::new(move |_| match (idle.get(), self.wanted.get()) {
            (false, _) => {}
            (true, true) => spawn_local(self.keep()),
            (true, false) => spawn_local(self.forget()),
        });
        Effect::new(move |_| {
            if self.kept.get() == Kept::Yes {
                used.get().iter().for_each(|path| self.ask(path));
            }
        });
    }

    /// A person switched it on or off: the browser remembers it.
    pub fn choose(self, wanted: bool) {
        if let Some(memory) = window().local_storage().ok().flatten() {
            // It fails only where nothing may be remembered.
            let _ = if wanted { memory.remove_item(MEMORY) } else { memory.set_item(MEMORY, "off") };
        }
        self.wanted.set(wanted);
    }

    /// The address changed; `address`: whether it allows it.
    pub fn follow(self, address: bool) {
        let wanted = address && !is_off();
        if self.wanted.get_untracked() != wanted {
            self.wanted.set(wanted);
        }
    }

    /// Reloads the page in its new version, unless it is open elsewhere in the old one.
    pub fn replace(self) {
        let reload = || drop(window().location().reload());
        let (Some(container), Some(waiting)) =
            (container(), self.registration().and_then(|registration| registration.waiting()))
        else {
            return reload();
        };
        let worker = waiting.clone();
        waiting.set_onstatechange(Some(&listener(move || {
            if worker.state() == ServiceWorkerState::Activated {
                reload();
            }
        })));
        container.set_onmessage(Some(&listener(move || self.newer.set(Newer::Elsewhere))));
        let _ = waiting.post_message(&"replace".into());
    }

    async fn keep(self) {
        let Some(container) = container() else { return self.kept.set(Kept::Unavailable) };
        self.kept.set(Kept::Soon);
        let Ok(registration) = JsFuture::from(container.register("./service-worker.js")).await else {
            return self.kept.set(Kept::Failed);
        };
        let registration: ServiceWorkerRegistration = registration.unchecked_into();
        self.registration.set_value(Some(registration.clone()));
        let look = listener(move || self.look());
        let watch = move || {
            if let Some(installing) = self.registration().and_then(|registration| registration.installing()) {
                installing.set_onstatechange(Some(&look));
            }
            self.look();
        };
        watch();
        registration.set_onupdatefound(Some(&listener(watch)));
        // What the browser may have thrown away.
        self.ask("keep");
    }

    async fn forget(self) {
        self.kept.set(Kept::No);
        self.newer.set(Newer::None);
        let Some(container) = container() else { return };
        let Ok(registration) = JsFuture::from(container.get_registration()).await else { return };
        let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else { return };
        registration.set_onupdatefound(None);
        for worker in [registration.installing(), registration.waiting(), registration.active()].into_iter().flatten() {
            worker.set_onstatechange(None);
            let _ = worker.post_message(&"forget".into());
        }
    }

    /// Looks at what became of the service worker.
    fn look(self) {
        let Some(registration) = self.registration() else { return };
        let (active, waiting) = (registration.active().is_some(), registration.waiting().is_some());
        self.kept.set(match active {
            true => Kept::Yes,
            false if waiting || registration.installing().is_some() => Kept::Soon,
            false => Kept::Failed,
        });
        self.newer.set(if active && waiting { Newer::Waiting } else { Newer::None });
    }

    fn ask(self, task: &str) {
        if let Some(active) = self.registration().and_then(|registration| registration.active()) {
            // It fails only for what can't be copied; a word can.
            let _ = active.post_message(&task.into());
        }
    }

    fn registration(self) -> Option<ServiceWorkerRegistration> {
        self.registration.get_value()
    }
}

/// Browsers offer it only at https addresses and on one's own machine, and some not in private windows.
fn container() -> Option<ServiceWorkerContainer> {
    let container = window().navigator().service_worker();
    let value: &JsValue = container.as_ref();
    (!value.is_undefined()).then_some(container)
}

fn is_off() -> bool {
    let memory = window().local_storage().ok().flatten();
    memory.and_then(|memory| memory.get_item(MEMORY).ok().flatten()).is_some()
}

/// A listener that stays for as long as the page.
fn listener(work: impl FnMut() + 'static) -> Function {
    Closure::<dyn FnMut()>::new(work).into_js_value().unchecked_into()
}
