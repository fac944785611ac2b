//! Another address, and none: two proofs, one use, a notice to the old one that takes it back.

use serde_json::{Value, json};

use super::{ACCOUNT, EMAIL, EVERYTHING, PHONE, Phone, at_once, body, is_noted, open, refused, start};
use crate::http::oidc::{PASSWORD, person};
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
async fn an_address_is_changed_with_both_proofs_and_the_old_one_hears_of_it() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    let record = phone.asks(NEW_ADDRESS).await;
    let inbox = app.inbox_of(NEW_ADDRESS).await;
    assert_eq!(inbox.newest().kind, "BindNewIdentifier");
    refused(&proved.send("POST", EMAIL, &email(&record)).await, 400, "verification_record.not_found");
    assert_eq!(phone.verifies(NEW_ADDRESS, &record, &inbox.code()).await.status, 200);
    refused(&phone.send("POST", EMAIL, &email(&record)).await, 401, "verification_record.permission_denied");
    let page = proved.send("POST", EMAIL, &email(&record)).await;
    assert_eq!((page.status, page.html.as_str()), (204, ""));
    assert!(is_noted(&app, "address_change", "success").await);
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some(KEY));
    assert_eq!(app.user(KEY).await.unwrap().id.0, ada.id);
    let notices = app.inbox_of(&ada.email).await;
    assert_eq!(notices.newest().kind, "AddressChanged");
    assert!(!notices.text().to_lowercase().contains(KEY), "the new address is not told");
    assert_eq!(app.inbox_of(NEW_ADDRESS).await.count(), 1, "the new one got its code and nothing else");
    refused(&proved.send("POST", EMAIL, &email(&record)).await, 400, "verification_record.not_found");
}

#[tokio::test]
async fn the_order_is_proof_setting_scope_record() {
    let mut given = open();
    given["settings"]["accountCenter"]["fields"]["email"] = json!("ReadOnly");
    given["settings"]["accountCenter"]["fields"]["phone"] = json!("Edit");
    let (app, ada) = start(given).await;
    let phone = Phone::of(&app, &ada, "openid email").await;
    let number = json!({ "phone": "+12025550134", "newIdentifierVerificationRecordId": "none" });
    for (method, path, sent) in
        [("POST", EMAIL, email("none")), ("DELETE", EMAIL, json!({})), ("POST", PHONE, number.clone())]
    {
        refused(&phone.send(method, path, &sent).await, 401, "verification_record.permission_denied");
    }
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    refused(&proved.send("POST", EMAIL, &email("none")).await, 400, "account_center.field_not_editable");
    refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "account_center.field_not_editable");
    refused(&proved.send("POST", PHONE, &number).await, 400, "auth.unauthorized");
    refused(&proved.send("DELETE", PHONE, &json!({})).await, 400, "auth.unauthorized");
    let whole = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = whole.proved(&whole.proves(PASSWORD).await);
    refused(&proved.send("POST", PHONE, &number).await, 400, "verification_record.not_found");
}

#[tokio::test]
async fn a_taken_address_is_said_only_to_who_can_read_its_mail() {
    let (app, ada) = start(open()).await;
    let bob = person(&app, "bob@example.org").await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    let record = phone.proves_address(&app, &bob.email).await;
    let sent = json!({ "email": bob.email, "newIdentifierVerificationRecordId": record });
    refused(&proved.send("POST", EMAIL, &sent).await, 422, "user.email_already_in_use");
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some("ada@example.org"));
}

#[tokio::test]
async fn a_record_proves_its_own_address_and_its_own_person() {
    let (app, ada) = start(open()).await;
    let eve = person(&app, "eve@example.org").await;
    let (hers, theirs) = (Phone::of(&app, &ada, EVERYTHING).await, Phone::of(&app, &eve, EVERYTHING).await);
    let record = hers.proves_address(&app, NEW_ADDRESS).await;
    let proved = hers.proved(&hers.proves(PASSWORD).await);
    let other = json!({ "email": "other@example.org", "newIdentifierVerificationRecordId": record });
    refused(&proved.send("POST", EMAIL, &other).await, 400, "verification_record.not_found");
    let thief = theirs.proved(&theirs.proves(PASSWORD).await);
    refused(&thief.send("POST", EMAIL, &email(&record)).await, 400, "verification_record.not_found");
    refused(
        &hers.proved(&record).send("POST", EMAIL, &email(&record)).await,
        401,
        "verification_record.permission_denied",
    );
}

#[tokio::test]
async fn a_change_ends_open_recoveries_and_proofs_by_the_old_address() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let hand = app.browser();
    let page = hand.get("/forgot-password").await.fill("identifier", &ada.email);
    let page = page.submit().await.lands_on("/forgot-password/verification-code").await;
    let code = app.inbox_of(&ada.email).await.code();
    let by_old = phone.proves_address(&app, &ada.email).await;
    let record = phone.proves_address(&app, NEW_ADDRESS).await;
    let proved = phone.proved(&by_old);
    assert_eq!(proved.send("POST", EMAIL, &email(&record)).await.status, 204);
    let typed = page.fill("code", &code).submit().await;
    assert_ne!(typed.location(), "/forgot-password/reset");
    refused(&proved.send("DELETE", EMAIL, &json!({})).await, 401, "verification_record.permission_denied");
    app.may_leave_messages();
}

#[tokio::test]
async fn it_was_not_me_puts_the_address_back() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let record = phone.proves_address(&app, NEW_ADDRESS).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    assert_eq!(proved.send("POST", EMAIL, &email(&record)).await.status, 204);
    let path = app.inbox_of(&ada.email).await.not_me_path();
    let page = app.browser().get(&path).await.lands_on("/not-me").await;
    page.says("not-me-address-lead").says("not-me-address-back");
    page.submit().await.lands_on("/not-me").await.says("not-me-done-recover");
    assert_eq!(address(&app, &ada.id).await.as_deref(), Some(ada.email.as_str()));
    refused(&phone.get(ACCOUNT).await, 401, "auth.unauthorized");
    let page = app.browser().get("/sign-in").await.signs_in(&ada.email, PASSWORD).await;
    assert_ne!(page.location(), "/account", "the password is frozen");
    assert_eq!(app.inbox_of(&ada.email).await.newest().kind, "ForgotPassword");
    app.may_leave_messages();
}

#[tokio::test]
async fn a_number_is_added_changed_and_given_up() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    for number in ["+12025550134", "+12025550143"] {
        let record = phone.proves_address(&app, number).await;
        let sent = json!({ "phone": number, "newIdentifierVerificationRecordId": record });
        assert_eq!(proved.send("POST", PHONE, &sent).await.status, 204);
        assert_eq!(body(&phone.get(ACCOUNT).await)["primaryPhone"], number.trim_start_matches('+'));
    }
    assert_eq!(proved.send("DELETE", PHONE, &json!({})).await.status, 204);
    assert_eq!(body(&phone.get(ACCOUNT).await)["primaryPhone"], json!(null));
    assert_eq!(app.inbox_of(&ada.email).await.count_of("AddressChanged"), 3);
    assert_eq!(app.inbox_of("12025550143").await.count_of("AddressChanged"), 1);
    app.may_leave_messages();
}

#[tokio::test]
async fn the_last_way_back_in_is_not_given_up() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_required");
    let mut given = open();
    given["settings"]["signInExperience"] = json!({ "signUp": { "identifiers": ["email", "phone"] } });
    let (app, ada) = start(given).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_or_phone_required");
    super::change(&app, "update users set phone = '12025550134'").await;
    assert_eq!(proved.send("DELETE", EMAIL, &json!({})).await.status, 204);
    app.may_leave_messages();
}

#[tokio::test]
async fn where_people_sign_up_by_name_the_last_address_may_go() {
    let mut given = open();
    given["settings"]["signInExperience"] = json!({ "signUp": { "identifiers": ["username"] } });
    let (app, ada) = start(given).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    let proved = phone.proved(&phone.proves(PASSWORD).await);
    refused(&proved.send("DELETE", EMAIL, &json!({})).await, 400, "user.email_or_phone_required");
    super::change(&app, "update users set username = 'ada', username_key = 'ada'").await;
    assert_eq!(proved.send("DELETE", EMAIL, &json!({})).await.status, 204);
    let page = proved.send("PATCH", ACCOUNT, &json!({ "username": null })).await;
    refused(&page, 400, "user.last_sign_in_method_required");
    app.may_leave_messages();
}

#[tokio::test]
async fn of_two_who_take_one_address_at_once_one_gets_it() {
    let (app, ada) = start(open()).await;
    let eve = person(&app, "eve@example.org").await;
    let mut ready = Vec::new();
    for who in [&ada, &eve] {
        let phone = Phone::of(&app, who, EVERYTHING).await;
        let record = phone.proves_address(&app, NEW_ADDRESS).await;
        ready.push((phone.proved(&phone.proves(PASSWORD).await), email(&record)));
        app.clock.advance(1);
    }
    let calls = ready.into_iter().map(|(phone, sent)| (phone, "POST", EMAIL, sent)).collect();
    let mut pages: Vec<u16> = at_once(calls).await.iter().map(|page| page.status).collect();
    pages.sort_unstable();
    assert_eq!(pages, [204, 422]);
    app.may_leave_messages();
}

#[tokio::test]
async fn bad_bodies_are_told_what_is_wrong() {
    let (app, ada) = start(open()).await;
    let phone = Phone::of(&app, &ada, EVERYTHING).await;
    for (path, bad) in [
        (EMAIL, json!({})),
        (EMAIL, json!({ "email": "x", "newIdentifierVerificationRecordId": "y" })),
        (EMAIL, json!({ "email": null, "newIdentifierVerificationRecordId": "y" })),
        (EMAIL, json!({ "email": "a@example.org" })),
        (EMAIL, json!({ "email": "a@example.org", "newIdentifierVerificationRecordId": "y", "phone": "1" })),
        (PHONE, json!({ "phone": "12", "newIdentifierVerificationRecordId": "y" })),
        (PHONE, json!({ "phone": 12_025_550_134_i64, "newIdentifierVerificationRecordId": "y" })),
    ] {
        refused(&phone.send("POST", path, &bad).await, 400, "guard.invalid_input");
    }
}
