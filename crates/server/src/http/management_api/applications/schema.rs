//! The JSON form of an application, where the standard's fields and ours are in nested objects.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use rekey_core::apps::client_app::{AppType, ClientApp};
use rekey_core::types::secret::Secret;
use rekey_core::types::signing_alg::SigningAlg;
use rekey_core::types::time::Timestamp;

/// An application.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Application)]
pub struct ApplicationOut<'a> {
    tenant_id: &'static str,
    id: &'a str,
    name: &'a str,
    description: Option<&'a str>,
    r#type: AppType,
    oidc_client_metadata: OidcOut<'a>,
    custom_client_metadata: CustomOut<'a>,
    is_third_party: bool,
    is_public: bool,
    custom_data: &'a Map<String, Value>,
    initiate_login_uri: Option<&'a str>,
    access_token_ttl: u32,
    id_token_signing_alg: SigningAlg,
    management_api: bool,
    created_at: Option<Timestamp>,
    /// The first secret; only in the response that creates the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

impl<'a> ApplicationOut<'a> {
    /// The application with the secret that was just created, if it has one.
    pub(super) fn with_secret(app: &'a ClientApp, secret: Option<&'a Secret>) -> Self {
        Self { secret: secret.map(Secret::expose), ..Self::from(app) }
    }
}

/// The client metadata of OpenID Connect.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = OidcClientMetadata)]
struct OidcOut<'a> {
    redirect_uris: &'a [String],
    post_logout_redirect_uris: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    backchannel_logout_uri: Option<&'a str>,
    backchannel_logout_session_required: bool,
}

/// Client metadata beyond the standard.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomClientMetadata)]
struct CustomOut<'a> {
    cors_allowed_origins: &'a [String],
    id_token_ttl: u32,
    refresh_token_ttl_in_days: u32,
    rotate_refresh_token: bool,
    always_issue_refresh_token: bool,
}

impl<'a> From<&'a ClientApp> for ApplicationOut<'a> {
    fn from(app: &'a ClientApp) -> Self {
        Self {
            tenant_id: "default",
            id: &app.id,
            name: &app.name,
            description: app.description.as_deref(),
            r#type: app.kind,
            oidc_client_metadata: OidcOut {
                redirect_uris: &app.redirect_uris,
                post_logout_redirect_uris: &app.post_logout_redirect_uris,
                backchannel_logout_uri: app.backchannel_logout_uri.as_deref(),
                backchannel_logout_session_required: app.backchannel_logout_session_required,
            },
            custom_client_metadata: CustomOut {
                cors_allowed_origins: &app.cors_allowed_origins,
                id_token_ttl: app.id_token_ttl,
                refresh_token_ttl_in_days: app.oidc_refresh_ttl_in_days(),
                rotate_refresh_token: app.rotate_refresh_token,
                always_issue_refresh_token: app.always_issue_refresh_token,
            },
            is_third_party: app.is_third_party,
            is_public: app.is_public(),
            custom_data: &app.custom_data,
            initiate_login_uri: app.initiate_login_uri.as_deref(),
            access_token_ttl: app.access_token_ttl,
            id_token_signing_alg: app.id_token_alg(),
            management_api: app.management_api == Some(true),
            created_at: app.created_at,
            secret: None,
        }
    }
}
