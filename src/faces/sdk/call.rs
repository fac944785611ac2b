//! One call of an app: the app of the address, what it sends, and for some the person behind its token. The arguments are the checks: an
//! app that may not have screens of its own is unknown here, and a token that is not the SDK's is none.

use std::future::{Future, Ready, ready};
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{Told, refused};
use crate::domain::Rekey;
use crate::domain::captcha::{self, Deed, Shown};
use crate::domain::sdk;
use crate::domain::sdk::here::{self, Here};
use crate::faces::common::api::bearer::bearer;
use crate::faces::common::api::{Answer, ApiError, Call, Json};
use crate::model::app::ClientApp;
use crate::model::caller::Caller;
use crate::model::error::{Error, Result};
use crate::model::secret::Secret;

/// The largest body, in bytes: an address, a password and a little about the person.
const LARGEST: usize = 16 * 1024;
/// The longest token that is looked up, in bytes.
const LONGEST: usize = 128;

type Later<T> = Pin<Box<dyn Future<Output = std::result::Result<T, actix_web::Error>>>>;

/// A call of an app.
pub struct AppCall {
    /// The call; its caller names the app.
    pub call: Call,
    /// The app.
    pub app: ClientApp,
    /// What the app chose to name this call by, so that it happens once.
    pub key: Option<String>,
}

impl AppCall {
    fn of(request: &HttpRequest) -> std::result::Result<Self, actix_web::Error> {
        let mut call = Call::of(request).ok_or_else(|| actix_web::error::ErrorInternalServerError(""))?;
        let id = request.match_info().get("app_id").unwrap_or_default();
        let Ok(app) = sdk::app(&call.app.rekey, id) else {
            let unknown = ApiError::new(StatusCode::NOT_FOUND, "paywall_not_found");
            return Err(answered(unknown.answer(&call)));
        };
        call.caller = Caller { app_id: Some(app.id.clone()), by_address: true, ..call.caller };
        let key = request.headers().get("idempotency-key").map(|key| key.to_str().unwrap_or_default());
        match key.map(fits).transpose() {
            Ok(key) => Ok(Self { call, app, key }),
            Err(error) => Err(answered(error.answer(&call))),
        }
    }

    /// The rules.
    pub fn rekey(&self) -> &Rekey {
        &self.call.app.rekey
    }

    /// The outside of the call.
    pub const fn caller(&self) -> &Caller {
        &self.call.caller
    }

    /// Refuses a machine, where the settings ask.
    pub async fn is_human(&self, deed: Deed, token: Option<&str>) -> Result<()> {
        captcha::check(self.rekey(), self.caller(), deed, Shown::token(token)).await
    }

    /// The answer, or why there is none; `told` says what is special about this call.
    pub fn answer(&self, outcome: Result<Value>, told: Told) -> Answer {
        outcome.map_or_else(
            |error| refused(&self.call, &error, told),
            |body| actix_web::HttpResponse::Ok().json(body),
        )
    }
}

impl FromRequest for AppCall {
    type Error = actix_web::Error;
    type Future = Ready<std::result::Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// A key is looked at as a whole, so its length has a bound.
fn fits(key: &str) -> std::result::Result<String, ApiError> {
    let is_fine = (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    let wanted = "Idempotency-Key: expected 1 to 128 visible ASCII characters";
    is_fine.then(|| key.to_owned()).ok_or_else(|| ApiError::invalid(wanted.to_owned()))
}

/// A call with a body.
pub struct Asked<T> {
    /// The call.
    pub by: AppCall,
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Asked<T> {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = AppCall::of(request);
        let body = Json::<T, LARGEST>::from_request(request, payload);
        Box::pin(async move { Ok(Self { by: by?, body: body.await?.0 }) })
    }
}

/// A call on behalf of somebody who is here, or must set a password first.
pub struct LetIn {
    /// The call.
    pub by: AppCall,
    /// Who.
    pub here: Here,
}

impl FromRequest for LetIn {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let held = held(request);
        Box::pin(async move {
            let (by, token) = held?;
            let here = here::let_in(by.rekey(), by.caller(), &by.app, &token).await;
            let here = here.map_err(|error| refusal(&by, &error))?;
            Ok(Self { by, here })
        })
    }
}

/// The same for somebody who is here, with a token that is good for everything.
pub struct Signed {
    /// The call.
    pub by: AppCall,
    /// Who.
    pub here: Here,
}

impl FromRequest for Signed {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let let_in = LetIn::from_request(request, payload);
        Box::pin(async move {
            let LetIn { by, here } = let_in.await?;
            here::ensure_unlimited(&here).map_err(|error| refusal(&by, &error))?;
            Ok(Self { by, here })
        })
    }
}

/// The call and the token that it shows.
fn held(request: &HttpRequest) -> std::result::Result<(AppCall, Secret), actix_web::Error> {
    let by = AppCall::of(request)?;
    let token = bearer(request).ok().filter(|token| !token.is_empty() && token.len() <= LONGEST);
    match token {
        Some(token) => Ok((by, Secret::from(token))),
        None => {
            let nobody = ApiError::new(StatusCode::UNAUTHORIZED, "invalid_token");
            Err(answered(nobody.answer(&by.call)))
        }
    }
}

/// The same with a body, read only once the person is known: a stranger is not told what is wrong with it.
pub struct LetInWith<T> {
    /// Who calls.
    pub let_in: LetIn,
    /// What was sent.
    pub body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for LetInWith<T> {
    type Error = actix_web::Error;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let let_in = LetIn::from_request(request, payload);
        let body = Json::<T, LARGEST>::from_request(request, payload);
        Box::pin(async move { Ok(Self { let_in: let_in.await?, body: body.await?.0 }) })
    }
}

fn refusal(by: &AppCall, error: &Error) -> actix_web::Error {
    answered(refused(&by.call, error, Told::AsUsual))
}

fn answered(answer: Answer) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}
