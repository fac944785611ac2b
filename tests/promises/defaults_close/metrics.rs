//! What a program of the operators count is on a port of its own, and not even there does it tell who has an
//! account.

use std::fs;
use std::net::TcpListener;

use serde_json::json;

use crate::promises::defaults_close::metrics_of;
use crate::promises::no_oracle::compare_accounts;
use crate::promises::{CODE, CookieClient, FORGOT_PASSWORD, REGISTER, with_sign_in_codes};
use crate::support::app::TestApp;
use crate::support::server_process::ServerFixture;

/// The counts, without those of the connectors: a message that nobody gets needs none.
async fn metrics_text(app: &TestApp) -> String {
    let page = app.admin().await.get("/metrics").await;
    let lines = page.html.lines().filter(|line| !line.contains("rekey_connector_tries_total"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn metrics_are_not_served_on_the_public_port() {
    let app = TestApp::start().await;
    for path in ["/metrics", "/metrics/", "//metrics", "/api/metrics"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
    for (path, status) in [("/health", 200), ("/ready", 200), ("/api/status", 204)] {
        assert_eq!(app.browser().get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn metrics_do_not_reveal_who_is_known() {
    compare_accounts(with_sign_in_codes(json!({})), async |script| {
        let email = script.email.clone();
        let client = CookieClient::new(&script.app).await;
        for path in [FORGOT_PASSWORD, REGISTER, "/sign-in/code"] {
            script.post(&client, path, &[("identifier", &email)]).await;
            let answer = metrics_text(&script.app).await;
            script.note_text("asked", answer);
            script.app.deliver().await;
            let answer = metrics_text(&script.app).await;
            script.note_text("delivered", answer);
            script.app.clock.advance(70);
        }
        script.request_reset(&client).await;
        script.post(&client, CODE, &[("code", "000000")]).await;
        script.post(&client, "/sign-in", &[("identifier", &email), ("password", "not the password")]).await;
        script.app.deliver().await;
        let answer = metrics_text(&script.app).await;
        assert!(answer.contains("rekey_messages_total") && !answer.contains("kind="), "{answer}");
        script.note_text("tried", answer);
    })
    .await;
}

/// The port is found in the log, and only there are the counts.
#[tokio::test]
async fn the_admin_endpoints_have_their_own_port() {
    let mut fixture = ServerFixture::new().await;
    fixture.variables.insert("REKEY_ADMIN_LISTEN".to_owned(), "127.0.0.1:0".to_owned());
    let process = fixture.start(true).await;
    assert_ne!(fixture.admin_address().unwrap(), process.address);
    assert_eq!(process.http_user().get("/sign-in").await.status, 200);
    assert!(metrics_of(&fixture).await.contains("rekey_http_responses_total"));
    assert_eq!(process.http_user().get("/metrics").await.status, 404);
    assert_eq!(process.http_user().get("/ready").await.status, 200);
    assert_eq!(process.stop().await, Some(0));
}

/// A second program on the same machine is no reason not to let people in.
#[tokio::test]
async fn an_admin_address_that_is_taken_is_a_warning() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut fixture = ServerFixture::new().await;
    fixture.variables.insert("REKEY_ADMIN_LISTEN".to_owned(), taken.local_addr().unwrap().to_string());
    let process = fixture.start(true).await;
    assert_eq!(process.http_user().get("/sign-in").await.status, 200);
    assert_eq!(process.stop().await, Some(0));
    let log = fs::read_to_string(fixture.log()).unwrap();
    let warning = log.lines().find(|line| line.contains("admin_listen")).unwrap();
    assert!(
        warning.contains("WARN") && warning.contains(&taken.local_addr().unwrap().to_string()),
        "{warning}"
    );
    assert_eq!(fixture.admin_address(), None);
}
