//! What an app, a password manager or a browser may put into the URL of the first page, and what is ignored.

mod opened;

use serde_json::json;

use super::steps::{
    ACCOUNT, ACCOUNT_PASSWORD, CODE, DONE, FORGOT_PASSWORD, NEW, NEW_PASSWORD, OLD, SIGN_IN, choose_password,
    create_ada, request_reset, sign_in,
};
use crate::support::app::TestApp;

const FOCUSED: &str = "/reset-password";

async fn with_shop() -> TestApp {
    let shop = json!({
        "id": "shop", "name": "The Shop", "type": "SPA",
        "redirectUris": ["https://shop.example/callback"], "initiateLoginUri": "https://shop.example/login",
    });
    TestApp::with(json!({ "applications": [shop] })).await
}

/// Where the shop begins a sign-in of Ada's anew.
fn start(app: &TestApp) -> String {
    let issuer = format!("{}/oidc", app.origin);
    let pairs = [("iss", issuer.as_str()), ("login_hint", "ada@example.org"), ("first_screen", "sign_in")];
    format!("https://shop.example/login?{}", serde_urlencoded::to_string(pairs).unwrap())
}

#[tokio::test]
async fn an_app_sends_people_straight_to_the_reset_page_in_either_spelling() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    for screen in ["reset-password", "reset_password"] {
        let browser = app.browser();
        let hint = "login_hint=ada%40example.org";
        let page = browser.get(&format!("/sign-in?first_screen={screen}&{hint}")).await;
        let page = page.follow_redirect_to(FOCUSED).await;
        assert_eq!(page.value("identifier"), "ada@example.org");
        let page = page.submit().await.follow_redirect_to(CODE).await;
        let code = app.inbox_of(&ada.email).await.code();
        let page = page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
        choose_password(&app, page, &format!("{NEW} {screen}")).await;
        app.clock.advance(60);
    }
}

#[tokio::test]
async fn any_other_first_screen_is_sign_in() {
    let app = TestApp::start().await;
    for screen in [
        "sign-in",
        "sign_in",
        "signIn",
        "identifier:sign_in",
        "single_sign_on",
        "",
        "https://evil.example",
        "reset",
    ] {
        let page = app.browser().get(&format!("/sign-in?first_screen={screen}")).await;
        assert_eq!(page.status(), 200, "{screen}");
        page.says("sign-in-title");
    }
}

#[tokio::test]
async fn a_known_app_is_named_and_linked() {
    let app = with_shop().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get("/sign-in?app_id=shop").await.shows("to continue to The Shop");
    let page = request_reset(&browser, &ada.email).await;
    let inbox = app.inbox_of(&ada.email).await;
    assert!(inbox.text().contains("The Shop"), "{}", inbox.text());
    let page = page.fill("code", &inbox.code()).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    let done = choose_password(&app, page, NEW).await;
    assert!(done.links().contains(&start(&app)), "{:?}", done.links());
    assert!(
        done.links().contains(&"/sign-in?first_screen=sign_in&app_id=shop".to_owned()),
        "{:?}",
        done.links()
    );
}

#[tokio::test]
async fn an_unknown_app_is_ignored() {
    let app = with_shop().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    for id in ["shop2", "SHOP", "", "%3Cscript%3E", "https://evil.example"] {
        let page = browser.get(&format!("/sign-in?app_id={id}")).await;
        assert!(!page.text().contains("to continue to"), "{id}");
    }
    let page = request_reset(&browser, &ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    let page = page.fill("code", &code).submit().await.follow_redirect_to(NEW_PASSWORD).await;
    let links = choose_password(&app, page, NEW).await.links();
    assert!(links.iter().all(|link| link.starts_with('/')), "{links:?}");
}

#[tokio::test]
async fn a_login_hint_is_validated_like_typed_input() {
    let app = TestApp::start().await;
    let hinted = async |hint: &str| {
        app.browser().get(&format!("/sign-in?login_hint={hint}")).await.value("identifier")
    };
    assert_eq!(hinted("ada%40example.org").await, "ada@example.org");
    assert_eq!(hinted("%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await, "\"><script>alert(1)</script>");
    assert_eq!(hinted("ada%0d%0aBcc%3a%20eve").await, "", "control characters are nobody's name");
    assert_eq!(hinted(&"a".repeat(301)).await, "");
}

#[tokio::test]
async fn the_language_an_app_asks_for_stays() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let direction = |page: &crate::support::page::Page| page.all("html", "dir");
    let page = browser.get("/sign-in?ui_locales=xx%20ar%20de").await;
    assert_eq!((direction(&page), page.header("content-language")), (vec!["rtl".to_owned()], "ar"));
    for path in [SIGN_IN, FORGOT_PASSWORD, "/nowhere"] {
        assert_eq!(direction(&browser.get(path).await), ["rtl"], "{path}");
    }
    let german = app.browser().with_header("accept-language", "de-AT,en;q=0.5");
    assert_eq!(german.get(SIGN_IN).await.header("content-language"), "de");
    assert_eq!(german.get("/sign-in?ui_locales=en").await.header("content-language"), "en");
    assert_eq!(german.get(FORGOT_PASSWORD).await.header("content-language"), "en");
}

#[tokio::test]
async fn messages_speak_the_language_of_the_page_that_asked() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get("/sign-in?ui_locales=de").await;
    request_reset(&browser, &ada.email).await;
    assert_eq!(app.inbox_of(&ada.email).await.newest().locale, "de");
}

/// Every name under which somebody has ever been redirected.
fn external_targets() -> String {
    const NAMES: &str =
        "next redirect_uri return_to returnTo continue url after target post_logout_redirect_uri";
    let evil = |name| format!("{name}=https%3A%2F%2Fevil.example%2F");
    NAMES.split(' ').map(evil).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn no_query_parameter_redirects_to_another_site() {
    let app = with_shop().await;
    let ada = create_ada(&app).await;
    let paths = [
        "/",
        SIGN_IN,
        FORGOT_PASSWORD,
        FOCUSED,
        ACCOUNT,
        ACCOUNT_PASSWORD,
        DONE,
        CODE,
        NEW_PASSWORD,
        "/.well-known/change-password",
    ];
    for path in paths {
        let page = app.browser().get(&format!("{path}?{}", external_targets())).await;
        assert!(!page.location().contains("evil"), "{path}");
        assert!(!page.html.contains("evil.example"), "{path}");
    }
    let browser = app.browser();
    let page = browser.get(&format!("{SIGN_IN}?{}&app_id=shop", external_targets())).await;
    let page = page.fill("identifier", &ada.email).fill("password", OLD);
    page.submit().await.redirects_to(&start(&app));
}

#[tokio::test]
async fn no_path_redirects_to_another_site() {
    let app = TestApp::start().await;
    for path in ["//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/sign-in//evil.example"] {
        let page = app.browser().get(path).await;
        assert_eq!((page.status(), page.location()), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn password_managers_find_the_form_through_the_sign_in() {
    let app = TestApp::start().await;
    let ada = create_ada(&app).await;
    let browser = app.browser();
    browser.get("/.well-known/change-password").await.redirects_to(ACCOUNT_PASSWORD);
    browser.get(ACCOUNT_PASSWORD).await.redirects_to(SIGN_IN);
    let page = browser.get(SIGN_IN).await.fill("identifier", &ada.email).fill("password", OLD).submit().await;
    page.follow_redirect_to(ACCOUNT_PASSWORD).await;
    // Asked for once: the next sign-in leads to the account again.
    sign_in(&browser, &ada.email, OLD).await;
    browser
        .get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")
        .await
        .shows_error(404, "not-found");
}

#[tokio::test]
async fn without_a_way_to_send_there_is_no_recovery() {
    for settings in [
        json!({ "connectors": [] }),
        json!({ "settings": { "signInExperience": { "forgotPasswordMethods": [] } } }),
    ] {
        let app = TestApp::with(settings).await;
        let browser = app.browser();
        let page = browser.get(SIGN_IN).await;
        page.does_not_say("forgot-link");
        assert!(!page.has_button_to("/forgot-password/start"));
        let fields = |name: &str| {
            [("csrf".to_owned(), page.value("csrf")), (name.to_owned(), "ada@example.org".to_owned())]
        };
        for path in [FORGOT_PASSWORD, FOCUSED, "/sign-in?first_screen=reset_password"] {
            let shown = browser.get(path).await;
            assert!(shown.location() == SIGN_IN || shown.contains_message("sign-in-title"), "{path}");
        }
        browser.post(FORGOT_PASSWORD, &fields("identifier")).await.shows_refusal("recovery.off");
    }
}

#[tokio::test]
async fn only_the_channels_that_the_operator_enabled_are_offered() {
    let methods = json!(["EmailVerificationCode"]);
    let app =
        TestApp::with(json!({ "settings": { "signInExperience": { "forgotPasswordMethods": methods } } }))
            .await;
    app.new_user("ada@example.org").with_phone("+12025550143").make().await;
    let browser = app.browser();
    let page = browser.get(FORGOT_PASSWORD).await;
    page.says("ask-lead-email");
    page.fill("identifier", "+12025550143").submit().await.shows_refusal("identifier.malformed");
    request_reset(&browser, "ada@example.org").await;
    assert_eq!(app.inbox_of("ada@example.org").await.count(), 1);
}

#[tokio::test]
async fn the_operators_name_is_on_every_page_and_message() {
    let app =
        TestApp::with(json!({ "settings": { "signInExperience": { "displayName": "Ada & Söhne" } } })).await;
    let ada = create_ada(&app).await;
    let page = request_reset(&app.browser(), &ada.email).await;
    page.shows("Ada & Söhne");
    assert!(app.inbox_of(&ada.email).await.text().contains("Ada & Söhne"));
}
