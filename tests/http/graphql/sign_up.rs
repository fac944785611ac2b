//! Sign-up over GraphQL.

use serde_json::{Value, json};

use super::{ADA, NEW, PASSWORD, error_of, payload, result_code, root_client, start, start_with};
use crate::promises::can_sign_in;

const SIGN_UP: &str =
    "mutation($email: String!, $password: String, $passwordHash: String, $roles: [String!], $name: String) {
  signUp(email: $email, password: $password, passwordHash: $passwordHash, roles: $roles, name: $name) {
    ok error { code weakPasswordReasons recommendedAction } result { person { id email name } } } }";
/// bcrypt of "correct horse battery".
const HASH: &str = "$2b$04$";

fn ben(more: Value) -> Value {
    let mut input = json!({ "email": "ben@example.org" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[tokio::test]
async fn an_account_is_created_and_can_sign_in() {
    let app = start().await;
    let made = payload(
        &root_client(&app),
        SIGN_UP,
        ben(json!({ "password": NEW, "name": "Ben", "roles": ["person"] })),
    )
    .await;
    assert_eq!((&made["ok"], &made["result"]["person"]["name"]), (&json!(true), &json!("Ben")));
    assert!(can_sign_in(&app, "ben@example.org", NEW).await);
    let later = json!({ "email": "cleo@example.org", "password": "" });
    assert_eq!(result_code(&root_client(&app), SIGN_UP, later).await, "ok", "an empty password is none");
}

#[tokio::test]
async fn an_invalid_sign_up_is_refused_with_its_code() {
    let app = start().await;
    for (input, code) in [
        (json!({ "email": ADA, "password": NEW }), "EMAIL_ALREADY_EXISTS"),
        (json!({ "email": "nonsense", "password": NEW }), "INVALID_EMAIL_FORMAT"),
        (json!({ "email": "ben@example.org", "password": "short" }), "TOO_WEAK"),
    ] {
        assert_eq!(result_code(&root_client(&app), SIGN_UP, input).await, code);
    }
    let weak = payload(&root_client(&app), SIGN_UP, ben(json!({ "password": "short" }))).await;
    assert_eq!(weak["error"]["weakPasswordReasons"], json!(["TOO_SHORT"]));
    for input in [
        ben(json!({ "roles": ["super_admin"] })),
        ben(json!({ "password": NEW, "passwordHash": HASH })),
        ben(json!({ "passwordHash": HASH })),
    ] {
        assert_eq!(error_of(&root_client(&app), SIGN_UP, input).await, (200, "UserInputError".to_owned()));
    }
    assert!(app.user("ben@example.org").await.is_none());
}

#[tokio::test]
async fn a_digest_of_another_system_is_accepted() {
    let app = start().await;
    let hash = "$2b$04$abcdefghijklmnopqrstuuY1vxOA12d2HrsWXTVeHhWn9LSUk3Ya2";
    assert_eq!(result_code(&root_client(&app), SIGN_UP, ben(json!({ "passwordHash": hash }))).await, "ok");
}

#[tokio::test]
async fn a_taken_address_gets_a_recommendation_where_users_may_be_revealed() {
    let taken = json!({ "email": ADA, "password": NEW });
    let app = start().await;
    assert_eq!(
        payload(&root_client(&app), SIGN_UP, taken.clone()).await["error"]["recommendedAction"],
        json!(null)
    );
    let app = start_with(json!({ "recovery": { "revealUserExists": true } })).await;
    assert_eq!(payload(&root_client(&app), SIGN_UP, taken).await["error"]["recommendedAction"], "SIGN_IN");
    app.new_user("blank@example.org").make().await;
    let blank = json!({ "email": "blank@example.org", "password": PASSWORD });
    assert_eq!(
        payload(&root_client(&app), SIGN_UP, blank).await["error"]["recommendedAction"],
        "RESET_PASSWORD"
    );
}
