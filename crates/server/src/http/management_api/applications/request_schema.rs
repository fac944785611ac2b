//! The request bodies for creating and changing applications, for the API description only. Handlers read the
//! raw JSON, because a PATCH distinguishes a missing field from null.
#![expect(dead_code, reason = "these types are described and never made")]

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use rekey_core::apps::client_app::AppType;
use rekey_core::types::signing_alg::SigningAlg;

/// A new application.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = NewApplication)]
pub struct ApplicationIn {
    /// The client id; generated if absent.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    #[schema(min_length = 1, max_length = 128)]
    name: String,
    r#type: AppType,
    description: Option<String>,
    #[schema(inline)]
    oidc_client_metadata: Option<OidcIn>,
    #[schema(inline)]
    custom_client_metadata: Option<CustomIn>,
    is_third_party: Option<bool>,
    is_public: Option<bool>,
    custom_data: Option<Map<String, Value>>,
    initiate_login_uri: Option<String>,
    /// In seconds.
    #[schema(minimum = 60, maximum = 86400)]
    access_token_ttl: Option<u32>,
    id_token_signing_alg: Option<SigningAlg>,
    /// Whether a machine-to-machine application may use this API; false by default, and never for a
    /// third-party application.
    management_api: Option<bool>,
}

/// The changes: named fields are replaced, null restores the default.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = ApplicationPatch)]
pub struct ApplicationPatch {
    #[schema(min_length = 1, max_length = 128, nullable = false)]
    name: Option<String>,
    description: Option<String>,
    #[schema(inline)]
    oidc_client_metadata: Option<OidcIn>,
    #[schema(inline)]
    custom_client_metadata: Option<CustomIn>,
    is_third_party: Option<bool>,
    is_public: Option<bool>,
    custom_data: Option<Map<String, Value>>,
    initiate_login_uri: Option<String>,
    /// In seconds.
    #[schema(minimum = 60, maximum = 86400)]
    access_token_ttl: Option<u32>,
    id_token_signing_alg: Option<SigningAlg>,
    /// Whether a machine-to-machine application may use this API; false by default, and never for a
    /// third-party application.
    management_api: Option<bool>,
}

/// The client metadata of OpenID Connect.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OidcIn {
    /// The redirect URIs: absolute, without a fragment.
    #[schema(max_items = 100)]
    redirect_uris: Option<Vec<String>>,
    /// The redirect URIs after sign-out.
    #[schema(max_items = 100)]
    post_logout_redirect_uris: Option<Vec<String>>,
    /// Where the server of the application is notified of sign-outs.
    backchannel_logout_uri: Option<String>,
    /// Whether a logout token must name the session.
    backchannel_logout_session_required: Option<bool>,
}

/// Client metadata beyond the standard.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CustomIn {
    /// Origins whose scripts may call this server, besides those of the redirect URIs.
    #[schema(max_items = 100)]
    cors_allowed_origins: Option<Vec<String>>,
    /// In seconds.
    #[schema(minimum = 60, maximum = 86400)]
    id_token_ttl: Option<u32>,
    #[schema(minimum = 1, maximum = 90)]
    refresh_token_ttl_in_days: Option<u32>,
    rotate_refresh_token: Option<bool>,
    always_issue_refresh_token: Option<bool>,
}
