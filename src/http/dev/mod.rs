//! The inbox, the gallery and the demo application. They exist only under `demo` or `--dev`, and refuse to
//! respond otherwise: an inbox in production would reveal every user's codes. This is the only interface that
//! uses the others, because it shows them.

/// The demo application, and the demo of the browser SDK.
pub mod demo_app;
/// Samples of every page and message.
pub mod gallery;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Path;

use crate::http::pages::views::{InboxMessageView, InboxRow, InboxView};
use rekey_core::messages::message::OutgoingMessage;
use rekey_core::types::identifier::address::Address;
use rekey_server::http::html::page::error::ErrorKind;
use rekey_server::http::html::page::format_rfc3339;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};

/// The policy of the page that shows a mail: mails carry inline styles, and the frame that shows them
/// inherits the page's policy. The frame is sandboxed, so that nothing in a mail is executed.
const MAIL_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                           trusted-types 'none'";

/// `GET /dev/inbox`: newest first.
pub async fn show_inbox(request: PageRequest) -> PageResponse {
    let Some(inbox) = request.app.inbox.as_ref().filter(|_| request.app.site.dev) else {
        return not_found(&request);
    };
    let messages =
        inbox.all().into_iter().rev().map(|message| to_row(message.number, message.message)).collect();
    request.ok(&InboxView { page: request.page(), messages })
}

fn to_row(number: u64, dispatch: OutgoingMessage) -> InboxRow {
    InboxRow {
        n: usize::try_from(number).unwrap_or(usize::MAX),
        to: address_text(&dispatch.to),
        by_phone: matches!(dispatch.to, Address::Phone(_)),
        subject: dispatch.rendered.subject,
        at: format_rfc3339(dispatch.sent_at),
    }
}

fn address_text(address: &Address) -> String {
    match address {
        Address::Email(text) => text.clone(),
        Address::Phone(digits) => format!("+{digits}"),
    }
}

/// `GET /dev/inbox/{n}`.
pub async fn show_message(request: PageRequest, number: Path<String>) -> PageResponse {
    let inbox = request.app.inbox.as_ref().filter(|_| request.app.site.dev);
    // An invalid number is treated as an unknown message: the framework's own response would not be a page.
    let number = number.parse().unwrap_or(0);
    let Some(found) = inbox.and_then(|inbox| inbox.get(number)) else {
        return not_found(&request);
    };
    let rendered = found.message.rendered;
    with_mail_policy(request.ok(&InboxMessageView {
        page: request.page(),
        n: usize::try_from(number).unwrap_or(usize::MAX),
        to: address_text(&found.message.to),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
    }))
}

/// A page with a mail in it, under the policy that allows inline styles.
fn with_mail_policy(mut reply: PageResponse) -> PageResponse {
    let policy = HeaderValue::from_static(MAIL_POLICY);
    reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    reply
}

fn not_found(request: &PageRequest) -> PageResponse {
    request.error_page(ErrorKind::NotFound, None, None)
}
