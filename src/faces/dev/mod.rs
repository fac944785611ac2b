//! The inbox, the gallery and the demo app. They exist only under `demo` or `--dev`, and refuse to answer if they are ever reached otherwise: a
//! kindness that leaked into production would show everybody's codes. It is the one face that knows others, because it shows them.

/// A third-party application, to sign in to.
pub mod demo_app;
/// Every page and message in every state.
pub mod gallery;
/// The browser SDK at work.
pub mod sdk_demo;

use actix_web::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use actix_web::web::Path;

use crate::faces::common::page::error::ErrorKind;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::account::iso;
use crate::faces::pages::views::{InboxMessageView, InboxRow, InboxView};
use crate::model::message::{Address, Dispatch};

/// The policy of the page that shows a mail: mails carry their styles inline, and the frame they are shown in inherits the page's
/// policy. The frame is sandboxed, so that nothing in a mail runs.
const MAIL_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                           trusted-types 'none'";

/// `GET /dev/inbox`: newest first.
pub async fn inbox(visit: Visit) -> Reply {
    let Some(inbox) = visit.app.inbox.as_ref().filter(|_| visit.app.site.dev) else {
        return hidden(&visit);
    };
    let messages =
        inbox.all().into_iter().rev().map(|message| row(message.number, message.dispatch)).collect();
    visit.show(&InboxView { page: visit.page(), messages })
}

fn row(number: u64, dispatch: Dispatch) -> InboxRow {
    InboxRow {
        n: usize::try_from(number).unwrap_or(usize::MAX),
        to: to(&dispatch.to),
        by_phone: matches!(dispatch.to, Address::Phone(_)),
        subject: dispatch.rendered.subject,
        at: iso(dispatch.sent_at),
    }
}

fn to(address: &Address) -> String {
    match address {
        Address::Email(text) => text.clone(),
        Address::Phone(digits) => format!("+{digits}"),
    }
}

/// `GET /dev/inbox/{n}`.
pub async fn message(visit: Visit, number: Path<String>) -> Reply {
    let inbox = visit.app.inbox.as_ref().filter(|_| visit.app.site.dev);
    // What is no number is no message either: the framework's own answer would not be a page.
    let number = number.parse().unwrap_or(0);
    let Some(found) = inbox.and_then(|inbox| inbox.get(number)) else {
        return hidden(&visit);
    };
    let rendered = found.dispatch.rendered;
    framed(visit.show(&InboxMessageView {
        page: visit.page(),
        n: usize::try_from(number).unwrap_or(usize::MAX),
        to: to(&found.dispatch.to),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
    }))
}

/// A page with a mail in it, under the policy that lets the mail have its looks.
fn framed(mut reply: Reply) -> Reply {
    let policy = HeaderValue::from_static(MAIL_POLICY);
    reply.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    reply
}

fn hidden(visit: &Visit) -> Reply {
    visit.error(ErrorKind::NotFound, None, None)
}
