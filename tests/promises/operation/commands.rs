//! Commands beside a running server: what they change holds there at once.

use std::process::Output;

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::server_process::{ROOT, ServerFixture, ServerProcess, eventually};
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

/// Runs a command with something on its standard input; not on the test's thread, which serves receivers.
async fn run(home: &ServerFixture, words: &[&str], input: &str) -> Output {
    let path = home.folder.path().join("input");
    std::fs::write(&path, input).unwrap();
    let mut command = home.command(words);
    command.stdin(std::fs::File::open(path).unwrap());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

async fn succeed(home: &ServerFixture, words: &[&str]) -> String {
    let output = run(home, words, "").await;
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn fail(home: &ServerFixture, words: &[&str], input: &str) -> String {
    let output = run(home, words, input).await;
    assert_eq!(output.status.code(), Some(1), "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A call of the Management API; the status and the body.
async fn call(
    process: &ServerProcess,
    token: &str,
    method: Method,
    path: &str,
    input: Option<&Value>,
) -> (u16, Value) {
    let client = rekey_adapters::connectors::http::build_client().unwrap();
    let request = client.request(method, format!("{}{path}", process.origin)).bearer_auth(token);
    let request = match input {
        Some(input) => request.header("content-type", "application/json").body(input.to_string()),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}

async fn status_for(process: &ServerProcess, token: &str) -> u16 {
    call(process, token, Method::GET, "/api/users", None).await.0
}

#[tokio::test]
async fn a_key_made_on_the_command_line_opens_the_api_until_it_is_disabled() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    let made = succeed(&home, &["key", "add", "--role", "root", "--description", "the desk"]).await;
    let (id, token) = made.trim_end().split_once('\t').unwrap();
    assert_eq!(status_for(&process, token).await, 200);
    let given = "a token from a password manager".replace(' ', "-");
    let output = run(&home, &["key", "add", "--token-stdin"], &format!("{given}\n")).await;
    let other = String::from_utf8(output.stdout).unwrap().trim_end().to_owned();
    assert!(output.status.success() && !other.contains('\t'), "the token is the holder's: {other}");
    assert_eq!(status_for(&process, &given).await, 403, "the role is login unless another is named");

    let list = succeed(&home, &["key", "list"]).await;
    assert!(!list.contains(token) && !list.contains(&given));
    let row = |id: &str| list.lines().find(|line| line.starts_with(&format!("{id}\t"))).unwrap().to_owned();
    assert!(row(id).contains("\troot\t-\t") && row(id).ends_with("\tenabled\tthe desk"), "{list}");
    assert!(row(&other).contains("\tlogin\t-\t"), "{list}");

    assert_eq!(succeed(&home, &["key", "disable", id]).await.trim_end(), id);
    assert_eq!(status_for(&process, token).await, 401);
    let message = fail(&home, &["key", "disable", id], "").await;
    assert_eq!(message, format!("rekey: no enabled key has the id {id:?}\n"));
    assert!(succeed(&home, &["key", "list"]).await.contains("\tdisabled\tthe desk"));
}

#[tokio::test]
async fn a_key_of_the_file_that_was_disabled_stays_disabled() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    assert_eq!(status_for(&process, ROOT).await, 200);
    succeed(&home, &["key", "disable", "root"]).await;
    assert_eq!(status_for(&process, ROOT).await, 401);
    assert_eq!(process.stop().await, Some(0));
    let process = home.start(true).await;
    assert_eq!(status_for(&process, ROOT).await, 401);
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused_in_a_sentence() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    let stdin = ["key", "add", "--token-stdin"];
    for (words, input, expected) in [
        (&["key", "add", "--app", "nothing"][..], "", "--app: no application has this id"),
        (&stdin[..], "short", "the token on standard input: expected 20 to 256 visible ASCII characters"),
        (&stdin[..], "", "the token on standard input is empty"),
        (&stdin[..], ROOT, "another key has this token"),
    ] {
        assert_eq!(fail(&home, words, input).await, format!("rekey: {expected}\n"));
    }
    assert_eq!(run(&home, &["key", "add", "--role", "all"], "").await.status.code(), Some(2));
    assert_eq!(process.stop().await, Some(0));
}

#[tokio::test]
async fn a_replayed_webhook_is_delivered_again_by_the_running_server() {
    let mut home = ServerFixture::new().await;
    home.variables.insert("REKEY_LOG".to_owned(), "warn".to_owned());
    home.overrides = json!({ "settings": { "webhooks": { "allowPrivateAddresses": true } } });
    let process = home.start(true).await;
    let receiver = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    let given = json!({ "name": "Audit", "events": ["User.Created"], "config": { "url": format!("{}?key=hunter2", receiver.url) } });
    let (status, webhook) = call(&process, ROOT, Method::POST, "/api/hooks", Some(&given)).await;
    assert_eq!(status, 201, "{webhook}");
    let id = webhook["id"].as_str().unwrap();
    let (status, _) =
        call(&process, ROOT, Method::POST, "/api/users", Some(&json!({ "username": "grace" }))).await;
    assert_eq!(status, 200);
    eventually(|| receiver.requests().len() == 1).await;

    let list = succeed(&home, &["hook", "list"]).await;
    let origin = receiver.url.trim_end_matches("/hook");
    assert_eq!(list, format!("{id}\tenabled\t0\tUser.Created\tAudit\t{origin}\n"), "no path and no query");
    // A delivery is finished a moment after its receiver answered.
    eventually_replays(&home, id).await;
    eventually(|| receiver.requests().len() == 2).await;
    let requests = receiver.requests();
    assert_eq!(requests[0].body, requests[1].body);

    let path = format!("/api/hooks/{id}/deliveries");
    let (_, deliveries) = call(&process, ROOT, Method::GET, &path, None).await;
    let delivery = deliveries[0]["id"].as_str().unwrap().to_owned();
    loop {
        let output = run(&home, &["hook", "replay", id, "--delivery", &delivery], "").await;
        if output.status.success() {
            assert_eq!(String::from_utf8(output.stdout).unwrap(), "1\n");
            break;
        }
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "rekey: it is still waiting for its turn\n");
    }
    eventually(|| receiver.requests().len() == 3).await;
    let none = fail(&home, &["hook", "replay", "nothing", "--since", "2026-01-31"], "").await;
    assert_eq!(none, "rekey: no webhook has the id \"nothing\"\n");
    let none = fail(&home, &["hook", "replay", id, "--delivery", "nothing"], "").await;
    assert_eq!(none, format!("rekey: the webhook {id:?} has no delivery with the id \"nothing\"\n"));
    assert_eq!(run(&home, &["hook", "replay", id], "").await.status.code(), Some(2), "wrong usage");
}

/// The file may aim at this machine, and its key signs.
#[tokio::test]
async fn a_webhook_of_the_bootstrap_file_is_delivered_and_signed_with_its_key() {
    let receiver = Receiver::answering(Answer::with_status("204 Fine", "")).await;
    let mut home = ServerFixture::new().await;
    home.variables.insert("HOOK_KEY".to_owned(), "a key of the receiver".replace(' ', "-"));
    home.overrides = json!({ "hooks": [
        { "id": "audit", "events": ["PostResetPassword", "User.Created"], "signingKey": { "env": "HOOK_KEY" },
          "config": { "url": receiver.url } },
    ] });
    let process = home.start(true).await;
    let user = json!({ "username": "grace" });
    assert_eq!(call(&process, ROOT, Method::POST, "/api/users", Some(&user)).await.0, 200);
    let is_grace = |body: &str| body.contains("\"grace\"");
    eventually(|| receiver.requests().iter().any(|request| is_grace(&request.body))).await;
    for request in receiver.requests() {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"a-key-of-the-receiver").unwrap();
        mac.update(request.body.as_bytes());
        let expected = hex::encode(mac.finalize().into_bytes());
        assert_eq!(request.header("logto-signature-sha-256"), expected);
    }
    assert!(succeed(&home, &["hook", "list"]).await.starts_with("audit\tenabled\t0\t"));
}

/// Sends everything of this webhook again as soon as nothing is pending.
async fn eventually_replays(home: &ServerFixture, id: &str) {
    while succeed(home, &["hook", "replay", id, "--since", "2020-01-31"]).await != "1\n" {}
}
