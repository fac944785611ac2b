//! The header contract (requirements A.8): every answer of every address, whatever its status, over http at
//! home and https in the world. A redirect after a post is 303 and a cookie is closed to scripts and other
//! sites.

mod contract;

use std::net::TcpListener;

use crate::promises::headers::contract::{assert_contract, may_set_cookies};
use crate::promises::routes::{ROUTES, fill_path};
use crate::promises::{
    CODE, CookieClient, DONE, FORGOT_PASSWORD, FORM, RESET, create_user, obtain_grant, prove_new_address,
    without_throttles,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::http_user::HttpUser;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

#[tokio::test]
async fn every_answer_has_the_whole_contract() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    obtain_grant(&app, "ada@example.org")
        .await
        .choose_password("a much better phrase")
        .await
        .redirects_to(DONE);
    let inbox = app.inbox_of("ada@example.org").await;
    let granted = obtain_grant(&app, "ada@example.org").await;
    let signed_in = CookieClient::new(&app).await;
    let typed = [("identifier", "ada@example.org"), ("password", "a much better phrase")];
    signed_in.post("/sign-in", &typed).await.redirects_to("/account");
    let newcomer = prove_new_address(&app, "ben@example.org").await;
    for client in [CookieClient::new(&app).await, granted, newcomer, signed_in] {
        for route in ROUTES {
            try_all(&client.browser, &fill_path(route, &inbox)).await;
        }
    }
    app.may_leave_messages();
}

/// Every method; posts without a token, forged, of another kind, with a field twice, too large.
async fn try_all(browser: &Browser, path: &str) {
    for method in ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"] {
        may_set_cookies(method, &browser.raw(method, path, &[], Vec::new()).await);
    }
    may_set_cookies("POST", &browser.post(path, &[]).await);
    let forged = browser.clone().with_header("sec-fetch-site", "cross-site");
    may_set_cookies("POST", &forged.post(path, &[]).await);
    let bodies =
        [("application/json", "{}".to_owned()), (FORM.1, "a=1&a=2".to_owned()), (FORM.1, "x".repeat(70_000))];
    for (kind, body) in bodies {
        may_set_cookies("POST", &browser.raw("POST", path, &[("content-type", kind)], body).await);
    }
}

/// Every status that the program can answer is among them.
#[tokio::test]
async fn every_status_has_the_whole_contract() {
    let app = TestApp::start().await;
    create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    let mut pages = ordinary(&client).await;
    app.may_leave_messages();
    app.run(|program| async move { program.core.close().await }).await;
    pages.push(client.request_reset("ada@example.org").await);
    pages.push(client.browser.get("/ready").await);
    let mut statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    for page in &pages {
        may_set_cookies("?", page);
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, [200, 204, 303, 304, 400, 403, 404, 405, 413, 415, 422, 429, 503]);
}

/// One answer of each kind that needs no fault.
async fn ordinary(client: &CookieClient) -> Vec<Page> {
    let browser = &client.browser;
    let mut pages = Vec::new();
    for path in ["/sign-in", "/api/status", "/nothing/here", "/dev/inbox/x", "/static/..%2fsecret"] {
        pages.push(browser.get(path).await);
    }
    for body in ["a=1&a=2", &"x".repeat(70_000)] {
        pages.push(browser.raw("POST", FORGOT_PASSWORD, &[FORM], body).await);
    }
    pages.push(client.request_reset("not an address").await);
    pages.push(client.request_reset("ada@example.org").await);
    pages.push(client.post("/forgot-password/verification-code/resend", &[]).await);
    pages.push(browser.raw("PUT", "/sign-in", &[], Vec::new()).await);
    pages.push(browser.post("/sign-in", &[]).await);
    pages.push(browser.raw("POST", FORGOT_PASSWORD, &[("content-type", "application/json")], "{}").await);
    let etag = browser.get("/static/app.css").await.header("etag").to_owned();
    pages.push(browser.raw("GET", "/static/app.css", &[("if-none-match", &etag)], Vec::new()).await);
    pages
}

/// An answer that says no is a page in the product's clothes, not a line of the framework.
#[tokio::test]
async fn every_error_is_a_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for page in [
        browser.get("/nothing/here").await,
        browser.get("/dev/inbox/x").await,
        browser.get("/dev/inbox/99").await,
        browser.get("/design/no/such").await,
        browser.get("/forgot-password/link/short").await,
        browser.raw("PUT", "/sign-in", &[], Vec::new()).await,
        browser.raw("POST", FORGOT_PASSWORD, &[("content-type", "text/plain")], "x").await,
        browser.post("/nothing/here", &[]).await,
    ] {
        assert!(
            page.html.starts_with("<!doctype html>") || page.html.starts_with("<!DOCTYPE html>"),
            "{}: {}",
            page.path,
            page.html
        );
        assert!(!page.html.contains("can not parse"), "{}", page.path);
    }
}

/// The browser forgets what it kept of a person after a reset and after signing out (ASVS 14.3.1).
#[tokio::test]
async fn signing_out_clears_stored_data() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    let reset = client.choose_password("a much better phrase").await;
    client.post("/sign-in", &[("identifier", "ada@example.org"), ("password", "a much better phrase")]).await;
    let out = client.post("/sign-out", &[]).await;
    for page in [reset, out] {
        assert_eq!(
            (page.status, page.header("clear-site-data")),
            (303, "\"cache\", \"storage\""),
            "{}",
            page.path
        );
    }
    app.inbox_of("ada@example.org").await;
}

/// Behind https: HSTS, and cookies that no subdomain and no plain connection can plant or read.
#[tokio::test]
async fn https_makes_cookies_secure() {
    let mut home = ServerFixture::new().await;
    let address = public(&mut home);
    let mut process = home.start(true).await;
    process.address = address;
    let visitor = process.http_user();
    reset_and_sign_in(&home, &visitor).await;
    for path in ["/account", "/", "/nothing", "/static/app.css", "/health"] {
        visitor.get(path).await;
    }
    visitor.post("/account", "/sign-out", &[]).await;
    assert!(visitor.cookie("__Host-journey").is_some() && visitor.cookie("__Host-session").is_some());
    assert!(visitor.cookie("journey").is_none() && visitor.cookie("session").is_none());
    for headers in visitor.seen.lock().unwrap().iter() {
        let is_file =
            headers.get("content-type").is_some_and(|kind| kind.to_str().unwrap().starts_with("text/css"));
        let status = if headers.contains_key("location") { 303 } else { 200 };
        assert_contract(if is_file { "/static/" } else { "?" }, status, headers, true);
    }
    for path in ["/dev/inbox", "/design", "/demo-app", "/dev/sdk", "/sdk/demo/demo.js", "/sdk/demo/demo.css"]
    {
        assert_eq!(visitor.get(path).await.status, 404, "{path} is for development only");
    }
    assert_eq!(process.stop().await, Some(0));
}

/// As an operator runs it for the world, with real hashes; gives where it listens.
fn public(home: &mut ServerFixture) -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    home.variables.insert("REKEY_PUBLIC_URL".to_owned(), "https://id.example.org".to_owned());
    home.variables.retain(|name, _| !name.starts_with("REKEY_HASHING__"));
    home.variables.insert("REKEY_LISTEN".to_owned(), free.clone());
    free
}

async fn reset_and_sign_in(home: &ServerFixture, visitor: &HttpUser) {
    assert_eq!(visitor.request_reset("ada@example.org").await.location(), CODE);
    let message = home.wait_for_messages(1).await.remove(0);
    assert!(message["link"].as_str().unwrap().starts_with("https://id.example.org/"));
    visitor.post(CODE, CODE, &[("code", message["code"].as_str().unwrap())]).await;
    visitor.post(RESET, RESET, &[("newPassword", "a much better phrase")]).await;
    let typed = [("identifier", "ada@example.org"), ("password", "a much better phrase")];
    assert_eq!(visitor.post("/sign-in", "/sign-in", &typed).await.location(), "/account");
}
