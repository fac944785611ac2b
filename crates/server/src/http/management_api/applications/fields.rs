//! In the core an application is flat, in JSON some of its fields are in nested objects: requests are
//! flattened, and the paths in errors are mapped back.

use serde_json::{Map, Value};

use rekey_core::types::error::{Error, Refusal, Result, parse_error};

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
                        .unwrap_or_else(|problem| problems.push(format!("{object}.{problem}")));
                }
            }
            (Some((object, _)), _) => problems.push(format!("{object}: expected an object")),
            (None, value) => {
                let beside = [&TOP_LEVEL_FIELDS, more, &NESTED_FIELDS.map(|(object, _)| object)].concat();
                take_field(&mut flat, &beside, name, value).unwrap_or_else(|problem| problems.push(problem));
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
