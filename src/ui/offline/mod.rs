//! The page without a network: `keeper` installs the service worker (public/service-worker.js) and asks things of it,
//! `view` shows what became of it.

mod keeper;
mod view;

pub use keeper::Offline;
pub use view::{NewVersion, OfflineChoice};
