//! The two cookies: the journey of an anonymous browser (encrypted, see `journey`) and the token of a signed-in one. Both are
//! `HttpOnly`, `SameSite=Lax` and, over https, `Secure` with the `__Host-` prefix, so that no subdomain can plant them (ASVS 3.3).

use actix_session::SessionMiddleware;
use actix_session::config::CookieContentSecurity;
use actix_session::storage::CookieSessionStore;
use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, Key, SameSite};

use crate::app::Site;
use crate::domain::sessions;
use crate::model::secret::Secret;

/// The name of the signed-in cookie.
pub const fn session_name(site: &Site) -> &'static str {
    if site.is_secure { "__Host-session" } else { "session" }
}

/// The name of the journey's cookie.
pub const fn journey_name(site: &Site) -> &'static str {
    if site.is_secure { "__Host-journey" } else { "journey" }
}

/// The middleware that opens and seals the journey's cookie.
pub fn journey(site: &Site, key: &[u8; 64]) -> SessionMiddleware<CookieSessionStore> {
    SessionMiddleware::builder(CookieSessionStore::default(), Key::from(key))
        .cookie_name(journey_name(site).to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .cookie_secure(site.is_secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .build()
}

/// The cookie of a session that just began; it lasts no longer than its session can; the row decides.
pub fn signed_in(site: &Site, token: &Secret) -> Cookie<'static> {
    session(site, token.expose().to_owned(), Duration::seconds(sessions::LIFE.into()))
}

/// The cookie that takes it away.
pub fn signed_out(site: &Site) -> Cookie<'static> {
    session(site, String::new(), Duration::ZERO)
}

/// Adds a cookie to an answer.
pub fn add(reply: &mut HttpResponse, cookie: &Cookie<'_>) {
    if let Err(error) = reply.add_cookie(cookie) {
        tracing::error!(%error, "a cookie can't be set");
    }
}

fn session(site: &Site, value: String, life: Duration) -> Cookie<'static> {
    Cookie::build(session_name(site), value)
        .path("/")
        .http_only(true)
        .secure(site.is_secure)
        .same_site(SameSite::Lax)
        .max_age(life)
        .finish()
}
