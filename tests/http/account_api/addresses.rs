//! Changing and removing addresses: two proofs, each used once, and a notice with a dispute link to the
//! former address.

use serde_json::{Value, json};

use super::{
    ACCOUNT, EMAIL, EVERYTHING, MyAccountClient, PHONE, assert_refused, body, everything_editable,
    is_audited, send_concurrently, start,
};
use crate::http::oidc::{PASSWORD, create_user};
use crate::support::app::TestApp;

const NEW_ADDRESS: &str = "Ada.Lovelace@example.org";
const KEY: &str = "ada.lovelace@example.org";

fn email(record: &str) -> Value {
    json!({ "email": NEW_ADDRESS, "newIdentifierVerificationRecordId": record })
}

async fn address(app: &TestApp, id: &str) -> Option<String> {
    app.user(id).await.unwrap().email
}

#[tokio::test]
async fn an_address_change_needs_both_proofs_and_notifies_the_former_address() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let record = account_client.send_code(NEW_ADDRESS).await;
    let inbox = app.inbox_of(NEW_ADDRESS).await;
    assert_eq!(inbox.newest().kind, "BindNewIdentifier");
    assert_refused(&proved.send("POST", EMAIL, &email(&record)).await, 400, "verification_record.not_found");
    assert_eq!(account_client.verify_code(NEW_ADDRESS, &record, &inbox.code()).await.status, 200);
    assert_refused(
        &account_client.send("POST", EMAIL, &email(&record)).await,
        401,
        "verification_record.permission_denied",
    );
    let page = proved.send("POST", EMAIL, &email(&record)).await;
    assert_eq!((page.status, page.html.as_str()), (204, ""));
    assert!(is_audited(&app, "address_change", "success").await);
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some(KEY));
    assert_eq!(app.user(KEY).await.unwrap().id.0, ada.id);
    let notices = app.inbox_of(&ada.email).await;
    assert_eq!(notices.newest().kind, "AddressChanged");
    assert!(!notices.text().to_lowercase().contains(KEY), "the new address is not told");
    assert_eq!(app.inbox_of(NEW_ADDRESS).await.count(), 1, "the new one got its code and nothing else");
    assert_refused(&proved.send("POST", EMAIL, &email(&record)).await, 400, "verification_record.not_found");
}

#[tokio::test]
async fn checks_run_in_the_order_proof_setting_scope_record() {
    let mut input = everything_editable();
    input["settings"]["accountCenter"]["fields"]["email"] = json!("ReadOnly");
    input["settings"]["accountCenter"]["fields"]["phone"] = json!("Edit");
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid email").await;
    let number = json!({ "phone": "+12025550134", "newIdentifierVerificationRecordId": "none" });
    for (method, path, sent) in
        [("POST", EMAIL, email("none")), ("DELETE", EMAIL, json!({})), ("POST", PHONE, number.clone())]
    {
        assert_refused(
            &account_client.send(method, path, &sent).await,
            401,
            "verification_record.permission_denied",
        );
    }
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_refused(
        &proved.send("POST", EMAIL, &email("none")).await,
        400,
        "account_center.field_not_editable",
    );
    assert_refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "account_center.field_not_editable");
    assert_refused(&proved.send("POST", PHONE, &number).await, 400, "auth.unauthorized");
    assert_refused(&proved.send("DELETE", PHONE, &json!({})).await, 400, "auth.unauthorized");
    let whole = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = whole.with_record(&whole.reauthenticate(PASSWORD).await);
    assert_refused(&proved.send("POST", PHONE, &number).await, 400, "verification_record.not_found");
}

#[tokio::test]
async fn a_taken_address_is_revealed_only_to_its_reader() {
    let (app, ada) = start(everything_editable()).await;
    let bob = create_user(&app, "bob@example.org").await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let record = account_client.verify_address(&app, &bob.email).await;
    let sent = json!({ "email": bob.email, "newIdentifierVerificationRecordId": record });
    assert_refused(&proved.send("POST", EMAIL, &sent).await, 422, "user.email_already_in_use");
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some("ada@example.org"));
}

#[tokio::test]
async fn a_record_is_valid_for_its_own_address_and_user() {
    let (app, ada) = start(everything_editable()).await;
    let eve = create_user(&app, "eve@example.org").await;
    let (hers, theirs) = (
        MyAccountClient::sign_in(&app, &ada, EVERYTHING).await,
        MyAccountClient::sign_in(&app, &eve, EVERYTHING).await,
    );
    let record = hers.verify_address(&app, NEW_ADDRESS).await;
    let proved = hers.with_record(&hers.reauthenticate(PASSWORD).await);
    let other = json!({ "email": "other@example.org", "newIdentifierVerificationRecordId": record });
    assert_refused(&proved.send("POST", EMAIL, &other).await, 400, "verification_record.not_found");
    let attacker = theirs.with_record(&theirs.reauthenticate(PASSWORD).await);
    assert_refused(
        &attacker.send("POST", EMAIL, &email(&record)).await,
        400,
        "verification_record.not_found",
    );
    assert_refused(
        &hers.with_record(&record).send("POST", EMAIL, &email(&record)).await,
        401,
        "verification_record.permission_denied",
    );
}

#[tokio::test]
async fn a_change_ends_open_recoveries_and_proofs_by_the_old_address() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let client = app.browser();
    let page = client.get("/forgot-password").await.fill("identifier", &ada.email);
    let page = page.submit().await.follow_redirect_to("/forgot-password/verification-code").await;
    let code = app.inbox_of(&ada.email).await.code();
    let by_old = account_client.verify_address(&app, &ada.email).await;
    let record = account_client.verify_address(&app, NEW_ADDRESS).await;
    let proved = account_client.with_record(&by_old);
    assert_eq!(proved.send("POST", EMAIL, &email(&record)).await.status, 204);
    let typed = page.fill("code", &code).submit().await;
    assert_ne!(typed.location(), "/forgot-password/reset");
    assert_refused(
        &proved.send("DELETE", EMAIL, &json!({})).await,
        401,
        "verification_record.permission_denied",
    );
    app.may_leave_messages();
}

#[tokio::test]
async fn a_dispute_restores_the_address() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let record = account_client.verify_address(&app, NEW_ADDRESS).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_eq!(proved.send("POST", EMAIL, &email(&record)).await.status, 204);
    let path = app.inbox_of(&ada.email).await.not_me_path();
    let page = app.browser().get(&path).await.follow_redirect_to("/not-me").await;
    page.says("not-me-address-lead").says("not-me-address-back");
    page.submit().await.follow_redirect_to("/not-me").await.says("not-me-done-recover");
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some(ada.email.as_str()));
    assert_refused(&account_client.get(ACCOUNT).await, 401, "auth.unauthorized");
    let page = app.browser().get("/sign-in").await.sign_in(&ada.email, PASSWORD).await;
    assert_ne!(page.location(), "/account", "the password is frozen");
    assert_eq!(app.inbox_of(&ada.email).await.newest().kind, "ForgotPassword");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_phone_number_is_added_changed_and_removed() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    for number in ["+12025550134", "+12025550143"] {
        let record = account_client.verify_address(&app, number).await;
        let sent = json!({ "phone": number, "newIdentifierVerificationRecordId": record });
        assert_eq!(proved.send("POST", PHONE, &sent).await.status, 204);
        assert_eq!(body(&account_client.get(ACCOUNT).await)["primaryPhone"], number.trim_start_matches('+'));
    }
    assert_eq!(proved.send("DELETE", PHONE, &json!({})).await.status, 204);
    assert_eq!(body(&account_client.get(ACCOUNT).await)["primaryPhone"], json!(null));
    assert_eq!(app.inbox_of(&ada.email).await.count_of("AddressChanged"), 3);
    assert_eq!(app.inbox_of("12025550143").await.count_of("AddressChanged"), 1);
    app.may_leave_messages();
}

#[tokio::test]
async fn the_last_recovery_address_can_not_be_removed() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_required");
    let mut input = everything_editable();
    input["settings"]["signInExperience"] = json!({ "signUp": { "identifiers": ["email", "phone"] } });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_or_phone_required");
    super::execute(&app, "update users set phone = '12025550134'").await;
    assert_eq!(proved.send("DELETE", EMAIL, &json!({})).await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn with_sign_up_by_username_the_last_address_can_be_removed() {
    let mut input = everything_editable();
    input["settings"]["signInExperience"] = json!({ "signUp": { "identifiers": ["username"] } });
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    assert_refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_or_phone_required");
    super::execute(&app, "update users set username = 'ada', username_key = 'ada'").await;
    assert_eq!(proved.send("DELETE", EMAIL, &json!({})).await.status, 204);
    let page = proved.send("PATCH", ACCOUNT, &json!({ "username": null })).await;
    assert_refused(&page, 400, "user.last_sign_in_method_required");
    app.may_leave_messages();
}

#[tokio::test]
async fn of_two_parallel_changes_to_one_address_one_succeeds() {
    let (app, ada) = start(everything_editable()).await;
    let eve = create_user(&app, "eve@example.org").await;
    let mut ready = Vec::new();
    for user in [&ada, &eve] {
        let account_client = MyAccountClient::sign_in(&app, user, EVERYTHING).await;
        let record = account_client.verify_address(&app, NEW_ADDRESS).await;
        ready.push((
            account_client.with_record(&account_client.reauthenticate(PASSWORD).await),
            email(&record),
        ));
        app.clock.advance(1);
    }
    let calls =
        ready.into_iter().map(|(account_client, sent)| (account_client, "POST", EMAIL, sent)).collect();
    let mut pages: Vec<u16> = send_concurrently(calls).await.iter().map(|page| page.status).collect();
    pages.sort_unstable();
    assert_eq!(pages, [204, 422]);
    app.may_leave_messages();
}

#[tokio::test]
async fn invalid_bodies_are_refused_by_field() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    for (path, bad) in [
        (EMAIL, json!({})),
        (EMAIL, json!({ "email": "x", "newIdentifierVerificationRecordId": "y" })),
        (EMAIL, json!({ "email": null, "newIdentifierVerificationRecordId": "y" })),
        (EMAIL, json!({ "email": "a@example.org" })),
        (EMAIL, json!({ "email": "a@example.org", "newIdentifierVerificationRecordId": "y", "phone": "1" })),
        (PHONE, json!({ "phone": "12", "newIdentifierVerificationRecordId": "y" })),
        (PHONE, json!({ "phone": 12_025_550_134_i64, "newIdentifierVerificationRecordId": "y" })),
    ] {
        assert_refused(&account_client.send("POST", path, &bad).await, 400, "guard.invalid_input");
    }
}
