//! A digest of another system is hashed anew when its owner signs in, which needs a second turn in the queue.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::pbkdf2::PBKDF2_HMAC_SHA256;
use serde_json::json;

use super::super::super::PASSWORD;
use super::super::super::cost_bounded::network::at;
use super::{program, start_slow_sign_in, wait_until_counted, wait_until_queued};
use crate::http::sdk_api;
use crate::support::db_dump;

/// A right password whose digest is of another system is hashed anew: where that has no place in the queue,
/// it is done another time. The try was right, and must not count as a failure.
#[tokio::test]
async fn a_right_password_that_can_not_be_rehashed_is_no_failure() {
    let app = program().await;
    app.may_leave_messages();
    app.new_user("old@example.org").with_digest(&digest_of_another_system(PASSWORD)).make().await;
    let shop = sdk_api::shop_page(&app);
    let input = json!({ "email": "old@example.org", "password": PASSWORD });
    let signing_in = tokio::spawn(async move { sdk_api::call(&shop, "email/signin", input).await });
    wait_until_counted(&app).await;
    // Meanwhile both places are taken: the other network's turn comes first, so that this one's place stays
    // taken.
    let other = start_slow_sign_in(at(sdk_api::shop_page(&app), "203.0.113.9"));
    wait_until_queued(&app, 1).await;
    let own = start_slow_sign_in(sdk_api::shop_page(&app));
    wait_until_queued(&app, 2).await;
    let page = signing_in.await.unwrap();
    assert_eq!(page.status, 200, "it was right: {}", page.html);
    for blocker in [other, own] {
        blocker.await.unwrap();
    }
    let counted = "select count(*) from throttles where id like 'sign_in:%' and failures = 1";
    assert_eq!(db_dump::query_number(&app, counted).await, 0, "nobody failed but the slow one, twice");
}

/// What another system keeps of a password, slow to check.
fn digest_of_another_system(password: &str) -> String {
    let (salt, rounds) = (b"saltsaltsalt", 120_000);
    let mut output = [0_u8; 32];
    let count = NonZeroU32::new(rounds).unwrap();
    ring::pbkdf2::derive(PBKDF2_HMAC_SHA256, count, salt, password.as_bytes(), &mut output);
    let [salt, output] = [&salt[..], &output].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("$pbkdf2-sha256$i={rounds}${salt}${output}")
}
