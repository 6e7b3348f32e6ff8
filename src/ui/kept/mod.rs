//! The gallery survives a reload, a crash and a closed tab: its images, labels, features, selection, and Segmentation's
//! strokes and masks lie in IndexedDB, in this browser alone. Undo is not kept.
//!
//! [`record`] and [`runs`] are the bytes, [`ledger`] knows what has been written and so what is to be, [`due`] gathers it,
//! [`ranges`] reads many records in few requests, [`widths`] refuses what is no feature, [`condition`] has the sentences; they decide, and need no browser.
//! `state` is what others see, `database` the browser's, `owner` lets one tab keep it, `writer` writes a little at a time
//! between frames, `restore` brings it back, `tab` is Segmentation's part, `storage` asks what the browser allows, `view`
//! and `dialog` show it.

pub mod condition;
pub mod due;
pub mod ledger;
pub mod ranges;
pub mod record;
pub mod runs;
pub mod widths;

#[cfg(feature = "page")]
mod database;
#[cfg(feature = "page")]
mod dialog;
#[cfg(feature = "page")]
mod owner;
#[cfg(feature = "page")]
mod restore;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod storage;
#[cfg(feature = "page")]
mod tab;
#[cfg(feature = "page")]
mod view;
#[cfg(feature = "page")]
mod writer;

#[cfg(feature = "page")]
pub use state::Kept;
#[cfg(feature = "page")]
pub use view::KeptChip;
