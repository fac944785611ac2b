//! The sign-in experience: its defaults, changes, refusals, and the part that is public.

use std::sync::Arc;

use rekey_core::audit::actor::Actor;
use rekey_core::connectors::FromFile;
use rekey_core::settings::bootstrap_file::FileAuthor;
use rekey_core::snapshot;
use rekey_core::types::caller::Caller;
use rekey_server::jobs::maintenance::reload_if_changed;
use serde_json::{Value, json};

use crate::http::{ROOT, api_client, body, send, start_with_keys, status_and_code, with_keys};
use crate::support::app::TestApp;
use crate::support::page::Page;

const PATH: &str = "/api/sign-in-exp";

async fn change(app: &TestApp, patch: Value) -> Page {
    send(&api_client(app, ROOT), "PATCH", PATH, &patch).await
}

async fn experience(app: &TestApp) -> Value {
    body(&api_client(app, ROOT).get(PATH).await)
}

/// Lets an instance notice what others changed, as its job does all the time.
async fn notice_changes(app: &TestApp) {
    app.run(
        |program: Arc<rekey_server::app::AppState>| async move { reload_if_changed(&program).await.unwrap() },
    )
    .await;
}

#[tokio::test]
async fn the_policy_has_the_documented_defaults() {
    let app = start_with_keys(json!({})).await;
    let policy = json!({
        "length": { "min": 8, "max": 256 }, "characterTypes": { "min": 1 },
        "rejects": { "pwned": true, "repetitionAndSequence": true, "userInfo": true, "words": [], "nonAscii": false },
    });
    let found = experience(&app).await;
    assert_eq!(found["passwordPolicy"], policy);
    assert_eq!((&found["id"], &found["managedByFile"]), (&json!("default"), &json!([])));
    assert_eq!(found["forgotPasswordMethods"], Value::Null);
}

#[tokio::test]
async fn a_change_returns_the_whole_document_and_is_active_at_once() {
    let app = start_with_keys(json!({})).await;
    let page =
        change(&app, json!({ "passwordPolicy": { "length": { "min": 14 } }, "displayName": "Acme" })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    let found = body(&page);
    assert_eq!(found, experience(&app).await);
    assert_eq!(
        (&found["passwordPolicy"]["length"], &found["displayName"]),
        (&json!({ "min": 14, "max": 256 }), &json!("Acme"))
    );
    // The field is replaced as a whole: what is not said again is back at its default.
    let page = change(&app, json!({ "passwordPolicy": { "characterTypes": { "min": 2 } } })).await;
    assert_eq!(body(&page)["passwordPolicy"]["length"]["min"], 8);
    assert_eq!(body(&page)["displayName"], "Acme");
    assert_eq!(body(&change(&app, json!({ "displayName": null })).await)["displayName"], Value::Null);
    assert_eq!(change(&app, json!({})).await.status, 200);
}

#[tokio::test]
async fn a_new_policy_applies_to_new_passwords_only() {
    let app = start_with_keys(json!({})).await;
    app.new_user("ada@example.org").with_password("a first password").make().await;
    change(&app, json!({ "passwordPolicy": { "length": { "min": 40 } } })).await;
    let browser = app.browser();
    let page = browser.get("/sign-in").await.fill("identifier", "ada@example.org");
    page.fill("password", "a first password").submit().await.redirects_to("/account");
    let page = browser.get("/account/password").await.fill("currentPassword", "a first password");
    let page = page.fill("newPassword", "a second password").submit().await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("at least 40 characters"), "{}", page.text());
}

/// Policies that can't be, and what is said of each, after `passwordPolicy.`.
fn bad_policies() -> Vec<(Value, &'static str)> {
    let many: Vec<String> = (0..10_001).map(|number| format!("word{number}")).collect();
    vec![
        (json!({ "length": { "min": 9, "max": 8 } }), "length.min: expected a number from 1 to 8"),
        (json!({ "length": { "min": 0 } }), "length.min: expected a number from 1 to 256"),
        (json!({ "length": { "min": -1 } }), "length.min: expected a number of 0 or more"),
        (json!({ "length": { "min": 8.5 } }), "length.min: expected a number"),
        (json!({ "length": { "mni": 8 } }), "length.mni: unknown key; did you mean min?"),
        (json!({ "characterTypes": { "min": 5 } }), "characterTypes.min: expected a number from 1 to 4"),
        (json!({ "rejects": { "pwned": "yes" } }), "rejects.pwned: expected true or false"),
        (
            json!({ "rejects": { "words": ["acme", ""] } }),
            "rejects.words[1]: expected a word of 1 to 128 visible characters",
        ),
        (
            json!({ "rejects": { "words": ["a\u{1}b"] } }),
            "rejects.words[0]: expected a word of 1 to 128 visible characters",
        ),
        (json!({ "rejects": { "words": many } }), "rejects.words: expected at most 10000 words"),
    ]
}

/// Other fields that can't be.
fn bad_fields() -> Vec<(Value, String)> {
    [
        (json!({ "passwordPolicy": null }), "passwordPolicy: expected an object"),
        (json!({ "passwordPolice": {} }), "passwordPolice: unknown key; did you mean passwordPolicy?"),
        (json!({ "signInMode": "Sign" }), "signInMode: expected one of SignIn, Register, SignInAndRegister"),
        (json!({ "displayName": " " }), "displayName: expected a name of 1 to 100 characters"),
        (json!({ "passwordCompliance": "on" }), "passwordCompliance: expected one of off, notify, require"),
    ]
    .map(|(patch, details)| (patch, details.to_owned()))
    .into()
}

#[tokio::test]
async fn every_problem_is_listed_with_its_path_and_nothing_changes() {
    let app = start_with_keys(json!({})).await;
    let before = experience(&app).await;
    let policies = bad_policies().into_iter();
    let policies = policies
        .map(|(policy, actual)| (json!({ "passwordPolicy": policy }), format!("passwordPolicy.{actual}")));
    for (patch, details) in policies.chain(bad_fields()) {
        let page = change(&app, patch.clone()).await;
        assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "{patch:.200}");
        assert_eq!(body(&page)["details"], details, "{patch:.200}");
    }
    assert_eq!(status_and_code(&change(&app, json!([])).await).1, "guard.invalid_input");
    assert_eq!(experience(&app).await, before);
}

#[tokio::test]
async fn ten_thousand_banned_words_and_one_of_one_letter_are_accepted() {
    let app = start_with_keys(json!({})).await;
    let mut words: Vec<String> = (0..9_998).map(|number| format!("internal-word-{number}")).collect();
    words.extend(["x".to_owned(), "Ünïcode".to_owned()]);
    let page = change(&app, json!({ "passwordPolicy": { "rejects": { "words": words } } })).await;
    assert_eq!(page.status, 200, "{:.300}", page.html);
    let ada = app.new_user("ada@example.org").make().await;
    for (password, status) in [("internal-word-77", 400), ("ÜNÏCODE12", 400), ("xxx horse battery", 200)] {
        let request_body = json!({ "password": password, "userId": ada.id });
        let page =
            send(&api_client(&app, ROOT), "POST", "/api/sign-in-exp/default/check-password", &request_body)
                .await;
        assert_eq!(page.status, status, "{password}: {}", page.html);
    }
}

#[tokio::test]
async fn a_recovery_channel_needs_a_connector() {
    let app = start_with_keys(json!({})).await;
    assert_eq!(change(&app, json!({ "forgotPasswordMethods": ["PhoneVerificationCode"] })).await.status, 200);
    let mut only_mail = with_keys(json!({}));
    only_mail["connectors"] =
        json!([{ "id": "mail", "connectorId": "inbox", "type": "Email", "config": {} }]);
    let app = TestApp::with(only_mail).await;
    let page = change(&app, json!({ "forgotPasswordMethods": ["PhoneVerificationCode"] })).await;
    let code = "sign_in_experiences.forgot_password_method_requires_connector";
    assert_eq!(status_and_code(&page), (400, code.to_owned()));
}

/// A program whose only SMS connector is gone, and whose settings name recovery by phone.
async fn without_the_connector_that_it_names() -> TestApp {
    let app = start_with_keys(json!({})).await;
    let both = json!(["EmailVerificationCode", "PhoneVerificationCode"]);
    assert_eq!(change(&app, json!({ "forgotPasswordMethods": both })).await.status, 200);
    let page = send(&api_client(&app, ROOT), "DELETE", "/api/connectors/sms", &Value::Null).await;
    assert_eq!(page.status, 204, "{}", page.html);
    app
}

#[tokio::test]
async fn a_setting_that_became_impossible_blocks_no_other_change() {
    let app = without_the_connector_that_it_names().await;
    let page = change(&app, json!({ "displayName": "Acme" })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    // A client that sends the whole document back changes nothing either.
    let mut whole = experience(&app).await;
    let methods = whole["forgotPasswordMethods"].take();
    assert_eq!(methods, json!(["EmailVerificationCode", "PhoneVerificationCode"]));
    assert_eq!(change(&app, json!({ "forgotPasswordMethods": methods })).await.status, 200);
}

#[tokio::test]
async fn a_setting_that_became_impossible_can_be_taken_out_and_not_put_in() {
    let app = without_the_connector_that_it_names().await;
    let only_email = json!({ "forgotPasswordMethods": ["EmailVerificationCode"] });
    assert_eq!(change(&app, only_email).await.status, 200);
    let page = change(&app, json!({ "forgotPasswordMethods": ["PhoneVerificationCode"] })).await;
    let code = "sign_in_experiences.forgot_password_method_requires_connector";
    assert_eq!(status_and_code(&page), (400, code.to_owned()));
}

/// Bounds may be narrower than when something was stored.
#[tokio::test]
async fn a_stored_value_out_of_bounds_blocks_only_its_own_change() {
    let app = start_with_keys(json!({})).await;
    change(&app, json!({ "displayName": "Acme" })).await;
    let database = Arc::clone(&app.database);
    let widen = move || async move {
        let mut tx = database.store.write().await.unwrap();
        let sql = "update settings set document = replace(replace(document, '\"displayName\":\"Acme\"', '\"displayName\":\" \"'), \
                   '\"social\":\"Off\"', '\"social\":\"Edit\"')";
        tx.run(sql, rekey_core::args![]).await.unwrap();
        tx.commit().await.unwrap();
    };
    crate::support::app::on_runtime(widen).await;
    assert_eq!(change(&app, json!({ "signInMode": "SignIn" })).await.status, 200);
    let page = change(&app, json!({ "displayName": "  " })).await;
    assert_eq!(status_and_code(&page), (400, "guard.invalid_input".to_owned()), "another wrong value");
    let client = api_client(&app, ROOT);
    let center = |patch: Value| {
        let client = client.clone();
        async move { send(&client, "PATCH", "/api/account-center", &patch).await }
    };
    let page = center(json!({ "fields": { "name": "ReadOnly" } })).await;
    assert_eq!(page.status, 200, "{}", page.html);
    assert_eq!(center(json!({ "fields": { "mfa": "Edit" } })).await.status, 400);
    assert_eq!(change(&app, json!({ "displayName": "Acme" })).await.status, 200);
    app.second_instance().await;
}

#[tokio::test]
async fn another_instance_notices_the_change() {
    let app = start_with_keys(json!({})).await;
    let other = app.second_instance().await;
    change(&app, json!({ "passwordPolicy": { "length": { "min": 20 } } })).await;
    assert_eq!(experience(&other).await["passwordPolicy"]["length"]["min"], 8);
    notice_changes(&other).await;
    assert_eq!(experience(&other).await["passwordPolicy"]["length"]["min"], 20);
    // And what this one says is not undone by what that one knew.
    change(&other, json!({ "displayName": "Acme" })).await;
    notice_changes(&app).await;
    assert_eq!(experience(&app).await, experience(&other).await);
    assert_eq!(experience(&app).await["passwordPolicy"]["length"]["min"], 20);
}

#[tokio::test]
async fn changes_at_the_same_time_lose_nothing() {
    let app = start_with_keys(json!({})).await;
    let other = app.second_instance().await;
    for round in 0..5 {
        let (min, name) = (
            json!({ "passwordPolicy": { "length": { "min": 10 + round } } }),
            json!({ "displayName": format!("Acme {round}") }),
        );
        let (one, two) = tokio::join!(change(&app, min), change(&other, name));
        assert_eq!((one.status, two.status), (200, 200));
        notice_changes(&app).await;
        let found = experience(&app).await;
        assert_eq!(
            (&found["passwordPolicy"]["length"]["min"], &found["displayName"]),
            (&json!(10 + round), &json!(format!("Acme {round}")))
        );
    }
}

#[tokio::test]
async fn settings_of_the_bootstrap_file_are_marked_and_applied_again_at_start() {
    let file = json!({ "signInExperience": { "passwordPolicy": { "length": { "min": 12 } } } });
    let app = start_with_keys(file).await;
    assert_eq!(experience(&app).await["managedByFile"], json!(["passwordPolicy"]));
    change(&app, json!({ "passwordPolicy": { "length": { "min": 30 } }, "displayName": "Acme" })).await;
    assert_eq!(experience(&app).await["passwordPolicy"]["length"]["min"], 30);
    let restarted = app.second_instance().await;
    let found = experience(&restarted).await;
    assert_eq!(
        (&found["passwordPolicy"]["length"]["min"], &found["displayName"]),
        (&json!(12), &json!("Acme"))
    );
}

#[tokio::test]
async fn settings_removed_from_the_file_stay_and_lose_their_mark() {
    let file = json!({ "signInExperience": { "displayName": "Acme" } });
    let app = start_with_keys(file).await;
    app.run(|program| async move {
        let (caller, connectors) =
            (Caller::default(), FromFile { registry: program.as_ref(), connectors: &[] });
        let by = Actor { caller: &caller, key: "bootstrap-file" };
        let by = FileAuthor { by, is_first_start: false };
        snapshot::apply(&program.core, by, None, connectors).await.unwrap();
        program.reload_settings().await.unwrap();
    })
    .await;
    let found = experience(&app).await;
    assert_eq!((&found["managedByFile"], &found["displayName"]), (&json!([]), &json!("Acme")));
}

#[tokio::test]
async fn a_change_is_in_the_audit_log_under_its_key() {
    let app = start_with_keys(json!({})).await;
    change(&app, json!({ "displayName": "Acme" })).await;
    let rows =
        app.run(|program| async move { rekey_core::audit::newest(&program.core, 1).await.unwrap() }).await;
    assert_eq!((rows[0].event.as_str(), rows[0].result.as_str()), ("settings_change", "success"));
    assert_eq!(rows[0].about.as_deref(), Some("root"));
}

#[tokio::test]
async fn the_public_settings_need_no_bearer() {
    let app =
        start_with_keys(json!({ "signInExperience": { "passwordPolicy": { "length": { "min": 11 } } } }))
            .await;
    let page = app.browser().without_fetch_metadata().get("/api/.well-known/sign-in-exp").await;
    assert_eq!((page.status, page.header("set-cookie")), (200, ""));
    let found = body(&page);
    assert_eq!(found["passwordPolicy"]["length"]["min"], 11);
    assert_eq!(found["forgotPassword"], json!({ "email": true, "phone": true }));
    for hidden in ["forgotPasswordMethods", "managedByFile"] {
        assert_eq!(found.get(hidden), None, "{hidden}");
    }
    change(&app, json!({ "forgotPasswordMethods": [] })).await;
    let found = body(&app.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(found["forgotPassword"], json!({ "email": false, "phone": false }));
}

/// A screen of one's own offers what the pages offer, and nothing that could not be sent.
#[tokio::test]
async fn the_public_settings_list_what_is_offered() {
    let app = start_with_keys(json!({})).await;
    let public = async || body(&app.browser().get("/api/.well-known/sign-in-exp").await);
    let by_password = |kind: &str| json!({ "identifier": kind, "password": true, "verificationCode": false, "isPasswordPrimary": true });
    let found = public().await;
    assert_eq!(found["signUp"], json!({ "identifiers": ["email"], "password": true, "verify": true }));
    assert_eq!(found["signIn"]["methods"], json!(["email", "phone", "username"].map(by_password)));
    let methods = json!([{ "identifier": "email", "password": false, "verificationCode": true }]);
    let patch = json!({ "signUp": { "identifiers": ["username"] }, "signIn": { "methods": methods } });
    assert_eq!(change(&app, patch).await.status, 200);
    let found = public().await;
    assert_eq!(found["signUp"]["identifiers"], json!(["username"]));
    assert_eq!(found["signIn"]["methods"][0]["isPasswordPrimary"], true);
    change(&app, json!({ "signInMode": "SignIn" })).await;
    assert_eq!(public().await["signUp"]["identifiers"], json!([]));
    change(&app, json!({ "signInMode": "Register" })).await;
    assert_eq!(public().await["signIn"]["methods"], json!([]));

    let no_connector = TestApp::with(json!({ "connectors": [] })).await;
    let found = body(&no_connector.browser().get("/api/.well-known/sign-in-exp").await);
    assert_eq!(found["signUp"]["identifiers"], json!([]), "nothing that needs a code");
}
