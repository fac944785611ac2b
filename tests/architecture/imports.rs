//! Who may import whom: the parts of the tree, and the crates that only some of them may use. Circles among
//! the subjects of the core are the matter of `subjects`, and whose statements one may call that of `stores`.

use super::tree::{is_store, module, subject, within};
use super::{File, files, none, sources};

/// What each part may use of the crate; the first line that fits counts. Parts that are not listed (`app`,
/// `cli`, `renderer`, `main`, `lib`) put the others together and may use everything.
const TABLE: [(&str, &[&str]); 15] = [
    ("core::types", &["core::types"]),
    ("core::db", &["core::db", "core::types", "core::args"]),
    // A subject, and what holds the subjects together: the state and the metrics.
    ("core", &["core"]),
    ("i18n", &["i18n"]),
    // The nouns that the configuration gives values to.
    ("config", &["config", "core::settings", "core::types", "connectors::OutboundProxy", "writable"]),
    ("bootstrap", &["bootstrap", "core"]),
    ("mail", &["mail", "core::messages", "core::types", "i18n", "embedded"]),
    (
        "connectors",
        &[
            "connectors",
            "core::types",
            "writable",
            // The ports, and what goes through them.
            "core::captcha::port",
            "core::connectors::port",
            "core::connectors::spec",
            "core::messages::message",
            "core::passwords::breach_check::server",
            // The score that a provider's answer has to reach.
            "core::settings::captcha::Score",
            "core::webhooks::webhook",
        ],
    ),
    ("jobs", &["jobs", "app", "connectors", "core"]),
    // It names every handler and does nothing else.
    ("http::routes", &["http", "core"]),
    // So does the description of the JSON APIs.
    ("http::openapi", &["http"]),
    // Its page is made from the description.
    ("http::api_reference", &["http::api_reference", "http::html", "http::openapi"]),
    // The inbox and the gallery show the pages and mails.
    ("http::dev", &["http::pages", "http::routes", "mail", "app", "core", "i18n"]),
    ("http::server", &["http", "app", "config", "core"]),
    // An audience has in addition its own folder and what all share; `http` itself is the map of them all.
    ("http", &["app", "core", "i18n"]),
];

/// What every part of `http` may use of it.
const SHARED_BY_AUDIENCES: [&str; 5] =
    ["http::api", "http::client_ip", "http::html", "http::middleware", "http::routes::urls"];

/// What is in the core and only the core may use: the database. The program opens it.
const DATABASE: &str = "core::db";
const OPENS_THE_DATABASE: [&str; 2] = ["app", "cli"];
/// The page of a list that a caller asks for. It knows no SQL.
const PAGE_OF_A_LIST: &str = "core::db::sql::Rows";

/// Crates that only some parts may use.
const CRATES: [(&str, &[&str]); 20] = [
    ("actix_web", &["http", "app", "cli", "main"]),
    ("actix_session", &["http"]),
    ("askama", &["http", "mail", "renderer"]),
    ("sqlx", &["core::db"]),
    ("reqwest", &["connectors"]),
    ("lettre", &["connectors"]),
    ("aws_sigv4", &["connectors"]),
    ("aws_credential_types", &["connectors"]),
    ("jsonwebtoken", &["core::oidc::signing_keys::jws"]),
    ("ring", &["core::oidc::signing_keys::jws"]),
    ("rsa", &["core::oidc::signing_keys::rsa_keys"]),
    ("argon2", &["core::passwords"]),
    ("governor", &["core::throttle"]),
    ("prometheus", &["core::metrics"]),
    ("minijinja", &["core"]),
    ("clap", &["cli", "main"]),
    ("async_graphql", &["http::graphql"]),
    ("utoipa", &["http"]),
    // The core says how long a secret is, which only the type can.
    ("validator", &["http", "core::types"]),
    ("figment", &["config"]),
];

/// Derives with which a noun of the core may be kept as a column, read from a row, or described and bounded
/// where it is a document of the wire.
const NOUN_DERIVES: [&str; 4] = ["sqlx::Type", "sqlx::FromRow", "utoipa::ToSchema", "validator::Validate"];

/// The audience a module belongs to: `http::pages::sign_in` is in `http::pages`.
fn own_audience(module: &[String]) -> Option<String> {
    (module.len() > 1 && module[0] == "http").then(|| module[..2].join("::"))
}

fn may_use(module: &[String], place: &str) -> bool {
    let own = module.join("::");
    let Some((_, allowed)) = TABLE.iter().find(|(part, _)| within(&own, part)) else {
        return true;
    };
    let own_audience = own_audience(module);
    let is_map_of_audiences = own == "http" && within(place, "http");
    is_map_of_audiences
        || allowed.iter().any(|part| within(place, part))
        || own_audience.is_some_and(|audience| {
            within(place, &audience) || SHARED_BY_AUDIENCES.iter().any(|part| within(place, part))
        })
}

/// Whether a place is beyond the reach of everything outside of the core: its statements and its database.
fn is_private(module: &[String], place: &[String]) -> bool {
    if module[0] == "core" || place.first().is_none_or(|first| first != "core") {
        return false;
    }
    let path = place.join("::");
    let opens = OPENS_THE_DATABASE.contains(&module[0].as_str());
    let is_database = within(&path, DATABASE) && path != PAGE_OF_A_LIST && !opens;
    is_database || place.iter().any(|part| is_store(part))
}

fn may_use_crate(module: &[String], path: &str) -> bool {
    let own = module.join("::");
    let is_noun = module[0] == "core" && NOUN_DERIVES.iter().any(|derive| within(path, derive));
    let rule = CRATES.iter().find(|(name, _)| within(path, name));
    is_noun || rule.is_none_or(|(_, parts)| parts.iter().any(|part| within(&own, part)))
}

/// What a file uses against the tables.
fn offences(file: &File) -> Vec<String> {
    let module = module(&file.path);
    let found = file.uses();
    let inside = found
        .inside
        .iter()
        .filter(|place| !may_use(&module, &place.join("::")) || is_private(&module, place))
        .map(|place| place.join("::"));
    let outside = found.outside.iter().filter(|path| !may_use_crate(&module, path)).cloned();
    inside.chain(outside).map(|path| format!("{}: {path}", file.path)).collect()
}

/// Waiting in the types: they are values, and nothing happens in them.
fn waits(file: &File) -> Vec<String> {
    let words = file.words();
    let is_type = subject(&file.path) == Some("types");
    let found = words.iter().filter(|word| is_type && ["async", "await"].contains(&word.as_str()));
    found.map(|word| format!("{}: {word}", file.path)).collect()
}

#[test]
fn every_import_follows_the_layers() {
    none(&sources().into_iter().flat_map(offences).collect::<Vec<_>>());
}

#[test]
fn types_do_not_wait() {
    none(&files("crates/core/src/types").into_iter().flat_map(waits).collect::<Vec<_>>());
    let text = "async fn f() { g().await }";
    assert_eq!(waits(&File::new("crates/core/src/types/x.rs", text)).len(), 2);
    none(&waits(&File::new("crates/core/src/users/x.rs", text)));
}

#[test]
fn every_part_and_folder_of_the_tables_exists() {
    let modules: Vec<String> = sources().into_iter().map(|file| module(&file.path).join("::")).collect();
    let parts = TABLE.iter().map(|(part, _)| *part);
    let allowed = CRATES.iter().flat_map(|(_, parts)| parts.iter().copied());
    let is_there = |part: &str| modules.iter().any(|module| within(module, part));
    let missing = parts.chain(allowed).chain(SHARED_BY_AUDIENCES).filter(|part| !is_there(part));
    none(&missing.map(|part| format!("{part} is in a table and not in src")).collect::<Vec<_>>());
}

/// A file of this path and text breaks a rule.
const FORBIDDEN: [(&str, &str); 44] = [
    ("crates/core/src/types/ids.rs", "use crate::users::user::User;"),
    ("crates/core/src/types/ids.rs", "use crate::Core;"),
    ("crates/core/src/types/ids.rs", "use crate::db::sql::Tx;"),
    ("crates/core/src/types/ids.rs", "use sqlx::Row;"),
    ("crates/core/src/db/sql.rs", "use crate::Core;"),
    ("crates/core/src/db/sql.rs", "use crate::users::store;"),
    ("crates/core/src/users/store.rs", "use sqlx::Row;"),
    ("crates/core/src/sign_in/mod.rs", "use sqlx::Error;"),
    ("crates/core/src/sign_in/mod.rs", "use actix_web::HttpRequest;"),
    ("crates/core/src/sign_in/mod.rs", "use reqwest::Client;"),
    ("crates/core/src/recovery/mod.rs", "#[derive(askama::Template)] struct X;"),
    ("crates/core/src/oidc/token/mod.rs", "use jsonwebtoken::decode;"),
    ("crates/server/src/http/management_api/users.rs", "use async_graphql::Object;"),
    ("crates/server/src/http/oidc/token.rs", "use ring::signature::EcdsaKeyPair;"),
    ("src/http/pages/sign_in.rs", "use rekey_core::users::store;"),
    ("src/http/pages/sign_in.rs", "use rekey_core::users; fn f() { users::store::by_id(tx) }"),
    ("src/http/pages/sign_in.rs", "use rekey_core::grants::consents_store::list;"),
    ("src/http/pages/sign_in.rs", "use rekey_core::db::sql::Tx;"),
    ("src/http/pages/sign_in.rs", "use crate::mail::render;"),
    ("src/http/pages/sign_in.rs", "use super::super::sdk_api;"),
    ("src/http/pages/sign_in.rs", "use crate::http::routes::mount;"),
    ("src/http/pages/sign_in.rs", "use rekey_adapters::connectors::email;"),
    ("src/http/pages/sign_in.rs", "use lettre::Message;"),
    ("crates/server/src/http/html/form.rs", "use crate::http::pages::views::SignInView;"),
    ("src/http/dev/gallery.rs", "use rekey_server::http::sdk_api::error;"),
    ("crates/server/src/http/openapi/mod.rs", "use rekey_core::users::user::User;"),
    ("crates/server/src/http/health.rs", "use crate::http::pages;"),
    ("crates/server/src/http/server/mod.rs", "use lettre::Message;"),
    ("src/mail/sms.rs", "use rekey_core::Core;"),
    ("src/mail/mod.rs", "use rekey_server::app::AppState;"),
    ("src/mail/mod.rs", "use rekey_core::messages::store;"),
    ("crates/adapters/src/connectors/captcha.rs", "use rekey_core::recovery;"),
    ("crates/adapters/src/connectors/captcha.rs", "use rekey_core::captcha::store;"),
    ("crates/adapters/src/connectors/captcha.rs", "use rekey_core::db::Store;"),
    ("crates/adapters/src/connectors/captcha.rs", "#[derive(askama::Template)] struct X;"),
    ("crates/server/src/jobs/runner.rs", "use crate::http::pages::views;"),
    ("crates/server/src/jobs/runner.rs", "use rekey::mail::render;"),
    ("crates/server/src/jobs/runner.rs", "use rekey_core::messages::store;"),
    ("crates/server/src/jobs/runner.rs", "use actix_web::rt;"),
    ("crates/server/src/jobs/runner.rs", "use sqlx::Error;"),
    ("crates/adapters/src/i18n/mod.rs", "use rekey_core::Core;"),
    ("crates/adapters/src/config/mod.rs", "use crate::app::AppState;"),
    ("src/cli/user.rs", "fn f() { let x = sqlx::query(y); }"),
    ("src/cli/user.rs", "use rekey_core::users::store;"),
];

#[test]
fn a_forbidden_import_is_noticed() {
    for (path, line) in FORBIDDEN {
        assert_eq!(offences(&File::new(path, line)).len().min(1), 1, "{path}: {line}");
    }
}

/// A file of this path and text breaks none.
const ALLOWED: [(&str, &str); 15] = [
    (
        "crates/core/src/types/ids.rs",
        "#[derive(sqlx::FromRow, sqlx::Type)] #[sqlx(transparent)] pub(crate) struct X;",
    ),
    ("crates/core/src/types/ids.rs", "// crate::db is below\nconst X: &str = \"crate::http\";"),
    (
        "crates/core/src/users/store.rs",
        "use crate::{args, types::time::Timestamp}; macro_rules! m { () => { $crate::db::sql::Value } } \
         use super::super::db::sql::Tx;",
    ),
    (
        "crates/core/src/recovery/mod.rs",
        "use super::throttle; use crate::Core; use super::users::store; mod t { use super::X; }",
    ),
    ("crates/core/src/lib.rs", "use crate::apps::store::X; use self::metrics::Metrics;"),
    ("crates/core/src/metrics.rs", "use crate::audit::event::EventKind; use prometheus::Registry;"),
    (
        "crates/adapters/src/connectors/mod.rs",
        "use rekey_core::captcha::port::CaptchaVerifier; use reqwest::Client;",
    ),
    ("src/http/mod.rs", "use crate::http::pages; use self::routes::mount; use actix_web::web;"),
    (
        "src/http/pages/mod.rs",
        "use super::html::page; mod tests { use super::super::pages::X; use super::View; }",
    ),
    (
        "src/http/pages/mod.rs",
        "use rekey_server::http::routes::urls; use rekey_core::one_time_tokens::OneTimeToken;",
    ),
    ("crates/server/src/http/graphql/x.rs", "use rekey_core::db::sql::Rows; use async_graphql::Object;"),
    (
        "src/http/dev/gallery.rs",
        "use crate::{http::pages::views, mail}; use rekey_server::http::html; use rekey_adapters::i18n::Lang;",
    ),
    (
        "crates/server/src/http/openapi/mod.rs",
        "use crate::http::{account_api, experience_api, management_api, sdk_api};",
    ),
    (
        "crates/server/src/jobs/deliver.rs",
        "use crate::app::AppState; use rekey_adapters::connectors::Connector; use rekey_core::messages::outbox;",
    ),
    ("crates/server/src/app/mod.rs", "use crate::http; use rekey_core::{Core, PRODUCT, db::Store};"),
];

#[test]
fn an_allowed_import_is_accepted() {
    for (path, line) in ALLOWED {
        none(&offences(&File::new(path, line)));
    }
}
