//! Messages to the user, besides the status.

use leptos::prelude::*;

/// Two kinds of messages.
#[derive(Clone, Copy)]
pub struct Messages {
    /// The last thing that happened.
    pub news: RwSignal<String>,
    /// Notices, shown until they are dismissed.
    pub notices: RwSignal<Vec<String>>,
}

impl Messages {
    /// No message yet.
    pub fn new() -> Self {
        Self { news: RwSignal::new(String::new()), notices: RwSignal::new(Vec::new()) }
    }

    /// Shows the last thing that happened.
    pub fn tell(&self, news: impl Into<String>) {
        self.news.set(news.into());
    }

    /// Shows a notice; the same one only once.
    pub fn notify(&self, notice: String) {
        self.notices.update(|notices| {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        });
    }
}
