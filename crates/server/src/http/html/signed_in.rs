//! The session of a page request, and extractors for signed-in requests: a handler that takes one runs only
//! with a live session. Others are redirected to sign in and return to the requested page, which is
//! remembered as one of a closed list. A user who must change the password does not count as signed in; only
//! handlers that take `SignedInOrRestricted` run for them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::http::html::flow_state::Flash;
use crate::http::html::page_request::PageRequest;
use crate::http::middleware::request_log::record_user;
use crate::http::middleware::{cookies, into_actix_error};
use crate::http::routes::urls::{self, PostSignInTarget};
use rekey_core::sessions::{self, AuthenticatedUser};
use rekey_core::types::error::Error;
use rekey_core::types::secret::Secret;

/// A request by a signed-in user.
pub struct SignedIn {
    /// The page request.
    pub request: PageRequest,
    /// The user and the session.
    pub current: AuthenticatedUser,
}

/// A request by a user who is signed in, possibly restricted because the password must be changed first: for
/// changing it and for signing out, and nothing else.
pub struct SignedInOrRestricted {
    /// The page request.
    pub request: PageRequest,
    /// The user and the session.
    pub current: AuthenticatedUser,
}

impl PageRequest {
    /// The token of the session cookie, if the browser sent one.
    pub fn session_token(&self) -> Option<Secret> {
        self.request
            .cookie(cookies::session_name(&self.app.site))
            .map(|cookie| Secret::new(cookie.value().to_owned()))
    }

    /// The signed-in user; not one whose session is restricted.
    pub async fn current_session(&self) -> Result<Option<AuthenticatedUser>, Error> {
        match self.session_token() {
            Some(token) => sessions::by_token(&self.app.core, &token).await,
            None => Ok(None),
        }
    }
}

type SessionCheck<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = SessionCheck<Self>;

    fn from_request(http_request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = PageRequest::from_http_request(http_request);
        let wanted = requested_target(http_request);
        Box::pin(async move {
            let SignedInOrRestricted { request, current } = load_session(request, wanted).await?;
            match current.session.must_change {
                None => Ok(Self { request, current }),
                Some(_) => Err(into_actix_error(request.redirect(urls::ACCOUNT_PASSWORD))),
            }
        })
    }
}

impl FromRequest for SignedInOrRestricted {
    type Error = actix_web::Error;
    type Future = SessionCheck<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(load_session(PageRequest::from_http_request(request), requested_target(request)))
    }
}

/// The page that a user who must sign in first had requested.
fn requested_target(request: &HttpRequest) -> PostSignInTarget {
    match request.path() {
        urls::ACCOUNT_PASSWORD => PostSignInTarget::Password,
        urls::CONSENT => PostSignInTarget::App,
        _ => PostSignInTarget::Account,
    }
}

async fn load_session(
    request: Option<PageRequest>,
    wanted: PostSignInTarget,
) -> Result<SignedInOrRestricted, actix_web::Error> {
    let request = request.ok_or_else(|| into_actix_error(HttpResponse::InternalServerError().finish()))?;
    let Some(token) = request.session_token() else {
        return Err(into_actix_error(redirect_to_sign_in(&request, wanted)));
    };
    match sessions::by_token_including_restricted(&request.app.core, &token).await {
        Ok(Some(current)) => {
            record_user(&current.user.id);
            Ok(SignedInOrRestricted { request, current })
        }
        Ok(None) => Err(into_actix_error(redirect_to_sign_in(&request, wanted))),
        Err(error) => Err(into_actix_error(request.error_response(&error, urls::ACCOUNT))),
    }
}

/// Redirects to the sign-in page, and from there to the requested page. A user who was choosing a password
/// learns why: their input is lost, although they did nothing wrong.
pub fn redirect_to_sign_in(request: &PageRequest, wanted: PostSignInTarget) -> HttpResponse {
    request.update_flow_state(|flow_state| {
        if !flow_state.weaknesses.is_empty() {
            flow_state.clear_weak_password();
            flow_state.flash = Some(Flash::SessionOver);
        }
        flow_state.after = Some(wanted);
    });
    request.redirect(urls::SIGN_IN)
}

/// Redirects to the sign-in page without a session; the browser also drops its cache of this user's pages
/// (ASVS 14.3.1).
pub fn redirect_signed_out(request: &PageRequest, flash: Flash) -> HttpResponse {
    request.update_flow_state(|flow_state| {
        flow_state.clear_weak_password();
        flow_state.clear_app();
        flow_state.flash = Some(flash);
    });
    let mut reply = request.redirect(urls::SIGN_IN);
    cookies::add(&mut reply, &cookies::expired_session_cookie(&request.app.site));
    clear_site_data(&mut reply);
    reply
}

/// Asks the browser to clear its data of this site, except cookies, which other apps of the host may need.
pub fn clear_site_data(reply: &mut HttpResponse) {
    let value = HeaderValue::from_static("\"cache\", \"storage\"");
    reply.headers_mut().insert(HeaderName::from_static("clear-site-data"), value);
}
