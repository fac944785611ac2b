//! no_oracle, on the way from an app: whoever it names by `login_hint`, its person sees the same, and so does
//! the app.

use serde_json::json;

use crate::promises::no_oracle::compare_accounts;
use crate::promises::{CODE, CookieClient, RESEND};

/// A request of the shop; what it keeps to itself is always the same here.
fn path_with_hint(screen: &str, email: &str) -> String {
    let challenge = "c".repeat(43);
    let pairs = [
        ("client_id", "shop"),
        ("redirect_uri", "https://shop.example/callback"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "state"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("first_screen", screen),
        ("login_hint", email),
    ];
    format!("/oidc/auth?{}", serde_urlencoded::to_string(pairs).unwrap())
}

#[tokio::test]
async fn no_oracle_for_login_hints_of_an_app() {
    compare_accounts(
        json!({ "applications": crate::http::oidc::settings_with_apps()["applications"] }),
        async |script| {
            let (client, email) = (CookieClient::new(&script.app).await, script.email.clone());
            let hint = email.replace('@', "%40");
            for (screen, page) in
                [("sign_in", "/sign-in"), ("reset_password", "/reset-password"), ("register", "/register")]
            {
                for prompt in ["", "&prompt=login", "&prompt=none"] {
                    script.get(&client, &format!("{}{prompt}", path_with_hint(screen, &email))).await;
                }
                script.get(&client, &format!("{page}?app_id=shop&login_hint={hint}")).await;
            }
            for _ in 0..2 {
                let typed = [("identifier", email.as_str()), ("password", "a wrong phrase")];
                script.post(&client, "/sign-in", &typed).await;
            }
            script.request_reset(&client).await;
            script.get(&client, CODE).await;
            for code in ["000000", "111111"] {
                script.post(&client, CODE, &[("code", code)]).await;
            }
            script.post(&client, RESEND, &[]).await;
            script.get(&client, "/sign-in?app_id=shop").await;
        },
    )
    .await;
}
