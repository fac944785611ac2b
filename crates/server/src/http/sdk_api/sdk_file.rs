//! Serves the SDK's script to pages of every site. Its URL has no version, so it is cached for a quarter of
//! an hour only. Its demo exists in development only.

use actix_web::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::app::AppState;

/// The files below `/sdk/`; `true` marks those for development only.
const FILES: [(&str, bool); 4] =
    [("auth-client.js", false), ("auth-client.d.ts", false), ("demo/demo.js", true), ("demo/demo.css", true)];

/// `GET /sdk/{name}`.
pub async fn send(request: HttpRequest, app: Data<AppState>, name: Path<String>) -> HttpResponse {
    let is_open = |(known, dev): &&(&str, bool)| *known == name.as_str() && (app.site.dev || !*dev);
    let asset = FILES.iter().find(is_open).and_then(|(name, _)| app.assets.find(name));
    let Some(asset) = asset else { return HttpResponse::NotFound().finish() };
    let tag = format!("\"{}\"", asset.etag);
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut reply =
        if header(IF_NONE_MATCH) == tag { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    reply
        .insert_header((ETAG, tag.clone()))
        .insert_header((CACHE_CONTROL, "public, max-age=900"))
        .insert_header((VARY, "accept-encoding"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"));
    if header(IF_NONE_MATCH) == tag {
        return reply.finish();
    }
    reply.insert_header((CONTENT_TYPE, asset.mime));
    if header(ACCEPT_ENCODING).contains("gzip") {
        reply.insert_header((CONTENT_ENCODING, "gzip")).body(asset.gzip.clone())
    } else {
        reply.body(asset.bytes.clone())
    }
}
