//! The session that an app of the SDK got for a forgotten password belongs to the address that proved it.

use serde_json::json;

use super::super::PASSWORD;
use super::{ADA, NEW, take_address};
use crate::http::account_api::{EVERYTHING, MyAccountClient, everything_editable, start};
use crate::http::sdk_api::{call_ok, call_status, recovery_session, refresh, with_session};
use crate::http::{ROOT, api_client, send};
use crate::promises::can_sign_in;
use crate::support::app::TestApp;
use crate::support::people::TestUser;

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    User,
    Administrator,
}

async fn change_address(app: &TestApp, ada: &TestUser, by: By) {
    match by {
        By::User => {
            let account_client = MyAccountClient::sign_in(app, ada, EVERYTHING).await;
            take_address(app, &account_client, PASSWORD, "ada@new.example").await;
        }
        By::Administrator => {
            let input = json!({ "primaryEmail": "ada@new.example" });
            let path = format!("/api/users/{}", ada.id);
            assert_eq!(send(&api_client(app, ROOT), "PATCH", &path, &input).await.status, 200);
        }
    }
}

#[tokio::test]
async fn an_sdk_recovery_session_ends_with_its_address() {
    for by in [By::User, By::Administrator] {
        let (app, ada) = start(everything_editable()).await;
        app.may_leave_messages();
        let session = recovery_session(&app).await;
        change_address(&app, &ada, by).await;
        let input = json!({ "password": NEW });
        assert_eq!(call_status(&with_session(&app, &session), "password/update", input).await.0, 401);
        assert_ne!(refresh(&app, &session).await.0, 200);
        assert!(can_sign_in(&app, "ada@new.example", PASSWORD).await, "the password is what it was");
        assert!(!can_sign_in(&app, "ada@new.example", NEW).await);
    }
}

#[tokio::test]
async fn an_sdk_recovery_session_continues_if_its_address_stays() {
    let (app, _) = start(everything_editable()).await;
    app.may_leave_messages();
    let session = recovery_session(&app).await;
    call_ok(&with_session(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert!(can_sign_in(&app, ADA, NEW).await);
}
