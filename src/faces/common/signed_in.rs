//! Somebody signed in: the argument is the check. A handler that asks for it runs only for a live session; others are sent to sign
//! in first and come back to the page they wanted, which is remembered as one of a closed list. The surprise: who must change the
//! password is not signed in yet, and only handlers that ask for `LetIn` run for them.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};

use crate::domain::sessions::{self, Present};

use super::journey::Told;
use super::urls::{self, After};
use super::visit::Visit;

/// A visit by somebody who is signed in.
pub struct SignedIn {
    /// The visit.
    pub visit: Visit,
    /// Who, and in which session.
    pub here: Present,
}

/// A visit by somebody who is signed in, or would be but for a password that must be changed first: for changing it and for
/// signing out, and nothing else.
pub struct LetIn {
    /// The visit.
    pub visit: Visit,
    /// Who, and in which session.
    pub here: Present,
}

type Checked<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl FromRequest for SignedIn {
    type Error = actix_web::Error;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (visit, wanted) = (Visit::of(request), wanted(request));
        Box::pin(async move {
            let LetIn { visit, here } = let_in(visit, wanted).await?;
            match here.session.must_change {
                None => Ok(Self { visit, here }),
                Some(_) => Err(answer(visit.go(urls::ACCOUNT_PASSWORD))),
            }
        })
    }
}

impl FromRequest for LetIn {
    type Error = actix_web::Error;
    type Future = Checked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(let_in(Visit::of(request), wanted(request)))
    }
}

/// Where somebody who has to sign in first was going.
fn wanted(request: &HttpRequest) -> After {
    match request.path() {
        urls::ACCOUNT_PASSWORD => After::Password,
        urls::CONSENT => After::App,
        _ => After::Account,
    }
}

async fn let_in(visit: Option<Visit>, wanted: After) -> Result<LetIn, actix_web::Error> {
    let visit = visit.ok_or_else(|| answer(HttpResponse::InternalServerError().finish()))?;
    let Some(token) = visit.session_token() else {
        return Err(answer(away(&visit, wanted)));
    };
    match sessions::holder(&visit.app.rekey, &token).await {
        Ok(Some(here)) => Ok(LetIn { visit, here }),
        Ok(None) => Err(answer(away(&visit, wanted))),
        Err(error) => Err(answer(visit.refuse(&error, urls::ACCOUNT))),
    }
}

/// To the sign-in page, and from there to what was wanted. Who was choosing a password hears why they are there: what they typed
/// is lost, and they did nothing wrong.
pub fn away(visit: &Visit, wanted: After) -> HttpResponse {
    visit.remember(|journey| {
        if !journey.weaknesses.is_empty() {
            journey.leave_weak_password();
            journey.told = Some(Told::SessionOver);
        }
        journey.after = Some(wanted);
    });
    visit.go(urls::SIGN_IN)
}

fn answer(response: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("not signed in", response).into()
}
