//! Back-channel logout: each app is told once that a session ended, retried for a day, with a token that is
//! valid for nothing else.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use rekey_server::jobs::send_back_channel_logouts::send_due;

use super::{SECRET, create_user, settings_with_apps, start_with};
use crate::support::app::{TestApp, on_runtime};
use crate::support::client::Client;
use crate::support::people::TestUser;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The server of an app: it answers what it is told to, and keeps what it was sent.
struct Listener {
    uri: String,
    status: watch::Sender<u16>,
    received: watch::Receiver<Vec<String>>,
}

impl Listener {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/logout", listener.local_addr().unwrap());
        let (status, result) = watch::channel(200);
        let (keep, received) = watch::channel(Vec::new());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut read, mut chunk) = (String::new(), [0; 4096]);
                while !is_complete(&read) {
                    let count = stream.read(&mut chunk).await.unwrap();
                    read.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
                }
                keep.send_modify(|all: &mut Vec<String>| all.push(read));
                let answer = format!(
                    "HTTP/1.1 {} -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                    *result.borrow()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { uri, status, received }
    }

    fn count(&self) -> usize {
        self.received.borrow().len()
    }

    /// The token of the newest call.
    fn token(&self) -> String {
        let received = self.received.borrow();
        let newest = received.last().unwrap();
        assert!(newest.starts_with("POST /logout HTTP/1.1\r\n"), "{newest}");
        assert!(
            newest.to_lowercase().contains("content-type: application/x-www-form-urlencoded"),
            "{newest}"
        );
        newest.split_once("\r\n\r\nlogout_token=").unwrap().1.to_owned()
    }
}

fn is_complete(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let head = head.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| body.len() >= length.trim().parse::<usize>().unwrap())
}

/// A program whose apps `desk` and `shop` want to hear of it, and Ada.
async fn start(listener: &Listener) -> (TestApp, TestUser) {
    let mut input = settings_with_apps();
    for index in [0, 3] {
        input["applications"][index]["backchannelLogoutUri"] = json!(listener.uri);
    }
    start_with(input).await
}

/// Tells whoever's turn it is; says how many were handled.
async fn send_due_logouts(app: &TestApp) -> u64 {
    app.run(|program| async move { send_due(&program).await.unwrap() }).await
}

#[tokio::test]
async fn an_app_learns_which_session_ended() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let (desk, blog, browser) =
        (Client::of(&app, "desk").with_secret(SECRET), Client::of(&app, "blog"), app.browser());
    let tokens = desk.sign_in(&browser, &ada, &[]).await;
    desk.sign_in_silently(&browser, &[]).await;
    blog.sign_in_silently(&browser, &[]).await;
    assert_eq!(send_due_logouts(&app).await, 0);
    browser.get("/account").await.submit_to("/sign-out").await;
    assert_eq!(
        (send_due_logouts(&app).await, listener.count()),
        (1, 1),
        "once a session, and only who listens"
    );
    let claims = desk.verify_token(&listener.token(), "logout+jwt").await;
    let now = app.program().core.now().0 / 1000;
    let of_sign_in = desk.verify_id_token(&tokens).await;
    for (name, value) in [
        ("aud", json!("desk")),
        ("sub", json!(ada.id)),
        ("sid", of_sign_in["sid"].clone()),
        ("events", json!({ EVENT: {} })),
        ("iat", json!(now)),
        ("exp", json!(now + 120)),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
    assert!(claims.get("nonce").is_none(), "it must not pass for an ID token");
    assert!(claims["jti"].as_str().is_some_and(|name| name.len() > 10));
    assert_eq!(send_due_logouts(&app).await, 0);
}

#[tokio::test]
async fn a_logout_token_is_good_for_nothing_here() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    browser.get("/account").await.submit_to("/sign-out").await;
    send_due_logouts(&app).await;
    let token = listener.token();
    let authorization = shop.authorization_request(&[("id_token_hint", &token)]);
    assert_eq!(
        shop.authorization_response(&browser.get(&authorization.path).await)["error"],
        "invalid_request"
    );
    browser.get(&format!("/oidc/session/end?id_token_hint={token}")).await.shows_error(400, "app-request");
    assert_eq!(shop.get_userinfo(&token).await.status, 401);
}

#[tokio::test]
async fn every_end_of_a_session_is_sent() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let bob = create_user(&app, "bob@example.org").await;
    let shop = Client::of(&app, "shop");
    let (first, second, bobs) = (app.browser(), app.browser(), app.browser());
    for (browser, user) in [(&first, &ada), (&second, &ada), (&bobs, &bob)] {
        shop.sign_in(browser, user, &[]).await;
    }
    crate::http::pages::steps::reset_password(&app, &app.browser(), &ada.email, super::NEW).await;
    assert_eq!((send_due_logouts(&app).await, listener.count()), (2, 2), "a new password, in both sessions");
    shop.sign_in(&bobs, &ada_with(&ada), &[("prompt", "login")]).await;
    assert_eq!((send_due_logouts(&app).await, listener.count()), (1, 3), "somebody else signed in there");
    shop.sign_in(&bobs, &ada_with(&ada), &[("prompt", "login")]).await;
    assert_eq!(send_due_logouts(&app).await, 0, "the same person goes on");
}

fn ada_with(ada: &TestUser) -> TestUser {
    TestUser { password: super::NEW.to_owned(), ..ada.clone() }
}

#[tokio::test]
async fn a_failed_logout_is_retried_for_a_day() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    browser.get("/account").await.submit_to("/sign-out").await;
    listener.status.send_replace(500);
    let mut received = 0;
    for wait in [0, 2, 10, 60, 300, 1800, 7200, 7200] {
        if wait > 0 {
            app.clock.advance(wait - 1);
            assert_eq!(
                (send_due_logouts(&app).await, listener.count()),
                (0, received),
                "not before {wait} seconds"
            );
            app.clock.advance(1);
        }
        received += 1;
        assert_eq!((send_due_logouts(&app).await, listener.count()), (1, received), "after {wait} seconds");
    }
    app.clock.advance(24 * 3600);
    assert_eq!((send_due_logouts(&app).await, listener.count()), (1, received), "put away untold");
    app.clock.advance(24 * 3600);
    assert_eq!(send_due_logouts(&app).await, 0);
}

#[tokio::test]
async fn a_late_logout_is_sent_once() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    browser.get("/account").await.submit_to("/sign-out").await;
    listener.status.send_replace(302);
    assert_eq!(
        (send_due_logouts(&app).await, listener.count()),
        (1, 1),
        "a redirect is not followed and is no hearing"
    );
    listener.status.send_replace(204);
    app.clock.advance(2);
    assert_eq!((send_due_logouts(&app).await, listener.count()), (1, 2));
    app.clock.advance(24 * 3600);
    assert_eq!((send_due_logouts(&app).await, listener.count()), (0, 2));
}

#[tokio::test]
async fn parallel_senders_send_each_logout_once() {
    const SESSIONS: usize = 6;
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let other = app.second_instance().await;
    let shop = Client::of(&app, "shop");
    for _ in 0..SESSIONS {
        shop.sign_in(&app.browser(), &ada, &[]).await;
        app.clock.advance(5);
    }
    let desk = app.browser();
    crate::http::pages::steps::sign_in(&desk, &ada.email, super::PASSWORD).await;
    desk.get("/account").await.submit_to("/account/sessions/end-all").await;
    let programs = [app.program(), other.program()];
    let tellers: Vec<_> = (0..8)
        .map(|number| {
            let program = std::sync::Arc::clone(&programs[number % 2]);
            tokio::spawn(on_runtime(move || async move { send_due(&program).await.unwrap() }))
        })
        .collect();
    let mut handled = 0;
    for teller in tellers {
        handled += teller.await.unwrap();
    }
    assert_eq!((handled, listener.count()), (SESSIONS as u64, SESSIONS));
    let mut sessions = Vec::new();
    for request in listener.received.borrow().clone() {
        let token = request.split_once("logout_token=").unwrap().1.to_owned();
        sessions.push(crate::support::client::jwt_part(&token, 1)["sid"].as_str().unwrap().to_owned());
    }
    sessions.sort();
    sessions.dedup();
    assert_eq!(sessions.len(), SESSIONS);
}

#[tokio::test]
async fn a_removed_logout_address_is_not_retried() {
    let listener = Listener::start().await;
    let (app, ada) = start(&listener).await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[]).await;
    browser.get("/account").await.submit_to("/sign-out").await;
    let root = crate::http::api_client(&app, crate::http::ROOT);
    let silent: Value = json!({ "oidcClientMetadata": { "backchannelLogoutUri": null } });
    let page = crate::http::send(&root, "PATCH", "/api/applications/shop", &silent).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!((send_due_logouts(&app).await, listener.count()), (1, 0));
    assert_eq!(send_due_logouts(&app).await, 0);
}
