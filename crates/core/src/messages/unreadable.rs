//! Which messages this instance could not read, so that it says so once.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Above this number they are forgotten, and reported again.
const MAX_REMEMBERED: usize = 10_000;

/// The ids of unreadable messages.
#[derive(Default)]
pub(crate) struct UnreadableMessages(Mutex<HashSet<String>>);

impl UnreadableMessages {
    /// Remembers a message; true the first time.
    pub(super) fn note(&self, id: &str) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED {
            known.clear();
        }
        known.insert(id.to_owned())
    }
}
