//! `demo`: the whole product in one step. It has two users, an application, an inbox that catches every
//! message, listens on loopback only, and uses a database that is deleted at the end unless `data_dir` is
//! set.

use std::path::{Path, PathBuf};

use anyhow::bail;
use serde_json::json;

use crate::cli::serve::serve;
use crate::cli::{print_line, start_log};
use crate::http::dev::demo_app;
use rekey_adapters::bootstrap::Bootstrap;
use rekey_adapters::config::{Config, DatabaseUrl};
use rekey_server::app::AppState;
use rekey_server::http::routes::urls;

/// Ada's password in the demo.
const ADA_PASSWORD: &str = "correct horse battery";

/// Runs the demo until it is stopped.
pub(super) async fn run(config: Config) -> anyhow::Result<()> {
    if !config.listen.ip().is_loopback() {
        bail!(
            "listen: the demo shows every message to everybody, so it listens on loopback only (127.0.0.1:3000)"
        );
    }
    let temporary = (config.data_dir == Path::new("./rekey-data")).then(scratch_dir);
    let data_dir = temporary.clone().unwrap_or_else(|| config.data_dir.clone());
    let database_url =
        if temporary.is_some() { DatabaseUrl::in_directory(&data_dir) } else { config.database_url.clone() };
    let log = if config.log == "info" { "warn".to_owned() } else { config.log.clone() };
    let config = Config { dev: true, data_dir, database_url, log, ..config };
    start_log(&config);
    let outcome = serve(config, demo_bootstrap, announce).await;
    if let Some(folder) = temporary {
        let _ = std::fs::remove_dir_all(folder);
    }
    outcome
}

fn scratch_dir() -> PathBuf {
    std::env::temp_dir().join(format!("rekey-demo-{}", std::process::id()))
}

/// Whether `serve --dev` starts with the users, application and inbox of the demo: only with an empty
/// database and no bootstrap file, and only on loopback, because Ada's password is public.
pub(super) fn is_wanted(config: &Config) -> bool {
    let files = config.database_url.files();
    let is_new = !files.is_empty() && !files.iter().any(|file| file.exists());
    config.dev && is_new && config.bootstrap.is_none() && config.listen.ip().is_loopback()
}

/// The initial users and application. The application's addresses are this server's own.
pub(super) fn demo_bootstrap(config: &Config) -> anyhow::Result<Bootstrap> {
    let app = format!("{}{}", config.public_url.origin(), urls::DEMO_APP);
    Bootstrap::from_value(json!({
        "settings": { "jwtCustomizer": { "idToken": { "claims": { "hasPassword": "user.hasPassword" } } } },
        "connectors": [
            { "id": "mail", "connectorId": "inbox", "type": "Email" },
            { "id": "sms", "connectorId": "inbox", "type": "Sms" }
        ],
        "users": [
            { "id": "ada000000001", "username": "ada", "primaryEmail": "ada@example.com",
              "primaryPhone": "+1 202 555 0134", "name": "Ada Lovelace", "password": ADA_PASSWORD },
            { "id": "grace0000001", "username": "grace", "primaryEmail": "grace@example.com", "name": "Grace Hopper" }
        ],
        "applications": [
            { "id": demo_app::CLIENT_ID, "name": "Demo app", "type": "SPA", "redirectUris": [app],
              "postLogoutRedirectUris": [app], "initiateLoginUri": app }
        ]
    }))
}

fn announce(app: &AppState) {
    introduce(app);
    print_line("Ctrl-C stops it and forgets everything.");
}

/// Prints the addresses to visit and the accounts to sign in with.
pub(super) fn introduce(app: &AppState) {
    let origin = &app.site.origin;
    print_line(format_args!(
        "Rekey answers at {origin}

  Demo app       {origin}/demo-app    an app to sign in to
  Own screens    {origin}/dev/sdk     an app whose screens are its own, by the browser SDK
  Sign in        {origin}/sign-in
  Inbox          {origin}/dev/inbox   every mail and SMS arrives here
  Gallery        {origin}/design      every page in every state

  ada@example.com     or +1 202 555 0134, or ada. Her password: {ADA_PASSWORD}
  grace@example.com   has no password yet

Try: open {origin}/demo-app, press \"Forgot your password?\", ask for
ada@example.com, take the code or the link from the inbox, choose a new password."
    ));
}
