//! The two cookies: the encrypted flow state of an anonymous browser (see `flow_state`)
//! and the session token of a signed-in one. Both are `HttpOnly`, `SameSite=Lax` and, over https, `Secure`
//! with the `__Host-` prefix, so that no subdomain can set them (ASVS 3.3).

use actix_session::SessionMiddleware;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, CookieJar, Key, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{COOKIE, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use crate::app::{AppState, PublicSite};
use rekey_core::sessions;
use rekey_core::types::secret::Secret;
use rekey_core::types::secret::keys::Keys;

/// The name of the session cookie.
pub const fn session_name(site: &PublicSite) -> &'static str {
    if site.is_secure { "__Host-session" } else { "session" }
}

/// The name of the flow-state cookie.
const fn flow_name(site: &PublicSite) -> &'static str {
    if site.is_secure { "__Host-journey" } else { "journey" }
}

/// Whether the browser sent a flow-state cookie, readable or not.
pub fn has_flow_cookie(request: &HttpRequest, site: &PublicSite) -> bool {
    request.cookie(flow_name(site)).is_some()
}

/// The middleware that decrypts and encrypts the flow-state cookie.
pub fn flow_cookie_middleware(site: &PublicSite, key: &[u8; 64]) -> SessionMiddleware<CookieSessionStore> {
    SessionMiddleware::builder(CookieSessionStore::default(), Key::from(key))
        .cookie_name(flow_name(site).to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .cookie_secure(site.is_secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .build()
}

/// Runs outside that middleware, which knows the newest key only, so that a cookie encrypted with an older
/// key stays valid.
pub async fn reencrypt_flow_cookie(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let app = request.app_data::<Data<AppState>>().cloned();
    if let Some(app) = app.filter(|app| app.keys.has_older()) {
        let lines = request.headers().get_all(COOKIE).filter_map(|line| line.to_str().ok());
        let header = lines.collect::<Vec<_>>().join("; ");
        if let Some(renewed) = reencrypt(&app.keys, flow_name(&app.site), &header) {
            request.headers_mut().insert(COOKIE, renewed);
        }
    }
    next.call(request).await
}

/// The header with the cookie encrypted by the newest key; `None` if it already is.
fn reencrypt(keys: &Keys, name: &'static str, header: &str) -> Option<HeaderValue> {
    let pairs = header.split(';').map(str::trim);
    let all: Vec<Cookie<'_>> = pairs.filter_map(|pair| Cookie::parse_encoded(pair).ok()).collect();
    let kept = all.iter().find(|cookie| cookie.name() == name)?;
    let plain = keys.older_cookie_keys().find_map(|key| {
        let mut jar = CookieJar::new();
        jar.add_original(kept.clone().into_owned());
        jar.private(&Key::from(key)).get(name)
    })?;
    let mut jar = CookieJar::new();
    jar.private_mut(&Key::from(keys.cookie_key())).add(plain);
    let fresh = jar.get(name)?.value().to_owned();
    let written = all.iter().map(|cookie| {
        let value = if cookie.name() == name { &fresh } else { cookie.value() };
        Cookie::new(cookie.name(), value).stripped().encoded().to_string()
    });
    HeaderValue::from_str(&written.collect::<Vec<_>>().join("; ")).ok()
}

/// The cookie of a new session. It lasts no longer than the session can; the session's row decides.
pub fn session_cookie(site: &PublicSite, token: &Secret) -> Cookie<'static> {
    build_session_cookie(site, token.expose().to_owned(), Duration::seconds(sessions::TTL_SECONDS.into()))
}

/// The cookie that deletes the session cookie.
pub fn expired_session_cookie(site: &PublicSite) -> Cookie<'static> {
    build_session_cookie(site, String::new(), Duration::ZERO)
}

/// Adds a cookie to a response.
pub fn add(reply: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = reply.add_cookie(cookie) {
        tracing::error!(cookie = cookie.name(), %error, "a cookie can't be set");
    }
}

fn build_session_cookie(site: &PublicSite, value: String, life: Duration) -> Cookie<'static> {
    Cookie::build(session_name(site), value)
        .path("/")
        .http_only(true)
        .secure(site.is_secure)
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish()
}
