//! Keycloak's credentials: JSON with `secretData` and `credentialData`, each an object or a text with one.

use serde_json::Value;

/// The digest of a credential in the form in which it is stored.
pub(super) fn to_stored(text: &str) -> Option<String> {
    let whole: Value = serde_json::from_str(text).ok()?;
    let (secret, costs) = (part(&whole, "secretData")?, part(&whole, "credentialData")?);
    let (salt, value) = (secret["salt"].as_str()?, secret["value"].as_str()?);
    let iterations = costs["hashIterations"].as_u64()?;
    match costs["algorithm"].as_str()? {
        name @ ("pbkdf2" | "pbkdf2-sha256" | "pbkdf2-sha512") => {
            Some(format!("${name}$i={iterations}${salt}${value}"))
        }
        "argon2" => {
            let one = |name: &str| costs["additionalParameters"][name][0].as_str();
            let version = match one("version")? {
                "1.3" => 19,
                "1.0" => 16,
                _ => return None,
            };
            let (kind, memory, lanes) = (one("type")?, one("memory")?, one("parallelism")?);
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
