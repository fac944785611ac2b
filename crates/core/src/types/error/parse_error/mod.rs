//! Error messages for invalid documents: the path, what was expected, and the closest known name for a
//! mistyped one. serde only provides sentences, so the few that occur are parsed here. The value found is
//! never repeated, because it may be a secret in the wrong place.

/// Strict JSON parsing.
pub mod strict_json;

/// The longest name compared for typos, in bytes. Comparing takes time proportional to the product of the
/// lengths.
const MAX_TYPO_BYTES: usize = 64;

/// The known name closest to the typed one; none for a very long one.
fn nearest_name<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > MAX_TYPO_BYTES {
        return None;
    }
    let typed = typed.to_lowercase();
    let alike = |name: &str| strsim::normalized_damerau_levenshtein(&typed, &name.to_lowercase());
    known.into_iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))
}

/// `unknown key; did you mean NAME?`
pub fn describe_unknown<'a>(what: &str, typed: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest_name(typed, known) {
        Some(name) => format!("unknown {what}; did you mean {name}?"),
        None => format!("unknown {what}"),
    }
}

/// `expected a number`, from serde's name of a type.
pub fn describe_expected(serde: &str) -> String {
    let number = serde.trim_start_matches(['u', 'i', 'f']);
    let plain = match serde {
        "usize" | "isize" => "a number",
        _ if number != serde && number.bytes().all(|b| b.is_ascii_digit()) => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if serde.starts_with("struct ") || serde.starts_with("tuple ") => "an object",
        _ if serde.contains("string") => "text",
        other => other,
    };
    format!("expected {plain}")
}

/// `expected one of a, b`.
pub fn describe_one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    format!("expected one of {}", names.into_iter().collect::<Vec<_>>().join(", "))
}

/// A syntax error of a TOML text by its line, without repeating the line.
pub fn describe_toml(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count().saturating_add(1), error.message())
}

/// `settings.throttle.requestsPerIp.limit: expected a number`.
pub fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let path = error.path().to_string();
    let message = error.inner().to_string();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = names.first().copied().unwrap_or_default();
    let known = names.iter().skip(1).copied();
    if message.starts_with("unknown field") {
        return format!("{path}: {}", describe_unknown("key", first, known));
    }
    if message.starts_with("missing field") {
        return format!("{}: missing", join_path(&path, first));
    }
    if message.starts_with("unknown variant") {
        return format!("{path}: {}", describe_one_of(known));
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
        return format!("{path}: {}", describe_expected(wanted));
    }
    format!("{path}: {message}")
}

fn join_path(path: &str, field: &str) -> String {
    if path == "." { field.to_owned() } else { format!("{path}.{field}") }
}

#[cfg(test)]
mod tests {
    use super::{describe_expected, nearest_name};

    #[test]
    fn the_nearest_name_is_found() {
        assert_eq!(
            nearest_name("hashing.memory", ["listen", "hashing.memory_kib", "hashing.queue"]),
            Some("hashing.memory_kib")
        );
        assert_eq!(
            nearest_name("perIp", ["sendBackoff", "requestsPerIp", "guessesPerRequest"]),
            Some("requestsPerIp")
        );
    }

    #[test]
    fn types_have_plain_names() {
        assert_eq!(describe_expected("u32"), "expected a number");
        assert_eq!(describe_expected("usize"), "expected a number");
        assert_eq!(describe_expected("a string"), "expected text");
        assert_eq!(describe_expected("path string"), "expected text");
        assert_eq!(describe_expected("struct Settings"), "expected an object");
    }
}
