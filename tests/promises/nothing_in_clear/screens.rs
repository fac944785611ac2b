//! The part of screens of somebody's own: a new password over JSON.

use reqwest::Method;
use serde_json::{Value, json};

use super::{SCREENS, SOMEBODY, Secrets, add_cookies, mail};
use crate::support::http_user::HttpUser;
use crate::support::server_process::{ServerFixture, ServerProcess};

/// The newcomer forgets the password, and an app's own screen asks for another.
pub(super) async fn screens(
    home: &ServerFixture,
    process: &ServerProcess,
    secrets: &mut Secrets,
) -> HttpUser {
    let visitor = process.http_user();
    super::apps::arrive(&visitor).await;
    let call = async |method: Method, path: &str, body: Value, status: u16| {
        let answer = visitor.call(method, &format!("/api/experience{path}"), &body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap_or_default()
    };
    let identifier = json!({ "type": "email", "value": SOMEBODY[2] });
    let event = "ForgotPassword";
    call(Method::PUT, "", json!({ "interactionEvent": event }), 204).await;
    let wanted = json!({ "identifier": identifier, "interactionEvent": event });
    let sent = call(Method::POST, "/verification/verification-code", wanted, 200).await;
    let id = sent["verificationId"].as_str().unwrap().to_owned();
    let (code, _) = mail(home, 9, secrets).await;
    let typed = json!({ "identifier": identifier, "verificationId": id, "code": code });
    call(Method::POST, "/verification/verification-code/verify", typed, 200).await;
    add_cookies(&visitor, secrets);
    call(Method::POST, "/identification", json!({ "verificationId": id }), 204).await;
    call(Method::PUT, "/profile/password", json!({ "password": SCREENS }), 204).await;
    call(Method::POST, "/submit", Value::Null, 204).await;
    mail(home, 10, secrets).await;
    visitor
}
