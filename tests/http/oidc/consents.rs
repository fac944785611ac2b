//! Consent to a third-party app: requested once per scope, never for the operator's own apps, and given only
//! by the user who is signed in.

use serde_json::json;

use super::{PASSWORD, create_user, start};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::{AuthorizationRequest, Client};
use crate::support::page::Page;

const CONSENT: &str = "/consent?app_id=guest";
const END: &str = "/account/apps/guest/end";

/// Presses one of the two buttons.
pub(crate) async fn answer_consent(browser: &Browser, page: &Page, answer: &str) -> Page {
    let mut fields = page.forms().into_iter().find(|form| form.action == "/consent").unwrap().fields;
    fields.push(("answer".to_owned(), answer.to_owned()));
    browser.post("/consent", &fields).await.follow_redirects().await
}

/// Ada signs in for the guest; the answer is the page that asks her to agree.
async fn arrive_at_consent(
    guest: &Client,
    browser: &Browser,
    email: &str,
    scope: &str,
) -> (AuthorizationRequest, Page) {
    let authorization = guest.authorization_request(&[("scope", scope)]);
    let page = browser.get(&authorization.path).await.follow_redirects().await.sign_in(email, PASSWORD).await;
    assert_eq!((page.status, page.path.as_str()), (200, CONSENT), "{}", page.summary());
    (authorization, page)
}

async fn give_consent(app: &TestApp, browser: &Browser, email: &str, scope: &str) -> Client {
    let guest = Client::of(app, "guest");
    let (authorization, page) = arrive_at_consent(&guest, browser, email, scope).await;
    let left = answer_consent(browser, &page, "agree").await;
    guest.exchange_code(&authorization, &guest.authorization_code(&authorization, &left)).await;
    guest
}

#[tokio::test]
async fn a_third_party_app_requires_consent_once() {
    let (app, ada) = start().await;
    let browser = app.browser();
    let guest = Client::of(&app, "guest");
    let (authorization, page) = arrive_at_consent(&guest, &browser, &ada.email, "openid email").await;
    page.shows("The guest").shows(&ada.email).says("consent-email").does_not_say("consent-phone");
    let tokens = guest
        .exchange_code(
            &authorization,
            &guest.authorization_code(&authorization, &answer_consent(&browser, &page, "agree").await),
        )
        .await;
    assert_eq!(guest.verify_id_token(&tokens).await["email"], ada.email.as_str());
    guest.sign_in_silently(&browser, &[("scope", "openid email")]).await;
    guest.sign_in_silently(&browser, &[("scope", "openid")]).await;
    for (changes, why) in [
        ([("scope", "openid email phone"), ("made_up", "")], "more"),
        ([("scope", "openid"), ("prompt", "consent")], "asked to ask"),
    ] {
        let page = browser.get(&guest.authorization_request(&changes).path).await;
        page.redirects_to(CONSENT);
        let silent = guest.authorization_request(&[("scope", "openid email phone"), ("prompt", "none")]);
        assert_eq!(
            guest.authorization_response(&browser.get(&silent.path).await)["error"],
            "consent_required",
            "{why}"
        );
    }
}

#[tokio::test]
async fn first_party_apps_require_no_consent() {
    let (app, ada) = start().await;
    let (shop, browser) = (Client::of(&app, "shop"), app.browser());
    shop.sign_in(&browser, &ada, &[("scope", "openid profile email phone"), ("prompt", "consent")]).await;
    shop.sign_in_silently(
        &browser,
        &[("scope", "openid profile email phone custom_data"), ("prompt", "consent")],
    )
    .await;
}

#[tokio::test]
async fn a_denied_consent_returns_access_denied_and_nothing_else() {
    let (app, ada) = start().await;
    let browser = app.browser();
    let guest = Client::of(&app, "guest");
    let (authorization, page) = arrive_at_consent(&guest, &browser, &ada.email, "openid email").await;
    let answer = guest.authorization_response(&answer_consent(&browser, &page, "decline").await);
    assert_eq!((&answer["error"], &answer["state"]), (&json!("access_denied"), &json!(authorization.state)));
    assert!(answer.get("code").is_none());
    assert_eq!(answer_consent(&browser, &page, "agree").await.status, 410, "it is over");
    browser.get(&guest.authorization_request(&[("scope", "openid email")]).path).await.redirects_to(CONSENT);
}

#[tokio::test]
async fn nobody_consents_for_somebody_else() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (of_ada, of_bob) = (app.browser(), app.browser());
    let guest = give_consent(&app, &of_ada, &ada.email, "openid email").await;
    arrive_at_consent(&guest, &of_bob, &bob.email, "openid email").await;
    let silent = guest.authorization_request(&[("scope", "openid email"), ("prompt", "none")]);
    assert_eq!(guest.authorization_response(&of_bob.get(&silent.path).await)["error"], "consent_required");
}

#[tokio::test]
async fn a_consent_counts_only_for_the_user_signed_in_when_the_app_is_answered() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let browser = app.browser();
    let guest = Client::of(&app, "guest");
    let (_, page) = arrive_at_consent(&guest, &browser, &ada.email, "openid email").await;
    let csrf = page.value("csrf");
    let agreed = [("csrf".to_owned(), csrf), ("answer".to_owned(), "agree".to_owned())];
    let onward = browser.post("/consent", &agreed).await;
    // Between agreeing and going on, Bob signs in here.
    app.clock.advance(5);
    Client::of(&app, "shop").sign_in(&browser, &bob, &[("prompt", "login")]).await;
    let page = browser.get(onward.location()).await;
    page.redirects_to(CONSENT);
}

#[tokio::test]
async fn a_consent_does_not_carry_over_to_a_new_app_with_the_same_id() {
    let (app, ada) = start().await;
    let browser = app.browser();
    let guest = give_consent(&app, &browser, &ada.email, "openid email").await;
    let root = crate::http::api_client(&app, crate::http::ROOT);
    crate::http::send(&root, "DELETE", "/api/applications/guest", &json!({})).await;
    let redirects = json!({ "redirectUris": ["https://guest.example/callback"] });
    let other = json!({ "id": "guest", "name": "Other", "type": "SPA", "isThirdParty": true, "oidcClientMetadata": redirects });
    let page = crate::http::send(&root, "POST", "/api/applications", &other).await;
    assert_eq!(page.status, 200, "{}", page.html);
    browser.get(&guest.authorization_request(&[("scope", "openid email")]).path).await.redirects_to(CONSENT);
}

#[tokio::test]
async fn consents_are_listed_and_revoked() {
    let (app, ada) = start().await;
    let bob = create_user(&app, "bob@example.org").await;
    let (of_ada, of_bob) = (app.browser(), app.browser());
    let (guest, shop) = (Client::of(&app, "guest"), Client::of(&app, "shop"));
    let (authorization, page) = arrive_at_consent(&guest, &of_ada, &ada.email, "openid email").await;
    let tokens = guest
        .exchange_code(
            &authorization,
            &guest.authorization_code(&authorization, &answer_consent(&of_ada, &page, "agree").await),
        )
        .await;
    let own = shop.sign_in_silently(&of_ada, &[]).await;
    shop.sign_in(&of_bob, &bob, &[]).await;
    let account = of_bob.get("/account").await;
    account.does_not_say("account-shared");
    let stray = [("csrf".to_owned(), account.value("csrf"))];
    assert_eq!(of_bob.post(END, &stray).await.status, 404, "Bob agreed to nothing");
    let account = of_ada.get("/account").await;
    account.says("account-shared").shows("The guest").says("consent-email").does_not_say("consent-phone");
    let form = account.forms().into_iter().find(|form| form.action == END).unwrap();
    let result = of_ada.post(END, &form.fields).await.follow_redirects().await;
    result.says("notice-sharing-ended").does_not_say("account-shared");
    assert!(guest.are_invalid(&tokens).await && !shop.are_invalid(&own).await);
    of_ada.get(&guest.authorization_request(&[("scope", "openid email")]).path).await.redirects_to(CONSENT);
}

#[tokio::test]
async fn a_consent_revoked_before_the_response_does_not_count() {
    let (app, ada) = start().await;
    let browser = app.browser();
    let guest = Client::of(&app, "guest");
    for changes in [[("scope", "openid"), ("prompt", "consent")], [("scope", "openid"), ("made_up", "")]] {
        let page = browser.get(&guest.authorization_request(&changes).path).await.follow_redirects().await;
        let page = if page.path == CONSENT { page } else { page.sign_in(&ada.email, PASSWORD).await };
        let fields = [("csrf".to_owned(), page.value("csrf")), ("answer".to_owned(), "agree".to_owned())];
        let onward = browser.post("/consent", &fields).await;
        browser.post(END, &fields[..1]).await.redirects_to("/account");
        browser.get(onward.location()).await.redirects_to(CONSENT);
    }
}
