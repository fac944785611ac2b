//! The gallery shows every page and every message in every state and language, so that a designer need not
//! reproduce an error to see its page. It uses samples only, never the store.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use actix_web::web::Path;

use crate::http::dev::{address_text, not_found, with_mail_policy};
use crate::http::pages::views::{self, GalleryRow, GalleryView, InboxMessageView};
use crate::mail;
use rekey_adapters::i18n::Lang;
use rekey_core::messages::message::AddressedMessage;
use rekey_server::http::html::page_request::{PageRequest, PageResponse};
use rekey_server::http::routes::urls;

/// The name of the messages' group in the list.
const MAIL_GROUP: &str = "mail";

/// `GET /design`.
pub async fn show(request: PageRequest) -> PageResponse {
    if !request.app.site.dev {
        return not_found(&request);
    }
    let pages = views::samples(&request.page()).into_iter().map(|(name, state, _)| to_row(name, state));
    let messages = mail::samples().into_iter().map(|(state, _)| to_row(MAIL_GROUP, state));
    let entries = pages.chain(messages).collect();
    let langs = Lang::ALL.iter().map(|lang| lang.tag()).collect();
    request.ok(&GalleryView { page: request.page(), entries, langs })
}

fn to_row(name: &str, state: &str) -> GalleryRow {
    GalleryRow {
        name: name.to_owned(),
        state: state.to_owned(),
        href: format!("{}/{name}/{state}", urls::DESIGN),
    }
}

/// `GET /design/{name}/{state}`: one sample.
pub async fn show_sample(request: PageRequest, which: Path<(String, String)>) -> PageResponse {
    let (name, state) = which.into_inner();
    if !request.app.site.dev {
        return not_found(&request);
    }
    if name == MAIL_GROUP {
        let found = mail::samples().into_iter().enumerate().find(|(_, (known, _))| *known == state);
        return found.map_or_else(
            || not_found(&request),
            |(place, (_, envelope))| show_mail(&request, place + 1, envelope),
        );
    }
    let found =
        views::samples(&request.page()).into_iter().find(|(known, of, _)| *known == name && *of == state);
    match found {
        Some((_, _, html)) => HttpResponse::Ok().insert_header(ContentType::html()).body(html),
        None => not_found(&request),
    }
}

fn show_mail(request: &PageRequest, n: usize, mut envelope: AddressedMessage) -> PageResponse {
    request.translations.lang().tag().clone_into(&mut envelope.locale);
    let page = request.page();
    match mail::render(&request.app.catalog.current(), &page.brand, mail::SAMPLE_SITE, &envelope) {
        Ok(rendered) => with_mail_policy(request.ok(&InboxMessageView {
            page,
            n,
            to: envelope.to.as_ref().map(address_text).unwrap_or_default(),
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
        })),
        Err(error) => {
            tracing::error!(%error, "a sample message can't be rendered");
            not_found(request)
        }
    }
}
