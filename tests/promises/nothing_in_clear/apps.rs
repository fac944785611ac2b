//! The part of apps: codes, tokens, the secrets they prove themselves with, and the keys that sign.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Client;
use serde_json::Value;

use super::{SOMEBODY, Secrets, keys};
use crate::support::client::challenge;
use crate::support::http_user::{Answer, HttpUser};
use crate::support::server_process::{APP_SECRET, ServerFixture, ServerProcess};

const VERIFIER: &str = "a-verifier-that-only-the-app-knows-0123456789";
const STATE: &str = "a-state-that-only-the-app-knows";

/// The newcomer signs in to an app, which uses everything that it gets; a machine gets its own.
pub(super) async fn apps(home: &ServerFixture, process: &ServerProcess, secrets: &mut Secrets) {
    secrets.add("client secret", APP_SECRET);
    secrets.add("client secret", &STANDARD.encode(format!("desk:{APP_SECRET}")));
    secrets.add("verifier", VERIFIER);
    let code = code_from_redirect(process).await;
    secrets.add("code", &code);
    let bought = token(
        process,
        "desk",
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", "https://desk.example/callback"),
            ("code_verifier", VERIFIER),
        ],
    )
    .await;
    let text = |name: &str| bought[name].as_str().unwrap().to_owned();
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    let renewed =
        token(process, "desk", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    let machines = [
        ("grant_type", "client_credentials"),
        ("resource", "https://default.logto.app/api"),
        ("scope", "all"),
    ];
    let own = token(process, "machine", &machines).await;
    for answer in [&bought, &renewed, &own] {
        for name in ["access_token", "refresh_token", "id_token"] {
            if let Some(value) = answer[name].as_str() {
                secrets.add(name, value);
            }
        }
    }
    use_token(process, &access).await;
    signing(home, secrets).await;
}

/// The app sends its person here.
pub(super) async fn arrive(visitor: &HttpUser) -> Answer {
    let parameters = [
        ("client_id", "desk"),
        ("redirect_uri", "https://desk.example/callback"),
        ("response_type", "code"),
        ("scope", "openid offline_access"),
        ("state", STATE),
        ("code_challenge", &challenge(VERIFIER)),
        ("code_challenge_method", "S256"),
    ];
    visitor.get(&format!("/oidc/auth?{}", serde_urlencoded::to_string(parameters).unwrap())).await
}

/// The code with which an app's person comes back.
async fn code_from_redirect(process: &ServerProcess) -> String {
    let visitor = process.http_user();
    let page = arrive(&visitor).await;
    assert_eq!(page.location(), "/sign-in?app_id=desk", "{}", page.body);
    let typed = [("identifier", SOMEBODY[2]), ("password", "a first good phrase")];
    let onward = visitor.post("/sign-in?app_id=desk", "/sign-in", &typed).await;
    let left = visitor.get(onward.location()).await;
    let query = left.location().strip_prefix("https://desk.example/callback?").unwrap();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
    pairs.into_iter().find(|(name, _)| name == "code").unwrap().1
}

async fn token(process: &ServerProcess, id: &str, fields: &[(&str, &str)]) -> Value {
    let request = client().post(format!("{}/oidc/token", process.origin)).basic_auth(id, Some(APP_SECRET));
    let answer = request.form(fields).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Once as it must be, and in every place where it must not be and where it might be logged.
async fn use_token(process: &ServerProcess, access: &str) {
    let at = |path: &str| format!("{}{path}", process.origin);
    assert_eq!(client().get(at("/oidc/me")).bearer_auth(access).send().await.unwrap().status(), 200);
    assert_eq!(client().get(at("/api/sign-in-exp")).bearer_auth(access).send().await.unwrap().status(), 401);
    let wrong = client().post(at("/oidc/token/introspection")).form(&[
        ("token", access),
        ("client_id", "nobody"),
        ("client_secret", APP_SECRET),
    ]);
    assert_eq!(wrong.send().await.unwrap().status(), 401);
}

/// The private keys, which the tables hold sealed, as they would be written down by others.
async fn signing(home: &ServerFixture, secrets: &mut Secrets) {
    let database = home.database.clone();
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        tx.all::<(String, String)>("select id, sealed from signing_keys", rekey_core::args![]).await.unwrap()
    };
    let rows = crate::support::app::on_runtime(read).await;
    assert_eq!(rows.len(), 3);
    for (id, sealed) in rows {
        let plain = keys().decrypt(&sealed, &format!("signing-key:{id}")).unwrap();
        // The version of a key on a curve, then its number: `02 01 01 04 length`. An RSA key ends in one.
        let number = match plain.windows(4).position(|bytes| bytes == [2, 1, 1, 4]) {
            Some(at) => &plain[at + 5..][..usize::from(plain[at + 4])],
            None => plain.last_chunk::<128>().unwrap(),
        };
        for bytes in [number, &plain] {
            for text in [hex::encode(bytes), STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)] {
                secrets.add("private key", &text);
            }
        }
    }
}

fn client() -> Client {
    rekey_adapters::connectors::http::build_client().unwrap()
}
