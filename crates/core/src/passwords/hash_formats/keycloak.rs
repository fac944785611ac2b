//! Keycloak's credentials: JSON with `secretData` and `credentialData`, each an object or a text with one.

use serde_json::Value;

/// The digest of a credential in the form in which it is stored.
pub(super) fn to_stored(text: &str) -> Option<String> {
    let whole: Value = serde_json::from_str(text).ok()?;
    let secret = part(&whole, "secretData")?;
    let costs = part(&whole, "credentialData")?;
    let salt = secret.get("salt")?.as_str()?;
    let value = secret.get("value")?.as_str()?;
    let iterations = costs.get("hashIterations")?.as_u64()?;
    match costs.get("algorithm")?.as_str()? {
        name @ ("pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512") => {
            Some(format!("${name}$i={iterations}${salt}${value}"))
        }
        "argon2" => {
            let one = |name: &str| costs.get("additionalParameters")?.get(name)?.get(0)?.as_str();
            let version = match one("version")? {
                "1.3" => 19,
                "1.0" => 16,
                _ => return None,
            };
            let kind = one("type")?;
            let memory = one("memory")?;
            let lanes = one("parallelism")?;
            Some(format!("$argon2{kind}$v={version}$m={memory},t={iterations},p={lanes}${salt}${value}"))
        }
        _ => None,
    }
}

/// A part of the credential.
fn part(whole: &Value, name: &str) -> Option<Value> {
    match whole.get(name)? {
        Value::String(text) => serde_json::from_str(text).ok(),
        object @ Value::Object(_) => Some(object.clone()),
        _ => None,
    }
}
