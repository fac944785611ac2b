//! `POST /api/my-account/password`: the order of the checks, a user's first password, and what a change ends.

use serde_json::json;

use super::{
    ACCOUNT, EVERYTHING, MyAccountClient, NEW_PASSWORD, assert_refused, body, everything_editable,
    is_audited, send_concurrently, start,
};
use crate::http::oidc::{NEW, PASSWORD};
use crate::support::client::Client;

#[tokio::test]
async fn a_password_change_needs_a_proof_and_notifies_the_owner() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let record = account_client.reauthenticate(PASSWORD).await;
    let page =
        account_client.with_record(&record).send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await;
    assert_eq!((page.status, page.html.as_str()), (204, ""));
    assert!(is_audited(&app, "password_change", "success").await);
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
    app.browser().get("/sign-in").await.sign_in(&ada.email, NEW).await.says("account-title");
    let again = account_client
        .with_record(&record)
        .send("POST", NEW_PASSWORD, &json!({ "password": "yet another phrase" }))
        .await;
    assert_refused(&again, 401, "verification_record.permission_denied");
}

#[tokio::test]
async fn without_a_proof_nothing_else_is_checked() {
    let mut input = everything_editable();
    input["settings"]["accountCenter"]["fields"]["password"] = json!("ReadOnly");
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    for record in ["", "none", &"x".repeat(500)] {
        let page =
            account_client.with_record(record).send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await;
        assert_refused(&page, 401, "verification_record.permission_denied");
    }
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let page = proved.send("POST", NEW_PASSWORD, &json!({ "password": "a" })).await;
    assert_refused(&page, 400, "account_center.field_not_editable");
}

#[tokio::test]
async fn the_policy_is_checked_last_and_the_same_password_refused() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let page = proved.send("POST", NEW_PASSWORD, &json!({ "password": "short" })).await;
    assert_refused(&page, 422, "password.rejected");
    assert!(body(&page)["data"].as_array().is_some_and(|issues| !issues.is_empty()), "{}", page.html);
    let page = proved.send("POST", NEW_PASSWORD, &json!({ "password": PASSWORD })).await;
    assert_refused(&page, 422, "user.same_password");
    for bad in [
        json!({}),
        json!({ "password": null }),
        json!({ "password": 1 }),
        json!({ "password": NEW, "old": "x" }),
        json!([]),
    ] {
        assert_refused(&proved.send("POST", NEW_PASSWORD, &bad).await, 400, "guard.invalid_input");
    }
    let page = proved.send("POST", NEW_PASSWORD, &json!({ "password": "é".repeat(5000) })).await;
    assert_refused(&page, 422, "password.rejected");
}

#[tokio::test]
async fn a_first_password_needs_no_proof_without_password_and_address() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    super::execute(&app, "update users set username = 'ada', username_key = 'ada', email = null, email_key = null, password_digest = null").await;
    let account = body(&account_client.get(ACCOUNT).await);
    assert_eq!(
        (&account["hasPassword"], &account["hasSecurityVerificationMethod"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(account_client.send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await.status, 204);
    let account = body(&account_client.get(ACCOUNT).await);
    assert_eq!(
        (&account["hasPassword"], &account["hasSecurityVerificationMethod"]),
        (&json!(true), &json!(true))
    );
    let page = account_client.send("POST", NEW_PASSWORD, &json!({ "password": "yet another phrase" })).await;
    assert_refused(&page, 401, "verification_record.permission_denied");
    app.browser().get("/sign-in").await.sign_in("ada", NEW).await.says("account-title");
}

#[tokio::test]
async fn a_first_password_needs_a_verified_address_if_there_is_one() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    super::execute(&app, "update users set password_digest = null").await;
    let page = account_client.send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await;
    assert_refused(&page, 401, "verification_record.permission_denied");
    let record = account_client.verify_address(&app, &ada.email).await;
    assert_eq!(
        account_client
            .with_record(&record)
            .send("POST", NEW_PASSWORD, &json!({ "password": NEW }))
            .await
            .status,
        204
    );
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn a_new_password_ends_the_sessions_that_the_settings_name() {
    for (revoke, this_ends, others_end) in
        [("others", false, true), ("all", true, true), ("none", false, false)]
    {
        let mut input = everything_editable();
        input["settings"]["afterPasswordChange"] = json!({ "revoke": revoke });
        let (app, ada) = start(input).await;
        let (shop, current, there) = (Client::of(&app, "shop"), app.browser(), app.browser());
        let this = shop.sign_in(&current, &ada, &[]).await;
        let other = shop.sign_in(&there, &ada, &[]).await;
        let account_client = MyAccountClient::with_token(&app, &this.access);
        let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
        assert_eq!(proved.send("POST", NEW_PASSWORD, &json!({ "password": NEW })).await.status, 204);
        app.may_leave_messages();
        assert_eq!(current.get("/account").await.status == 303, this_ends, "{revoke}");
        assert_eq!(there.get("/account").await.status == 303, others_end, "{revoke}");
        assert_eq!(shop.are_invalid(&this).await, this_ends, "{revoke}");
        assert_eq!(shop.are_invalid(&other).await, others_end, "{revoke}");
    }
}

#[tokio::test]
async fn of_two_parallel_changes_one_succeeds() {
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid").await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let change = |n| json!({ "password": format!("a much better phrase {n}") });
    let calls = (0..6).map(|n| (proved.clone(), "POST", NEW_PASSWORD, change(n))).collect();
    let pages = send_concurrently(calls).await;
    let set: Vec<_> = pages.iter().filter(|page| page.status == 204).collect();
    assert_eq!(set.len(), 1, "{:?}", pages.iter().map(|page| page.status).collect::<Vec<_>>());
    assert!(pages.iter().all(|page| [204, 401].contains(&page.status)));
    assert_eq!(app.inbox_of(&ada.email).await.count_of("PasswordChanged"), 1);
}
