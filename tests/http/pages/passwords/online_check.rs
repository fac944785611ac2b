//! A new password that a breach server is asked about, in the browser of somebody who resets theirs: what the
//! server says, what happens when it says nothing, and what it hears.

mod sharing;

use rekey_core::audit;
use rekey_core::passwords::breach_check::is_known_leaked;
use rekey_core::types::secret::Secret;
use serde_json::json;

use crate::http::pages::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, DONE, NEW, OLD, choose_password, create_ada, obtain_grant, sign_in,
    try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::stubs::range_server::{Answer, RangeServer, hash};

/// Long enough for a busy machine, in milliseconds.
const PATIENT: &str = "20000";
/// For a server that is not going to answer.
const HASTY: &str = "100";
/// A password that the offline filter lists.
const COMMON: &str = "Dragon2024!";

async fn start_with_server(
    server: &RangeServer,
    timeout_ms: &'static str,
    on_unavailable: &'static str,
) -> TestApp {
    let variables = [
        ("REKEY_BREACHES__URL", server.url.as_str()),
        ("REKEY_BREACHES__TIMEOUT_MS", timeout_ms),
        ("REKEY_BREACHES__ON_UNAVAILABLE", on_unavailable),
    ];
    TestApp::configured(&variables, json!({})).await
}

/// A range with this password in it.
fn range_with(password: &str) -> Answer {
    Answer::range(&[&format!("{}:0", "0".repeat(35)), &format!("{}:7", hash(password).1)])
}

/// A range with nothing but padding.
fn range_without() -> Answer {
    Answer::range(&[&format!("{}:0", "0".repeat(35)), &format!("{}:0", hash(NEW).1)])
}

fn server_error() -> Answer {
    Answer::with_status("500 -", "<html>Sorry</html>")
}

/// Whether the program finds this among the leaked passwords.
async fn is_leaked(app: &TestApp, password: &'static str) -> bool {
    app.run(move |program| async move { is_known_leaked(&program.core, &Secret::from(password)).await }).await
}

/// How often a source said this.
fn metric(app: &TestApp, source: &str, result: &str) -> u32 {
    let text = app.program().core.metrics.render();
    let name = format!("rekey_breach_checks_total{{result=\"{result}\",source=\"{source}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).map_or(0, |count| count.parse().unwrap())
}

/// What the audit log says of checks that did not happen, and of whom.
async fn audit_entries(app: &TestApp) -> Vec<(String, Option<String>)> {
    let rows =
        app.run(|program| async move { audit::newest(&program.core, 100).await.unwrap() }).await.into_iter();
    rows.filter(|row| row.event == "breach_check").map(|row| (row.result, row.user_id)).collect()
}

#[tokio::test]
async fn a_password_that_the_server_lists_is_refused_and_another_is_taken() {
    let server = RangeServer::answering(range_with(NEW)).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", NEW).submit().await;
    page.shows_refusal("password.rejected").says("password-rejected-pwned");
    choose_password(&app, page, "a walrus in a smaller library").await;
    assert_eq!(metric(&app, "server", "listed"), 1);
    assert_eq!(metric(&app, "server", "not_listed"), 1);
    assert_eq!(audit_entries(&app).await, []);
}

#[tokio::test]
async fn padding_does_not_make_a_password_leaked() {
    let server = RangeServer::answering(range_without()).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await;
    choose_password(&app, page, NEW).await;
    assert_eq!(metric(&app, "server", "not_listed"), 1);
}

#[tokio::test]
async fn the_server_receives_only_five_digits_of_the_hash() {
    let server = RangeServer::answering(range_without()).await;
    let app = start_with_server(&server, PATIENT, "allow").await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await;
    choose_password(&app, page, NEW).await;
    let received = server.requests().concat().to_lowercase();
    assert!(received.starts_with("get /range/75f53 http/1.1\r\n"), "{received}");
    assert!(received.contains("\r\nadd-padding: true\r\n"), "{received}");
    let suffix = hash(NEW).1.to_lowercase();
    for secret in [&suffix[..4], "walrus", "ada", "example.org", ada.id.as_str(), "cookie", "referer"] {
        assert!(!received.contains(&secret.to_lowercase()), "{secret} in {received}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn passwords_in_the_offline_filter_are_not_looked_up() {
    let server = RangeServer::answering(server_error()).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    let ada = create_ada(&app).await;
    let page =
        obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", COMMON).submit().await;
    page.shows_refusal("password.rejected").says("password-rejected-pwned");
    assert_eq!(server.requests().len(), 0);
    assert_eq!(metric(&app, "filter", "listed"), 1);
}

#[tokio::test]
async fn policy_violations_are_reported_even_if_the_server_is_down() {
    let server = RangeServer::answering(server_error()).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    let ada = create_ada(&app).await;
    let page =
        obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", "kq7!").submit().await;
    page.shows_refusal("password.rejected").says("password-rejected-too-short");
    assert_eq!(audit_entries(&app).await.len(), 1);
}

#[tokio::test]
async fn without_a_server_the_filter_decides() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await;
    choose_password(&app, page, NEW).await;
    assert_eq!(metric(&app, "filter", "not_listed"), 1);
    assert_eq!(audit_entries(&app).await, []);
}

#[tokio::test]
async fn an_unreachable_server_lets_passwords_pass_and_is_audited() {
    for (answer, timeout) in [(server_error(), PATIENT), (Answer::Silence, HASTY)] {
        let server = RangeServer::answering(answer).await;
        let app = start_with_server(&server, timeout, "allow").await;
        let ada = create_ada(&app).await;
        let page = obtain_grant(&app, &app.browser(), &ada.email).await;
        choose_password(&app, page, NEW).await;
        sign_in(&app.browser(), &ada.email, NEW).await;
        assert_eq!(metric(&app, "server", "allowed"), 1);
        assert_eq!(audit_entries(&app).await, [("unavailable.allowed".to_owned(), Some(ada.id))]);
    }
}

#[tokio::test]
async fn in_reject_mode_an_unreachable_server_keeps_the_form_and_the_grant() {
    for (answer, timeout) in [(server_error(), PATIENT), (Answer::Silence, HASTY)] {
        let server = RangeServer::answering(answer).await;
        let app = start_with_server(&server, timeout, "reject").await;
        let ada = create_ada(&app).await;
        let page =
            obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", NEW).submit().await;
        page.shows_refusal("breaches.unavailable");
        assert_eq!(page.retry_after(), 5);
        assert_eq!(metric(&app, "server", "rejected"), 1);
        assert_eq!(audit_entries(&app).await, [("unavailable.rejected".to_owned(), Some(ada.id))]);
        try_sign_in(&app.browser(), &ada.email, NEW).await.shows_refusal("credentials.wrong");
        sign_in(&app.browser(), &ada.email, OLD).await;
    }
}

#[tokio::test]
async fn the_same_form_works_once_the_server_is_back() {
    let server = RangeServer::answering(server_error()).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    let ada = create_ada(&app).await;
    let page = obtain_grant(&app, &app.browser(), &ada.email).await.fill("newPassword", NEW).submit().await;
    page.shows_refusal("breaches.unavailable");
    server.set_answer(range_without());
    page.fill("newPassword", NEW).submit().await.redirects_to(DONE);
    app.deliver().await;
    assert_eq!(server.requests().len(), 2, "a failure is not remembered");
}

#[tokio::test]
async fn a_change_of_password_asks_the_same_server() {
    let server = RangeServer::answering(range_with(NEW)).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    sign_in(&browser, &ada.email, OLD).await;
    let page = browser.get(ACCOUNT_PASSWORD).await.fill("currentPassword", OLD).fill("newPassword", NEW);
    page.submit().await.shows_refusal("password.rejected").says("password-rejected-pwned");
    server.set_answer(server_error());
    let other = "a walrus in a smaller library";
    let page = browser.get(ACCOUNT_PASSWORD).await.fill("currentPassword", OLD).fill("newPassword", other);
    page.submit().await.shows_refusal("breaches.unavailable");
    server.set_answer(range_without());
    page.submit().await.redirects_to(ACCOUNT);
    app.deliver().await;
    assert_eq!(audit_entries(&app).await, [("unavailable.rejected".to_owned(), Some(ada.id))]);
}

#[tokio::test]
async fn an_unreachable_server_blocks_no_sign_in() {
    let server = RangeServer::answering(server_error()).await;
    let app = start_with_server(&server, PATIENT, "reject").await;
    assert!(!is_leaked(&app, NEW).await);
    assert!(is_leaked(&app, COMMON).await);
    server.set_answer(range_with(NEW));
    assert!(is_leaked(&app, NEW).await);
    assert_eq!(metric(&app, "server", "allowed"), 1);
    assert_eq!(audit_entries(&app).await, []);
}
