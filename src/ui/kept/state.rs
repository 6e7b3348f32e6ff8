//! Whether the gallery is kept, as others see it, and what a person does about it.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::condition::Condition;
use super::database::{Database, PAGE, STORES, Step};
use super::due::Due;
use super::ledger::Ledger;
use super::owner::{self, Claim, Lock};
use super::record::Key;
use super::storage::Storage;
use crate::fungi::Settings;
use crate::gallery::Id;
use crate::ui::gallery::GalleryState;
use crate::ui::messages::Messages;
use crate::ui::segmentation::SegmentationState;

/// Where the browser remembers that a person switched it off.
const MEMORY: &str = "mycoscope keep";

/// The gallery's keeper. `Copy`: each user gets one.
#[derive(Clone, Copy)]
pub struct Kept {
    /// Whether the gallery should be kept.
    pub wanted: RwSignal<bool>,
    /// Whether it is.
    pub condition: RwSignal<Condition>,
    /// Bytes of what is kept.
    pub bytes: RwSignal<u64>,
    /// What the browser allows, once it has been asked.
    pub storage: RwSignal<Option<Storage>>,
    /// Whether something is still to be written.
    pub writing: RwSignal<bool>,
    pub(super) gallery: GalleryState,
    pub(super) segmentation: SegmentationState,
    pub(super) messages: Messages,
    /// How features are made now.
    settings: Signal<Settings>,
    core: StoredValue<Core, LocalStorage>,
}

/// State without signals.
#[derive(Default)]
pub(super) struct Core {
    pub(super) database: Option<Database>,
    pub(super) lock: Option<Lock>,
    pub(super) ledger: Ledger,
    pub(super) due: Due,
    /// The files and masks that lie in the database.
    pub(super) files: HashMap<Key, File>,
    pub(super) masks: HashMap<Key, File>,
    /// The latest bytes of what there is one of.
    pub(super) singles: HashMap<u64, Vec<u8>>,
    /// Images whose files the browser can't read any more.
    pub(super) unreadable: HashSet<Id>,
    /// Images that are written in a batch of their own, since one of them failed.
    pub(super) alone: HashSet<Id>,
    /// Whether the writer runs, or is about to.
    pub(super) busy: bool,
    /// Whether it runs.
    pub(super) running: bool,
    /// Counts up whenever the database is emptied: what was being written then is not noted.
    pub(super) generation: u32,
    /// Counts up with every choice to keep or not; what an earlier one has begun ends.
    pub(super) choices: u32,
}

impl Kept {
    /// `address`: whether the address allows it.
    pub fn new(
        address: bool,
        gallery: GalleryState,
        segmentation: SegmentationState,
        settings: Signal<Settings>,
        messages: Messages,
    ) -> Self {
        Self {
            wanted: RwSignal::new(address && !is_off()),
            condition: RwSignal::new(Condition::Opening),
            bytes: RwSignal::new(0),
            storage: RwSignal::new(None),
            writing: RwSignal::new(false),
            gallery,
            segmentation,
            messages,
            settings,
            core: StoredValue::new_local(Core::default()),
        }
    }

    /// Looks for a gallery that was kept, and brings it back; keeps this one from then on. Whether there was one.
    pub async fn begin(self) -> bool {
        self.watch();
        self.claim().await
    }

    async fn claim(self) -> bool {
        if !self.wanted.get_untracked() {
            self.set(Condition::Off);
            return false;
        }
        let choice = self.core(|core| core.choices);
        match owner::claim().await {
            Claim::Ours(lock) => {
                self.core(|core| core.lock = Some(lock));
                self.open().await
            }
            Claim::Theirs => {
                self.set(Condition::Elsewhere);
                spawn_local(self.wait(choice));
                false
            }
            Claim::Unknown => {
                self.set(Condition::Unavailable);
                false
            }
        }
    }

    async fn wait(self, choice: u32) {
        if let Claim::Ours(lock) = owner::wait().await {
            if self.core(|core| core.choices) != choice {
                return lock.give_back();
            }
            self.core(|core| core.lock = Some(lock));
            self.open().await;
        }
    }

    /// Opens the database. What lies there comes back if this tab is as it was opened; if both have something, a person
    /// decides. Whether something came back.
    pub(super) async fn open(self) -> bool {
        self.set(Condition::Opening);
        let settings = self.settings.get_untracked();
        let opened = Database::open(move || {
            self.core(|core| core.database = None);
            self.set(Condition::Lost);
        });
        let database = match opened.await {
            Ok(database) => database,
            Err(condition) => {
                self.set(condition);
                return false;
            }
        };
        self.core(|core| core.database = Some(database.clone()));
        let page = match self.page(&database).await {
            Ok(page) => page,
            Err(condition) => {
                self.set(condition);
                return false;
            }
        };
        let is_back = page.is_some();
        let outcome = match page {
            Some(_) if !(self.gallery.is_untouched() && self.segmentation.is_untouched()) => Err(Condition::Other),
            Some(page) => self.restore(&database, page, &settings).await,
            // Whatever else is left there belongs to nothing.
            None => self.empty().await,
        };
        match outcome {
            Ok(()) => self.keep_all(),
            Err(condition) => self.set(condition),
        }
        is_back
    }

    /// Keeps what is here from now on.
    fn keep_all(self) {
        self.set(Condition::Kept);
        let (images, outside) = self.gallery.everything();
        self.core(|core| core.due = Due::everything(images.into_iter().chain(outside)));
        self.schedule();
    }

    /// Keeps this tab's gallery in the place of the one that lies there.
    pub async fn replace(self) {
        match self.empty().await {
            Ok(()) => self.keep_all(),
            Err(condition) => self.set(condition),
        }
    }

    /// Tries again what failed.
    pub async fn try_again(self) {
        match self.core(|core| core.database.clone()) {
            Some(database) => {
                // Room first.
                if let Err(condition) = self.collect(&database).await {
                    return self.set(condition);
                }
                self.set(Condition::Kept);
                self.core(|core| core.due.again(Due { list: true, tab: true, ..Due::default() }));
                self.schedule();
            }
            // What was written is gone with it.
            None => {
                self.core(|core| core.forget());
                self.open().await;
            }
        }
    }

    /// Removes everything, here and in the database, for good.
    pub async fn forget_all(self) {
        self.gallery.forget_all();
        self.segmentation.forget_all();
        match self.condition.get_untracked() {
            // What another tab keeps is that tab's.
            Condition::Elsewhere | Condition::Off | Condition::Unavailable => {}
            Condition::Newer | Condition::Failed(_) | Condition::Lost => {
                self.core(|core| {
                    core.forget();
                    core.database.take().iter().for_each(Database::close);
                });
                match Database::delete().await {
                    Ok(()) => drop(self.open().await),
                    Err(condition) => self.set(condition),
                }
            }
            _ => self.replace().await,
        }
        self.messages.tell("Everything was cleared.");
    }

    /// A person switched it on or off: the browser remembers it. What was kept is deleted when it is switched off.
    pub fn choose(self, wanted: bool) {
        if let Some(memory) = window().local_storage().ok().flatten() {
            // It fails only where nothing may be remembered.
            let _ = if wanted { memory.remove_item(MEMORY) } else { memory.set_item(MEMORY, "off") };
        }
        spawn_local(async move {
            if !wanted && let Err(condition) = self.empty().await {
                // It stays on: what was kept lies there still.
                return self.set(condition);
            }
            self.switch(wanted).await;
        });
    }

    /// The address changed; `address`: whether it allows it. What lies there stays.
    pub fn follow(self, address: bool) {
        let wanted = address && !is_off();
        if self.wanted.get_untracked() != wanted {
            spawn_local(self.switch(wanted));
        }
    }

    async fn switch(self, wanted: bool) {
        self.wanted.set(wanted);
        self.core(|core| {
            core.choices += 1;
            core.forget();
            core.database.take().iter().for_each(Database::close);
            core.lock.take().into_iter().for_each(Lock::give_back);
        });
        self.bytes.set(0);
        self.claim().await;
    }

    /// Empties the database, if this tab has it open.
    async fn empty(self) -> Result<(), Condition> {
        let Some(database) = self.core(|core| core.database.clone()) else { return Ok(()) };
        self.core(Core::forget);
        self.bytes.set(0);
        let all = STORES.map(|store| Step::Delete { store, from: 0, to: (1 << 53) - 1 });
        let outcome = database.write(&all).await;
        self.look();
        outcome
    }

    /// Whether a reload brings everything back.
    pub fn is_kept(&self) -> bool {
        self.condition.get() == Condition::Kept
    }

    /// Asks the browser what it allows.
    pub fn look(self) {
        spawn_local(async move { self.storage.set(Storage::look().await) });
    }

    /// Asks the browser to keep it when the disk gets full.
    pub fn make_lasting(self) {
        spawn_local(async move {
            if !Storage::make_lasting().await {
                self.messages.tell("The browser did not agree; it decides by how often a page is used.");
            }
            self.look();
        });
    }

    /// Says how it stands; trouble is told at once.
    pub(super) fn set(&self, condition: Condition) {
        if self.condition.with_untracked(|before| *before == condition) {
            return;
        }
        let former = self.condition.with_untracked(Condition::sentence);
        self.messages.notices.update(|notices| notices.retain(|notice| *notice != former));
        if condition.is_trouble() {
            self.messages.notify(condition.sentence());
        }
        self.condition.set(condition);
    }

    /// Works on the state without signals.
    pub(super) fn core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        self.core.try_update_value(work).expect("the keeper lives as long as the page")
    }
}

impl Core {
    /// Nothing lies there any more, or it is unknown what does.
    fn forget(&mut self) {
        self.generation += 1;
        self.ledger = Ledger::default();
        self.files.clear();
        self.masks.clear();
        self.singles.clear();
        self.due = Due::default();
    }

    /// The step that writes what there is one of, unless it is written as it is now.
    pub(super) fn single(&self, key: u64, bytes: Vec<u8>) -> Option<Step> {
        (self.singles.get(&key) != Some(&bytes)).then(|| Step::record(PAGE, key, &bytes))
    }
}

fn is_off() -> bool {
    let memory = window().local_storage().ok().flatten();
    memory.and_then(|memory| memory.get_item(MEMORY).ok().flatten()).is_some()
}
