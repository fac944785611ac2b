//! Every count by network is one for a whole line: an IPv4 address, also one written as IPv6, or the first
//! half of an IPv6 address. Whoever has a line picks its addresses, so a count by address would be none.

use serde_json::{Value, json};

use crate::http::experience_api::{CustomUi, SEND, code_request};
use crate::http::graphql::{REQUEST_RESET as ASK_BY_GRAPHQL, SIGN_IN, execute};
use crate::http::sdk_api::call;
use crate::http::{LOGIN, send};
use crate::promises::{CookieClient, FORGOT_PASSWORD, REGISTER, SIGN_IN_SEND};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::client::Client;
use crate::support::page::Page;

/// What each network may ask for in these tests.
const LIMIT: usize = 4;
/// How many addresses of one line ask.
const ADDRESSES: usize = 9;
/// How often a network may bring what nobody has, all at once.
const BURST: usize = 30;

/// A step that is counted by network, in every interface that has one.
#[derive(Clone, Copy, Debug)]
enum Step {
    ResetPage,
    RegisterPage,
    SignInPage,
    Experience,
    SdkReset,
    SdkCode,
    SdkSignUp,
    GraphQlReset,
}

const STEPS: [Step; 8] = [
    Step::ResetPage,
    Step::RegisterPage,
    Step::SignInPage,
    Step::Experience,
    Step::SdkReset,
    Step::SdkCode,
    Step::SdkSignUp,
    Step::GraphQlReset,
];

/// A program behind a proxy on this machine, with these settings.
pub(super) async fn behind_a_proxy(settings: Value) -> TestApp {
    with_variables(&[], settings).await
}

/// The same with these variables.
pub(super) async fn with_variables(variables: &[(&'static str, &str)], settings: Value) -> TestApp {
    let mut bootstrap = crate::http::sdk_api::with_apps(settings);
    bootstrap["apiKeys"] = crate::http::with_keys(json!({}))["apiKeys"].clone();
    let variables = [variables, &[("REKEY_TRUSTED_PROXIES", "127.0.0.0/8")]].concat();
    let app = TestApp::configured(&variables, bootstrap).await;
    app.may_leave_messages();
    app
}

fn with_limits() -> Value {
    json!({
        "throttle": { "requestsPerIp": { "limit": LIMIT } },
        "signInExperience": { "signIn": { "methods": [{ "identifier": "email", "verificationCode": true }] } },
    })
}

/// The same browser, from this address.
pub(in crate::promises) fn at(browser: Browser, address: &str) -> Browser {
    browser.with_header("x-forwarded-for", address)
}

/// Takes the step from this address, each time for somebody else.
async fn call_from(app: &TestApp, step: Step, address: &str, number: usize) -> Page {
    let email = format!("nobody{number}@example.org");
    let shop = || at(crate::http::sdk_api::shop_page(app), address);
    let page = async |path: &str| {
        let client = CookieClient::of(at(app.browser(), address)).await;
        client.post(path, &[("identifier", &email)]).await
    };
    match step {
        Step::ResetPage => page(FORGOT_PASSWORD).await,
        Step::RegisterPage => page(REGISTER).await,
        Step::SignInPage => page(SIGN_IN_SEND).await,
        Step::Experience => experience(app, address, &email).await,
        Step::SdkReset => call(&shop(), "password/request-reset", json!({ "email": email })).await,
        Step::SdkCode => call(&shop(), "otp/send", json!({ "email": email })).await,
        Step::SdkSignUp => {
            call(&shop(), "email/signup", json!({ "email": email, "password": crate::http::sdk_api::NEW }))
                .await
        }
        Step::GraphQlReset => {
            let api = at(crate::http::api_client(app, LOGIN), address);
            execute(&api, ASK_BY_GRAPHQL, json!({ "email": email })).await
        }
    }
}

async fn experience(app: &TestApp, address: &str, email: &str) -> Page {
    let ui = CustomUi::with_interaction(app, "ForgotPassword").await;
    send(&at(ui.browser, address), "POST", SEND, &code_request("ForgotPassword", email)).await
}

fn is_refused(page: &Page) -> bool {
    page.status == 429 || page.html.contains("RATE_LIMIT_EXCEEDED")
}

#[tokio::test]
async fn an_ipv6_network_has_one_count_whatever_address_it_uses() {
    for step in STEPS {
        let app = behind_a_proxy(with_limits()).await;
        let mut admitted = 0;
        for number in 0..ADDRESSES {
            let address = format!("2001:db8:1:2:{number:x}::{number:x}");
            admitted += usize::from(!is_refused(&call_from(&app, step, &address, number).await));
        }
        assert_eq!(admitted, LIMIT, "{step:?}: {ADDRESSES} addresses of one line");
        let neighbour = call_from(&app, step, "2001:db8:1:3::1", ADDRESSES).await;
        assert!(!is_refused(&neighbour), "{step:?}: the next line is another network");
    }
}

#[tokio::test]
async fn an_ipv4_address_is_one_network_in_every_spelling() {
    let app = behind_a_proxy(with_limits()).await;
    let spellings =
        ["192.0.2.7", "::ffff:192.0.2.7", "[::ffff:c000:207]:443", "192.0.2.7:80", "::FFFF:192.0.2.7"];
    let mut admitted = 0;
    for (number, address) in spellings.iter().enumerate() {
        admitted += usize::from(!is_refused(&call_from(&app, Step::ResetPage, address, number).await));
    }
    assert_eq!(admitted, LIMIT);
    assert!(!is_refused(&call_from(&app, Step::ResetPage, "192.0.2.8", 9).await));
    assert!(!is_refused(&call_from(&app, Step::ResetPage, "::ffff:192.0.2.9", 10).await));
}

/// Tokens that nobody has, a sign-in with a name that is being tried: what is paced in memory counts the same
/// way.
#[tokio::test]
async fn an_ipv6_network_has_one_count_of_wrong_tokens() {
    let app = behind_a_proxy(json!({})).await;
    let mut looked_at = 0;
    for number in 0..BURST + 10 {
        let attacker = crate::http::api_client(&app, "nobody-has-this-token-000000000000000000");
        let attacker = at(attacker, &format!("2001:db8:1:2::{number:x}"));
        let page = execute(&attacker, SIGN_IN, json!({ "email": "a@example.org", "password": "x" })).await;
        looked_at += usize::from(page.status == 401);
    }
    assert_eq!(looked_at, BURST);
}

/// How many sign-ins of apps are answered with a page, until the first refusal.
async fn count_authorizations(app: &TestApp, address: &str, at_most: usize) -> usize {
    let shop = Client::of(app, "shop");
    for admitted in 0..at_most {
        let page = at(app.browser(), address).get(&shop.authorization_request(&[]).path).await;
        if page.status == 429 {
            assert!(page.retry_after() > 0, "says how long to wait");
            return admitted;
        }
        assert_eq!(page.status, 303, "{}", page.summary());
    }
    at_most
}

#[tokio::test]
async fn an_office_behind_one_address_signs_in_to_apps_three_hundred_at_once() {
    let app = behind_a_proxy(json!({})).await;
    assert_eq!(count_authorizations(&app, "192.0.2.7", 400).await, 300);
    assert_eq!(count_authorizations(&app, "198.51.100.7", 1).await, 1, "another network is unaffected");
    app.clock.advance(1);
    assert_eq!(count_authorizations(&app, "192.0.2.7", 20).await, 5, "then 300 a minute");
}

#[tokio::test]
async fn authorizations_per_network_are_a_setting() {
    let limits = json!({ "throttle": { "authorizationsPerIp": { "limit": 3, "window": 60 } } });
    let app = behind_a_proxy(limits).await;
    assert_eq!(count_authorizations(&app, "192.0.2.7", 10).await, 3);
    let none = json!({ "throttle": { "authorizationsPerIp": { "limit": 0 } } });
    let app = behind_a_proxy(none).await;
    assert_eq!(count_authorizations(&app, "192.0.2.7", 310).await, 310);
}

#[tokio::test]
async fn a_program_with_unknown_tokens_does_not_use_up_the_sign_ins_of_its_network() {
    let app = behind_a_proxy(json!({})).await;
    for _ in 0..BURST + 10 {
        let client =
            at(crate::http::api_client(&app, "nobody-has-this-token-000000000000000000"), "192.0.2.7");
        execute(&client, SIGN_IN, json!({ "email": "a@example.org", "password": "x" })).await;
    }
    assert_eq!(count_authorizations(&app, "192.0.2.7", 40).await, 40);
}

/// The captcha that is asked of a network that is not quiet.
#[tokio::test]
async fn an_ipv6_network_shares_one_message_limit() {
    let captcha = json!({ "provider": "altcha", "after": 2 });
    let app = behind_a_proxy(json!({ "captcha": captcha })).await;
    for number in 0..2 {
        let address = format!("2001:db8:1:2::{number:x}");
        assert_eq!(call_from(&app, Step::SdkReset, &address, number).await.status, 200);
    }
    let third = call_from(&app, Step::SdkReset, "2001:db8:1:2:ffff::1", 2).await;
    assert!(third.status == 400 && third.html.contains("captcha"), "{}", third.html);
    assert_eq!(call_from(&app, Step::SdkReset, "2001:db8:1:3::1", 3).await.status, 200);
}

/// Waiting in place of a proof.
#[tokio::test]
async fn an_ipv6_network_has_one_count_of_captcha_waits() {
    const WAIT: &str = "/captcha/wait?to=forgot_password";
    let app = behind_a_proxy(json!({ "captcha": { "provider": "altcha" } })).await;
    let mut admitted = 0;
    for number in 0..8 {
        let client = CookieClient::of(at(app.browser(), &format!("2001:db8:1:2::{number:x}"))).await;
        client.post(WAIT, &[("identifier", "ada@example.org")]).await;
        app.clock.advance(30);
        let page = client.post(FORGOT_PASSWORD, &[("identifier", "ada@example.org")]).await;
        admitted += usize::from(page.status == 303);
    }
    assert_eq!(admitted, 5, "five waits an hour for a network");
}
