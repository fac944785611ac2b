//! Who calls whose statements. A subject calls its own; one that calls another's is named here. A statement
//! is given a transaction and values: it opens none and knows no state.

use std::collections::BTreeSet;

use super::tree::{is_store, is_store_file, subject, within};
use super::{File, files, none};

/// Whose statements other subjects call, and which do. The list is what is left: it only gets shorter, and a
/// new caller asks the subject for a function instead.
const FOREIGN_CALLERS: [(&str, &[&str]); 12] = [
    ("api_keys", &["apps"]),
    ("apps", &["maintenance", "snapshot"]),
    ("credentials", &["disputes"]),
    ("grants", &["account", "apps", "maintenance", "oidc", "sdk", "sessions"]),
    ("messages", &["maintenance", "verification"]),
    ("one_time_tokens", &["credentials"]),
    ("passwords", &["disputes"]),
    ("sessions", &["oidc", "passwords", "sdk", "sign_in"]),
    // The lock under which what an operator configures changes.
    (
        "settings",
        &["apps", "claims", "connectors", "maintenance", "oidc", "snapshot", "templates", "webhooks"],
    ),
    ("templates", &["apps"]),
    (
        "users",
        &[
            "account",
            "apps",
            "disputes",
            "lockout",
            "oidc",
            "recovery",
            "sessions",
            "sign_in",
            "sign_up",
            "user_management",
            "verification",
        ],
    ),
    ("verification", &["account", "credentials", "recovery", "sign_up"]),
];

/// The subjects whose statements a file calls, its own left out.
fn owners(file: &File) -> BTreeSet<String> {
    let own = subject(&file.path).unwrap_or("core");
    let inside = file.uses().inside.iter();
    let stores = inside.filter(|place| {
        place.len() > 2 && place[0] == "core" && place[2..].iter().any(|part| is_store(part))
    });
    stores.map(|place| place[1].clone()).filter(|owner| owner != own).collect()
}

/// Calls of another subject's statements that are not listed, and those from a file of statements.
fn foreign_calls(file: &File) -> Vec<String> {
    let caller = subject(&file.path).unwrap_or("core");
    let is_listed = |owner: &str| {
        let mut listed = FOREIGN_CALLERS.iter().filter(|(listed, _)| *listed == owner);
        !is_store_file(&file.path) && listed.any(|(_, callers)| callers.contains(&caller))
    };
    let found = owners(file).into_iter().filter(|owner| !is_listed(owner));
    found.map(|owner| format!("{} calls statements of {owner}", file.path)).collect()
}

/// What a file of statements knows besides them.
fn stateful(file: &File) -> Vec<String> {
    let is_state = |place: &&Vec<String>| {
        let place = place.join("::");
        ["core::Core", "core::Context", "core::db::Store"].iter().any(|state| within(&place, state))
    };
    let found = file.uses().inside.iter().filter(|place| is_store_file(&file.path) && is_state(place));
    found.map(|place| format!("{}: {}", file.path, place.join("::"))).collect()
}

/// What the list allows and nobody needs.
fn unneeded(files: &[&File]) -> Vec<String> {
    let calls: BTreeSet<(String, String)> = files
        .iter()
        .flat_map(|file| {
            let caller = subject(&file.path).unwrap_or("core").to_owned();
            owners(file).into_iter().map(move |owner| (owner, caller.clone()))
        })
        .collect();
    let listed =
        FOREIGN_CALLERS.iter().flat_map(|(owner, callers)| callers.iter().map(move |it| (*owner, *it)));
    let unneeded =
        listed.filter(|(owner, caller)| !calls.contains(&((*owner).to_owned(), (*caller).to_owned())));
    unneeded
        .map(|(owner, caller)| format!("{caller} no longer calls statements of {owner}: shorten the list"))
        .collect()
}

#[test]
fn statements_are_called_by_their_own_subject() {
    let files = files("crates/core/src");
    none(&files.iter().copied().flat_map(foreign_calls).collect::<Vec<_>>());
    none(&files.iter().copied().flat_map(stateful).collect::<Vec<_>>());
    none(&unneeded(&files));
}

#[test]
fn a_statement_with_state_is_noticed() {
    for text in ["use crate::Core;", "use crate::db::{Store, sql::Tx};", "use super::super::Context;"] {
        assert_eq!(stateful(&File::new("crates/core/src/users/search_store.rs", text)).len(), 1, "{text}");
        none(&stateful(&File::new("crates/core/src/users/search.rs", text)));
    }
    none(&stateful(&File::new(
        "crates/core/src/users/store.rs",
        "use crate::db::{error::StoreError, sql::Tx};",
    )));
}

#[test]
fn a_call_of_foreign_statements_is_noticed() {
    for (path, text) in [
        ("crates/core/src/captcha/x.rs", "use crate::users::store;"),
        ("crates/core/src/captcha/x.rs", "use crate::users; fn f() { users::store::by_id(tx, id) }"),
        ("crates/core/src/captcha/x.rs", "use crate::verification::store::codes::insert;"),
        ("crates/core/src/captcha/x.rs", "use super::super::webhooks::{deliveries_store, webhook};"),
        ("crates/core/src/sign_in/x_store.rs", "use crate::users; fn f() { users::store::by_id(tx, id) }"),
    ] {
        assert_eq!(foreign_calls(&File::new(path, text)).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("crates/core/src/captcha/x.rs", "use crate::captcha::store; use crate::db::Store;"),
        ("crates/core/src/users/mod.rs", "mod store; fn f() { store::by_id(tx, id) }"),
        ("crates/core/src/sign_in/x.rs", "use crate::users; fn f() { users::store::by_id(tx, id) }"),
    ] {
        none(&foreign_calls(&File::new(path, text)));
    }
}
