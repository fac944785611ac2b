//! Identifiers that were retired stay away: the field has a word for what they named. STYLE.md's glossary has
//! the words; what is stored or on the wire keeps its name, in the files named here.

use super::{File, files, none, sources};

/// A retired identifier, what to say instead, and the files that keep it for a stored or foreign name.
struct Retired {
    name: &'static str,
    instead: &'static str,
    kept: &'static [&'static str],
}

const fn retired(name: &'static str, instead: &'static str) -> Retired {
    Retired { name, instead, kept: &[] }
}

const RETIRED: [Retired; 24] = [
    retired("visit", "request"),
    retired("machine", "request, or API client"),
    retired("asker", "request, or client"),
    retired("journey", "flow_state"),
    retired("live", "snapshot"),
    retired("here", "current"),
    retired("who", "principal, signed_in, or user"),
    retired("held", "request_id, grant, or session_token"),
    retired("told", "flash, or what it is"),
    retired("said", "what it is: text, reason, value"),
    retired("heard", "response"),
    retired("wish", "code_request, or what is wished"),
    retired("standing", "status"),
    retired("party", "addressee"),
    retired("minted", "issued"),
    retired("chance", "rng"),
    retired("pace", "timing, limiter, or rate"),
    retired("parcel", "queued message, or signed request"),
    retired("scene", "event_context, or fixture"),
    retired("fact", "webhook_event"),
    retired("deed", "action"),
    retired("outlets", "registry"),
    retired("hook", "webhook"),
    Retired {
        name: "asked",
        instead: "params, created, or what it is",
        kept: &[
            "crates/core/src/idempotency/",
            "crates/core/src/oidc/authorization_request/mod.rs",
            "crates/core/src/oidc/authorize/",
            "tests/store/",
        ],
    },
];

/// The retired identifiers of a file.
fn uses(file: &File) -> Vec<String> {
    let names = file.words();
    let found = RETIRED.iter().filter(|retired| {
        let is_kept = retired.kept.iter().any(|path| file.path.starts_with(path));
        !is_kept && names.iter().any(|name| name == retired.name)
    });
    found.map(|retired| format!("{}: {} (say: {})", file.path, retired.name, retired.instead)).collect()
}

#[test]
fn retired_identifiers_are_absent() {
    let tests = files("tests").into_iter().filter(|file| !file.path.starts_with("tests/architecture"));
    none(&sources().into_iter().chain(tests).flat_map(uses).collect::<Vec<_>>());
}

#[test]
fn a_retired_identifier_is_noticed() {
    let uses = |path, text| uses(&File::new(path, text)).len();
    assert_eq!(uses("src/x.rs", "fn show(visit: Request) { visit.end() }"), 1);
    assert_eq!(uses("src/x.rs", "struct Row { asked: String, held: bool }"), 2);
    assert_eq!(uses("crates/core/src/idempotency/store.rs", "struct Row { asked: String }"), 0);
    assert_eq!(uses("src/x.rs", "fn visit_map() {} // a visit\nconst NOTE: &str = \"who asked\";"), 0);
}
