//! A call by an app that speaks for itself: what it sent, as a form or as JSON, and who it says it is. Taking the argument proves
//! nothing; `client` is the check. A secret in a header and another in the body are refused, because one layer would believe the
//! first and another the second.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, ORIGIN};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::answer::{Telling, fault, refuse};
use crate::domain::oidc::clients::{self, Presented};
use crate::faces::common::api::Call;
use crate::model::app::ClientApp;
use crate::model::complaint::strict::{self, Unreadable};
use crate::model::error::{Error, Result};
use crate::model::oidc::fault::Fault;
use crate::model::oidc::params::Params;
use crate::model::secret::Secret;

/// The largest body, in bytes.
const LARGEST: usize = 64 * 1024;

/// A call.
pub struct AppCall {
    /// The outside of the request.
    pub call: Call,
    /// What was sent.
    pub params: Params,
    /// How errors are told.
    pub telling: Telling,
    presented: Presented,
    origin: Option<String>,
}

impl AppCall {
    /// The app, when it is who it says and calls from where it may. An answer with tokens in it is for no other site's script.
    pub fn client(&self) -> Result<ClientApp> {
        let app = clients::authenticate(&self.call.app.rekey, &self.call.caller, &self.presented)?;
        let own = &self.call.app.site.origin;
        let is_foreign = |origin: &String| origin != own && !app.origins().contains(origin);
        match self.origin.as_ref().is_some_and(is_foreign) {
            true => Err(Fault::request("the origin is not one of this client").into()),
            false => Ok(app),
        }
    }

    /// An error as this caller wants it told.
    pub fn refuse(&self, error: &Error) -> HttpResponse {
        refuse(&self.telling, error)
    }
}

impl FromRequest for AppCall {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (call, kind) = (Call::of(request), request.content_type().to_ascii_lowercase());
        let header =
            |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (authorization, origin) = (header(AUTHORIZATION), header(ORIGIN));
        let is_raw = request.query_string().split('&').any(|pair| pair == "parse_error=false");
        let body = web::Payload::from_request(request, payload).into_inner();
        Box::pin(async move {
            let (Some(call), Ok(body)) = (call, body) else {
                return Err(actix_web::error::ErrorBadRequest(""));
            };
            let realm = authorization.is_some().then_some("oidc");
            let telling = Telling { is_raw, request_id: call.request_id.clone(), realm };
            let read = match body.to_bytes_limited(LARGEST).await {
                Ok(Ok(body)) => read(&kind, &body),
                Ok(Err(_)) => Err(Fault::request("the body can not be read")),
                Err(_) => Err(Fault::request("the body is larger than 64 KiB")),
            };
            let read = read.and_then(|params| Ok((presented(authorization.as_deref(), &params)?, params)));
            match read {
                Ok((presented, params)) => Ok(Self { call, params, telling, presented, origin }),
                Err(found) => Err(answered(fault(&telling, &found))),
            }
        })
    }
}

fn answered(answer: HttpResponse) -> actix_web::Error {
    actix_web::error::InternalError::from_response("refused", answer).into()
}

fn read(kind: &str, body: &[u8]) -> Result<Params, Fault> {
    let params = match kind {
        "application/x-www-form-urlencoded" => Params::parse(body)?,
        "application/json" => from_json(body)?,
        _ => return Err(Fault::request("content-type must be application/x-www-form-urlencoded")),
    };
    match params.has_doubles() {
        true => Err(Fault::request("a parameter is repeated")),
        false => Ok(params),
    }
}

fn from_json(body: &[u8]) -> Result<Params, Fault> {
    let malformed = || Fault::request("the body must be a JSON object of texts");
    let read = strict::parse(body).map_err(|unreadable| match unreadable {
        Unreadable::Syntax => malformed(),
        Unreadable::Twice(_) => Fault::request("a parameter is repeated"),
    });
    let Value::Object(fields) = read? else { return Err(malformed()) };
    let text = |(name, value): (String, Value)| value.as_str().map(|text| (name, text.to_owned()));
    Params::new(fields.into_iter().map(text).collect::<Option<_>>().ok_or_else(malformed)?)
}

/// `client_secret_basic` or `client_secret_post` (OpenID Connect Core 9), or an id alone.
fn presented(authorization: Option<&str>, params: &Params) -> Result<Presented, Fault> {
    let (id, secret) = (params.one("client_id")?, params.one("client_secret")?);
    let posted = Presented { id: id.map(str::to_owned), secret: secret.map(Secret::from) };
    let Some(authorization) = authorization else { return Ok(posted) };
    let basic = basic(authorization).ok_or(Fault::client())?;
    match posted.secret.is_some() || posted.id.is_some() && posted.id != basic.id {
        true => Err(Fault::request("the client authenticates in more than one way")),
        false => Ok(basic),
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749 2.3.1). Some clients send an empty secret for none.
fn basic(authorization: &str) -> Option<Presented> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |half: &str| {
        let pair = format!("x={half}");
        url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let secret = plain(secret).filter(|secret| !secret.is_empty()).map(Secret::new);
    Some(Presented { id: plain(id), secret })
}

#[cfg(test)]
mod tests {
    use super::{basic, from_json, presented};
    use crate::model::oidc::params::Params;

    #[test]
    fn the_header_is_decoded_twice() {
        // "a%2Fb:p%3Aq+r"
        let read = basic("Basic YSUyRmI6cCUzQXErcg==").unwrap();
        assert_eq!(read.id.as_deref(), Some("a/b"));
        assert_eq!(read.secret.unwrap().expose(), "p:q r");
        assert!(basic("basic Og==").unwrap().secret.is_none());
        for bad in ["Bearer YTpi", "Basic", "Basic ???", "Basic YQ=="] {
            assert!(basic(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn one_way_of_proving_is_enough() {
        let params = |text: &str| Params::parse(text.as_bytes()).unwrap();
        let header = Some("Basic YTpi");
        assert!(presented(header, &params("client_id=a")).is_ok());
        assert!(presented(header, &params("client_id=c")).is_err());
        assert!(presented(header, &params("client_secret=b")).is_err());
        assert!(presented(Some("Digest x"), &params("client_id=a")).is_err());
    }

    #[test]
    fn json_is_texts_only() {
        assert!(from_json(br#"{"a":"b"}"#).is_ok());
        assert!(from_json(br#"{"a":1}"#).is_err() && from_json(b"[]").is_err() && from_json(b"{").is_err());
    }
}
