//! A slash at the end of a page's path is left out: people and content management systems write one.

use actix_web::dev::ServiceRequest;
use actix_web::http::uri::{PathAndQuery, Uri};

/// Paths whose spelling a specification or a program fixes.
const EXACT: [&str; 6] = ["/api/", "/graphql/", "/tenant/", "/static/", "/sdk/", "/.well-known/"];

/// Removes the slashes before the routes are looked up.
pub(super) fn trim_path(request: &mut ServiceRequest) {
    let path = request.path();
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() || trimmed.len() == path.len() || EXACT.iter().any(|start| path.starts_with(start))
    {
        return;
    }
    let text = match request.query_string() {
        "" => trimmed.to_owned(),
        query => format!("{trimmed}?{query}"),
    };
    let mut parts = request.head().uri.clone().into_parts();
    let Ok(path_and_query) = PathAndQuery::try_from(text) else { return };
    parts.path_and_query = Some(path_and_query);
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}
