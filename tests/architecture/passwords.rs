//! Passwords have one writer. The statements that write one are in one file, one function of the core calls
//! them, and it ends what a new password has to end: no way to a new password can forget the sessions, links
//! or notices of the old one.

use super::tree::within;
use super::{File, none, sources};

/// The file with every statement that writes a password column of `users`.
const STATEMENTS: &str = "crates/core/src/passwords/store.rs";
/// Its place.
const STATEMENTS_PLACE: &str = "core::passwords::store";
/// The folder of the one caller of those that write a hash.
const WRITER: &str = "crates/core/src/passwords/set/";
/// The function that is the writer.
const WRITER_FILE: &str = "crates/core/src/passwords/set/mod.rs";
/// "This wasn't me" freezes a password, and reads what proved it; it writes none.
const FREEZER: &str = "crates/core/src/disputes/revert.rs";

/// Names that only the statements have, so that no other name for their module hides a call.
const OWN_NAMES: [&str; 3] = ["NewHash", "WriteCondition", "replace_hash"];
/// What the freezer may call.
const FREEZING: [&str; 2] = ["core::passwords::store::mark_frozen", "core::passwords::store::proof"];

/// Uses of the statements past the writer.
fn callers(file: &File) -> Vec<String> {
    if file.path.starts_with(WRITER) || file.path == STATEMENTS {
        return Vec::new();
    }
    let names = file.words();
    let own = OWN_NAMES.into_iter().filter(|own| names.iter().any(|word| word == own)).map(str::to_owned);
    let places = file.uses().inside.iter().map(|place| place.join("::"));
    let called = places.filter(|place| {
        let freezes = file.path == FREEZER && FREEZING.contains(&place.as_str());
        within(place, STATEMENTS_PLACE) && !freezes
    });
    own.chain(called).map(|name| format!("{}: {name} (use core::passwords::set)", file.path)).collect()
}

/// The text with every run of blanks, line ends and continuations as one blank, in small letters.
fn flat(text: &str) -> String {
    text.replace('\\', " ").split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Each statement that begins with these words, up to the end of its literal.
fn statements<'a>(text: &'a str, beginning: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(beginning).map(|(at, _)| text[at..].split('"').next().unwrap())
}

/// Statements that write a password column in another file. What an update only compares, after its last
/// `where`, is no write.
fn strays(file: &File) -> Vec<String> {
    if file.path == STATEMENTS {
        return Vec::new();
    }
    let text = flat(&file.text);
    let updates =
        statements(&text, "update users ").map(|sql| sql.rsplit_once(" where ").map_or(sql, |(set, _)| set));
    let written =
        statements(&text, "insert into users ").chain(updates).filter(|sql| sql.contains("password_"));
    written.map(|sql| format!("{}: {sql} (belongs into {STATEMENTS})", file.path)).collect()
}

#[test]
fn a_password_is_written_by_one_function() {
    none(&sources().into_iter().flat_map(callers).collect::<Vec<_>>());
    none(&sources().into_iter().flat_map(strays).collect::<Vec<_>>());
}

#[test]
fn who_writes_a_password_ends_what_hung_on_the_old_one() {
    let writer = sources().into_iter().find(|file| file.path == WRITER_FILE).unwrap();
    let names = writer.words();
    for needed in ["end_proofs", "end_and_rotate", "announce"] {
        assert!(names.iter().any(|word| word == needed), "{WRITER_FILE} does not call {needed}");
    }
    let statements = sources().into_iter().find(|file| file.path == STATEMENTS).unwrap();
    let names = statements.words();
    for own in OWN_NAMES {
        assert!(
            names.iter().any(|word| word == own),
            "{STATEMENTS} has no {own}: the test looks for a name of the past"
        );
    }
}

#[test]
fn another_caller_is_noticed() {
    for (path, text) in [
        ("crates/core/src/users/x.rs", "use crate::passwords::store; fn f() { store::set(tx, id, new, c) }"),
        ("crates/core/src/users/x.rs", "use crate::passwords; fn f() { passwords::store::set(tx) }"),
        ("crates/core/src/users/x.rs", "use super::super::passwords::store::set as put;"),
        (
            "crates/core/src/users/x.rs",
            "use crate as c; fn f() { c::passwords::store::set(tx, id, c::passwords::store::NewHash {}) }",
        ),
        ("crates/core/src/passwords/mod.rs", "pub mod store; fn f() { store::set(tx, id, old, new) }"),
        ("crates/core/src/passwords/mod.rs", "fn f() { p::replace_hash(tx, id, old, new) }"),
        ("crates/core/src/disputes/revert.rs", "use crate::passwords::store::set;"),
        ("crates/core/src/disputes/revert.rs", "use crate::passwords; fn f() { passwords::store::set(tx) }"),
        (
            "crates/core/src/disputes/mod.rs",
            "use crate::passwords; fn f() { passwords::store::mark_frozen(tx) }",
        ),
    ] {
        assert!(!callers(&File::new(path, text)).is_empty(), "{path}: {text}");
    }
    for (path, text) in [
        (
            "crates/core/src/users/x.rs",
            "use super::super::passwords::{self, SetReason}; fn f() { passwords::set(tx, core, u, a, r) }",
        ),
        ("crates/core/src/passwords/set/mod.rs", "use crate::passwords::store::{self, NewHash};"),
        ("crates/core/src/passwords/mod.rs", "pub mod store;"),
        (
            "crates/core/src/disputes/revert.rs",
            "use crate::passwords; fn f() { passwords::store::mark_frozen(tx) }",
        ),
        ("crates/core/src/users/x.rs", "// passwords::store::set takes a NewHash\nfn f() {}"),
    ] {
        none(&callers(&File::new(path, text)));
    }
}

#[test]
fn another_statement_is_noticed() {
    for sql in [
        "update users set password_digest = $2 where id = $1",
        "UPDATE users SET name = $2, \\\n               password_frozen_at = null where id = $1",
        "update users set password_changed_at = (select 1 from users where id = $2) where id = $1",
        "update users set password_proved_by = null",
        "insert into users (id, password_digest) values ($1, $2)",
        "insert into users (id) values ($1) on conflict (id) do update set password_digest = $2",
    ] {
        let file = File::new("crates/core/src/users/store.rs", &format!("let sql = \"{sql}\";"));
        assert_eq!(strays(&file).len(), 1, "{sql}");
    }
    for sql in [
        "update users set last_sign_in_at = $3 where id = $1 and password_frozen_at is null",
        "select password_digest from users where id = $1",
        "insert into sessions (id, password_changed_at) values ($1, $2)",
        "update users set name = $2 where id = $1\"; let other = \"select password_digest from users",
    ] {
        none(&strays(&File::new("crates/core/src/users/store.rs", &format!("let sql = \"{sql}\";"))));
    }
}
