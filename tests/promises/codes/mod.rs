//! What a code is good for: the newest one that was delivered to an address works from any open request of
//! that address and purpose, and from nothing else; wrong ones are counted until something else proves the
//! person; and a waiting window tells only what whoever holds it did.

mod attacker;
mod attacker_apps;
mod delivery;
mod full_queue;
mod hundredth;
mod in_a_row;
mod purpose;
mod window;

use serde_json::{Value, json};

use super::{CookieClient, REGISTER, REGISTER_CODE, SIGN_IN_CODE, SIGN_IN_SEND};
use crate::support::app::TestApp;

const ADA: &str = "ada@example.org";
const PHONE: &str = "+12025550134";

/// A flow of the pages: where it begins, where its code is typed, and where the right one leads.
#[derive(Clone, Copy)]
struct Flow {
    begin: &'static str,
    code: &'static str,
    onward: &'static str,
}

const RECOVERY: Flow = Flow { begin: super::FORGOT_PASSWORD, code: super::CODE, onward: super::RESET };
const SIGN_IN: Flow = Flow { begin: SIGN_IN_SEND, code: SIGN_IN_CODE, onward: "/account" };
const SIGN_UP: Flow = Flow { begin: REGISTER, code: REGISTER_CODE, onward: super::REGISTER_PASSWORD };

impl Flow {
    /// A browser that asked for this identifier.
    async fn start(self, app: &TestApp, identifier: &str) -> CookieClient {
        let client = CookieClient::new(app).await;
        client.post(self.begin, &[("identifier", identifier)]).await.redirects_to(self.code);
        client
    }
}

/// Every limit as it comes but that of the network, since all of a test's browsers share one; addresses and
/// numbers sign in and up by code.
fn all_methods_enabled() -> Value {
    json!({ "settings": {
        "throttle": { "requestsPerIp": { "limit": 0 } },
        "signInExperience": {
            "signIn": { "methods": [
                { "identifier": "email", "verificationCode": true },
                { "identifier": "phone", "verificationCode": true },
            ] },
            "signUp": { "identifiers": ["email", "phone"], "password": true },
        },
    } })
}

/// Somebody who is reached by mail and by phone.
async fn create_ada(app: &TestApp) {
    app.new_user(ADA).with_password(super::PASSWORD).with_phone(PHONE).make().await;
}
