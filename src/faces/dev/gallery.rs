//! The gallery: every page and every message in every state and language, so that a designer never has to reproduce an error to see
//! its page. Samples only; nothing of it comes from the store.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Path;

use crate::faces::common::urls;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::mail;
use crate::faces::pages::design;
use crate::faces::pages::views::{GalleryRow, GalleryView, InboxMessageView};
use crate::i18n::Lang;
use crate::model::message::Envelope;

use super::{framed, hidden, to};

/// The name under which messages stand in the list.
const MESSAGE: &str = "mail";

/// `GET /design`.
pub async fn show(visit: Visit) -> Reply {
    if !visit.app.site.dev {
        return hidden(&visit);
    }
    let pages = design::samples(&visit.page()).into_iter().map(|(name, state, _)| row(name, state));
    let messages = mail::samples().into_iter().map(|(state, _)| row(MESSAGE, state));
    let entries = pages.chain(messages).collect();
    let langs = Lang::ALL.iter().map(|lang| lang.tag()).collect();
    visit.show(&GalleryView { page: visit.page(), entries, langs })
}

fn row(name: &str, state: &str) -> GalleryRow {
    GalleryRow {
        name: name.to_owned(),
        state: state.to_owned(),
        href: format!("{}/{name}/{state}", urls::DESIGN),
    }
}

/// `GET /design/{name}/{state}`: one of them, as it is.
pub async fn sample(visit: Visit, which: Path<(String, String)>) -> Reply {
    let (name, state) = which.into_inner();
    if !visit.app.site.dev {
        return hidden(&visit);
    }
    if name == MESSAGE {
        let found = mail::samples().into_iter().enumerate().find(|(_, (known, _))| *known == state);
        return found
            .map_or_else(|| hidden(&visit), |(place, (_, envelope))| message(&visit, place + 1, envelope));
    }
    let found =
        design::samples(&visit.page()).into_iter().find(|(known, of, _)| *known == name && *of == state);
    match found {
        Some((_, _, html)) => HttpResponse::Ok().insert_header(ContentType::html()).body(html),
        None => hidden(&visit),
    }
}

fn message(visit: &Visit, n: usize, mut envelope: Envelope) -> Reply {
    visit.words.lang().tag().clone_into(&mut envelope.locale);
    let page = visit.page();
    match mail::render(&visit.app.catalog.current(), &page.brand, mail::SAMPLE_SITE, &envelope) {
        Ok(rendered) => framed(visit.show(&InboxMessageView {
            page,
            n,
            to: envelope.to.as_ref().map(to).unwrap_or_default(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
        })),
        Err(error) => {
            tracing::error!(%error, "a sample can't be put into words");
            hidden(visit)
        }
    }
}
