//! Codes, refresh tokens and machines' own secrets become tokens; and what an app sends ahead of its browser is kept.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

use super::app_call::AppCall;
use crate::domain::oidc::authorize::{self, PUSHED_LIFE};
use crate::domain::oidc::issue::Issued;
use crate::domain::oidc::token::{self, Exchange, Kind, Renewal};
use crate::model::error::Result;
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::params::Params;
use crate::model::oidc::scope::Scope;
use crate::model::secret::Secret;

/// `POST /oidc/token`.
pub async fn give(asked: AppCall) -> HttpResponse {
    match issued(&asked).await {
        Ok(issued) => unkept(HttpResponse::Ok().json(shape(&issued))),
        Err(error) => asked.refuse(&error),
    }
}

async fn issued(asked: &AppCall) -> Result<Issued> {
    let app = &asked.client()?;
    let (params, rekey, caller) = (&asked.params, &asked.call.app.rekey, &asked.call.caller);
    match params.needed("grant_type", "grant_type is missing")? {
        "authorization_code" => token::by_code(rekey, caller, app, &exchange(params)?).await,
        "refresh_token" => token::by_refresh(rekey, caller, app, &renewal(params)?).await,
        "client_credentials" => {
            let scope = Scope::read(params.one("scope")?.unwrap_or_default());
            token::by_itself(rekey, caller, app, resource(params)?.as_deref(), &scope).await
        }
        _ => Err(Fault::new(OAuthError::UnsupportedGrantType, "grant_type is not supported").into()),
    }
}

fn exchange(params: &Params) -> Result<Exchange, Fault> {
    Ok(Exchange {
        code: Secret::from(params.needed("code", "code is missing")?),
        redirect_uri: params.needed("redirect_uri", "redirect_uri is missing")?.to_owned(),
        verifier: params.one("code_verifier")?.map(Secret::from),
        resource: resource(params)?,
    })
}

fn renewal(params: &Params) -> Result<Renewal, Fault> {
    Ok(Renewal {
        kind: Kind::Protocol,
        token: Secret::from(params.needed("refresh_token", "refresh_token is missing")?),
        resource: resource(params)?,
        scope: params.one("scope")?.map(Scope::read),
    })
}

/// A token is for one resource.
fn resource(params: &Params) -> Result<Option<String>, Fault> {
    let mut wanted = params.resources().into_iter();
    match (wanted.next(), wanted.next()) {
        (_, Some(_)) => Err(Fault::new(OAuthError::InvalidTarget, "a token is for one resource")),
        (first, None) => Ok(first),
    }
}

fn shape(issued: &Issued) -> Map<String, Value> {
    let text = |secret: &Secret| json!(secret.expose());
    let pairs = [
        ("access_token", Some(text(&issued.access_token))),
        ("token_type", Some(json!("Bearer"))),
        ("expires_in", Some(json!(issued.expires_in))),
        ("scope", Some(json!(issued.scope.text())).filter(|_| !issued.scope.is_empty())),
        ("id_token", issued.id_token.as_ref().map(text)),
        ("refresh_token", issued.refresh_token.as_ref().map(text)),
    ];
    pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// RFC 6749 5.1 asks for both words; `Cache-Control` every answer has.
fn unkept(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(HeaderName::from_static("pragma"), HeaderValue::from_static("no-cache"));
    answer
}

/// `POST /oidc/request` (RFC 9126).
pub async fn push(asked: AppCall) -> HttpResponse {
    match pushed(&asked).await {
        Ok(reference) => unkept(
            HttpResponse::Created().json(json!({ "request_uri": reference, "expires_in": PUSHED_LIFE })),
        ),
        Err(error) => asked.refuse(&error),
    }
}

async fn pushed(asked: &AppCall) -> Result<String> {
    let (app, call) = (asked.client()?, &asked.call);
    authorize::push(&call.app.rekey, &call.caller, &app, &asked.params.without(&["client_secret"])).await
}
