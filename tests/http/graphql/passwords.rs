//! Changing the caller's own password, and an operator setting a user's.

use serde_json::json;

use super::{
    ADA, NEW, PASSWORD, api_client, error_of, execute, login_client, payload, result_code, root_client,
    sign_in, start, start_with,
};
use crate::promises::can_sign_in;

pub(crate) const MINE: &str = "mutation($current: String!, $new: String!) {
  changeMyPassword(currentPassword: $current, newPassword: $new) { ok error { code weakPasswordReasons } } }";
pub(crate) const THEIRS: &str = "mutation($personId: String!, $password: String!) {
  changePassword(personId: $personId, password: $password) { ok error { code weakPasswordReasons } } }";

#[tokio::test]
async fn a_user_changes_the_password_with_the_current_one() {
    let app = start().await;
    let (current, elsewhere) = (sign_in(&app, PASSWORD).await, sign_in(&app, PASSWORD).await);
    let me = api_client(&app, &current);
    let input = |current: &str, new: &str| json!({ "current": current, "new": new });
    let weak = payload(&me, MINE, input("wrong", "short")).await;
    assert_eq!(
        weak["error"],
        json!({ "code": "TOO_WEAK", "weakPasswordReasons": ["TOO_SHORT"] }),
        "judged first"
    );
    assert_eq!(result_code(&me, MINE, input("wrong", NEW)).await, "INVALID_PASSWORD");
    assert_eq!(result_code(&login_client(&app), MINE, input(PASSWORD, NEW)).await, "NOT_A_PERSON");
    assert_eq!(result_code(&me, MINE, input(PASSWORD, NEW)).await, "ok");
    assert!(can_sign_in(&app, ADA, NEW).await && !can_sign_in(&app, ADA, PASSWORD).await);
    assert_eq!(execute(&me, "{ me { id } }", json!({})).await.status, 200, "this session goes on");
    assert_eq!(
        execute(&api_client(&app, &elsewhere), "{ me { id } }", json!({})).await.status,
        401,
        "others end"
    );
    assert_eq!(app.inbox_of(ADA).await.count_of("PasswordChanged"), 1);
}

#[tokio::test]
async fn without_a_password_there_is_none_to_change() {
    let app = start().await;
    app.new_user("blank@example.org").make().await;
    let issue = "mutation { createSessionToken(email: \"blank@example.org\") { ok error { code } result { token } } }";
    let token =
        payload(&root_client(&app), issue, json!({})).await["result"]["token"].as_str().unwrap().to_owned();
    let input = json!({ "current": "", "new": NEW });
    assert_eq!(result_code(&api_client(&app, &token), MINE, input).await, "NO_PASSWORD_SET");
}

#[tokio::test]
async fn a_disabled_password_change_is_refused() {
    let app = start_with(json!({ "accountCenter": { "enabled": false } })).await;
    let me = api_client(&app, &sign_in(&app, PASSWORD).await);
    let input = json!({ "current": PASSWORD, "new": NEW });
    assert_eq!(error_of(&me, MINE, input).await, (200, "ForbiddenError".to_owned()));
}

#[tokio::test]
async fn an_operator_sets_a_password_under_the_policy() {
    let app = start().await;
    let id = app.user(ADA).await.unwrap().id.0;
    let input = |id: &str, password: &str| json!({ "personId": id, "password": password });
    assert_eq!(result_code(&root_client(&app), THEIRS, input("nobody", "short")).await, "PERSON_NOT_FOUND");
    let weak = payload(&root_client(&app), THEIRS, input(&id, "short")).await;
    assert_eq!(weak["error"], json!({ "code": "TOO_WEAK", "weakPasswordReasons": ["TOO_SHORT"] }));
    assert_eq!(result_code(&root_client(&app), THEIRS, input(&id, NEW)).await, "ok");
    assert!(can_sign_in(&app, ADA, NEW).await);
}
