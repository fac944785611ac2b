//! The captcha settings. The secret can be set but is never returned: `******` stands in its place and, sent
//! back, leaves it unchanged.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use validator::Validate;

use crate::http::api::captcha::CaptchaName;
use crate::http::api::{ApiError, ApiResponse};
use crate::http::management_api::extractor::{ManagementJson, ManagementRequest};
use rekey_core::settings::captcha::{Captcha, CaptchaProvider};
use rekey_core::snapshot;
use rekey_core::types::error::Result;
use rekey_core::types::secret::Secret;
use rekey_core::types::secret::masks::MASK;

/// The longest site key and secret, in bytes.
const MAX_KEY_BYTES: usize = 1024;

/// The captcha provider; null if there is none.
#[derive(Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(as = CaptchaProvider)]
pub struct ProviderIn {
    config: ConfigIn,
}

/// The configuration of a captcha provider.
#[derive(Serialize, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = CaptchaProviderConfig)]
struct ConfigIn {
    /// The provider.
    #[serde(rename = "type")]
    kind: CaptchaName,
    /// The site key; not for `Altcha`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    site_key: Option<String>,
    /// The secret; not for `Altcha`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    secret_key: Option<Secret>,
}

fn current_response(request: &ManagementRequest) -> ApiResponse {
    let snapshot = request.core().snapshot();
    let captcha = &snapshot.settings.captcha;
    let Some(provider) = captcha.provider else {
        return ApiError::new(StatusCode::NOT_FOUND, "entity.not_found").into_response(&request.call);
    };
    let theirs = provider.is_third_party();
    let config = ConfigIn {
        kind: provider.into(),
        site_key: captcha.site_key.clone().filter(|_| theirs),
        secret_key: theirs.then(|| MASK.into()),
    };
    HttpResponse::Ok().json(ProviderIn { config })
}

/// `GET /api/captcha-provider`: the captcha provider.
#[utoipa::path(
    get, path = "/api/captcha-provider", tag = "management", operation_id = "showCaptchaProvider",
    responses((status = 200, body = ProviderIn), (status = 404, description = "There is none: `entity.not_found`.")),
)]
pub async fn show(request: ManagementRequest) -> ApiResponse {
    current_response(&request)
}

/// `PUT /api/captcha-provider`: sets the captcha provider. Which actions need a captcha, and when, stays as
/// it is.
#[utoipa::path(
    put, path = "/api/captcha-provider", tag = "management", operation_id = "setCaptchaProvider",
    request_body = ProviderIn,
    responses((status = 200, body = ProviderIn), (status = 400, description = "`guard.invalid_input`.")),
)]
pub async fn replace(given: ManagementJson<ProviderIn>) -> ApiResponse {
    let ManagementJson { request, body } = given;
    let patch = to_patch(body.config, &request.core().snapshot().settings.captcha);
    match patch {
        Ok(patch) => request.respond(save(&request, patch).await.map(|()| current_response(&request))),
        Err(error) => error.into_response(&request.call),
    }
}

/// `DELETE /api/captcha-provider`: removes the provider and its secret; nothing needs a captcha any more.
#[utoipa::path(
    delete, path = "/api/captcha-provider", tag = "management", operation_id = "deleteCaptchaProvider",
    responses((status = 204)),
)]
pub async fn destroy(request: ManagementRequest) -> ApiResponse {
    let none = json!({ "provider": null, "siteKey": null, "secret": null });
    request.respond(save(&request, none).await.map(|()| HttpResponse::NoContent().finish()))
}

async fn save(request: &ManagementRequest, captcha: Value) -> Result<()> {
    let call = &request.call;
    let patch = json!({ "captcha": captcha });
    snapshot::patch_settings(call.context(), &request.actor_id, &patch).await?;
    Ok(call.app.reload_settings().await?)
}

/// The change as a patch to the settings.
fn to_patch(config: ConfigIn, before: &Captcha) -> std::result::Result<Value, ApiError> {
    let provider = CaptchaProvider::from(config.kind);
    if !provider.is_third_party() {
        return Ok(json!({ "provider": provider, "siteKey": null, "secret": null }));
    }
    let site_key = config.site_key.as_deref().unwrap_or_default();
    validate_len("config.siteKey", site_key)?;
    let secret = config.secret_key.as_ref().map(Secret::expose).unwrap_or_default();
    if secret == MASK && before.provider == Some(provider) {
        return Ok(json!({ "siteKey": site_key }));
    }
    // The mask itself cannot be a secret.
    validate_len("config.secretKey", if secret == MASK { "" } else { secret })?;
    Ok(json!({ "provider": provider, "siteKey": site_key, "secret": secret }))
}

fn validate_len(field: &str, text: &str) -> std::result::Result<(), ApiError> {
    let wanted = || ApiError::invalid(format!("{field}: expected the one that the provider gave you"));
    (1..=MAX_KEY_BYTES).contains(&text.len()).then_some(()).ok_or_else(wanted)
}
