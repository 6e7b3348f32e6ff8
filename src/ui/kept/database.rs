//! The browser's database: opened, written in batches, read in portions. Everything lies under whole numbers.

use std::rc::Rc;

use idb::{Database as Idb, DatabaseEvent, Error, Factory, KeyRange, ObjectStoreParams, Query, TransactionMode};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::condition::Condition;
use super::ranges::ranges;
use super::record::Key;

/// Its name; two pages of one host share it, as they share what the browser allows.
const NAME: &str = "mycoscope gallery";
/// The version of its stores; each record has one of its own.
const VERSION: u32 = 1;

/// Records of images, by key.
pub const IMAGES: &str = "images";
/// Files of images and photos, by key.
pub const FILES: &str = "files";
/// Masks that came with images, by key.
pub const MASKS: &str = "masks";
/// Features, by origin and key: see [`feature_key`].
pub const FEATURES: &str = "features";
/// Photos of the Segmentation tab, by key.
pub const PHOTOS: &str = "photos";
/// What there is one of: see [`GALLERY`], [`ORIGINS`], [`TAB`].
pub const PAGE: &str = "page";
/// All stores.
pub const STORES: [&str; 6] = [IMAGES, FILES, MASKS, FEATURES, PHOTOS, PAGE];

/// The gallery as a whole, in [`PAGE`].
pub const GALLERY: u64 = 1;
/// Where features come from, in [`PAGE`].
pub const ORIGINS: u64 = 2;
/// The Segmentation tab as a whole, in [`PAGE`].
pub const TAB: u64 = 3;

/// Where an image's features of one origin lie: all of an origin's follow each other.
pub fn feature_key(origin: u32, key: Key) -> u64 {
    // Numbers are doubles: exact to 2^53, far beyond any origin's number.
    (u64::from(origin) << 32) | u64::from(key)
}

/// A change of the database.
pub enum Step {
    /// Puts a value, in the place of the one before.
    Put {
        /// Where.
        store: &'static str,
        /// Under which key.
        key: u64,
        /// What.
        value: JsValue,
        /// How large it is.
        bytes: u64,
    },
    /// Deletes what lies between two keys, both included.
    Delete {
        /// Where.
        store: &'static str,
        /// The first key.
        from: u64,
        /// The last key.
        to: u64,
    },
}

impl Step {
    /// Puts a record's bytes.
    pub fn record(store: &'static str, key: u64, record: &[u8]) -> Self {
        Self::Put { store, key, value: Uint8Array::from(record).into(), bytes: record.len() as u64 }
    }
}

/// The browser's database.
#[derive(Clone)]
pub struct Database(Rc<Idb>);

impl Database {
    /// Opens it, and makes it if there is none; `closed` is called if the browser closes it later.
    pub async fn open(closed: impl Fn() + 'static) -> Result<Self, Condition> {
        let factory = Factory::new().map_err(|_| Condition::Unavailable)?;
        let mut request = factory.open(NAME, Some(VERSION)).map_err(|error| condition(&error))?;
        request.on_upgrade_needed(|event| {
            let Ok(database) = event.database() else { return };
            let there = database.store_names();
            for store in STORES.iter().filter(|store| !there.iter().any(|name| name == *store)) {
                // If it fails, so will what is read from it, and that is told.
                let _ = database.create_object_store(store, ObjectStoreParams::new());
            }
        });
        let mut database = request.await.map_err(|error| condition(&error))?;
        let closed = Rc::new(closed);
        let same = closed.clone();
        database.on_close(move |_| closed());
        // Another tab deletes it, or has a later version of the page.
        database.on_version_change(move |event| {
            if let Ok(database) = DatabaseEvent::database(&event) {
                database.close();
            }
            same();
        });
        Ok(Self(Rc::new(database)))
    }

    /// Deletes it as a whole, whatever its version.
    pub async fn delete() -> Result<(), Condition> {
        let factory = Factory::new().map_err(|_| Condition::Unavailable)?;
        let request = factory.delete(NAME).map_err(|error| condition(&error))?;
        request.await.map_err(|error| condition(&error))
    }

    /// Closes it once what is under way has ended.
    pub fn close(&self) {
        self.0.close();
    }

    /// Makes all changes or none.
    pub async fn write(&self, steps: &[Step]) -> Result<(), Condition> {
        let mut transaction =
            self.0.transaction(&STORES, TransactionMode::ReadWrite).map_err(|error| condition(&error))?;
        // Not the crate's own future: it tells no reason for a transaction that is aborted, as for lack of room.
        let (mut done, mut failed) = (None, None);
        let outcome =
            Promise::new(&mut |resolve: Function, reject: Function| (done, failed) = (Some(resolve), Some(reject)));
        transaction.on_complete(move |_| settle(done));
        transaction.on_abort(move |_| settle(failed));
        for step in steps {
            let asked = match step {
                Step::Put { store, key, value, .. } => transaction
                    .object_store(store)
                    .and_then(|store| store.put(value, Some(&(*key as f64).into())).map(drop)),
                Step::Delete { store, from, to } => transaction
                    .object_store(store)
                    .and_then(|store| store.delete(Query::KeyRange(between(*from, *to)?)).map(drop)),
            };
            if let Err(error) = asked {
                let condition = condition(&error);
                // It fails only for one that has ended.
                let _ = transaction.abort();
                return Err(condition);
            }
        }
        match JsFuture::from(outcome).await {
            Ok(_) => Ok(()),
            Err(_) => Err(match transaction.error() {
                Some(error) => Condition::of_error(&error.name(), &error.message()),
                None => Condition::Lost,
            }),
        }
    }

    /// Reads what lies in each of `stores` under `keys`, with the key of each; some that lie between may come along.
    pub async fn read(
        &self,
        stores: &[&'static str],
        keys: &[Key],
        origins: &[u32],
    ) -> Result<Vec<(&'static str, u64, JsValue)>, Condition> {
        let transaction = self.0.transaction(&STORES, TransactionMode::ReadOnly).map_err(|error| condition(&error))?;
        let mut places: Vec<(&'static str, u64, u64)> = Vec::new();
        for (from, to) in ranges(keys) {
            places.extend(stores.iter().map(|store| (*store, from.into(), to.into())));
            places.extend(origins.iter().map(|&origin| (FEATURES, feature_key(origin, from), feature_key(origin, to))));
        }
        // All are asked before the first is awaited: a transaction ends when nothing is left to do.
        let mut asked = Vec::new();
        for (store, from, to) in places {
            let ask = || {
                let of = transaction.object_store(store)?;
                let query = || Ok::<_, Error>(Some(Query::KeyRange(between(from, to)?)));
                let (keys, values) = (of.get_all_keys(query()?, None)?, of.get_all(query()?, None)?);
                Ok((keys.into_future(), values.into_future()))
            };
            asked.push((store, ask().map_err(|error| condition(&error))?));
        }
        let mut found = Vec::new();
        for (store, (keys, values)) in asked {
            let keys = keys.await.map_err(|error| condition(&error))?;
            let values = values.await.map_err(|error| condition(&error))?;
            let numbered = keys.into_iter().zip(values);
            found.extend(numbered.filter_map(|(key, value)| Some((store, key.as_f64()? as u64, value))));
        }
        Ok(found)
    }

    /// A record of which there is one.
    pub async fn single(&self, key: u64) -> Result<Option<Vec<u8>>, Condition> {
        let found = self.read(&[PAGE], &[key as Key], &[]).await?;
        Ok(found.into_iter().find(|(_, other, _)| *other == key).and_then(|(_, _, value)| bytes(&value)))
    }

    /// Every key of a store, in order.
    pub async fn keys(&self, store: &'static str) -> Result<Vec<u64>, Condition> {
        let ask =
            || self.0.transaction(&[store], TransactionMode::ReadOnly)?.object_store(store)?.get_all_keys(None, None);
        let keys = ask().map_err(|error| condition(&error))?.await.map_err(|error| condition(&error))?;
        Ok(keys.iter().filter_map(|key| Some(key.as_f64()? as u64)).collect())
    }
}

/// A record's bytes; none for anything else.
pub fn bytes(value: &JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

fn between(from: u64, to: u64) -> Result<KeyRange, Error> {
    KeyRange::bound(&(from as f64).into(), &(to as f64).into(), None, None)
}

fn settle(promise: Option<Function>) {
    if let Some(promise) = promise {
        let _ = promise.call0(&JsValue::UNDEFINED);
    }
}

/// What the crate's error means, by the browser's own within it.
fn condition(error: &Error) -> Condition {
    let inner: &JsValue = match error {
        Error::DomException(exception) => exception.as_ref(),
        Error::IndexedDbNotFound(_) => return Condition::Unavailable,
        Error::IndexedDbOpenFailed(inner)
        | Error::IndexedDbDeleteFailed(inner)
        | Error::TransactionOpenFailed(inner)
        | Error::ObjectStoreNotFound(inner)
        | Error::UpdateFailed(inner)
        | Error::DeleteFailed(inner)
        | Error::GetAllFailed(inner)
        | Error::GetAllKeysFailed(inner) => inner,
        other => return Condition::Failed(other.to_string()),
    };
    let word =
        |name: &str| Reflect::get(inner, &name.into()).ok().and_then(|word| word.as_string()).unwrap_or_default();
    Condition::of_error(&word("name"), &word("message"))
}
