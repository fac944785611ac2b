//! get_is_safe: no GET or HEAD changes anything. Every address is looked at by a browser in the middle of
//! everything, by a scanner without cookies, and the database is compared row by row.

use serde_json::json;

use super::routes::{ROUTES, fill_path};
use super::{
    CODE, CookieClient, DONE, LINK, PASSWORD, REGISTER_PASSWORD, RESET, create_user, obtain_grant,
    prove_new_address, request_code, without_throttles,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::db_dump;
use crate::support::mailbox::Mailbox;

/// Looks everywhere, twice, as a scanner does.
async fn crawl(browser: &Browser, inbox: &Mailbox) {
    for _ in 0..2 {
        for route in ROUTES {
            let path = fill_path(route, inbox);
            for method in ["GET", "HEAD"] {
                let page = browser.raw(method, &path, &[], Vec::new()).await;
                assert!(page.status < 500, "{method} {path}: {}", page.status);
                assert!(route.looks || page.status == 405, "{method} {path}: {}", page.status);
            }
        }
    }
}

/// Somebody with a notice, an open request, a link, and a browser that holds all of it and is signed in.
async fn start_recovery(app: &TestApp) -> (CookieClient, Mailbox) {
    create_user(app, "ada@example.org").await;
    obtain_grant(app, "ada@example.org")
        .await
        .choose_password("a much better phrase")
        .await
        .redirects_to(DONE);
    let (client, _) = request_code(app, "ada@example.org").await;
    let typed = [("identifier", "ada@example.org"), ("password", "a much better phrase")];
    client.post("/sign-in", &typed).await.redirects_to("/account");
    client.request_reset("ada@example.org").await.redirects_to(CODE);
    let inbox = app.inbox_of("ada@example.org").await;
    client.browser.get(&inbox.link_path()).await.redirects_to(LINK);
    client.browser.get(&inbox.not_me_path()).await.redirects_to("/not-me");
    (client, inbox)
}

#[tokio::test]
async fn get_is_safe() {
    let app = TestApp::with(without_throttles()).await;
    let (client, inbox) = start_recovery(&app).await;
    let newcomer = prove_new_address(&app, "ben@example.org").await;
    let (before, messages) = (db_dump::all(&app).await, inbox.count());

    crawl(&app.browser(), &inbox).await;
    crawl(&app.browser().with_header("user-agent", "SafeLinks/1.0").without_fetch_metadata(), &inbox).await;
    crawl(&client.browser, &inbox).await;
    crawl(&newcomer.browser, &inbox).await;

    let after = db_dump::all(&app).await;
    assert_eq!(db_dump::changes(&before, &after), Vec::<String>::new());
    assert_eq!(app.inbox_of("ada@example.org").await.count(), messages, "no message left");

    let user = CookieClient::new(&app).await;
    user.browser.get(&inbox.link_path()).await.redirects_to(LINK);
    user.post(LINK, &[]).await.redirects_to(RESET);
    user.choose_password("an even better phrase").await.redirects_to(DONE);
    // It has looked at the page of the password, so that is where it was going.
    newcomer.post(REGISTER_PASSWORD, &[("newPassword", PASSWORD)]).await.redirects_to("/account/password");
    let owner = CookieClient::new(&app).await;
    owner.browser.get(&inbox.not_me_path()).await.redirects_to("/not-me");
    owner.post("/not-me", &[]).await.redirects_to("/not-me");
    app.may_leave_messages();
}

/// A browser that holds a grant loses nothing by looking, reloading and going back.
#[tokio::test]
async fn viewing_pages_does_not_consume_a_grant() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    let before = db_dump::all(&app).await;
    for path in [RESET, CODE, RESET, DONE, RESET] {
        for method in ["HEAD", "GET"] {
            client.browser.raw(method, path, &[], Vec::new()).await;
        }
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    client.choose_password("a much better phrase").await.redirects_to(DONE);
    app.inbox_of("ada@example.org").await;
}

/// A session that must change its password first is neither used nor ended by looking around.
#[tokio::test]
async fn viewing_pages_does_not_end_a_restricted_session() {
    let mut settings = without_throttles();
    settings["settings"]["signInExperience"] = json!({ "passwordCompliance": "require" });
    let app = TestApp::with(settings).await;
    app.new_user("ada@example.org").with_password("walrus").make().await;
    let client = CookieClient::new(&app).await;
    let typed = [("identifier", "ada@example.org"), ("password", "walrus")];
    client.post("/sign-in", &typed).await.redirects_to("/account/password");
    let before = db_dump::all(&app).await;
    for path in ["/", "/account", "/sign-in", "/account/password", "/.well-known/change-password"] {
        for method in ["HEAD", "GET"] {
            client.browser.raw(method, path, &[], Vec::new()).await;
        }
    }
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    client
        .post("/account/password", &[("newPassword", "a much better phrase")])
        .await
        .redirects_to("/account");
    app.inbox_of("ada@example.org").await;
}

/// Using an account for an hour writes that it was seen, and nothing else.
#[tokio::test]
async fn viewing_pages_changes_only_last_seen() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    client
        .post("/sign-in", &[("identifier", "ada@example.org"), ("password", PASSWORD)])
        .await
        .redirects_to("/account");
    let before = db_dump::all(&app).await;
    app.clock.advance(3601);
    for _ in 0..3 {
        assert_eq!(client.browser.get("/account").await.status, 200);
    }
    let mut after = db_dump::all(&app).await;
    assert_ne!(before["sessions"], after["sessions"]);
    let moment = db_dump::query_number(&app, "select last_seen_at from sessions").await.to_string();
    let began = db_dump::query_number(&app, "select created_at from sessions").await.to_string();
    let sessions = after.get_mut("sessions").unwrap();
    *sessions = sessions.iter().map(|row| row.replace(&moment, &began)).collect();
    assert_eq!(before, after);
}
