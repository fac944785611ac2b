//! Who may import whom. A path is read from the crate's root, whether it was written with `crate` or with `super`.

use super::syntax::paths;
use super::{File, files, none};

/// What each part may use of the crate; the first line that fits counts. Parts that are not listed put the others together
/// and may use everything.
const TABLE: [(&str, &[&str]); 11] = [
    ("model", &["model"]),
    ("i18n", &["i18n", "model"]),
    ("store", &["store", "args", "model"]),
    ("domain", &["domain", "store", "model"]),
    ("connectors", &["connectors", "domain::ports", "model"]),
    ("jobs", &["jobs", "domain", "http::mail", "connectors", "i18n", "model", "app"]),
    ("http::mail", &["http::mail", "i18n", "model"]),
    // It names every handler and does nothing else.
    ("http::routes", &["http"]),
    // So does the description of the JSON APIs.
    ("http::openapi", &["http"]),
    // The inbox and the gallery show the pages and mails.
    ("http::dev", &["http::common", "http::pages", "http::mail", "domain", "i18n", "model", "app"]),
    // And the audience that a file belongs to; `http` itself is the map of them all.
    ("http", &["http::common", "domain", "i18n", "model", "app"]),
];

/// Names in `lib.rs` that are nobody's: facts about the crate.
const FACTS: [&str; 1] = ["PRODUCT"];

/// Crates that only some parts may use.
const CRATES: [(&str, &[&str]); 16] = [
    ("actix_web", &["http", "app", "server", "cli", "main"]),
    ("actix_session", &["http", "app", "server"]),
    ("askama", &["http"]),
    ("sqlx", &["store"]),
    ("reqwest", &["connectors"]),
    ("lettre", &["connectors"]),
    ("aws_sigv4", &["connectors"]),
    ("aws_credential_types", &["connectors"]),
    ("jsonwebtoken", &["domain::oidc::jws"]),
    ("ring", &["domain::oidc::jws"]),
    ("clap", &["cli", "main"]),
    ("minijinja", &["domain"]),
    ("async_graphql", &["http::graphql"]),
    ("utoipa", &["http"]),
    ("validator", &["http"]),
    ("figment", &["config"]),
];

/// Derives with which a noun may be kept as a column, read from a row, or described and bounded where it is a
/// document of the wire.
const NOUN_DERIVES: [&str; 4] = ["sqlx::Type", "sqlx::FromRow", "utoipa::ToSchema", "validator::Validate"];

/// `src/http/pages/mod.rs` is `http::pages`; the crate's own files are nothing.
fn module(path: &str) -> Vec<String> {
    let inner = path.strip_prefix("src/").unwrap().strip_suffix(".rs").unwrap();
    let mut parts: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The path from the crate's root; none for a path into another crate or into the file's own names.
fn from_root(module: &[String], inline: usize, path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    match path.first()?.as_str() {
        "crate" => Some(path[1..].to_vec()),
        "super" if ups > inline => {
            let base = &module[..module.len().saturating_sub(ups - inline)];
            Some([base, &path[ups..]].concat())
        }
        _ => None,
    }
}

fn within(path: &str, part: &str) -> bool {
    path == part || path.strip_prefix(part).is_some_and(|rest| rest.starts_with("::"))
}

/// The audience a module belongs to: `http::pages::sign_in` is in `http::pages`.
fn own_audience(module: &[String]) -> Option<String> {
    (module.len() > 1 && module[0] == "http").then(|| module[..2].join("::"))
}

fn may_use(module: &[String], path: &str) -> bool {
    let own = module.join("::");
    let Some((_, allowed)) = TABLE.iter().find(|(part, _)| within(&own, part)) else {
        return true;
    };
    let own_audience = own_audience(module);
    let map_of_audiences = own == "http" && within(path, "http");
    FACTS.contains(&path)
        || map_of_audiences
        || own_audience.is_some_and(|audience| within(path, &audience))
        || allowed.iter().any(|part| within(path, part))
}

fn may_use_crate(module: &[String], path: &str) -> bool {
    let own = module.join("::");
    let noun = within(&own, "model") && NOUN_DERIVES.contains(&path);
    let rule = CRATES.iter().find(|(name, _)| within(path, name));
    noun || rule.is_none_or(|(_, parts)| parts.iter().any(|part| within(&own, part)))
}

/// What a file uses against the tables.
fn offences(file: &File) -> Vec<String> {
    let module = module(&file.path);
    let wrong = |(inline, path): (usize, Vec<String>)| {
        let text = path.join("::");
        let allowed = match from_root(&module, inline, &path) {
            Some(inside) => may_use(&module, &inside.join("::")),
            None => may_use_crate(&module, &text),
        };
        (!allowed).then(|| format!("{}: {text}", file.path))
    };
    paths(&file.text).into_iter().filter_map(wrong).collect()
}

/// Uses of SQL past its one door.
fn queries(file: &File) -> Vec<String> {
    let is_query = |path: &[String]| {
        path[0] == "sqlx" && path.iter().any(|part| part.starts_with("query") || part == "raw_sql")
    };
    let found = paths(&file.text).into_iter().filter(|(_, path)| is_query(path));
    found.map(|(_, path)| format!("{}: {}", file.path, path.join("::"))).collect()
}

#[test]
fn every_import_follows_the_layers() {
    none(&files("src").iter().flat_map(offences).collect::<Vec<_>>());
}

/// What ends proofs in the store: only `credentials` calls it, so that no change of a password, an identifier or a standing can end less
/// than another (proofs_end).
const ENDING: [(&str, &str); 12] = [
    ("verification", "mark_all_superseded"),
    ("verification", "supersede_sign_ups"),
    ("one_time_tokens", "revoke_by_identifiers"),
    ("records", "delete_all"),
    ("records", "delete_by_password"),
    ("records", "delete_by_addresses"),
    ("disputes", "end_since"),
    ("disputes", "mark_reverted_since"),
    ("disputes", "end_former"),
    ("disputes", "end_by_addresses"),
    ("disputes", "insert"),
    ("revocation", "revoke_restricted_sessions"),
];

/// What writes an identifier or a standing (a password is the matter of `passwords`), and whether `end_proofs` stands beside it in the file.
const WRITING: [&str; 4] = ["update_self", "set_suspended", "save", "delete"];

/// Calls of these past `credentials`.
fn endings(file: &File) -> Vec<String> {
    let may = module(&file.path).join("::");
    let is_ending = |path: &[String]| {
        path.windows(2).any(|pair| {
            let stem = if pair[0] == "requests" { "verification" } else { pair[0].as_str() };
            ENDING.contains(&(stem, pair[1].as_str()))
        })
    };
    let inside = within(&may, "domain::credentials") || within(&may, "store") || may == "domain::notify";
    let found = paths(&file.text).into_iter().filter(|(_, path)| !inside && is_ending(path));
    found.map(|(_, path)| format!("{}: {} (use credentials)", file.path, path.join("::"))).collect()
}

/// A file of the domain that writes what proofs hang on and ends none.
fn forgetful(file: &File) -> Option<String> {
    let writes = |path: &[String]| {
        path.windows(2).any(|pair| pair[0] == "users" && WRITING.contains(&pair[1].as_str()))
    };
    let is_writer = paths(&file.text).iter().any(|(_, path)| writes(path));
    let ends = super::syntax::words(&file.text).iter().any(|word| word.starts_with("end_proofs"));
    let is_domain = file.path.starts_with("src/domain/") && !file.path.starts_with("src/domain/credentials/");
    (is_domain && is_writer && !ends).then(|| format!("{}: writes users and ends no proofs", file.path))
}

#[test]
fn proofs_end_in_one_place() {
    none(&files("src").iter().flat_map(endings).collect::<Vec<_>>());
    none(&files("src").iter().filter_map(forgetful).collect::<Vec<_>>());
    let wrong = File::new(
        "src/domain/users/x.rs",
        "fn f() { requests::mark_all_superseded(tx, id); users::save(tx, id) }",
    );
    assert_eq!((endings(&wrong).len(), forgetful(&wrong).is_some()), (1, true));
    let right = File::new("src/domain/users/x.rs", "fn f() { end_proofs(tx); users::save(tx, id) }");
    assert_eq!((endings(&right).len(), forgetful(&right).is_some()), (0, false));
}

/// What counts a try, finds the codes that one is compared with, or marks a request as verified: only the
/// engine calls it, so that a hole in the guess budget is mended in one place (guess_budget).
const CHECKING: [(&str, &str); 7] = [
    ("verification", "count_try"),
    ("verified_grants", "mark_verified"),
    ("verified_grants", "take_grant"),
    ("codes", "list_delivered"),
    ("codes", "list_undelivered"),
    ("codes", "by_link"),
    ("codes", "mark_used"),
];

/// Calls of these past `verification`, and comparisons of a code with its digest.
fn checks(file: &File) -> Vec<String> {
    let may = module(&file.path).join("::");
    let inside = within(&may, "domain::verification") || within(&may, "store::verification");
    let is_checking = |path: &[String]| {
        path.windows(2).any(|pair| {
            let stem = if pair[0] == "requests" { "verification" } else { pair[0].as_str() };
            let stem = if stem == "rows" { "codes" } else { stem };
            CHECKING.contains(&(stem, pair[1].as_str()))
        })
    };
    let called = paths(&file.text).into_iter().filter(|(_, path)| is_checking(path));
    let called = called.map(|(_, path)| path.join("::"));
    let is_keyring = within(&may, "model::keys");
    let compared =
        super::syntax::words(&file.text).into_iter().filter(|word| word == "matches_code" && !is_keyring);
    let found = called.chain(compared).filter(|_| !inside);
    found.map(|what| format!("{}: {what} (use domain::verification)", file.path)).collect()
}

#[test]
fn one_engine_of_codes() {
    none(&files("src").iter().flat_map(checks).collect::<Vec<_>>());
    let wrong =
        "fn f() { requests::count_try(tx, id, 5); codes::mark_used(tx, code); keys.matches_code(a, b, c) }";
    assert_eq!(checks(&File::new("src/domain/account/x.rs", wrong)).len(), 3);
    assert_eq!(checks(&File::new("src/domain/verification/x.rs", wrong)).len(), 0);
    assert_eq!(
        checks(&File::new("src/domain/account/x.rs", "fn f() { sessions::mark_used(tx, id) }")).len(),
        0
    );
}

#[test]
fn sql_is_only_in_the_store() {
    let others = files("src").into_iter().filter(|file| file.path != "src/store/sql.rs");
    none(&others.flat_map(|file| queries(&file)).collect::<Vec<_>>());
    assert_eq!(
        queries(&File::new("src/store/users.rs", "use sqlx::{Row, query_as}; fn f() { sqlx::query(x) }"))
            .len(),
        2
    );
    assert_eq!(
        queries(&File::new("src/store/users.rs", "fn f() { sqlx::raw_sql(x); sqlx::Error::Io }")).len(),
        1
    );
}

#[test]
fn a_forbidden_import_is_noticed() {
    for (path, line) in [
        ("src/model/user.rs", "use crate::store::users;"),
        ("src/model/user.rs", "use sqlx::Row;"),
        ("src/store/users.rs", "use crate::domain::Rekey;"),
        ("src/store/users.rs", "use crate::{model::time::Timestamp, domain::{audit, throttle}};"),
        ("src/domain/sign_in.rs", "fn f() { crate::app::App::new() }"),
        ("src/domain/sign_in.rs", "use crate::http::common::form::Form;"),
        ("src/domain/sign_in.rs", "use crate::args;"),
        ("src/domain/recovery/mod.rs", "use super::super::http::mail;"),
        ("src/domain/sign_in.rs", "use sqlx::Error;"),
        ("src/domain/sign_in.rs", "use actix_web::HttpRequest;"),
        ("src/domain/sign_in.rs", "use reqwest::Client;"),
        ("src/domain/oidc/token.rs", "use jsonwebtoken::decode;"),
        ("src/http/management/users.rs", "use async_graphql::Object;"),
        ("src/http/oidc/token.rs", "use ring::signature::EcdsaKeyPair;"),
        ("src/http/pages/sign_in.rs", "use crate::store::users;"),
        ("src/http/pages/sign_in.rs", "use crate::http::mail::render;"),
        ("src/http/pages/sign_in.rs", "use super::super::mail::render;"),
        ("src/http/pages/sign_in.rs", "use crate::connectors::smtp;"),
        ("src/http/pages/sign_in.rs", "use lettre::Message;"),
        ("src/http/common/visit.rs", "use crate::http::pages::views::SignInView;"),
        ("src/http/mail/render.rs", "use crate::domain::Rekey;"),
        ("src/http/mail/mod.rs", "use crate::app::App;"),
        ("src/connectors/smtp.rs", "use crate::domain::recovery;"),
        ("src/connectors/smtp.rs", "use crate::store::Store;"),
        ("src/connectors/smtp.rs", "#[derive(askama::Template)] struct X;"),
        ("src/jobs/runner.rs", "use crate::http::pages::views;"),
        ("src/jobs/runner.rs", "use crate::store::outbox;"),
        ("src/server/mod.rs", "use lettre::Message;"),
        ("src/cli/user.rs", "fn f() { let x = sqlx::query(y); }"),
    ] {
        assert_eq!(offences(&File::new(path, line)).len().min(1), 1, "{path}: {line}");
    }
}

#[test]
fn an_allowed_import_is_accepted() {
    for (path, line) in [
        ("src/model/user.rs", "#[derive(sqlx::FromRow, sqlx::Type)] #[sqlx(transparent)] struct X;"),
        ("src/model/user.rs", "// crate::store is below\nconst X: &str = \"crate::domain\";"),
        (
            "src/store/users.rs",
            "use crate::{args, model::time::Timestamp}; macro_rules! m { () => { $crate::store::sql::Value } } use super::sql::Tx;",
        ),
        (
            "src/domain/recovery/mod.rs",
            "use super::throttle; use super::super::store::users; mod t { use super::X; }",
        ),
        ("src/connectors/mod.rs", "use crate::domain::ports::Fetch; use reqwest::Client;"),
        ("src/http/mod.rs", "use crate::http::pages; use self::mail::render; use actix_web::web;"),
        (
            "src/http/pages/mod.rs",
            "use super::common::page; mod tests { use super::super::pages::X; use super::View; }",
        ),
        ("src/jobs/deliver.rs", "use crate::http::mail; use crate::connectors::smtp; use crate::app::App;"),
        ("src/app.rs", "use crate::{store::Store, http, domain::Rekey};"),
    ] {
        none(&offences(&File::new(path, line)));
    }
}
