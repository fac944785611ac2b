//! Making an account: by an address, by a number, by a name, and everything that can come in between.

use serde_json::{Value, json};

use super::steps::{
    ACCOUNT, FORGOT_PASSWORD, NEW, OLD, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, SIGN_IN, create_ada,
    different_code, is_signed_in, sign_in, try_sign_in,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::page::Page;

fn experience(experience: Value) -> Value {
    json!({ "settings": { "signInExperience": experience } })
}

fn sign_up_by(identifiers: &[&str]) -> Value {
    experience(json!({ "signUp": { "identifiers": identifiers } }))
}

/// Asks for an account; the answer is the page that waits for the code.
async fn request_sign_up(browser: &Browser, identifier: &str) -> Page {
    let page = browser.get(REGISTER).await.fill("identifier", identifier).submit().await;
    page.follow_redirect_to(REGISTER_CODE).await
}

/// The same, and types the code; the answer is the page that takes the password.
async fn prove_identifier(app: &TestApp, browser: &Browser, identifier: &str) -> Page {
    let page = request_sign_up(browser, identifier).await;
    let code = app.inbox_of(identifier).await.code();
    page.fill("code", &code).submit().await.follow_redirect_to(REGISTER_PASSWORD).await
}

#[tokio::test]
async fn a_code_and_a_password_make_an_account_and_sign_in() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.get(SIGN_IN).await;
    assert!(page.links().contains(&REGISTER.to_owned()));
    let page = request_sign_up(&browser, "New.Person@Example.org").await;
    page.says("code-lead-new-email").shows("new.person@example.org").does_not_say("code-number");
    let inbox = app.inbox_of("new.person@example.org").await;
    assert_eq!((inbox.count(), inbox.count_of("Register")), (1, 1));
    assert!(inbox.newest().link.is_none());
    let page = page.fill("code", &inbox.code()).submit().await.follow_redirect_to(REGISTER_PASSWORD).await;
    page.says("sign-up-password-title").shows("new.person@example.org");
    assert_eq!(page.value("username"), "new.person@example.org");
    page.fill("newPassword", NEW)
        .submit()
        .await
        .follow_redirect_to(ACCOUNT)
        .await
        .shows("new.person@example.org");
    let user = app.user("new.person@example.org").await.unwrap();
    assert_eq!((user.email.as_deref(), user.locale.as_deref()), (Some("new.person@example.org"), Some("en")));
    sign_in(&app.browser(), "new.person@example.org", NEW).await;
}

#[tokio::test]
async fn a_number_is_texted_a_code() {
    let app = TestApp::with(sign_up_by(&["phone"])).await;
    let browser = app.browser();
    browser.get(REGISTER).await.says("sign-up-lead-phone").says("label-phone");
    let page = prove_identifier(&app, &browser, "+1 202 555 0143").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await.shows("+12025550143");
}

#[tokio::test]
async fn a_username_needs_no_code_and_a_taken_one_is_reported() {
    let app = TestApp::with(sign_up_by(&["username"])).await;
    app.new_user("ada@example.org").with_username("Ada_L").make().await;
    let page = app.browser().get(REGISTER).await;
    page.says("label-username");
    page.clone().fill("identifier", "ada_l").submit().await.shows_refusal("username.taken");
    page.fill("identifier", "ada@example.org").submit().await.shows_refusal("identifier.malformed");
    let browser = app.browser();
    let page = browser.get(REGISTER).await.fill("identifier", " Bea_B ").submit().await;
    let page = page.follow_redirect_to(REGISTER_PASSWORD).await;
    page.clone().fill("newPassword", "bea_b").submit().await.shows_refusal("password.rejected");
    page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await.shows("Bea_B");
    sign_in(&app.browser(), "bea_b", NEW).await;
}

/// Two people want the same name at once, each of them past the page that says that it is free.
#[tokio::test]
async fn of_two_sign_ups_with_one_username_the_slower_is_refused() {
    let app = TestApp::with(sign_up_by(&["username"])).await;
    let mut pages = Vec::new();
    for _ in 0..8 {
        let page = app.browser().get(REGISTER).await.fill("identifier", "ben").submit().await;
        pages.push(page.follow_redirect_to(REGISTER_PASSWORD).await.fill("newPassword", NEW));
    }
    let answers = futures_of(pages).await;
    let (made, answer): (Vec<_>, Vec<_>) = answers.iter().partition(|page| page.status == 303);
    assert_eq!((made.len(), answer.len()), (1, 7));
    for page in answer {
        page.shows_refusal("username.taken").says("sign-up-title");
    }
}

/// One owner in two windows: both proved the address, one account is made.
#[tokio::test]
async fn of_two_windows_that_verified_one_address_one_creates_the_account() {
    let app = TestApp::start().await;
    let mut pages = Vec::new();
    for _ in 0..4 {
        pages.push(prove_identifier(&app, &app.browser(), "ben@example.org").await.fill("newPassword", NEW));
        app.clock.advance(60);
    }
    let answers = futures_of(pages).await;
    let (made, answer): (Vec<_>, Vec<_>) = answers.iter().partition(|page| page.status == 303);
    assert_eq!((made.len(), answer.len()), (1, 3));
    for page in answer {
        page.shows_refusal("email.taken").says("sign-up-instead");
    }
    sign_in(&app.browser(), "ben@example.org", NEW).await;
}

/// Sends them all at once.
async fn futures_of(pages: Vec<Page>) -> Vec<Page> {
    let mut sending = tokio::task::JoinSet::new();
    for page in pages {
        sending.spawn(async move { page.submit().await });
    }
    sending.join_all().await
}

#[tokio::test]
async fn a_taken_address_is_answered_like_a_free_one_and_its_owner_notified() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let page = request_sign_up(&app.browser(), &ada.email).await;
    page.says("code-lead-new-email");
    let inbox = app.inbox_of(&ada.email).await;
    assert_eq!((inbox.count(), inbox.count_of("AccountExists")), (1, 1));
    for link in [SIGN_IN, "/reset-password"] {
        assert!(inbox.text().lines().any(|line| line == format!("{}{link}", app.origin)), "{}", inbox.text());
    }
    page.fill("code", "000000").submit().await.shows_refusal("code.wrong");
    sign_in(&app.browser(), &ada.email, OLD).await;
}

/// The account came into being while its owner waited for the code of a second one.
#[tokio::test]
async fn a_resent_message_reflects_the_current_state() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = request_sign_up(&browser, "ben@example.org").await;
    app.new_user("ben@example.org").make().await;
    app.clock.advance(30);
    page.submit_to("/register/verification-code/resend").await.redirects_to(REGISTER_CODE);
    let inbox = app.inbox_of("ben@example.org").await;
    assert_eq!((inbox.count_of("Register"), inbox.count_of("AccountExists")), (1, 1));
}

#[tokio::test]
async fn a_refused_password_does_not_consume_the_grant() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = prove_identifier(&app, &browser, "ben@example.org").await;
    for password in ["short", "password", "12345678"] {
        page.clone().fill("newPassword", password).submit().await.shows_refusal("password.rejected");
    }
    assert!(app.user("ben@example.org").await.is_none());
    page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await;
}

#[tokio::test]
async fn an_expired_grant_starts_over() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = prove_identifier(&app, &browser, "ben@example.org").await;
    app.clock.advance(600);
    browser.get(REGISTER_PASSWORD).await.redirects_to(REGISTER_CODE);
    page.fill("newPassword", NEW).submit().await.redirects_to(REGISTER_CODE);
    assert!(app.user("ben@example.org").await.is_none());
    browser.get(REGISTER_CODE).await.says("grant-expired-title");
}

#[tokio::test]
async fn the_back_button_does_not_create_a_second_account() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = prove_identifier(&app, &browser, "ben@example.org").await.fill("newPassword", NEW);
    let stored = browser.jar();
    page.submit().await.redirects_to(ACCOUNT);
    browser.restore(stored);
    page.submit().await.redirects_to(REGISTER_CODE);
    assert!(!is_signed_in(&browser).await);
    sign_in(&browser, "ben@example.org", NEW).await;
}

#[tokio::test]
async fn wrong_codes_and_a_changed_address_behave_as_in_other_flows() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = request_sign_up(&browser, "bne@example.org").await;
    let code = app.inbox_of("bne@example.org").await.code();
    page.clone().fill("code", &different_code(&code)).submit().await.shows_refusal("code.wrong");
    page.submit_to("/register/change-address").await.redirects_to(REGISTER);
    assert_eq!(browser.get(REGISTER).await.value("identifier"), "bne@example.org");
    browser.get(REGISTER_CODE).await.redirects_to(REGISTER);
    prove_identifier(&app, &browser, "ben@example.org").await;
}

/// Without a password there is nothing left to do after the code.
#[tokio::test]
async fn an_account_without_a_password_is_made_by_the_code() {
    let sign_in =
        json!({ "methods": [{ "identifier": "email", "password": false, "verificationCode": true }] });
    let settings = json!({ "signUp": { "password": false }, "signIn": sign_in });
    let app = TestApp::with(experience(settings)).await;
    let browser = app.browser();
    let page = request_sign_up(&browser, "ben@example.org").await;
    let code = app.inbox_of("ben@example.org").await.code();
    page.fill("code", &code).submit().await.follow_redirect_to(ACCOUNT).await.shows("ben@example.org");
    assert_eq!(app.user("ben@example.org").await.unwrap().password_digest, None);
}

#[tokio::test]
async fn sign_in_only_mode_has_no_sign_up() {
    let app = TestApp::with(experience(json!({ "signInMode": "SignIn" }))).await;
    let browser = app.browser();
    browser.get(REGISTER).await.redirects_to(SIGN_IN);
    let page = browser.get(SIGN_IN).await;
    assert!(!page.links().contains(&REGISTER.to_owned()));
    browser.get("/sign-in?first_screen=register").await.says("sign-in-title");
    let fields =
        [("csrf".to_owned(), page.value("csrf")), ("identifier".to_owned(), "b@example.org".to_owned())];
    browser.post(REGISTER, &fields).await.shows_refusal("sign-up.off");
    assert_eq!(app.inbox_of("b@example.org").await.count(), 0);
}

#[tokio::test]
async fn sign_up_only_mode_has_no_sign_in() {
    let app = TestApp::with(experience(json!({ "signInMode": "Register" }))).await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get("/").await.redirects_to(REGISTER);
    let page = browser.get(SIGN_IN).await;
    page.says("refusal-sign-in-off");
    assert_eq!(page.links(), [REGISTER, "/dev/inbox"]);
    let page = browser.get(REGISTER).await;
    assert!(!page.links().contains(&SIGN_IN.to_owned()));
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let csrf = field("csrf", &page.value("csrf"));
    let fields = [csrf, field("identifier", &ada.email), field("password", OLD)];
    for path in [SIGN_IN, "/sign-in/code"] {
        browser.post(path, &fields).await.shows_refusal("sign-in.off");
    }
    let page = prove_identifier(&app, &browser, "ben@example.org").await;
    page.fill("newPassword", NEW).submit().await.follow_redirect_to(ACCOUNT).await;
}

/// What can't be sent is not offered.
#[tokio::test]
async fn an_identifier_without_a_connector_is_not_offered() {
    let settings = json!({
        "connectors": [{ "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} }],
        "settings": { "signInExperience": { "signUp": { "identifiers": ["phone", "email"] } } },
    });
    let app = TestApp::with(settings).await;
    let page = app.browser().get(REGISTER).await;
    page.says("label-email");
    page.fill("identifier", "+12025550143").submit().await.shows_refusal("identifier.malformed");
}

#[tokio::test]
async fn an_app_sends_people_straight_to_sign_up_in_either_spelling() {
    let app = TestApp::start().await;
    for screen in ["first_screen=register", "first_screen=identifier:register", "interaction_mode=signUp"] {
        let page = app.browser().get(&format!("/sign-in?{screen}&login_hint=ben%40example.org")).await;
        assert_eq!(
            page.follow_redirect_to(REGISTER).await.value("identifier"),
            "ben@example.org",
            "{screen}"
        );
    }
    for screen in
        ["interaction_mode=signIn", "interaction_mode=x", "first_screen=sign_in&interaction_mode=signUp"]
    {
        app.browser().get(&format!("/sign-in?{screen}")).await.says("sign-in-title");
    }
}

/// What was typed at sign-in is there at sign-up and the other way round; what is open for another flow is no
/// use here.
#[tokio::test]
async fn flows_do_not_accept_each_others_pages() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let page = browser.get(FORGOT_PASSWORD).await.fill("identifier", "ben@example.org").submit().await;
    page.follow_redirect_to("/forgot-password/verification-code").await;
    for path in [REGISTER_CODE, "/sign-in/verification-code"] {
        let begins = if path == REGISTER_CODE { REGISTER } else { SIGN_IN };
        browser.get(path).await.redirects_to(begins);
    }
    browser.get(REGISTER_PASSWORD).await.redirects_to(REGISTER);
    try_sign_in(&browser, "ben@example.org", OLD).await.shows_refusal("credentials.wrong");
    assert_eq!(browser.get(REGISTER).await.value("identifier"), "ben@example.org");
}

/// The page asks while a password is typed, with a claim and without one.
#[tokio::test]
async fn a_first_password_is_checked_while_it_is_typed() {
    let app = TestApp::with(sign_up_by(&["email", "username"])).await;
    let check = "/register/password/check";
    let check_live = async |browser: &Browser, page: &Page, password: &str| {
        let field = |name: &str, value: String| (name.to_owned(), value);
        let fields = [field("csrf", page.value("csrf")), field("newPassword", password.to_owned())];
        browser.post(check, &fields).await
    };
    let attacker = app.browser();
    let page = attacker.get(REGISTER).await;
    assert_eq!(check_live(&attacker, &page, NEW).await.status, 403);
    let page = page.fill("identifier", "ben").submit().await.follow_redirect_to(REGISTER_PASSWORD).await;
    let verdict: Value = serde_json::from_str(&check_live(&attacker, &page, "ben").await.html).unwrap();
    assert_eq!(verdict["unmet"], json!(["min", "personal"]));
    let owner = app.browser();
    let page = prove_identifier(&app, &owner, "ben@example.org").await;
    let verdict: Value = serde_json::from_str(&check_live(&owner, &page, NEW).await.html).unwrap();
    assert_eq!(verdict["unmet"], json!([]));
    assert!(app.user("ben").await.is_none());
}
