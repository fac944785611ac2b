//! A message in words, on its way: what a connector carries.

use super::Address;
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// A message in words.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// One line; empty for SMS.
    pub subject: String,
    /// The whole message as plain text.
    pub text: String,
    /// The same as HTML; none for SMS.
    pub html: Option<String>,
}

/// What a connector carries.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    /// The outbox id, the same on every try: it makes `Message-ID` stable, so that a repeated delivery can be
    /// recognised.
    pub id: String,
    /// The reader.
    pub to: Address,
    /// The template type a development connector writes down: `ForgotPassword`, `SignIn`, `PasswordChanged` …
    pub kind: &'static str,
    /// The bare code, for the development connectors, `http-email` and `http-sms`.
    pub code: Option<Secret>,
    /// The bare link, for the same.
    pub link: Option<Secret>,
    /// The language it is written in.
    pub locale: String,
    /// The app on whose behalf, when one is known.
    pub app: Option<String>,
    /// The words.
    pub rendered: Rendered,
    /// Whether the operator set them.
    pub is_customized: bool,
    /// Where answers go, when the words say so.
    pub reply_to: Option<String>,
    /// Whom it is from, when the words say so.
    pub send_from: Option<String>,
    /// The moment of this try.
    pub sent_at: Timestamp,
}

impl OutgoingMessage {
    /// The same in other words.
    pub fn with_rendered(self, rendered: Rendered, reply_to: Option<String>) -> Self {
        Self { rendered, reply_to: reply_to.or(self.reply_to), ..self }
    }
}
