//! Captchas: our own proof of work, other providers' verdicts over real HTTP, and every place where one is
//! required.

mod entry_points;
mod interactions;
mod pages;
mod proof_of_work;
mod providers;

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::app::TestApp;

const ADA: &str = "ada@example.org";
const CHALLENGE: &str = "/captcha/challenge";

/// Keys, apps and these settings of a captcha.
fn settings(captcha: Value) -> Value {
    let mut all = crate::http::sdk_api::with_apps(json!({ "captcha": captcha }));
    all["apiKeys"] = crate::http::with_keys(json!({}))["apiKeys"].clone();
    let method = json!([{ "identifier": "email", "verificationCode": true }]);
    all["settings"]["signInExperience"]["signIn"]["methods"] = method;
    all
}

/// A program that wants a proof of work, and somebody in it.
async fn start(more: Value) -> TestApp {
    let mut captcha = json!({ "provider": "altcha" });
    captcha.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let app = TestApp::with(settings(captcha)).await;
    app.new_user(ADA).with_password(crate::http::oidc::PASSWORD).make().await;
    app
}

/// A new challenge.
async fn challenge(app: &TestApp) -> Challenge {
    let page = app.browser().get(CHALLENGE).await;
    assert_eq!(page.status, 200, "{}", page.html);
    serde_json::from_str(&page.html).unwrap()
}

/// The token of a solution.
fn solution_token(challenge: Challenge) -> String {
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge)).unwrap().unwrap();
    STANDARD.encode(serde_json::to_string(&Payload { challenge, solution }).unwrap())
}

/// A token that is right.
async fn solve(app: &TestApp) -> String {
    solution_token(challenge(app).await)
}
