//! The shape of an application on the wire, where the fields of the standard and ours lie in objects of their own. Here an application is
//! flat, so going in everything is taken out of those objects, and what is wrong with it is told by its place in them.

use serde_json::{Map, Value, json};

use crate::model::app::ClientApp;
use crate::model::complaint;
use crate::model::error::{Error, Refusal, Result};

/// The objects and what lies in them.
const OBJECTS: [(&str, &[&str]); 2] = [
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

/// What lies beside them.
const BESIDE: [&str; 9] = [
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

/// An application as everybody may see it who may manage it.
pub(super) fn shown(app: &ClientApp) -> Value {
    let mut oidc = json!({
        "redirectUris": app.redirect_uris,
        "postLogoutRedirectUris": app.post_logout_redirect_uris,
        "backchannelLogoutSessionRequired": app.backchannel_logout_session_required,
    });
    if let (Value::Object(fields), Some(uri)) = (&mut oidc, &app.backchannel_logout_uri) {
        fields.insert("backchannelLogoutUri".to_owned(), uri.as_str().into());
    }
    json!({
        "tenantId": "default",
        "id": app.id,
        "name": app.name,
        "description": app.description,
        "type": app.kind,
        "oidcClientMetadata": oidc,
        "customClientMetadata": {
            "corsAllowedOrigins": app.cors_allowed_origins,
            "idTokenTtl": app.id_token_ttl,
            "refreshTokenTtlInDays": app.refresh_token_ttl_in_days,
            "rotateRefreshToken": app.rotate_refresh_token,
            "alwaysIssueRefreshToken": app.always_issue_refresh_token,
        },
        "isThirdParty": app.is_third_party,
        "isPublic": app.is_public(),
        "customData": app.custom_data,
        "initiateLoginUri": app.initiate_login_uri,
        "accessTokenTtl": app.access_token_ttl,
        "idTokenSigningAlg": app.id_token_signing_alg,
        "managementApi": app.management_api,
        "createdAt": app.created_at,
    })
}

/// The fields of a body as the domain takes them: those beside the objects, `more` of them, and those in the objects.
pub(super) fn fields(body: Map<String, Value>, more: &[&str]) -> Result<Map<String, Value>> {
    let (mut flat, mut problems) = (Map::new(), Vec::new());
    for (name, value) in body {
        match (OBJECTS.iter().find(|(object, _)| *object == name), value) {
            (Some((object, inside)), Value::Object(fields)) => {
                for (name, value) in fields {
                    take(&mut flat, inside, (name, value))
                        .unwrap_or_else(|said| problems.push(format!("{object}.{said}")));
                }
            }
            (Some((object, _)), _) => problems.push(format!("{object}: expected an object")),
            (None, value) => {
                let beside = [&BESIDE, more, &OBJECTS.map(|(object, _)| object)].concat();
                take(&mut flat, &beside, (name, value)).unwrap_or_else(|said| problems.push(said));
            }
        }
    }
    if problems.is_empty() { Ok(flat) } else { Err(Refusal::SettingsInvalid(problems).into()) }
}

fn take(flat: &mut Map<String, Value>, known: &[&str], field: (String, Value)) -> Result<(), String> {
    let (name, value) = field;
    if !known.contains(&name.as_str()) {
        return Err(format!("{name}: {}", complaint::unknown("key", &name, known.iter().copied())));
    }
    flat.insert(name, value);
    Ok(())
}

/// The problems of a flat application, told by their places on the wire.
pub(super) fn placed(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::SettingsInvalid(problems)) => {
            Refusal::SettingsInvalid(problems.iter().map(|problem| place(problem)).collect()).into()
        }
        other => other,
    }
}

fn place(problem: &str) -> String {
    let name = problem.split([':', '.', '[']).next().unwrap_or_default();
    match OBJECTS.iter().find(|(_, inside)| inside.contains(&name)) {
        Some((object, _)) => format!("{object}.{problem}"),
        None => problem.to_owned(),
    }
}
