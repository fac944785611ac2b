//! The apps that sent the browser, and which of them it goes back to.

use serde::{Deserialize, Serialize};

use crate::http::html::flow_state::FlowState;

/// A pending request of an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingAppRequest {
    /// Its id. That it is in this cookie binds it to this browser.
    #[serde(rename = "i")]
    pub id: String,
    /// The application.
    #[serde(rename = "a")]
    pub app: String,
}

/// The most application requests one browser may have pending; the oldest is dropped first.
const MAX_PENDING: usize = 20;
const MAX_PENDING_BYTES: usize = 1000;

impl FlowState {
    /// Adds a request of an application, which becomes the current one.
    pub fn add_pending(&mut self, interaction: PendingAppRequest) {
        self.interactions.push(interaction);
        while self.interactions.len() > 1 && self.is_crowded() {
            self.interactions.remove(0);
        }
        let newest = self.interactions.last().map(|newest| newest.id.clone());
        self.select_pending(newest.as_deref().unwrap_or_default());
    }

    fn is_crowded(&self) -> bool {
        let bytes = self.interactions.iter().map(|known| known.id.len() + known.app.len());
        self.interactions.len() > MAX_PENDING || bytes.sum::<usize>() > MAX_PENDING_BYTES
    }

    /// Makes this request the current one, so that signing in leads to its application and not to what
    /// another window asked for; false if it has ended or is not of this browser.
    pub fn select_pending(&mut self, id: &str) -> bool {
        let found = self.interactions.iter().find(|known| known.id == id).cloned();
        let is_known = found.is_some();
        if let Some(PendingAppRequest { id, app }) = found {
            (self.app, self.current) = (Some(app), Some(id));
            self.after = None;
        }
        is_known
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

#[cfg(test)]
mod tests {
    use super::{MAX_PENDING, PendingAppRequest};
    use crate::http::html::flow_state::FlowState;
    use rekey_core::types::secret::SystemRng;
    use rekey_core::types::time::Timestamp;

    fn pending(number: usize) -> PendingAppRequest {
        PendingAppRequest { id: format!("request-of-21-bytes{number:02}"), app: format!("app{}", number % 3) }
    }

    #[test]
    fn a_browser_keeps_twenty_requests_and_each_can_be_selected() {
        let mut flow_state = FlowState::new(Timestamp(0), &SystemRng);
        for number in 0..=MAX_PENDING {
            flow_state.add_pending(pending(number));
        }
        for number in (1..=MAX_PENDING).rev() {
            assert!(flow_state.select_pending(&pending(number).id));
            assert_eq!(flow_state.current_pending(), Some(&pending(number)));
        }
        assert!(!flow_state.select_pending(&pending(0).id), "the oldest was dropped");
        assert!(flow_state.cookie_bytes() < 3000, "{}", flow_state.cookie_bytes());
    }
}
