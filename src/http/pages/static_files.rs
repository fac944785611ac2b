//! Serves styles, scripts and images: compressed once at start and cached by browsers for a year, because the
//! URL changes with the content. It uses neither a session nor the store.

use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use rekey_server::app::AppState;

/// `GET /static/{name}`.
pub async fn send(request: HttpRequest, app: Data<AppState>, name: Path<String>) -> HttpResponse {
    let Some(asset) = app.assets.find(&name) else {
        return HttpResponse::NotFound().finish();
    };
    let tag = format!("\"{}\"", asset.etag);
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    if header(IF_NONE_MATCH) == tag {
        return HttpResponse::NotModified().insert_header((ETAG, tag)).finish();
    }
    let kept = if app.site.dev { "no-cache" } else { "public, max-age=31536000, immutable" };
    let mut reply = HttpResponse::Ok();
    reply.insert_header((CONTENT_TYPE, asset.mime)).insert_header((CACHE_CONTROL, kept));
    reply.insert_header((VARY, "accept-encoding")).insert_header((ETAG, tag));
    if header(ACCEPT_ENCODING).contains("gzip") {
        return reply.insert_header((CONTENT_ENCODING, "gzip")).body(asset.gzip.clone());
    }
    reply.body(asset.bytes.clone())
}
