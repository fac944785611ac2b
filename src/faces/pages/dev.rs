//! The inbox and the gallery. They exist only under `demo` or `--dev`, and refuse to answer if they are ever reached otherwise: a
//! kindness that leaked into production would show everybody's codes.

use actix_web::web::Path;

use crate::faces::common::urls;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::account::iso;
use crate::faces::pages::design;
use crate::faces::pages::views::{ErrorKind, GalleryRow, GalleryView, InboxMessageView, InboxRow, InboxView};
use crate::i18n::Lang;
use crate::model::message::{Address, Dispatch};

/// `GET /dev/inbox`: newest first.
pub async fn inbox(visit: Visit) -> Reply {
    let Some(inbox) = visit.app.inbox.as_ref().filter(|_| visit.app.site.dev) else {
        return hidden(&visit);
    };
    let messages = inbox
        .all()
        .into_iter()
        .rev()
        .map(|message| row(message.number, message.dispatch))
        .collect();
    visit.show(&InboxView {
        page: visit.page(),
        messages,
    })
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
    visit.show(&InboxMessageView {
        page: visit.page(),
        n: usize::try_from(number).unwrap_or(usize::MAX),
        to: to(&found.dispatch.to),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
    })
}

fn hidden(visit: &Visit) -> Reply {
    visit.error(ErrorKind::NotFound, None, None)
}

/// `GET /design`: every page in every state.
pub async fn gallery(visit: Visit) -> Reply {
    if !visit.app.site.dev {
        return hidden(&visit);
    }
    let row = |(name, state, _): (&str, &str, String)| GalleryRow {
        name: name.to_owned(),
        state: state.to_owned(),
        href: format!("{}/{name}/{state}", urls::DESIGN),
    };
    let entries = design::samples(&visit.page()).into_iter().map(row).collect();
    let langs = Lang::ALL.iter().map(|lang| lang.tag()).collect();
    visit.show(&GalleryView {
        page: visit.page(),
        entries,
        langs,
    })
}

/// `GET /design/{name}/{state}`: one of them, as it is.
pub async fn sample(visit: Visit, which: Path<(String, String)>) -> Reply {
    if !visit.app.site.dev {
        return hidden(&visit);
    }
    let wanted = which.into_inner();
    let found = design::samples(&visit.page())
        .into_iter()
        .find(|(name, state, _)| *name == wanted.0 && *state == wanted.1);
    match found {
        Some((_, _, html)) => actix_web::HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .body(html),
        None => hidden(&visit),
    }
}
