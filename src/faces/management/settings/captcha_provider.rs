//! Who checks that nobody is a machine, as operators' machines see and change it. The secret goes in and never comes out: in its place
//! stands `******`, and sent back it keeps the one there is.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::super::machine::{Given, Machine};
use crate::domain::settings;
use crate::domain::settings::masks::MASK;
use crate::faces::common::api::captcha::CaptchaName;
use crate::faces::common::api::{Answer, ApiError};
use crate::model::error::Result;
use crate::model::secret::Secret;
use crate::model::settings::captcha::{Captcha, CaptchaProvider};

/// The longest site key and secret, in bytes.
const LONGEST: usize = 1024;

/// The provider, or the wish for one.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaptchaProvider)]
pub struct ProviderIn {
    config: ConfigIn,
}

/// What it needs.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CaptchaProviderConfig)]
struct ConfigIn {
    /// Who.
    #[serde(rename = "type")]
    kind: CaptchaName,
    /// What names this site to the provider; not for `Altcha`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site_key: Option<String>,
    /// What proves this server to it; not for `Altcha`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    secret_key: Option<Secret>,
}

fn whole(machine: &Machine) -> Answer {
    let live = machine.call.app.rekey.live();
    let captcha = &live.settings.captcha;
    let Some(provider) = captcha.provider else {
        return ApiError::new(StatusCode::NOT_FOUND, "entity.not_found").answer(&machine.call);
    };
    let theirs = provider.is_elsewhere();
    let config = ConfigIn {
        kind: provider.into(),
        site_key: captcha.site_key.clone().filter(|_| theirs),
        secret_key: theirs.then(|| MASK.into()),
    };
    HttpResponse::Ok().json(ProviderIn { config })
}

/// `GET /api/captcha-provider`: who checks that nobody is a machine.
#[utoipa::path(
    get, path = "/api/captcha-provider", tag = "management", operation_id = "showCaptchaProvider",
    responses((status = 200, body = ProviderIn), (status = 404, description = "Nobody does: `entity.not_found`.")),
)]
pub async fn show(machine: Machine) -> Answer {
    whole(&machine)
}

/// `PUT /api/captcha-provider`: a third party checks from now on. When somebody is asked stays as it is set.
#[utoipa::path(
    put, path = "/api/captcha-provider", tag = "management", operation_id = "setCaptchaProvider",
    request_body = ProviderIn,
    responses((status = 200, body = ProviderIn), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn replace(given: Given<ProviderIn>) -> Answer {
    let Given { machine, body } = given;
    let patch = wanted(body.config, &machine.call.app.rekey.live().settings.captcha);
    match patch {
        Ok(patch) => machine.answer(changed(&machine, patch).await.map(|()| whole(&machine))),
        Err(error) => error.answer(&machine.call),
    }
}

/// `DELETE /api/captcha-provider`: nobody is asked any more, and the secret is forgotten.
#[utoipa::path(
    delete, path = "/api/captcha-provider", tag = "management", operation_id = "deleteCaptchaProvider",
    responses((status = 204)),
)]
pub async fn destroy(machine: Machine) -> Answer {
    let none = json!({ "provider": null, "siteKey": null, "secret": null });
    machine.answer(changed(&machine, none).await.map(|()| HttpResponse::NoContent().finish()))
}

async fn changed(machine: &Machine, captcha: Value) -> Result<()> {
    let call = &machine.call;
    let patch = json!({ "captcha": captcha });
    settings::change_some(&call.app.rekey, &call.caller, &machine.key, &patch).await?;
    Ok(call.app.refresh().await?)
}

/// The change to the settings.
fn wanted(config: ConfigIn, before: &Captcha) -> std::result::Result<Value, ApiError> {
    let provider = CaptchaProvider::from(config.kind);
    if !provider.is_elsewhere() {
        return Ok(json!({ "provider": provider, "siteKey": null, "secret": null }));
    }
    let site_key = config.site_key.as_deref().unwrap_or_default();
    fits("config.siteKey", site_key)?;
    let secret = config.secret_key.as_ref().map(Secret::expose).unwrap_or_default();
    if secret == MASK && before.provider == Some(provider) {
        return Ok(json!({ "siteKey": site_key }));
    }
    // What is shown in its place is no secret of anybody's.
    fits("config.secretKey", if secret == MASK { "" } else { secret })?;
    Ok(json!({ "provider": provider, "siteKey": site_key, "secret": secret }))
}

fn fits(field: &str, text: &str) -> std::result::Result<(), ApiError> {
    let wanted = || ApiError::invalid(format!("{field}: expected the one that the provider gave you"));
    (1..=LONGEST).contains(&text.len()).then_some(()).ok_or_else(wanted)
}
