//! The ways messages leave the building, set up over HTTP: what is answered, what is refused, and that secrets stay inside.

use serde_json::{Value, json};

use super::{ROOT, body, machine, send, told, with_keys};
use crate::promises::rows;
use crate::support::app::TestApp;
use crate::support::page::Page;
use crate::support::range_server::Answer;
use crate::support::receiver::Receiver;

const ALL: &str = "/api/connectors";
const SECRET: &str = "Bearer open sesame 1234567890";

/// A program that nothing leaves so far.
async fn program() -> TestApp {
    let mut given = with_keys(json!({ "outbound": { "allowPrivateAddresses": true } }));
    given["connectors"] = json!([]);
    TestApp::with(given).await
}

async fn ask(app: &TestApp, method: &str, path: &str, given: Value) -> Page {
    send(&machine(app, ROOT), method, path, &given).await
}

fn sms(endpoint: &str) -> Value {
    json!({ "connectorId": "http-sms", "config": { "endpoint": endpoint, "authorization": SECRET } })
}

fn with(mut given: Value, name: &str, value: Value) -> Value {
    given[name] = value;
    given
}

async fn ids(app: &TestApp) -> Vec<String> {
    let page = ask(app, "GET", ALL, Value::Null).await;
    let all = body(&page);
    all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_connector_is_in_force_at_once_and_its_secret_never_comes_out() {
    let app = program().await;
    let second = app.second_instance().await;
    let offered = |page: Page| body(&page)["forgotPassword"].clone();
    let before = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(before, json!({ "email": false, "phone": false }));
    let page = ask(&app, "POST", ALL, with(sms("https://sms.example/send"), "id", "texts".into())).await;
    let expected = json!({
        "tenantId": "default", "id": "texts", "connectorId": "http-sms", "type": "Sms", "name": body(&page)["name"],
        "config": { "endpoint": "https://sms.example/send", "authorization": "******" },
        "priority": 0, "metadata": {}, "syncProfile": false,
    });
    assert_eq!((page.status, body(&page)), (200, expected.clone()));
    assert_eq!(body(&ask(&app, "GET", "/api/connectors/texts", Value::Null).await), expected);
    assert_eq!(body(&ask(&second, "GET", ALL, Value::Null).await), json!([expected]));
    let after = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(after, json!({ "email": false, "phone": true }));
    let kept = rows::number(&app, "select count(*) from connectors where sealed like '%sesame%'").await;
    assert_eq!(kept, 0, "sealed at rest");
    assert_eq!(ask(&app, "DELETE", "/api/connectors/texts", Value::Null).await.status, 204);
    let gone = offered(app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(gone, json!({ "email": false, "phone": false }));
}

#[tokio::test]
async fn a_new_one_takes_the_place_of_its_kind_unless_it_names_its_turn() {
    let app = program().await;
    let make = async |id: &str, priority: Value| {
        let given = with(with(sms("https://sms.example/send"), "id", id.into()), "priority", priority);
        assert_eq!(ask(&app, "POST", ALL, given).await.status, 200, "{id}");
    };
    make("first", Value::Null).await;
    make("second", Value::Null).await;
    assert_eq!(ids(&app).await, ["second"]);
    make("before", json!(-1)).await;
    make("after", json!(7)).await;
    assert_eq!(ids(&app).await, ["before", "second", "after"]);
    let page = ask(&app, "PATCH", "/api/connectors/before", json!({ "priority": 9 })).await;
    assert_eq!((page.status, body(&page)["priority"].clone()), (200, json!(9)));
    assert_eq!(ids(&app).await, ["second", "after", "before"]);
    let mail = json!({ "connectorId": "http-email", "id": "mail", "config": { "endpoint": "https://mail.example" } });
    ask(&app, "POST", ALL, mail).await;
    assert_eq!(ids(&app).await.len(), 4, "mail is another kind");
    make("alone", Value::Null).await;
    assert_eq!(ids(&app).await, ["alone", "mail"]);
}

#[tokio::test]
async fn a_masked_secret_stays_and_everything_else_is_replaced() {
    let app = program().await;
    let receiver = Receiver::that(Answer::says("204 Fine", "")).await;
    ask(&app, "POST", ALL, with(sms(&receiver.url.replace("/hook", "/old")), "id", "texts".into())).await;
    let config = json!({ "endpoint": receiver.url, "authorization": "******", "timeoutMs": 900 });
    let page = ask(&app, "PATCH", "/api/connectors/texts", json!({ "config": config })).await;
    assert_eq!((page.status, body(&page)["config"].clone()), (200, config));
    app.person("ada@example.org").with_phone("12025550134").make().await;
    let browser = app.browser();
    browser.get("/forgot-password").await.fill("identifier", "+12025550134").submit().await;
    app.deliver().await;
    let heard = receiver.heard();
    assert_eq!((heard.len(), heard[0].header("authorization")), (1, SECRET.to_owned()));
    let bare = json!({ "config": { "endpoint": receiver.url } });
    let page = ask(&app, "PATCH", "/api/connectors/texts", bare).await;
    assert_eq!(body(&page)["config"], json!({ "endpoint": receiver.url }), "what is not named is gone");
}

/// Bodies that are refused, with status, code and how the details begin.
fn refused() -> Vec<(Value, u16, &'static str, &'static str)> {
    let invalid = "guard.invalid_input";
    let unfit = "connector.invalid_config";
    let config = |config: Value| json!({ "connectorId": "http-sms", "config": config });
    vec![
        (json!({}), 400, invalid, "connectorId: missing"),
        (json!({ "connectorId": 7 }), 400, invalid, "connectorId"),
        (json!({ "connectorId": "http-sms", "config": [] }), 400, invalid, "config"),
        (json!({ "connectorId": "http-sms", "extra": 1 }), 400, invalid, "extra: unknown"),
        (with(sms("https://a.example"), "id", "a b".into()), 400, invalid, "id: expected"),
        (with(sms("https://a.example"), "priority", "first".into()), 400, invalid, "priority"),
        (json!({ "connectorId": "carrier-pigeon" }), 422, "connector.not_found_with_connector_id", ""),
        (
            json!({ "connectorId": "file", "config": { "directory": "/etc" } }),
            422,
            "connector.not_found_with_connector_id",
            "",
        ),
        (json!({ "connectorId": "inbox" }), 422, "connector.not_found_with_connector_id", ""),
        (json!({ "connectorId": "http-sms" }), 400, unfit, "config.endpoint: missing"),
        (
            config(json!({ "endpoint": "http://elsewhere.example" })),
            400,
            unfit,
            "config.endpoint: expected https",
        ),
        (config(json!({ "endpoint": SECRET })), 400, unfit, "config.endpoint: expected an https address"),
        (
            config(json!({ "endpoint": "https://a.example", "athorization": SECRET })),
            400,
            unfit,
            "config.athorization: unknown, did you mean authorization?",
        ),
    ]
}

#[tokio::test]
async fn what_could_not_work_is_refused_by_its_path_and_nothing_is_kept() {
    let app = program().await;
    for (given, status, code, details) in refused() {
        let page = ask(&app, "POST", ALL, given.clone()).await;
        assert_eq!(told(&page), (status, code.to_owned()), "{given}");
        let said = body(&page)["details"].as_str().unwrap_or_default().to_owned();
        assert!(said.starts_with(details), "{given}: {said}");
        assert!(!page.html.contains("sesame"), "no value is repeated: {}", page.html);
    }
    assert!(ids(&app).await.is_empty());
    ask(&app, "POST", ALL, with(sms("https://a.example"), "id", "texts".into())).await;
    let again = with(with(sms("https://a.example"), "id", "texts".into()), "priority", json!(1));
    assert_eq!(
        told(&ask(&app, "POST", ALL, again).await),
        (422, "entity.unique_integrity_violation".to_owned())
    );
    let page = ask(&app, "PATCH", "/api/connectors/texts", json!({ "config": {} })).await;
    assert_eq!(told(&page), (400, "connector.invalid_config".to_owned()));
    assert_eq!(ask(&app, "PATCH", "/api/connectors/texts", json!({})).await.status, 200, "nothing to change");
    let unknown = (404, "entity.not_exists_with_id".to_owned());
    for method in ["GET", "PATCH", "DELETE"] {
        assert_eq!(told(&ask(&app, method, "/api/connectors/none", json!({})).await), unknown, "{method}");
    }
}

#[tokio::test]
async fn there_is_a_bound_to_their_number() {
    let app = program().await;
    for number in 0..20 {
        let given = with(sms("https://a.example"), "priority", json!(number));
        assert_eq!(ask(&app, "POST", ALL, given).await.status, 200);
    }
    let page = ask(&app, "POST", ALL, with(sms("https://a.example"), "priority", json!(20))).await;
    assert_eq!(told(&page), (400, "guard.invalid_input".to_owned()));
    assert_eq!(ask(&app, "POST", ALL, sms("https://a.example")).await.status, 200, "it takes their place");
    assert_eq!(ids(&app).await.len(), 1);
}

#[tokio::test]
async fn two_changes_at_once_both_count() {
    let app = program().await;
    ask(&app, "POST", ALL, with(sms("https://a.example"), "id", "texts".into())).await;
    let (turn, config) = tokio::join!(
        ask(&app, "PATCH", "/api/connectors/texts", json!({ "priority": 3 })),
        ask(&app, "PATCH", "/api/connectors/texts", json!({ "config": { "endpoint": "https://b.example" } })),
    );
    assert_eq!((turn.status, config.status), (200, 200));
    let found = body(&ask(&app, "GET", "/api/connectors/texts", Value::Null).await);
    assert_eq!((&found["priority"], &found["config"]["endpoint"]), (&json!(3), &json!("https://b.example")));
}

#[tokio::test]
async fn the_factories_say_what_they_want_to_know() {
    let app = program().await;
    let all = body(&ask(&app, "GET", "/api/connector-factories", Value::Null).await);
    let mut known: Vec<&str> =
        all.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    known.sort_unstable();
    assert_eq!(
        known,
        [
            "aws-ses-mail",
            "http-email",
            "http-sms",
            "mailgun-email",
            "postmark-mail",
            "sendgrid-email-service",
            "simple-mail-transfer-protocol",
            "twilio-short-message-service",
            "vonage-sms",
        ]
    );
    let one =
        body(&ask(&app, "GET", "/api/connector-factories/twilio-short-message-service", Value::Null).await);
    assert_eq!(one["type"], "Sms");
    let token = one["formItems"].as_array().unwrap().iter().find(|item| item["key"] == "authToken");
    assert_eq!(*token.unwrap(), json!({ "key": "authToken", "required": true, "secret": true }));
    let page = ask(&app, "GET", "/api/connector-factories/inbox", Value::Null).await;
    assert_eq!(told(&page), (404, "entity.not_exists_with_id".to_owned()));
}

#[tokio::test]
async fn settings_are_tried_out_and_not_kept() {
    let app = program().await;
    let receiver = Receiver::that(Answer::says("204 Fine", "")).await;
    let test = "/api/connectors/http-sms/test";
    let config = json!({ "endpoint": receiver.url, "authorization": SECRET });
    let to = |to: Value| with(to, "config", config.clone());
    let page = ask(&app, "POST", test, to(json!({ "phone": "12025550134", "locale": "de" }))).await;
    assert_eq!(page.status, 204, "{}", page.html);
    let sent: Value = serde_json::from_str(&receiver.heard()[0].body).unwrap();
    assert_eq!(sent["to"], "+12025550134");
    assert_eq!((&sent["type"], &sent["payload"]["code"]), (&json!("Generic"), &json!("000000")));
    assert_eq!(sent["payload"]["locale"], "de");
    assert!(ids(&app).await.is_empty());
    for given in [json!({}), json!({ "email": "ada@example.org" }), json!({ "phone": "12" })] {
        assert_eq!(
            told(&ask(&app, "POST", test, to(given.clone())).await),
            (400, "guard.invalid_input".to_owned()),
            "{given}"
        );
    }
    receiver.answers(Answer::says("401 No", "who are you"));
    let page = ask(&app, "POST", test, to(json!({ "phone": "12025550134" }))).await;
    assert_eq!(told(&page), (400, "connector.general".to_owned()));
    assert_eq!(body(&page)["details"], "the endpoint refuses the authorization (401)");
    let wrong = json!({ "phone": "12025550134", "config": {} });
    assert_eq!(told(&ask(&app, "POST", test, wrong).await), (400, "connector.invalid_config".to_owned()));
    let page = ask(&app, "POST", "/api/connectors/file/test", to(json!({ "phone": "12025550134" }))).await;
    assert_eq!(
        told(&page),
        (404, "entity.not_exists_with_id".to_owned()),
        "nothing is written to a folder of this machine"
    );
    let tries = "select count(*) from audit_log where event = 'connector_change'";
    assert_eq!(rows::number(&app, tries).await, 2, "each try leaves its line");
}

/// A connector of mail to this endpoint, with these words.
fn mail(id: &str, priority: i32, endpoint: &str, templates: Value) -> Value {
    json!({
        "connectorId": "postmark-mail", "id": id, "priority": priority,
        "config": { "serverToken": "a token", "fromEmail": "no-reply@example.org", "endpoint": endpoint, "templates": templates },
    })
}

fn word(kind: &str, content: &str) -> Value {
    json!({ "usageType": kind, "contentType": "text/html", "subject": format!("{kind} of mine"), "content": content })
}

/// The subject and the text of the newest mail that a provider was given.
fn given(receiver: &Receiver) -> (String, String) {
    let sent: Value = serde_json::from_str(&receiver.heard().last().unwrap().body).unwrap();
    (sent["Subject"].as_str().unwrap().to_owned(), sent["TextBody"].as_str().unwrap().to_owned())
}

async fn asks_for_a_code(app: &TestApp) {
    app.clock.advance(120);
    let browser = app.browser();
    browser.get("/forgot-password").await.fill("identifier", "ada@example.org").submit().await;
    app.deliver().await;
}

#[tokio::test]
async fn a_connector_says_its_own_words_where_nobody_set_others() {
    let app = program().await;
    app.person("ada@example.org").make().await;
    let (down, up) = (
        Receiver::that(Answer::says("503 No", "")).await,
        Receiver::that(Answer::says("200 Fine", "{\"ErrorCode\":0}")).await,
    );
    let own = json!([word("ForgotPassword", "<p>Mine: {{code}}, {{ link }}</p>"), word("Generic", "<p>General: {{code}}</p>"), { "usageType": "SignIn", "templateAlias": "kept-there" }]);
    assert_eq!(ask(&app, "POST", ALL, mail("first", 1, &down.url, own)).await.status, 200);
    let general = json!([word("Generic", "<p>General: {{code}}</p>")]);
    assert_eq!(ask(&app, "POST", ALL, mail("second", 2, &up.url, general)).await.status, 200);
    asks_for_a_code(&app).await;
    assert_eq!(given(&down).0, "ForgotPassword of mine");
    let (subject, text) = given(&up);
    assert_eq!(subject, "Generic of mine", "each its own, and the general ones where it lacks them");
    assert!(text.starts_with("General: "), "{text}");
    let set = json!({ "templates": [{ "languageTag": "en", "templateType": "ForgotPassword", "details": {
        "subject": "Set at run time", "content": "<p>{{ code }} {{ link }}</p>" } }] });
    assert_eq!(ask(&app, "PUT", "/api/email-templates", set).await.status, 200);
    asks_for_a_code(&app).await;
    assert_eq!((given(&down).0.as_str(), given(&up).0.as_str()), ("Set at run time", "Set at run time"));
    ask(&app, "DELETE", "/api/email-templates", Value::Null).await;
    ask(&app, "DELETE", "/api/connectors/first", Value::Null).await;
    let bare = json!({ "config": { "serverToken": "******", "fromEmail": "no-reply@example.org", "endpoint": up.url } });
    assert_eq!(ask(&app, "PATCH", "/api/connectors/second", bare).await.status, 200);
    asks_for_a_code(&app).await;
    assert_ne!(given(&up).0, "Generic of mine", "without words of its own the built-in ones go out");
}

#[tokio::test]
async fn own_words_that_say_nothing_are_refused_by_their_path() {
    let app = program().await;
    for (templates, details) in [
        (
            json!([word("ForgotPassword", "<p>{{ coed }}</p>")]),
            "config.templates[0].content: line 1: coed: unknown variable",
        ),
        (json!([word("SignIn", "<p>{{code}}</p>"), word("Generic", "no code")]), "config.templates[1]."),
        (json!([word("Nothing", "<p>{{code}}</p>")]), "config.templates[0].usageType: expected one of"),
        (
            json!([{ "usageType": "SignIn", "content": "<p>{{code}}</p>" }]),
            "config.templates[0].subject: missing",
        ),
        (
            json!([word(
                "SignIn",
                "{% for a in code %}{% for b in code %}{{ code * 9 }}{% endfor %}{% endfor %}"
            )]),
            "config.templates[0].content",
        ),
        (json!({ "usageType": "SignIn" }), "config.templates: expected"),
    ] {
        let page = ask(&app, "POST", ALL, mail("mail", 1, "http://127.0.0.1:9", templates.clone())).await;
        assert_eq!(told(&page), (400, "connector.invalid_config".to_owned()), "{templates}");
        let said = body(&page)["details"].as_str().unwrap().to_owned();
        assert!(said.starts_with(details), "{templates}: {said}");
    }
    assert!(ids(&app).await.is_empty());
}

#[tokio::test]
async fn a_try_says_the_words_of_what_is_tried() {
    let app = program().await;
    let up = Receiver::that(Answer::says("200 Fine", "{\"ErrorCode\":0}")).await;
    let mut given_config = mail("mail", 1, &up.url, json!([word("Generic", "<p>Tried: {{code}}</p>")]));
    let test = json!({ "email": "ada@example.org", "config": given_config["config"].take() });
    let page = ask(&app, "POST", "/api/connectors/postmark-mail/test", test).await;
    assert_eq!(page.status, 204, "{}", page.html);
    assert_eq!(given(&up), ("Generic of mine".to_owned(), "Tried: 000000\n".to_owned()));
}
