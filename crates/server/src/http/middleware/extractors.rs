//! What the extractors of pages and APIs share: the language of a request, and how they refuse one.

use actix_web::error::InternalError;
use actix_web::{Error, HttpRequest, HttpResponse};

use crate::app::AppState;
use rekey_adapters::i18n::Translations;

/// The translations for a request: by the language in the URL, in the flow state, or of the browser.
pub fn choose_translations(
    app: &AppState,
    request: &HttpRequest,
    requested: Option<&str>,
    kept: Option<&str>,
) -> Translations {
    let info = app.core.snapshot().settings.sign_in_experience.language_info.clone();
    let accept_language = request
        .headers()
        .get("accept-language")
        .and_then(|value| value.to_str().ok())
        .filter(|_| info.auto_detect);
    let catalog = app.catalog.current();
    let lang = catalog.negotiate_language(requested, kept, accept_language, &info.fallback_language);
    Translations::new(catalog, lang)
}

/// The error with which an extractor responds in place of the handler.
pub fn into_actix_error(response: HttpResponse) -> Error {
    InternalError::from_response("refused", response).into()
}
