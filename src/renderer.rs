//! Renders for the crates below: the error page and the messages.

use std::sync::Arc;

use askama::Template as _;

use crate::http::pages::views::{ErrorView, LeaveView};
use crate::mail;
use rekey_adapters::i18n::Catalog;
use rekey_core::messages::message::{AddressedMessage, Rendered};
use rekey_server::app::Renderer;
use rekey_server::http::html::page::error::ErrorContent;
use rekey_server::http::html::page::leave::LeaveContent;

/// The templates of this crate.
pub struct TemplateRenderer;

impl Renderer for TemplateRenderer {
    fn error_page(&self, content: ErrorContent) -> anyhow::Result<String> {
        Ok(ErrorView::from(content).render()?)
    }

    fn leave_page(&self, content: LeaveContent) -> anyhow::Result<String> {
        Ok(LeaveView::from(content).render()?)
    }

    fn message(
        &self,
        catalog: &Arc<Catalog>,
        brand: &str,
        site: &str,
        envelope: &AddressedMessage,
    ) -> anyhow::Result<Rendered> {
        mail::render(catalog, brand, site, envelope)
    }
}
