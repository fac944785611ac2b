//! The session that an app of the SDK got for a forgotten password belongs to the address that proved it.

use serde_json::json;

use super::super::PASSWORD;
use super::{ADA, NEW, takes_address};
use crate::http::account_api::{EVERYTHING, Phone, open, start};
use crate::http::sdk_api::{fine, recovered, renews, said, signed};
use crate::http::{ROOT, machine, send};
use crate::promises::signs_in;
use crate::support::app::TestApp;
use crate::support::people::Person;

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Person,
    Administrator,
}

async fn changes_address(app: &TestApp, ada: &Person, by: By) {
    match by {
        By::Person => {
            let phone = Phone::of(app, ada, EVERYTHING).await;
            takes_address(app, &phone, PASSWORD, "ada@new.example").await;
        }
        By::Administrator => {
            let given = json!({ "primaryEmail": "ada@new.example" });
            let path = format!("/api/users/{}", ada.id);
            assert_eq!(send(&machine(app, ROOT), "PATCH", &path, &given).await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_recovery_of_the_sdk_ends_with_the_address_that_proved_it() {
    for by in [By::Person, By::Administrator] {
        let (app, ada) = start(open()).await;
        app.may_leave_messages();
        let session = recovered(&app).await;
        changes_address(&app, &ada, by).await;
        let given = json!({ "password": NEW });
        assert_eq!(said(&signed(&app, &session), "password/update", given).await.0, 401);
        assert_ne!(renews(&app, &session).await.0, 200);
        assert!(signs_in(&app, "ada@new.example", PASSWORD).await, "the password is what it was");
        assert!(!signs_in(&app, "ada@new.example", NEW).await);
    }
}

#[tokio::test]
async fn a_recovery_of_the_sdk_goes_on_where_nothing_was_taken_away() {
    let (app, _) = start(open()).await;
    app.may_leave_messages();
    let session = recovered(&app).await;
    fine(&signed(&app, &session), "password/update", json!({ "password": NEW })).await;
    assert!(signs_in(&app, ADA, NEW).await);
}
