//! single_use: a code, link or grant is consumed at most once, also under 200 parallel tries and across
//! instances.

use super::{
    CODE, CookieClient, DONE, LINK, RESET, can_sign_in, create_user, obtain_grant, request_code,
    without_throttles,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::concurrency::{MANY, run_concurrently};
use crate::support::db_dump;
use crate::support::page::Page;

fn count_redirects(answers: &[Page], path: &str) -> usize {
    answers.iter().filter(|answer| answer.status == 303 && answer.location() == path).count()
}

/// Every answer is a redirect or a page that says no; none is a failure of ours.
fn assert_no_5xx(answers: &[Page]) {
    for answer in answers {
        assert!(matches!(answer.status, 303 | 422 | 429), "{} {}", answer.status, answer.text());
    }
}

/// Posts the same thing as many times at once, over these windows of one browser in turn.
async fn post_concurrently(
    windows: &[CookieClient],
    path: &'static str,
    fields: &[(&str, &str)],
) -> Vec<Page> {
    let fields: Vec<(String, String)> =
        fields.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let cookies = windows[0].cookies();
    let answers = run_concurrently(MANY, |number| {
        let (window, cookies, fields) =
            (windows[number % windows.len()].clone(), cookies.clone(), fields.clone());
        async move {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            window.post_with(&cookies, path, &fields).await
        }
    });
    let answers = answers.await;
    assert_no_5xx(&answers);
    answers
}

/// The same browser at another instance, which knows it by its cookies.
async fn same_browser_at(second: &TestApp, first: &CookieClient) -> CookieClient {
    let mut window = CookieClient::new(second).await;
    window.restore(first.snapshot());
    window
}

async fn code_is_single_use(app: &TestApp, second: Option<&TestApp>) {
    let (client, code) = request_code(app, "ada@example.org").await;
    let windows = windows(&client, second).await;
    let answers = post_concurrently(&windows, CODE, &[("code", &code)]).await;
    assert_eq!(count_redirects(&answers, RESET), 1, "one browser window gets the grant");
    assert_eq!(
        db_dump::query_number(
            app,
            "select count(*) from verification_requests where grant_digest is not null"
        )
        .await,
        1
    );
}

async fn windows(client: &CookieClient, second: Option<&TestApp>) -> Vec<CookieClient> {
    match second {
        Some(second) => vec![client.clone(), same_browser_at(second, client).await],
        None => vec![client.clone()],
    }
}

async fn grant_is_single_use(app: &TestApp, second: Option<&TestApp>) {
    let client = obtain_grant(app, "ada@example.org").await;
    let windows = windows(&client, second).await;
    let cookies = client.cookies();
    let answers = run_concurrently(MANY, |number| {
        let (window, cookies) = (windows[number % windows.len()].clone(), cookies.clone());
        async move { (number, window.post_with(&cookies, RESET, &[("newPassword", &phrase(number))]).await) }
    });
    let answers = answers.await;
    let pages: Vec<Page> = answers.iter().map(|(_, page)| page.clone()).collect();
    assert!(pages.iter().all(|page| matches!(page.status, 303 | 503)), "busy is the only failure");
    assert_eq!(count_redirects(&pages, DONE), 1, "one password is set");
    let (winner, _) = answers.iter().find(|(_, page)| page.location() == DONE).unwrap();
    assert!(
        can_sign_in(app, "ada@example.org", &phrase(*winner)).await,
        "and it is the one that was told so"
    );
    assert_eq!(app.inbox_of("ada@example.org").await.count_of("PasswordChanged"), 1, "told once");
    let audited = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::query_number(app, audited).await, 1, "written down once");
}

fn phrase(number: usize) -> String {
    format!("a fine long phrase {number}")
}

async fn link_is_single_use(app: &TestApp, second: Option<&TestApp>) {
    let (_, _) = request_code(app, "ada@example.org").await;
    let link = app.inbox_of("ada@example.org").await.link_path();
    let client = CookieClient::new(app).await;
    client.browser.get(&link).await.redirects_to(LINK);
    let answers = post_concurrently(&windows(&client, second).await, LINK, &[]).await;
    assert_eq!(count_redirects(&answers, RESET), 1, "one browser window gets the grant");
}

#[tokio::test]
async fn single_use() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    code_is_single_use(&app, None).await;
    link_is_single_use(&app, None).await;
    grant_is_single_use(&app, None).await;
}

#[tokio::test]
async fn single_use_across_instances() {
    let app = TestApp::with(without_throttles()).await;
    let second = app.second_instance().await;
    create_user(&app, "ada@example.org").await;
    code_is_single_use(&app, Some(&second)).await;
    link_is_single_use(&app, Some(&second)).await;
    grant_is_single_use(&app, Some(&second)).await;
}

#[tokio::test]
async fn a_code_and_its_link_can_not_both_be_used() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "ada@example.org").await;
    let link = app.inbox_of("ada@example.org").await.link_path();
    let other = CookieClient::new(&app).await;
    other.browser.get(&link).await.redirects_to(LINK);
    let answers = run_concurrently(MANY, |number| {
        let (client, other, code) = (client.clone(), other.clone(), code.clone());
        let (ours, theirs) = (client.cookies(), other.cookies());
        async move {
            match number % 2 {
                0 => client.post_with(&ours, CODE, &[("code", &code)]).await,
                _ => other.post_with(&theirs, LINK, &[]).await,
            }
        }
    });
    let answers = answers.await;
    assert_no_5xx(&answers);
    assert_eq!(count_redirects(&answers, RESET), 1, "whichever came first");
}

#[tokio::test]
async fn the_matching_number_opens_one_window_once() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let (client, _) = request_code(&app, "ada@example.org").await;
    let link = app.inbox_of("ada@example.org").await.link_path();
    let other = CookieClient::new(&app).await;
    other.browser.get(&link).await.redirects_to(LINK);
    let number = db_dump::query_number(&app, "select number from verification_requests").await.to_string();
    let matched = post_concurrently(
        std::slice::from_ref(&other),
        "/forgot-password/link/match",
        &[("number", &number)],
    )
    .await;
    assert_eq!(count_redirects(&matched, LINK), 1, "the number is used once");
    let collected =
        post_concurrently(std::slice::from_ref(&client), "/forgot-password/verification-code/continue", &[])
            .await;
    assert_eq!(count_redirects(&collected, RESET), 1, "the grant is collected once");
}

#[tokio::test]
async fn a_dispute_link_is_single_use() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    obtain_grant(&app, "ada@example.org")
        .await
        .choose_password("a much better phrase")
        .await
        .redirects_to(DONE);
    let link = app.inbox_of("ada@example.org").await.not_me_path();
    let client = CookieClient::new(&app).await;
    client.browser.get(&link).await.redirects_to("/not-me");
    post_concurrently(std::slice::from_ref(&client), "/not-me", &[]).await;
    let result = "select count(*) from audit_log where event = 'password_repudiate'";
    assert_eq!(db_dump::query_number(&app, result).await, 1);
    app.may_leave_messages();
}

/// What a browser that was never here may do with somebody else's tokens: nothing.
#[tokio::test]
async fn a_browser_without_cookies_can_not_continue() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let (_, code) = request_code(&app, "ada@example.org").await;
    let stranger: Browser = app.browser();
    let stranger = CookieClient::of(stranger).await;
    stranger.enter_code(&code).await.redirects_to("/forgot-password");
    stranger.choose_password("a much better phrase").await.redirects_to("/forgot-password");
    assert!(can_sign_in(&app, "ada@example.org", super::PASSWORD).await);
}

/// Somebody guesses while the owner presses the button: neither waits for the other for ever, and the button
/// works.
#[tokio::test]
async fn a_link_works_while_codes_are_guessed() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    for round in 0..8 {
        let (guesser, code) = request_code(&app, "ada@example.org").await;
        let link = app.inbox_of("ada@example.org").await.link_path();
        let owner = CookieClient::new(&app).await;
        owner.browser.get(&link).await.redirects_to(LINK);
        let (wrong, theirs, ours) = (super::wrong_code(&code), guesser.cookies(), owner.cookies());
        let answers = run_concurrently(10, |number| {
            let (guesser, owner, wrong) = (guesser.clone(), owner.clone(), wrong.clone());
            let (theirs, ours) = (theirs.clone(), ours.clone());
            async move {
                match number {
                    4 => owner.post_with(&ours, LINK, &[]).await,
                    _ => guesser.post_with(&theirs, CODE, &[("code", &wrong)]).await,
                }
            }
        });
        let answers = answers.await;
        assert_no_5xx(&answers);
        assert_eq!(count_redirects(&answers, RESET), 1, "round {round}");
    }
}

/// A reset, a change at the account page and "this wasn't me" at once: each is done or refused, none fails.
#[tokio::test]
async fn parallel_changes_succeed_or_are_refused() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    for round in 0..8 {
        let first = format!("the first phrase {round}");
        obtain_grant(&app, "ada@example.org").await.choose_password(&first).await.redirects_to(DONE);
        let not_me = app.inbox_of("ada@example.org").await.not_me_path();
        let (owner, attacker, signed_in) = (
            CookieClient::new(&app).await,
            obtain_grant(&app, "ada@example.org").await,
            CookieClient::new(&app).await,
        );
        owner.browser.get(&not_me).await.redirects_to("/not-me");
        let fields = [("identifier", "ada@example.org"), ("password", first.as_str())];
        signed_in.post("/sign-in", &fields).await.redirects_to("/account");
        app.clock.advance(1);
        let next = format!("the next phrase {round}");
        let changed = [("currentPassword", first.as_str()), ("newPassword", next.as_str())];
        let (a, b, c) = tokio::join!(
            owner.post("/not-me", &[]),
            attacker.choose_password(&next),
            signed_in.post("/account/password", &changed)
        );
        assert_no_5xx(&[a, b, c]);
        app.deliver().await;
        app.clock.advance(1);
    }
    app.may_leave_messages();
}
