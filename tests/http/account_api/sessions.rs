//! Sessions and app grants: listed and ended by their own user, after a proof.

use serde_json::{Value, json};

use super::{EVERYTHING, MyAccountClient, assert_refused, body, everything_editable, start};
use crate::http::oidc::{PASSWORD, create_user};
use crate::support::client::Client;

const SESSIONS: &str = "/api/my-account/sessions";
const GRANTS: &str = "/api/my-account/grants";

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let (app, ada) = start(everything_editable()).await;
    let there = app.browser();
    there.get("/sign-in").await.sign_in(&ada.email, PASSWORD).await.says("account-title");
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let page = proved.get(SESSIONS).await;
    let sessions = body(&page)["sessions"].as_array().unwrap().clone();
    assert_eq!((page.status, sessions.len()), (200, 2), "{}", page.html);
    assert_eq!((&sessions[0]["isCurrent"], &sessions[1]["isCurrent"]), (&json!(true), &json!(false)));
    assert_eq!(sessions[1]["payload"]["accountId"], json!(ada.id));
    let place = format!("{SESSIONS}/{}", sessions[1]["payload"]["uid"].as_str().unwrap());
    assert_refused(
        &account_client.send("DELETE", &place, &json!({})).await,
        401,
        "verification_record.permission_denied",
    );
    assert_eq!(proved.send("DELETE", &place, &json!({})).await.status, 204);
    there.get("/account").await.redirects_to("/sign-in");
    assert_refused(&proved.send("DELETE", &place, &json!({})).await, 404, "entity.not_found");
}

#[tokio::test]
async fn checks_run_in_the_order_proof_setting_scope() {
    let mut input = everything_editable();
    input["settings"]["accountCenter"]["fields"]["session"] = json!("Off");
    let (app, ada) = start(input).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    for path in [SESSIONS, GRANTS] {
        assert_refused(&account_client.get(path).await, 401, "verification_record.permission_denied");
        let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
        assert_refused(&proved.get(path).await, 400, "account_center.field_not_enabled");
        let one = format!("{path}/one");
        assert_refused(
            &proved.send("DELETE", &one, &json!({})).await,
            400,
            "account_center.field_not_editable",
        );
    }
    let (app, ada) = start(everything_editable()).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, "openid profile").await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    for path in [SESSIONS, GRANTS] {
        assert_refused(&proved.get(path).await, 401, "auth.unauthorized");
        assert_refused(
            &proved.send("DELETE", &format!("{path}/one"), &json!({})).await,
            401,
            "auth.unauthorized",
        );
    }
}

#[tokio::test]
async fn sessions_of_another_user_are_not_found() {
    let (app, ada) = start(everything_editable()).await;
    let bob = create_user(&app, "bob@example.org").await;
    let (hers, his) = (
        MyAccountClient::sign_in(&app, &ada, EVERYTHING).await,
        MyAccountClient::sign_in(&app, &bob, EVERYTHING).await,
    );
    let (hers, his) = (
        hers.with_record(&hers.reauthenticate(PASSWORD).await),
        his.with_record(&his.reauthenticate(PASSWORD).await),
    );
    let session = body(&his.get(SESSIONS).await)["sessions"][0]["payload"]["uid"].clone();
    let grant = body(&his.get(GRANTS).await)["grants"][0]["id"].clone();
    for (path, id) in [(SESSIONS, session), (GRANTS, grant)] {
        let place = format!("{path}/{}", id.as_str().unwrap());
        assert_refused(&hers.send("DELETE", &place, &json!({})).await, 404, "entity.not_found");
    }
    assert_eq!(his.get(SESSIONS).await.status, 200);
}

#[tokio::test]
async fn app_grants_are_listed_and_ended() {
    let (app, ada) = start(everything_editable()).await;
    let (blog, browser) = (Client::of(&app, "blog"), app.browser());
    let tokens = blog.sign_in(&browser, &ada, &[]).await;
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    let proved = account_client.with_record(&account_client.reauthenticate(PASSWORD).await);
    let page = proved.get(GRANTS).await;
    let grants = body(&page)["grants"].as_array().unwrap().clone();
    let of = |app: &str| grants.iter().find(|grant| grant["payload"]["clientId"] == app).cloned();
    let (blogs, shops) = (of("blog").unwrap(), of("shop").unwrap());
    assert_eq!(
        (&blogs["payload"]["kind"], &blogs["payload"]["accountId"]),
        (&json!("Grant"), &json!(ada.id))
    );
    let place = |grant: &Value| format!("{GRANTS}/{}", grant["id"].as_str().unwrap());
    assert_eq!(proved.send("DELETE", &place(&blogs), &json!({})).await.status, 204);
    assert!(blog.are_invalid(&tokens).await);
    assert_eq!(browser.get("/account").await.status, 200, "the session stays");
    assert_refused(&proved.send("DELETE", &place(&blogs), &json!({})).await, 404, "entity.not_found");
    assert_eq!(proved.send("DELETE", &place(&shops), &json!({})).await.status, 204);
    assert_refused(&proved.get(GRANTS).await, 401, "auth.unauthorized");
}
