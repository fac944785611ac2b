//! Somebody signed in: the argument is the check. A handler that asks for it runs only for a live session; others are sent to sign
//! in first and come back to the page they wanted, which is remembered as one of a closed list. The surprise: who must change the
//! password is not signed in yet, and only handlers that ask for `LetIn` run for them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::domain::sessions::{self, AuthenticatedUser};

use super::flow_state::Flash;
use super::page_request::PageRequest;
use super::urls::{self, PostSignInTarget};

/// A visit by somebody who is signed in.
pub struct SignedIn {
    /// The visit.
    pub visit: PageRequest,
    /// Who, and in which session.
    pub here: AuthenticatedUser,
}

/// A visit by somebody who is signed in, or would be but for a password that must be changed first: for changing it and for
/// signing out, and nothing else.
pub struct SignedInOrRestricted {
    /// The visit.
    pub visit: PageRequest,
    /// Who, and in which session.
    pub current: AuthenticatedUser,
}

type SessionCheck<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = SessionCheck<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (visit, wanted) = (PageRequest::from_http_request(request), requested_target(request));
        Box::pin(async move {
            let SignedInOrRestricted { visit, current: here } = load_session(visit, wanted).await?;
            match here.session.must_change {
                None => Ok(Self { visit, here }),
                Some(_) => Err(into_actix_error(visit.redirect(urls::ACCOUNT_PASSWORD))),
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

/// Where somebody who has to sign in first was going.
fn requested_target(request: &HttpRequest) -> PostSignInTarget {
    match request.path() {
        urls::ACCOUNT_PASSWORD => PostSignInTarget::Password,
        urls::CONSENT => PostSignInTarget::App,
        _ => PostSignInTarget::Account,
    }
}

async fn load_session(
    visit: Option<PageRequest>,
    wanted: PostSignInTarget,
) -> Result<SignedInOrRestricted, actix_web::Error> {
    let visit = visit.ok_or_else(|| into_actix_error(HttpResponse::InternalServerError().finish()))?;
    let Some(token) = visit.session_token() else {
        return Err(into_actix_error(redirect_to_sign_in(&visit, wanted)));
    };
    match sessions::by_token_including_restricted(&visit.app.rekey, &token).await {
        Ok(Some(here)) => Ok(SignedInOrRestricted { visit, current: here }),
        Ok(None) => Err(into_actix_error(redirect_to_sign_in(&visit, wanted))),
        Err(error) => Err(into_actix_error(visit.error_response(&error, urls::ACCOUNT))),
    }
}

/// To the sign-in page, and from there to what was wanted. Who was choosing a password hears why they are there: what they typed
/// is lost, and they did nothing wrong.
pub fn redirect_to_sign_in(visit: &PageRequest, wanted: PostSignInTarget) -> HttpResponse {
    visit.update_flow_state(|journey| {
        if !journey.weaknesses.is_empty() {
            journey.clear_weak_password();
            journey.told = Some(Flash::SessionOver);
        }
        journey.after = Some(wanted);
    });
    visit.redirect(urls::SIGN_IN)
}

fn into_actix_error(response: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("not signed in", response).into()
}
