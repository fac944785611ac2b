//! Rendered messages, as connectors send them.

use crate::types::identifier::address::Address;
use crate::types::secret::Secret;
use crate::types::time::Timestamp;

/// A rendered message.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// One line; empty for SMS.
    pub subject: String,
    /// The whole message as plain text.
    pub text: String,
    /// The same as HTML; none for SMS.
    pub html: Option<String>,
}

/// What a connector sends.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    /// The outbox id, the same for every attempt: it makes `Message-ID` stable, so that a repeated delivery
    /// can be recognised.
    pub id: String,
    /// The recipient.
    pub to: Address,
    /// The template type, which development connectors write out: `ForgotPassword`, `SignIn`,
    /// `PasswordChanged` …
    pub kind: &'static str,
    /// The bare code, for the development connectors, `http-email` and `http-sms`.
    pub code: Option<Secret>,
    /// The bare link, for the same.
    pub link: Option<Secret>,
    /// The language it is written in.
    pub locale: String,
    /// The app it was requested for, when known.
    pub app: Option<String>,
    /// The rendered message.
    pub rendered: Rendered,
    /// Whether an operator's template was used.
    pub is_customized: bool,
    /// The reply address, when the template sets one.
    pub reply_to: Option<String>,
    /// The sender, when the template sets one.
    pub send_from: Option<String>,
    /// The time of this attempt.
    pub sent_at: Timestamp,
}

impl OutgoingMessage {
    /// Replaces the rendered message.
    pub fn with_rendered(self, rendered: Rendered, reply_to: Option<String>) -> Self {
        Self { rendered, reply_to: reply_to.or(self.reply_to), ..self }
    }
}
