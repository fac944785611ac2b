//! Where this server sends requests on behalf of whoever set something up over an API: to the public only,
//! unless the bootstrap file or a setting says more; and with which secrets.

use rekey_server::jobs::send_back_channel_logouts::send_due;
use rekey_server::jobs::send_webhooks::deliver_due;
use serde_json::{Value, json};

use crate::http::oidc;
use crate::http::{ROOT, api_client, body, send, status_and_code, with_keys};
use crate::promises::{CODE, CookieClient};
use crate::support::app::TestApp;
use crate::support::client::Client;
use crate::support::page::Page;
use crate::support::stubs::range_server::Answer;
use crate::support::stubs::receiver::Receiver;

const SECRET: &str = "Bearer open sesame 1234567890";
const PRIVATE: &str = "expected a public address";

/// Hosts that only this server, its network or its cloud can reach, in every spelling.
const HOSTS: [&str; 20] = [
    "127.0.0.1",
    "127.9.9.9",
    "localhost",
    "a.localhost",
    "2130706433",
    "0x7f.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fd00:ec2::254]",
];

pub(super) async fn program(settings: Value) -> TestApp {
    let mut input = with_keys(settings);
    input["connectors"] = json!([]);
    TestApp::with(input).await
}

/// Settings under which an API caller may aim at private addresses.
pub(super) fn allow_private() -> Value {
    json!({ "outbound": { "allowPrivateAddresses": true } })
}

pub(super) async fn call(app: &TestApp, method: &str, path: &str, input: Value) -> Page {
    send(&api_client(app, ROOT), method, path, &input).await
}

pub(super) async fn accepting_receiver() -> Receiver {
    Receiver::answering(Answer::with_status("204 Fine", "")).await
}

fn sms(endpoint: &str) -> Value {
    json!({ "connectorId": "http-sms", "id": "texts", "config": { "endpoint": endpoint, "authorization": SECRET } })
}

fn smtp(host: &str, port: u16) -> Value {
    json!({ "host": host.trim_matches(['[', ']']), "port": port, "fromEmail": "a@b.example" })
}

pub(super) fn details(page: &Page) -> String {
    body(page)["details"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_connector_of_an_api_caller_does_not_reach_private_addresses() {
    let app = program(json!({})).await;
    for host in HOSTS {
        // Tests are paced; what is looked at here is where they may lead.
        app.clock.advance(60);
        let endpoint = format!("https://{host}:8443/send");
        let page = call(&app, "POST", "/api/connectors", sms(&endpoint)).await;
        assert_eq!(status_and_code(&page), (400, "connector.invalid_config".to_owned()), "{host}");
        assert!(details(&page).starts_with(&format!("config.endpoint: {PRIVATE}")), "{host}: {}", page.html);
        let test = json!({ "phone": "12025550134", "config": { "endpoint": endpoint } });
        let page = call(&app, "POST", "/api/connectors/http-sms/test", test).await;
        assert!(details(&page).starts_with(&format!("config.endpoint: {PRIVATE}")), "{host}: {}", page.html);
        let test = json!({ "email": "ada@example.org", "config": smtp(host, 25) });
        let page = call(&app, "POST", "/api/connectors/simple-mail-transfer-protocol/test", test).await;
        // The old spellings of numbers are names for SMTP: they are refused when their addresses are asked
        // for.
        assert_eq!(page.status, 400, "{host}: {}", page.html);
        assert!(
            page.html.contains("public address") || page.html.contains("private address"),
            "{host}: {}",
            page.html
        );
    }
}

#[tokio::test]
async fn a_test_reveals_nothing_about_private_addresses() {
    let app = program(json!({})).await;
    let receiver = accepting_receiver().await;
    let answer = async |port: &str| {
        let test =
            json!({ "phone": "12025550134", "config": { "endpoint": format!("http://127.0.0.1:{port}/x") } });
        let page = call(&app, "POST", "/api/connectors/http-sms/test", test).await;
        let test = json!({ "email": "ada@example.org", "config": smtp("127.0.0.1", port.parse().unwrap()) });
        let mail = call(&app, "POST", "/api/connectors/simple-mail-transfer-protocol/test", test).await;
        (page.status, details(&page), mail.status, details(&mail))
    };
    let open = receiver.url.rsplit_once(':').unwrap().1.trim_end_matches("/hook").to_owned();
    assert_eq!(answer(&open).await, answer("1").await, "an open port and a closed one look the same");
    assert!(receiver.requests().is_empty());
}

/// The file may aim at a private address; what an API caller changed is the caller's.
#[tokio::test]
async fn the_bootstrap_file_may_use_private_addresses_until_an_api_caller_changes_them() {
    let receiver = accepting_receiver().await;
    let mut input = with_keys(json!({}));
    input["connectors"] = json!([{ "id": "texts", "connectorId": "http-sms", "type": "Sms",
        "config": { "endpoint": receiver.url, "authorization": SECRET } }]);
    let app = TestApp::with(input).await;
    app.may_leave_messages();
    app.new_user("ada@example.org").with_phone("12025550134").make().await;
    CookieClient::new(&app).await.request_reset("+12025550134").await.redirects_to(CODE);
    app.deliver().await;
    assert_eq!(receiver.requests().len(), 1, "the file aimed it");
    let turn = call(&app, "PATCH", "/api/connectors/texts", json!({ "priority": 3 })).await;
    assert_eq!(turn.status, 200, "its turn is nobody's address");
    for path in ["/hook?other", "/elsewhere"] {
        let endpoint = receiver.url.replace("/hook", path);
        let change = json!({ "config": { "endpoint": endpoint, "authorization": "******" } });
        let page = call(&app, "PATCH", "/api/connectors/texts", change).await;
        assert_eq!(status_and_code(&page), (400, "connector.invalid_config".to_owned()));
        assert!(details(&page).starts_with(&format!("config.endpoint: {PRIVATE}")), "{}", page.html);
    }
}

#[tokio::test]
async fn a_setting_opens_private_addresses_and_a_redirect_is_not_followed() {
    let app = program(allow_private()).await;
    let (target, receiver) = (accepting_receiver().await, accepting_receiver().await);
    let test =
        json!({ "phone": "12025550134", "config": { "endpoint": receiver.url, "authorization": SECRET } });
    assert_eq!(call(&app, "POST", "/api/connectors/http-sms/test", test.clone()).await.status, 204);
    let away = format!("HTTP/1.1 307 Away\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", target.url);
    receiver.set_answer(Answer::Bytes(away.into_bytes()));
    let page = call(&app, "POST", "/api/connectors/http-sms/test", test).await;
    assert_eq!((page.status, details(&page)), (400, "the endpoint answered 307".to_owned()));
    let webhook = json!({ "events": ["PostSignIn"], "config": { "url": receiver.url } });
    let page = call(&app, "POST", "/api/hooks", webhook).await;
    assert_eq!(page.status, 201, "the setting is for hooks too: {}", page.html);
    let id = body(&page)["id"].as_str().unwrap().to_owned();
    app.may_leave_messages();
    app.run(move |program| async move { deliver_due(&program, &id).await.unwrap() }).await;
    assert!(target.requests().is_empty(), "the credentials would go along");
}

#[tokio::test]
async fn a_webhook_does_not_reach_private_addresses() {
    let app = program(json!({})).await;
    let made = json!({ "events": ["PostSignIn"], "config": { "url": "https://hooks.example/" } });
    let id = body(&call(&app, "POST", "/api/hooks", made).await)["id"].as_str().unwrap().to_owned();
    for host in HOSTS {
        let test = json!({ "events": ["PostSignIn"], "config": { "url": format!("https://{host}:8443/") } });
        let page = call(&app, "POST", &format!("/api/hooks/{id}/test"), test).await;
        assert_eq!(status_and_code(&page), (422, "hook.send_test_payload_failed".to_owned()), "{host}");
        assert_eq!(body(&page)["data"]["message"], "the address is private", "{host}");
    }
}

#[tokio::test]
async fn an_app_is_not_sent_logouts_at_a_private_address() {
    let listener = accepting_receiver().await;
    for (settings, count) in [(json!({}), 0), (json!({ "allowPrivateAddresses": true }), 1)] {
        let mut input = oidc::settings_with_apps();
        input["settings"]["outbound"] = settings;
        let (app, ada) = oidc::start_with(input).await;
        let change = json!({ "oidcClientMetadata": { "backchannelLogoutUri": listener.url } });
        assert_eq!(call(&app, "PATCH", "/api/applications/shop", change).await.status, 200);
        let (shop, browser) = (Client::of(&app, "shop"), app.browser());
        shop.sign_in(&browser, &ada, &[]).await;
        browser.get("/account").await.submit_to("/sign-out").await;
        app.run(|program| async move { send_due(&program).await.unwrap() }).await;
        assert_eq!(listener.requests().len(), count);
    }
}

/// Whoever may change where a connector sends must not read its secret there.
#[tokio::test]
async fn a_masked_secret_is_required_again_when_scheme_host_or_port_changes() {
    let app = program(allow_private()).await;
    let at = "https://sms.example:8443/send";
    assert_eq!(call(&app, "POST", "/api/connectors", sms(at)).await.status, 200);
    let change = async |endpoint: &str, secret: &str| {
        let config = json!({ "endpoint": endpoint, "authorization": secret });
        call(&app, "PATCH", "/api/connectors/texts", json!({ "config": config })).await
    };
    for endpoint in
        ["https://other.example:8443/send", "https://sms.example/send", "http://127.0.0.1:8443/send"]
    {
        let page = change(endpoint, "******").await;
        assert_eq!(status_and_code(&page), (400, "connector.invalid_config".to_owned()), "{endpoint}");
        assert!(
            details(&page).starts_with("config.authorization: expected the secret again"),
            "{}",
            page.html
        );
    }
    assert_eq!(change("https://sms.example:8443/other?x=1", "******").await.status, 200, "the same server");
    assert_eq!(change("https://other.example/send", SECRET).await.status, 200, "the secret is there");
    let mut masked = sms(at);
    masked["config"]["authorization"] = json!("******");
    let page = call(&app, "POST", "/api/connectors", masked).await;
    assert!(details(&page).starts_with("config.authorization: expected the value itself"), "{}", page.html);
}

#[tokio::test]
async fn a_mail_servers_password_does_not_go_to_another_server() {
    let app = program(allow_private()).await;
    let config = |host: &str, port: u16, secure: bool, auth: Value| json!({ "host": host, "port": port, "secure": secure, "fromEmail": "a@b.example", "auth": auth });
    let auth = json!({ "user": "ada", "pass": "open sesame" });
    let made = json!({ "connectorId": "simple-mail-transfer-protocol", "id": "mail",
        "config": config("mail.example", 465, true, auth) });
    assert_eq!(call(&app, "POST", "/api/connectors", made).await.status, 200);
    for (host, port, secure, status) in [
        ("other.example", 465, true, 400),
        ("mail.example", 466, true, 400),
        ("mail.example", 465, false, 400),
        ("MAIL.example", 465, true, 200),
    ] {
        let change = json!({ "config": config(host, port, secure, json!("******")) });
        let page = call(&app, "PATCH", "/api/connectors/mail", change).await;
        assert_eq!(page.status, status, "{host} {port} {secure}: {}", page.html);
        assert!(status == 200 || details(&page).starts_with("config.auth: expected the secret again"));
    }
}

#[tokio::test]
async fn webhook_headers_are_required_again_when_the_server_changes() {
    let app = program(json!({})).await;
    let at = |url: &str| json!({ "events": ["PostSignIn"], "config": { "url": url } });
    let mut made = at("https://hooks.example/in");
    made["config"]["headers"] = json!({ "authorization": SECRET });
    let id = body(&call(&app, "POST", "/api/hooks", made).await)["id"].as_str().unwrap().to_owned();
    let path = format!("/api/hooks/{id}");
    for url in ["https://evil.example/in", "https://hooks.example:8443/in"] {
        for (method, path) in [("PATCH", path.clone()), ("POST", format!("{path}/test"))] {
            let page = call(&app, method, &path, at(url)).await;
            assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{method} {url}");
            assert!(details(&page).contains("config.headers: expected them again"), "{}", page.html);
        }
    }
    assert_eq!(call(&app, "PATCH", &path, at("https://hooks.example/other")).await.status, 200);
    let mut none = at("https://evil.example/in");
    none["config"]["headers"] = json!({});
    assert_eq!(call(&app, "PATCH", &path, none).await.status, 200, "said anew");
}

/// Neither over the Management API nor over GraphQL.
#[tokio::test]
async fn a_captcha_secret_is_not_sent_to_another_provider() {
    let captcha = json!({ "provider": "turnstile", "siteKey": "site", "secret": "the secret of the first" });
    let app = program(json!({ "captcha": captcha })).await;
    let other = json!({ "config": { "type": "Hcaptcha", "siteKey": "site", "secretKey": "******" } });
    let page = call(&app, "PUT", "/api/captcha-provider", other).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()));
    assert!(details(&page).starts_with("config.secretKey: expected"), "{}", page.html);
    let change = "mutation { configure(config: { captcha: { provider: hcaptcha } }) { ok error { developerMessage } } }";
    let page = send(&api_client(&app, ROOT), "POST", "/graphql", &json!({ "query": change })).await;
    let answer = &body(&page)["data"]["configure"];
    assert_eq!(answer["ok"], false, "{}", page.html);
    assert!(answer["error"]["developerMessage"].as_str().unwrap().starts_with("captcha.secret: expected"));
}
