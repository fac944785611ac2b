//! The apps that sent the browser, and which of them it goes back to.

use serde::{Deserialize, Serialize};

use crate::http::html::flow_state::FlowState;

/// A pending request of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAppRequest {
    /// Its id. That it is in this cookie binds it to this browser.
    pub id: String,
    /// The application.
    pub app: String,
}

/// The most application requests one browser may have pending; the oldest is dropped first.
const MAX_PENDING: usize = 4;
const MAX_PENDING_BYTES: usize = 1000;

impl FlowState {
    /// Adds a request of an application, which becomes the current one; any other destination after sign-in
    /// is dropped.
    pub fn add_pending(&mut self, interaction: PendingAppRequest) {
        self.interactions.push(interaction);
        while self.interactions.len() > 1 && self.is_crowded() {
            self.interactions.remove(0);
        }
        self.after = None;
        let newest = self.interactions.last().map(|newest| newest.id.clone());
        self.select_pending(newest.as_deref().unwrap_or_default());
    }

    fn is_crowded(&self) -> bool {
        let bytes = self.interactions.iter().map(|known| known.id.len() + known.app.len());
        self.interactions.len() > MAX_PENDING || bytes.sum::<usize>() > MAX_PENDING_BYTES
    }

    /// Makes this request the current one, if it belongs to this browser.
    pub fn select_pending(&mut self, id: &str) {
        if let Some(found) = self.interactions.iter().find(|known| known.id == id) {
            (self.app, self.current) = (Some(found.app.clone()), Some(found.id.clone()));
        }
    }

    /// The current request: the one selected by the form, or else the newest of the application.
    pub fn current_pending(&self) -> Option<&PendingAppRequest> {
        let mut of_app = self.interactions.iter().rev().filter(|known| Some(&known.app) == self.app.as_ref());
        let newest = of_app.clone().next();
        of_app.find(|known| Some(&known.id) == self.current.as_ref()).or(newest)
    }

    /// Removes a finished request.
    pub fn remove_pending(&mut self, id: &str) {
        self.interactions.retain(|known| known.id != id);
    }

    /// Removes every reference to an application, after signing out.
    pub fn clear_app(&mut self) {
        (self.app, self.current) = (None, None);
    }
}
