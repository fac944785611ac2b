//! Error messages for invalid documents: the path, what was expected, and the closest known name for a
//! mistyped one. serde only provides sentences, so the few that occur are parsed here. The value found is
//! never repeated, because it may be a secret in the wrong place.

/// Strict JSON parsing.
pub mod strict_json;

/// The longest name compared for typos, in bytes. Comparing takes time proportional to the product of the
/// lengths.
const MAX_TYPO_BYTES: usize = 64;

/// The known name that the typed one was probably meant to be: the most similar of those near enough; none for a
/// very long one.
pub fn nearest_name<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if typed.len() > MAX_TYPO_BYTES {
        return None;
    }
    let typed = typed.to_lowercase();
    let similarity = |name: &str| strsim::normalized_damerau_levenshtein(&typed, &name.to_lowercase());
    let near = known.into_iter().filter(|name| is_near(&typed, &name.to_lowercase()));
    near.max_by(|a, b| similarity(a).total_cmp(&similarity(b)))
}

/// Whether one name could be a slip for the other: a third of its letters at most differ, or one is a part of
/// the other. Without a limit there would always be a suggestion, and a far one misleads. Both are in lower case.
fn is_near(typed: &str, known: &str) -> bool {
    let section = common_section(typed, known);
    let typed = typed.get(section..).unwrap_or_default();
    let known = known.get(section..).unwrap_or_default();
    let longest = typed.chars().count().max(known.chars().count());
    let is_part = typed.len() >= 4 && known.contains(typed);
    let goes_on = typed.strip_prefix(known).is_some_and(|rest| rest.starts_with(['_', '.']));
    is_part
        || known.len() >= 3 && goes_on
        || strsim::damerau_levenshtein(typed, known) <= (longest / 3).max(1)
}

/// The bytes at the beginning of both names that say where they belong (`rekey_hashing__`, `hashing.`). That two
/// names share them makes neither near.
fn common_section(typed: &str, known: &str) -> usize {
    let same = typed.char_indices().zip(known.chars()).find(|((_, a), b)| a != b);
    let length = same.map_or(typed.len().min(known.len()), |((at, _), _)| at);
    let common = typed.get(..length).unwrap_or_default();
    let ends = ["rekey_", "__", "."].iter().filter_map(|mark| Some(common.rfind(mark)? + mark.len()));
    ends.max().unwrap_or_default()
}

/// `unknown key; did you mean NAME?`, or only `unknown key` where no known name is near.
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
        let keys = ["listen", "log", "log_format", "hashing.memory_kib", "hashing.queue", "secret_key"];
        assert_eq!(nearest_name("hashing.memory", keys), Some("hashing.memory_kib"));
        assert_eq!(nearest_name("log_level", keys), Some("log"));
        assert_eq!(nearest_name("SECRET", keys), Some("secret_key"));
        assert_eq!(
            nearest_name("perIp", ["sendBackoff", "requestsPerIp", "guessesPerRequest"]),
            Some("requestsPerIp")
        );
        assert_eq!(nearest_name("user.name", ["code", "user"]), Some("user"));
    }

    #[test]
    fn a_far_name_is_no_suggestion() {
        assert_eq!(nearest_name("color", ["passwordCompliance", "signInMode", "log"]), None);
        assert_eq!(nearest_name("hashing.color", ["hashing.queue", "hashing.iterations"]), None);
        assert_eq!(nearest_name("REKEY_COLOR", ["REKEY_LOG", "REKEY_LISTEN"]), None);
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
