//! What ends proofs in the database is called by `credentials` only, and who writes what proofs hang on calls
//! `credentials`: no change of a password, an identifier or a standing can end less than another
//! (proofs_end).

use super::tree::{is_store_file, subject};
use super::{File, none, sources};

/// The one caller.
const CREDENTIALS: &str = "credentials";

/// What ends proofs, below `core`.
const ENDING: [&str; 12] = [
    "verification::store::mark_all_superseded",
    "verification::store::supersede_sign_ups",
    "verification::store::records::delete_all",
    "verification::store::records::delete_by_password",
    "verification::store::records::delete_by_addresses",
    "one_time_tokens::store::revoke_by_identifiers",
    "credentials::disputes_store::end_since",
    "credentials::disputes_store::mark_reverted_since",
    "credentials::disputes_store::end_former",
    "credentials::disputes_store::end_by_addresses",
    "credentials::disputes_store::insert",
    "sessions::revoke::revoke_restricted_sessions",
];

/// What writes an identifier or a standing (a password is the matter of `passwords`), and `end_proofs` has to
/// stand beside it in the file.
const WRITING: [&str; 4] = [
    "users::store::update_self",
    "users::store::set_suspended",
    "users::store::save",
    "users::store::delete",
];

/// The places of the core that a file uses, without `core`.
fn places(file: &File) -> Vec<String> {
    let inside = file.uses().inside.iter();
    let core = inside.filter(|place| place.len() > 1 && place[0] == "core");
    core.map(|place| place[1..].join("::")).collect()
}

/// Calls of what ends proofs past `credentials`.
fn endings(file: &File) -> Vec<String> {
    if subject(&file.path) == Some(CREDENTIALS) {
        return Vec::new();
    }
    let found = places(file).into_iter().filter(|place| ENDING.contains(&place.as_str()));
    found.map(|place| format!("{}: {place} (use core::credentials)", file.path)).collect()
}

/// A file of the core that writes what proofs hang on and ends none.
fn forgetful(file: &File) -> Option<String> {
    let is_core = subject(&file.path).is_some_and(|subject| subject != CREDENTIALS);
    let writes = places(file).iter().any(|place| WRITING.contains(&place.as_str()));
    let ends = file.words().iter().any(|word| word.starts_with("end_proofs"));
    (is_core && !is_store_file(&file.path) && writes && !ends)
        .then(|| format!("{}: writes users and ends no proofs", file.path))
}

/// What the lists name and the core does not define.
fn undefined(names: &[&str], files: &[&File]) -> Vec<String> {
    let is_defined = |name: &&&str| {
        let (place, function) = name.rsplit_once("::").unwrap();
        let path = format!("crates/core/src/{}", place.replace("::", "/"));
        let candidates = [format!("{path}.rs"), format!("{path}/mod.rs")];
        let file = files.iter().find(|file| candidates.contains(&file.path));
        file.is_some_and(|file| file.words().windows(2).any(|pair| pair == ["fn", function]))
    };
    let missing = names.iter().filter(|name| !is_defined(name));
    missing.map(|name| format!("core::{name} is looked for and does not exist")).collect()
}

#[test]
fn proofs_end_in_one_place() {
    let files = sources();
    none(&undefined(&[&ENDING[..], &WRITING[..]].concat(), &files));
    none(&files.iter().copied().flat_map(endings).collect::<Vec<_>>());
    none(&files.iter().copied().filter_map(forgetful).collect::<Vec<_>>());
}

#[test]
fn an_end_elsewhere_and_a_change_without_one_are_noticed() {
    let path = "crates/core/src/user_management/x.rs";
    let wrong = File::new(
        path,
        "use crate::{users, verification}; fn f() { verification::store::mark_all_superseded(tx, id); \
         users::store::save(tx, id) }",
    );
    assert_eq!((endings(&wrong).len(), forgetful(&wrong).is_some()), (1, true));
    let imported = "use crate::verification::store::records; fn f() { records::delete_all(tx, id) }";
    assert_eq!(endings(&File::new(path, imported)).len(), 1);
    none(&endings(&File::new("crates/core/src/credentials/x.rs", imported)));
    let right = "use crate::users; fn f() { end_proofs(tx); users::store::save(tx, id) }";
    let right = File::new(path, right);
    assert_eq!((endings(&right).len(), forgetful(&right).is_some()), (0, false));
    assert_eq!(
        undefined(&["users::store::x"], &[&File::new("crates/core/src/users/store.rs", "fn y() {}")]).len(),
        1
    );
}
