//! Codes have one engine. What counts a try, finds the codes that one is compared with, or marks a request as
//! verified is called by `verification` only, so that a hole in the guess budget is mended in one place
//! (guess_budget).

use super::tree::{subject, within};
use super::{File, none, sources};

/// The engine.
const ENGINE: &str = "verification";
/// Compares a code with its digest; it is defined beside the keys.
const COMPARISON: &str = "matches_code";
const KEYS: &str = "crates/core/src/types/secret/keys";

/// The statements of the engine.
const CHECKING: [&str; 7] = [
    "core::verification::store::count_try",
    "core::verification::store::verified_grants::mark_verified",
    "core::verification::store::verified_grants::take_grant",
    "core::verification::store::codes::list_delivered",
    "core::verification::store::codes::list_undelivered",
    "core::verification::store::codes::by_link",
    "core::verification::store::codes::mark_used",
];

/// Calls of these past the engine, and comparisons of a code with its digest.
fn checks(file: &File) -> Vec<String> {
    if subject(&file.path) == Some(ENGINE) || file.path.starts_with(KEYS) {
        return Vec::new();
    }
    let places = file.uses().inside.iter().map(|place| place.join("::"));
    let called = places.filter(|place| CHECKING.iter().any(|name| within(place, name)));
    let compared = file.words().iter().filter(|word| *word == COMPARISON).cloned();
    called.chain(compared).map(|what| format!("{}: {what} (use core::verification)", file.path)).collect()
}

#[test]
fn one_engine_of_codes() {
    let files = sources();
    none(&files.iter().copied().flat_map(checks).collect::<Vec<_>>());
    let engine: Vec<&File> =
        files.iter().copied().filter(|file| subject(&file.path) == Some(ENGINE)).collect();
    for name in CHECKING.iter().map(|name| name.rsplit("::").next().unwrap()).chain([COMPARISON]) {
        let is_used = engine.iter().any(|file| file.words().iter().any(|word| word == name));
        assert!(is_used, "the engine does not use {name}: the test looks for a name of the past");
    }
}

#[test]
fn another_engine_is_noticed() {
    let wrong = "use crate::verification::store::codes; use super::super::verification; fn f() { \
                 verification::store::count_try(tx, id, 5); codes::mark_used(tx, code); keys.matches_code(a, b, c) }";
    assert_eq!(checks(&File::new("crates/core/src/account/x.rs", wrong)).len(), 3);
    none(&checks(&File::new("crates/core/src/verification/x.rs", wrong)));
    let right = "use crate::verification::store::records; fn f() { records::mark_used(tx, id) }";
    none(&checks(&File::new("crates/core/src/account/x.rs", right)));
}
