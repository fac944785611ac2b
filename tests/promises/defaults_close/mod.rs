//! What weakens security is off by default, and reported when it is switched on. One file for each subject:
//! where the server sends requests, who may manage it, where sign-ins end, what the secret key protects.

mod files;
mod files_of_connectors;
mod lost_secret_key;
mod management_api;
mod masks;
mod metrics;
mod outbound;
mod redirects;
mod secret_key;
mod weak_settings;

use std::fs;
use std::process::{Command, Output};

use rekey_core::args;
use serde_json::Value;

use crate::support::app::{TestApp, on_runtime};
use crate::support::server_process::ServerFixture;

/// Runs the program as an operator does, in this fixture and with this bootstrap file; none when it has none.
async fn run(home: &ServerFixture, args: &'static [&'static str], bootstrap: Option<&Value>) -> Output {
    let file = home.folder.path().join("bootstrap.json");
    if let Some(bootstrap) = bootstrap {
        fs::write(&file, bootstrap.to_string()).unwrap();
    }
    let (variables, place, is_without) =
        (home.variables.clone(), home.folder.path().to_owned(), bootstrap.is_none());
    let run = move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rekey"));
        command.args(args).env_clear().envs(variables).current_dir(place);
        if is_without {
            command.env_remove("REKEY_BOOTSTRAP");
        }
        command.output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn output_text(output: &Output) -> String {
    [output.stdout.as_slice(), output.stderr.as_slice()].map(String::from_utf8_lossy).concat()
}

/// Changes a document as an older version left it.
async fn rewrite(app: &TestApp, from: &'static str, to: &'static str) {
    let database = std::sync::Arc::clone(&app.database);
    let change = move || async move {
        let mut tx = database.store.write().await.unwrap();
        let sql = "update applications set document = replace(document, $1, $2)";
        tx.run(sql, args![from, to]).await.unwrap();
        tx.commit().await.unwrap();
    };
    on_runtime(change).await;
}

/// What the newest process of this fixture counts.
pub(crate) async fn metrics_of(fixture: &ServerFixture) -> String {
    let address = fixture.admin_address().unwrap();
    let client = rekey_adapters::connectors::http::build_client().unwrap();
    client.get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap()
}
