//! Tokens that come back: an app gives one up (RFC 7009), or asks whether it is still good (RFC 7662).

use actix_web::HttpResponse;
use serde_json::{Map, Value, json};

use super::app_call::AppCall;
use crate::domain::oidc::tokens;
use crate::model::error::Result;
use crate::model::oidc::fault::Fault;
use crate::model::secret::Secret;

/// `POST /oidc/token/revocation`: 200 whether there was anything to end or not.
pub async fn revoke(asked: AppCall) -> HttpResponse {
    match revoked(&asked).await {
        Ok(()) => HttpResponse::Ok().json(json!({})),
        Err(error) => asked.refuse(&error),
    }
}

async fn revoked(asked: &AppCall) -> Result<()> {
    let app = asked.client()?;
    tokens::revoke(&asked.call.app.rekey, &asked.call.caller, &app, &token(asked)?).await
}

fn token(asked: &AppCall) -> Result<Secret, Fault> {
    asked.params.needed("token", "token is missing").map(Secret::from)
}

/// `POST /oidc/token/introspection`.
pub async fn introspect(asked: AppCall) -> HttpResponse {
    match introspected(&asked).await {
        Ok(Some(mut said)) => {
            said.insert("active".to_owned(), Value::Bool(true));
            HttpResponse::Ok().json(said)
        }
        Ok(None) => HttpResponse::Ok().json(json!({ "active": false })),
        Err(error) => asked.refuse(&error),
    }
}

/// Apps without a secret learn nothing here: anybody could say that they are one.
async fn introspected(asked: &AppCall) -> Result<Option<Map<String, Value>>> {
    let app = asked.client()?;
    match app.is_public() {
        true => Err(Fault::client().into()),
        false => tokens::introspect(&asked.call.app.rekey, &app, &token(asked)?).await,
    }
}
