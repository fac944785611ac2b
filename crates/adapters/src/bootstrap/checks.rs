//! Checks that types cannot express: unique ids, numbers within bounds, and at least one identifier per user.

use serde_json::Value;

use crate::bootstrap::{ApiKeySpec, ApplicationSpec, Bootstrap, UserSpec};
use rekey_core::api_keys::api_key::{MAX_TOKEN_LEN, MIN_TOKEN_LEN, is_token};
use rekey_core::claims;
use rekey_core::templates;
use rekey_core::users::identifiers::identifier_errors;
use rekey_core::users::user::NewUser;

const LIST_KEYS: [&str; 6] = ["connectors", "users", "applications", "apiKeys", "hooks", "mailTemplates"];

/// Checks that the ids within every list are unique.
pub(super) fn check_unique_ids(tree: &Value) -> Result<(), String> {
    for list in LIST_KEYS {
        let mut seen: Vec<&str> = Vec::new();
        for (at, entry) in tree.get(list).and_then(Value::as_array).into_iter().flatten().enumerate() {
            let Value::Object(fields) = entry else {
                return Err(format!("{list}[{at}]: expected an object"));
            };
            let path = format!("{list}[{at}].id");
            let id = match fields.get("id") {
                None => return Err(format!("{path}: missing")),
                Some(id) => id.as_str().ok_or_else(|| format!("{path}: expected text"))?,
            };
            if id.is_empty() || id.len() > 128 || id.contains(char::is_whitespace) {
                return Err(format!("{path}: expected 1 to 128 characters without spaces"));
            }
            if let Some(first) = seen.iter().position(|known| *known == id) {
                return Err(format!("{path}: the same as {list}[{first}].id"));
            }
            seen.push(id);
        }
    }
    Ok(())
}

/// Everything out of bounds, with full paths.
pub fn validation_errors(read: &Bootstrap) -> Vec<String> {
    let settings = read.settings.iter().flat_map(|settings| settings.validation_errors());
    let mut found: Vec<String> = settings.map(|problem| format!("settings.{problem}")).collect();
    let added = read.settings.iter().flat_map(|settings| claims::validation_errors(&settings.jwt_customizer));
    found.extend(added.map(|problem| format!("settings.{problem}")));
    for (at, spec) in read.users.iter().enumerate() {
        found.extend(check_user(spec).map(|problem| format!("users[{at}]{problem}")));
        found.extend(
            identifier_errors(&to_new_user(spec)).into_iter().map(|problem| format!("users[{at}].{problem}")),
        );
    }
    for (at, spec) in read.applications.iter().enumerate() {
        let problems = spec
            .app
            .validation_errors()
            .into_iter()
            .chain(check_secret(spec))
            .chain(check_namesake(spec, &read.users));
        found.extend(problems.map(|problem| format!("applications[{at}].{problem}")));
    }
    for (at, key) in read.api_keys.iter().enumerate() {
        found.extend(check_api_key(key).map(|problem| format!("apiKeys[{at}].{problem}")));
    }
    for (at, webhook) in read.hooks.iter().enumerate() {
        let problems = webhook.validation_errors().into_iter();
        found.extend(problems.map(|problem| format!("hooks[{at}].{problem}")));
    }
    let problems = templates::validation_errors(&read.mail_templates).into_iter();
    found.extend(problems.map(|problem| format!("mailTemplates{problem}")));
    found
}

/// An empty secret would authenticate any caller that leaves the secret out.
fn check_secret(spec: &ApplicationSpec) -> Option<String> {
    let secret = spec.secret.as_ref()?;
    if spec.app.is_public() {
        return Some("secret: expected none, a public application can't keep one".to_owned());
    }
    let fits =
        (1..=MAX_TOKEN_LEN).contains(&secret.expose().len()) && !secret.expose().contains(char::is_control);
    (!fits).then(|| format!("secret: expected 1 to {MAX_TOKEN_LEN} visible characters"))
}

/// An application's id must differ from every user's: otherwise a token for the application could be read as
/// one about that user.
fn check_namesake(spec: &ApplicationSpec, users: &[UserSpec]) -> Option<String> {
    let at = users.iter().position(|user| user.id == spec.app.id)?;
    Some(format!("id: the same as users[{at}].id"))
}

fn check_api_key(key: &ApiKeySpec) -> Option<String> {
    if key.roles.is_empty() {
        return Some("roles: expected at least one of login, root".to_owned());
    }
    let visible = format!("token: expected {MIN_TOKEN_LEN} to {MAX_TOKEN_LEN} visible ASCII characters");
    (!is_token(key.token.expose())).then_some(visible)
}

fn to_new_user(user: &UserSpec) -> NewUser {
    NewUser {
        username: user.username.clone(),
        email: user.primary_email.clone(),
        phone: user.primary_phone.clone(),
        ..NewUser::default()
    }
}

fn check_user(user: &UserSpec) -> Option<&'static str> {
    let named = [&user.username, &user.primary_email, &user.primary_phone].into_iter().any(Option::is_some);
    if !named {
        return Some(": expected a username, primaryEmail or primaryPhone");
    }
    match (&user.password, &user.password_digest, &user.password_algorithm) {
        (Some(_), Some(_), _) => Some(": expected password or passwordDigest, not both"),
        (_, Some(_), None) => Some(".passwordAlgorithm: missing beside passwordDigest"),
        (_, None, Some(_)) => Some(".passwordDigest: missing beside passwordAlgorithm"),
        _ => None,
    }
}
