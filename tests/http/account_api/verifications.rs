//! Re-authentication by password or code: how failures are counted, how long a record is valid, and for whom.

use serde_json::json;

use super::{
    EVERYTHING, MyAccountClient, NEW_PASSWORD, PROVE, SEND, VERIFY, assert_refused, body,
    everything_editable, identifier, record_id, send_concurrently, start,
};
use crate::http::oidc::{NEW, PASSWORD, create_user};
use crate::promises::CookieClient;
use crate::support::db_dump;

#[tokio::test]
async fn a_right_password_is_a_record_of_ten_minutes() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let page = account_client.send("POST", PROVE, &json!({ "password": PASSWORD })).await;
    assert_eq!((page.status, body(&page)["expiresAt"].as_str()), (201, Some("2023-11-14T22:23:21Z")));
    let proved = account_client.with_record(&record_id(&page));
    app.clock.advance(599);
    assert_refused(
        &proved.send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await,
        422,
        "password.rejected",
    );
    app.clock.advance(1);
    assert_refused(
        &proved.send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await,
        401,
        "verification_record.permission_denied",
    );
}

#[tokio::test]
async fn wrong_passwords_are_counted_and_lock() {
    let mut input = everything_editable();
    input["settings"]["throttle"]["signInFailures"] = json!({ "limit": 3, "window": 600, "lock": 900 });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for _ in 0..2 {
        let page = account_client.send("POST", PROVE, &json!({ "password": "not this one" })).await;
        assert_refused(&page, 422, "session.invalid_credentials");
    }
    for password in ["not this one", PASSWORD] {
        let page = account_client.send("POST", PROVE, &json!({ "password": password })).await;
        assert_refused(&page, 400, "session.verification_blocked_too_many_attempts");
        assert_eq!(page.header("retry-after"), "900");
    }
    app.clock.advance(901);
    account_client.reauthenticate(PASSWORD).await;
}

#[tokio::test]
async fn a_missing_password_is_answered_like_a_wrong_one() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    super::execute(&app, "update users set password_digest = null").await;
    let page = account_client.send("POST", PROVE, &json!({ "password": PASSWORD })).await;
    assert_refused(&page, 422, "session.invalid_credentials");
}

#[tokio::test]
async fn a_record_is_valid_only_with_its_own_users_token() {
    let (app, ada) = start(everything_editable()).await;
    let eve = create_user(&app, "eve@example.org").await;
    let (hers, theirs) = (
        MyAccountClient::sign_in(&app, &ada, "openid").await,
        MyAccountClient::sign_in(&app, &eve, "openid").await,
    );
    let record = theirs.reauthenticate(PASSWORD).await;
    let page = hers.with_record(&record).send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await;
    assert_refused(&page, 401, "verification_record.permission_denied");
    let waiting = hers.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    assert_refused(
        &theirs.verify_code(&ada.email, &waiting, &code).await,
        400,
        "verification_record.not_found",
    );
    assert_eq!(hers.verify_code(&ada.email, &waiting, &code).await.status, 200);
}

#[tokio::test]
async fn a_code_to_the_users_own_address_reauthenticates() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for template in [json!(null), json!("UserPermissionValidation")] {
        let request_body = json!({ "identifier": identifier("ADA@example.org"), "templateType": template });
        let page = account_client.send("POST", SEND, &request_body).await;
        assert_eq!(page.status, 201, "{}", page.html);
        let record = record_id(&page);
        let unproved =
            account_client.with_record(&record).send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await;
        assert_refused(&unproved, 401, "verification_record.permission_denied");
        let inbox = app.inbox_of(&ada.email).await;
        assert_eq!(inbox.newest().kind, "UserPermissionValidation");
        let page = account_client.verify_code(&ada.email, &record, &inbox.code()).await;
        assert_eq!((page.status, body(&page)), (200, json!({ "verificationRecordId": record })));
        let proved =
            account_client.with_record(&record).send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await;
        assert_refused(&proved, 422, "password.rejected");
        app.clock.advance(60);
    }
}

#[tokio::test]
async fn a_code_to_another_address_does_not_reauthenticate_and_reveals_nothing() {
    let (app, ada) = start(everything_editable()).await;
    create_user(&app, "bob@example.org").await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let mut answers = Vec::new();
    for (address, template) in [
        ("bob@example.org", json!(null)),
        ("nobody@example.org", json!(null)),
        ("nobody@example.org", json!("UserPermissionValidation")),
    ] {
        let request_body = json!({ "identifier": identifier(address), "templateType": template });
        let page = account_client.send("POST", SEND, &request_body).await;
        answers.push((page.status, page.html.len()));
        let (record, code) = (record_id(&page), app.inbox_of(address).await.code());
        assert_eq!(account_client.verify_code(address, &record, &code).await.status, 200);
        let page =
            account_client.with_record(&record).send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await;
        assert_refused(&page, 401, "verification_record.permission_denied");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// An attacker's messages fill the limit of the address; its owner gets a code all the same, and no more than
/// one.
#[tokio::test]
async fn requests_of_an_attacker_do_not_throttle_the_owner() {
    let mut input = everything_editable();
    input["settings"]["throttle"] = json!({ "requestsPerIp": { "limit": 0 } });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for _ in 0..11 {
        app.clock.advance(60);
        crate::promises::CookieClient::new(&app).await.request_reset(&ada.email).await;
        app.deliver().await;
    }
    let waiting = account_client.send_code(&ada.email).await;
    assert_eq!(account_client.send_code(&ada.email).await, waiting, "the one that is on its way");
    let inbox = app.inbox_of(&ada.email).await;
    assert_eq!(inbox.count_of("UserPermissionValidation"), 1);
    assert_eq!(account_client.verify_code(&ada.email, &waiting, &inbox.code()).await.status, 200);
}

#[tokio::test]
async fn codes_are_checked_in_the_order_of_the_contract() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let assert_fails = async |address: &str, record: &str, code: &str, error: &str| {
        assert_refused(&account_client.verify_code(address, record, code).await, 400, error);
    };
    assert_fails(&ada.email, "none", "123456", "verification_record.not_found").await;
    let waiting = account_client.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    assert_fails("bob@example.org", &waiting, &code, "verification_code.email_mismatch").await;
    assert_fails("+12025550134", &waiting, &code, "verification_code.phone_mismatch").await;
    let wrong = if code == "111111" { "222222" } else { "111111" };
    for typed in [wrong, "abc", ""] {
        assert_fails(&ada.email, &waiting, typed, "verification_code.code_mismatch").await;
    }
    assert_eq!(account_client.verify_code(&ada.email, &waiting, &code).await.status, 200);
    assert_fails(&ada.email, &waiting, &code, "verification_record.not_found").await;
    let late = account_client.send_code(&ada.email).await;
    app.clock.advance(600);
    assert_fails(&ada.email, &late, &code, "verification_record.not_found").await;
    app.may_leave_messages();
}

/// The id names one message: the code of another record, even of a newer one for the same address, is wrong.
#[tokio::test]
async fn a_code_verifies_only_the_record_that_it_was_sent_for() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let first = account_client.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(60);
    let second = account_client.send_code(&ada.email).await;
    let newer = app.inbox_of(&ada.email).await.code();
    if code != newer {
        for (record, typed) in [(&first, &newer), (&second, &code)] {
            let page = account_client.verify_code(&ada.email, record, typed).await;
            assert_refused(&page, 400, "verification_code.code_mismatch");
        }
    }
    let page = account_client.verify_code(&ada.email, &first, &code).await;
    assert_eq!(page.status, 200, "a newer message replaces none");
    assert_eq!(account_client.verify_code(&ada.email, &second, &newer).await.status, 200);
}

#[tokio::test]
async fn a_short_code_expires_before_its_record() {
    let mut input = everything_editable();
    input["settings"]["recovery"] = json!({ "codeTtl": 60 });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let waiting = account_client.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    app.clock.advance(60);
    assert_refused(
        &account_client.verify_code(&ada.email, &waiting, &code).await,
        400,
        "verification_code.expired",
    );
}

#[tokio::test]
async fn ten_wrong_codes_exhaust_a_record_even_in_parallel() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let waiting = account_client.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let typed = json!({ "identifier": identifier(&ada.email), "verificationId": waiting, "code": wrong });
    let pages =
        send_concurrently((0..20).map(|_| (account_client.clone(), "POST", VERIFY, typed.clone())).collect())
            .await;
    let counted = pages.iter().filter(|page| page.html.contains("code_mismatch")).count();
    assert_eq!(counted, 9, "the tenth says that it was the last");
    app.clock.advance(5);
    assert_refused(
        &account_client.verify_code(&ada.email, &waiting, &code).await,
        400,
        "verification_code.exceed_max_try",
    );
}

#[tokio::test]
async fn a_code_to_the_users_own_address_grants_no_guesses_at_another() {
    let mut input = everything_editable();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 3, "window": 3600 });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let hers = account_client.send_code(&ada.email).await;
    for _ in 0..2 {
        assert_refused(
            &account_client.verify_code(&ada.email, &hers, "000000").await,
            400,
            "verification_code.code_mismatch",
        );
    }
    account_client.verify_address(&app, "thief@example.org").await;
    assert_refused(
        &account_client.verify_code(&ada.email, &hers, "000000").await,
        400,
        "verification_code.code_mismatch",
    );
    let page = account_client.verify_code(&ada.email, &hers, "000000").await;
    assert_refused(&page, 400, "session.verification_blocked_too_many_attempts");
    app.may_leave_messages();
}

/// One budget for both would be used up by the guesses on the pages only where no account has the address.
#[tokio::test]
async fn guesses_on_the_pages_do_not_show_who_has_a_new_address() {
    let mut input = everything_editable();
    input["settings"]["throttle"]["guessesPerAccount"] = json!({ "limit": 3, "window": 3600 });
    let (app, ada) = start(input).await;
    app.new_user("known@example.org").with_password(PASSWORD).make().await;
    app.new_user("exile@example.org").with_password(PASSWORD).suspended().make().await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for address in ["known@example.org", "exile@example.org", "ghost@example.org"] {
        let attacker = CookieClient::new(&app).await;
        attacker.request_reset(address).await;
        for _ in 0..4 {
            attacker.enter_code("000000").await;
        }
        let record = account_client.send_code(address).await;
        assert_refused(
            &account_client.verify_code(address, &record, "000000").await,
            400,
            "verification_code.code_mismatch",
        );
    }
    app.may_leave_messages();
}

#[tokio::test]
async fn sending_codes_is_limited() {
    let mut input = everything_editable();
    input["settings"]["throttle"]["requestsPerIp"] = json!({ "limit": 2, "window": 3600 });
    input["settings"]["throttle"]["sendBackoff"] = json!({ "base": 60, "max": 60, "window": 300 });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let first = account_client.send_code(&ada.email).await;
    assert_eq!(account_client.send_code(&ada.email).await, first, "the code of the first still works");
    assert_eq!(app.inbox_of(&ada.email).await.count(), 1);
    let page = account_client.send("POST", SEND, &json!({ "identifier": identifier(&ada.email) })).await;
    assert_refused(&page, 429, "request.rate_limited");
    assert_eq!(page.header("retry-after"), "3600");
}

#[tokio::test]
async fn codes_are_not_stored_in_clear() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    account_client.send_code(&ada.email).await;
    let code = app.inbox_of(&ada.email).await.code();
    let rows = format!("{:?}", db_dump::all(&app).await);
    assert!(rows.contains("reauthenticate"));
    assert!(!rows.contains(&code));
}

#[tokio::test]
async fn invalid_bodies_are_refused_by_field() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for (path, bad) in [
        (PROVE, json!({})),
        (PROVE, json!({ "password": null })),
        (PROVE, json!({ "password": "x", "more": 1 })),
        (SEND, json!({})),
        (SEND, json!({ "identifier": { "type": "username", "value": "ada" } })),
        (SEND, json!({ "identifier": { "type": "email", "value": "not an address" } })),
        (SEND, json!({ "identifier": { "type": "phone", "value": "12" } })),
        (SEND, json!({ "identifier": identifier("a@example.org"), "templateType": "BindMfa" })),
        (VERIFY, json!({ "identifier": identifier("a@example.org"), "code": "123456" })),
        (VERIFY, json!({ "identifier": identifier("a@example.org"), "verificationId": "x", "code": 1 })),
    ] {
        let page = account_client.send("POST", path, &bad).await;
        assert_refused(&page, 400, "guard.invalid_input");
        assert!(body(&page)["details"].is_string(), "{path} {bad}");
    }
}

#[tokio::test]
async fn without_a_connector_sending_is_refused() {
    let mut input = everything_editable();
    input["connectors"] = json!([]);
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let page = account_client.send("POST", SEND, &json!({ "identifier": identifier(&ada.email) })).await;
    assert_refused(&page, 501, "connector.not_found");
}
