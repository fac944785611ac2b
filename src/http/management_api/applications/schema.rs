//! The JSON form of an application, where the standard's fields and ours are in nested objects. In the core
//! an application is flat: requests are flattened, and errors are mapped back to the nested paths.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use rekey_core::apps::client_app::{AppType, ClientApp};
use rekey_core::types::error::{Error, Refusal, Result, parse_error};
use rekey_core::types::secret::Secret;
use rekey_core::types::signing_alg::SigningAlg;
use rekey_core::types::time::Timestamp;

/// The nested objects and their fields.
const NESTED_FIELDS: [(&str, &[&str]); 2] = [
    (
        "oidcClientMetadata",
        &[
            "redirectUris",
            "postLogoutRedirectUris",
            "backchannelLogoutUri",
            "backchannelLogoutSessionRequired",
        ],
    ),
    (
        "customClientMetadata",
        &[
            "corsAllowedOrigins",
            "idTokenTtl",
            "refreshTokenTtlInDays",
            "rotateRefreshToken",
            "alwaysIssueRefreshToken",
        ],
    ),
];

/// The fields at the top level.
const TOP_LEVEL_FIELDS: [&str; 9] = [
    "name",
    "description",
    "isThirdParty",
    "isPublic",
    "customData",
    "initiateLoginUri",
    "accessTokenTtl",
    "idTokenSigningAlg",
    "managementApi",
];

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
                refresh_token_ttl_in_days: app.refresh_token_ttl_in_days,
                rotate_refresh_token: app.rotate_refresh_token,
                always_issue_refresh_token: app.always_issue_refresh_token,
            },
            is_third_party: app.is_third_party,
            is_public: app.is_public(),
            custom_data: &app.custom_data,
            initiate_login_uri: app.initiate_login_uri.as_deref(),
            access_token_ttl: app.access_token_ttl,
            id_token_signing_alg: app.id_token_signing_alg,
            management_api: app.management_api == Some(true),
            created_at: app.created_at,
            secret: None,
        }
    }
}

/// Flattens a body for the core: top-level fields, the additional ones in `more`, and those of the nested
/// objects.
pub(super) fn flatten_fields(body: Map<String, Value>, more: &[&str]) -> Result<Map<String, Value>> {
    let mut flat = Map::new();
    let mut problems = Vec::new();
    for (name, value) in body {
        match (NESTED_FIELDS.iter().find(|(object, _)| *object == name), value) {
            (Some((object, inside)), Value::Object(fields)) => {
                for (name, value) in fields {
                    take_field(&mut flat, inside, name, value)
                        .unwrap_or_else(|said| problems.push(format!("{object}.{said}")));
                }
            }
            (Some((object, _)), _) => problems.push(format!("{object}: expected an object")),
            (None, value) => {
                let beside = [&TOP_LEVEL_FIELDS, more, &NESTED_FIELDS.map(|(object, _)| object)].concat();
                take_field(&mut flat, &beside, name, value).unwrap_or_else(|said| problems.push(said));
            }
        }
    }
    if problems.is_empty() { Ok(flat) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

fn take_field(
    flat: &mut Map<String, Value>,
    known: &[&str],
    name: String,
    value: Value,
) -> Result<(), String> {
    if !known.contains(&name.as_str()) {
        return Err(format!(
            "{name}: {}",
            parse_error::describe_unknown("key", &name, known.iter().copied())
        ));
    }
    flat.insert(name, value);
    Ok(())
}

/// Maps the paths in errors about the flat application to those of the JSON form.
pub(super) fn map_problem_paths(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::SettingsInvalid(problems)) => {
            Refusal::SettingsInvalid(problems.iter().map(|problem| problem_path(problem)).collect()).into()
        }
        other => other,
    }
}

fn problem_path(problem: &str) -> String {
    let name = problem.split([':', '.', '[']).next().unwrap_or_default();
    match NESTED_FIELDS.iter().find(|(_, inside)| inside.contains(&name)) {
        Some((object, _)) => format!("{object}.{problem}"),
        None => problem.to_owned(),
    }
}
