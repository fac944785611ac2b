//! Tells a type error by its path and what was expected. serde speaks in sentences only, so the few that it has are
//! taken apart here; what was found is left out, because it may be a secret in the wrong place.

use crate::config::words;

/// `settings.throttle.requestsPerIp.limit: expected a number`.
pub fn tell(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let known = names.iter().skip(1).copied();
    if message.starts_with("unknown field") {
        return format!("{path}: {}", words::unknown("key", first, known));
    }
    if message.starts_with("missing field") {
        return format!("{}: missing", join(&path, first));
    }
    if message.starts_with("unknown variant") {
        return format!("{path}: {}", words::one_of(known));
    }
    if message.starts_with("invalid value: integer") {
        let below = message.starts_with("invalid value: integer `-");
        return format!(
            "{path}: expected {}",
            if below { "a number of 0 or more" } else { "a smaller number" }
        );
    }
    if message.starts_with("invalid ") {
        let wanted = message.rsplit_once(", expected ").map_or("something else", |(_, wanted)| wanted);
        return format!("{path}: {}", words::expected(wanted));
    }
    format!("{path}: {message}")
}

fn join(path: &str, field: &str) -> String {
    if path == "." { field.to_owned() } else { format!("{path}.{field}") }
}
