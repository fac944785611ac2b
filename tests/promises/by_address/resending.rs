//! Another message of a sign-up through an app, once its request is over: whoever asks is answered as for a
//! request that waits and as for an address that was taken all along, and nothing is sent.

use serde_json::json;

use crate::http::sdk_api::{self, NEW, call, call_ok, shop_page, start};
use crate::promises::wrong_code;
use crate::support::app::TestApp;

/// What became of the sign-up before somebody asks for another message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    /// It waits for its code.
    Open,
    /// The code was typed and the account made.
    Used,
    /// Its tries were used up.
    Exhausted,
    /// The address was somebody's already.
    Taken,
}

const EMAIL: &str = "nina@example.org";

async fn program(became: Became) -> TestApp {
    let app = start(json!({})).await;
    app.may_leave_messages();
    if became == Became::Taken {
        app.new_user(EMAIL).with_password(NEW).make().await;
    }
    let sign_up_response =
        call_ok(&shop_page(&app), "email/signup", json!({ "email": EMAIL, "password": NEW })).await;
    if became == Became::Used || became == Became::Exhausted {
        let code = app.inbox_of(EMAIL).await.code();
        let tries = |token: &str| json!({ "email": EMAIL, "token": token, "type": "signup", "signup_token": sign_up_response["signup_token"] });
        if became == Became::Used {
            call_ok(&shop_page(&app), "otp/verify", tries(&code)).await;
        } else {
            for _ in 0..10 {
                sdk_api::call_status(&shop_page(&app), "otp/verify", tries(&wrong_code(&code))).await;
            }
        }
    }
    app.deliver().await;
    app
}

/// Asks again and again, sooner and later; every answer, and how many messages came.
async fn resend(became: Became) -> (Vec<(u16, String, String)>, usize) {
    let app = program(became).await;
    let before = app.inbox_of(EMAIL).await.count();
    let mut answers = Vec::new();
    for wait in [0, 29, 1, 0, 30, 30, 60, 600, 3600] {
        app.clock.advance(wait);
        let page = call(&shop_page(&app), "email/resend", json!({ "email": EMAIL })).await;
        answers.push((page.status, page.header("retry-after").to_owned(), page.html.clone()));
    }
    (answers, app.inbox_of(EMAIL).await.count() - before)
}

#[tokio::test]
async fn resending_is_answered_alike_after_the_owner_signed_in() {
    let (expected, sent) = resend(Became::Open).await;
    assert!(sent > 0, "an open one sends");
    assert!(expected.iter().any(|(status, ..)| *status == 429), "and has waits: {expected:?}");
    for became in [Became::Used, Became::Exhausted, Became::Taken] {
        let (answers, sent) = resend(became).await;
        assert_eq!(answers, expected, "{became:?}");
        if became != Became::Taken {
            assert_eq!(sent, 0, "{became:?}: nothing is sent");
        }
    }
}
