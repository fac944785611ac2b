//! What stops working with a connector: everything that needs a message of its kind, if it is the last.

use crate::connectors::spec::{ConnectorSpec, ConnectorType};
use crate::snapshot::Snapshot;
use crate::types::identifier::IdentifierKind;

impl Snapshot {
    /// What works now and does not without the connector with this id, in words.
    pub fn stopped_without(&self, id: &str) -> Vec<&'static str> {
        let is_it = |connector: &&ConnectorSpec| connector.id == id;
        let Some(kind) = self.connectors.iter().find(is_it).map(|connector| connector.kind) else {
            return Vec::new();
        };
        if self.connectors.iter().any(|connector| connector.kind == kind && connector.id != id) {
            return Vec::new();
        }
        let channels = self.channels();
        let (recovers, identifier, words) = match kind {
            ConnectorType::Email => (channels.email, IdentifierKind::Email, BY_EMAIL),
            ConnectorType::Sms => (channels.phone, IdentifierKind::Phone, BY_PHONE),
        };
        let experience = &self.settings.sign_in_experience;
        let mut methods = experience.sign_in.methods.iter();
        let signs_in = methods.any(|method| method.identifier == identifier && method.verification_code);
        let signs_up = experience.sign_up.identifiers.contains(&identifier);
        let works = [recovers, signs_in, signs_up, true];
        words.into_iter().zip(works).filter(|(_, works)| *works).map(|(words, _)| words).collect()
    }
}

/// Recovery, sign-in by code, sign-up, notices.
const BY_EMAIL: [&str; 4] =
    ["recovery by email", "sign-in by email code", "sign-up by email", "notices by email"];
const BY_PHONE: [&str; 4] =
    ["recovery by phone", "sign-in by phone code", "sign-up by phone", "notices by phone"];
