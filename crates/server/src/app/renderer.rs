//! What is rendered from templates. They are compiled in the crate above this one, so that an edit of a
//! template compiles nothing here again.

use std::sync::Arc;

use crate::http::html::page::error::ErrorContent;
use crate::http::html::page::leave::LeaveContent;
use rekey_adapters::i18n::Catalog;
use rekey_core::messages::message::{AddressedMessage, Rendered};

/// Renders pages and messages for the code below the templates.
pub trait Renderer: Send + Sync {
    /// The error page as HTML.
    fn error_page(&self, content: ErrorContent) -> anyhow::Result<String>;

    /// The HTML of the page that leads on to an application.
    fn leave_page(&self, content: LeaveContent) -> anyhow::Result<String>;

    /// The message with the built-in templates, in the recipient's language. `site` is the public origin.
    fn message(
        &self,
        catalog: &Arc<Catalog>,
        brand: &str,
        site: &str,
        envelope: &AddressedMessage,
    ) -> anyhow::Result<Rendered>;
}
