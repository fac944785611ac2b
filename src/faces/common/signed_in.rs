//! Somebody signed in: the argument is the check. A handler that asks for it runs only for a live session; others are sent to sign
//! in first and come back to the page they wanted, which is remembered as one of a closed list.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::domain::sessions::{self, Present};

use super::urls::{self, After};
use super::visit::Visit;

/// A visit by somebody who is signed in.
pub struct SignedIn {
    /// The visit.
    pub visit: Visit,
    /// Who, and in which session.
    pub here: Present,
}

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let visit = Visit::of(request);
        let wanted = if request.path() == urls::ACCOUNT_PASSWORD { After::Password } else { After::Account };
        Box::pin(async move {
            let visit = visit.ok_or_else(|| answer(HttpResponse::InternalServerError().finish()))?;
            let Some(token) = visit.session_token() else {
                return Err(answer(away(&visit, wanted)));
            };
            match sessions::present(&visit.app.rekey, &token).await {
                Ok(Some(here)) => Ok(Self { visit, here }),
                Ok(None) => Err(answer(away(&visit, wanted))),
                Err(error) => Err(answer(visit.refuse(&error, urls::ACCOUNT))),
            }
        })
    }
}

fn away(visit: &Visit, wanted: After) -> HttpResponse {
    visit.remember(|journey| journey.after = Some(wanted));
    visit.go(urls::SIGN_IN)
}

fn answer(response: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("not signed in", response).into()
}
