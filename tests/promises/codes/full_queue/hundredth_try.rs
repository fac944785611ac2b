//! The hundredth wrong password while nobody can check one, because the queue of the hashing threads is full:
//! it counts, it is answered 503, and it leaves the account open to a reset, of which its owner is told.

use serde_json::json;

use super::super::super::{CookieClient, DONE, PASSWORD, can_sign_in, obtain_grant};
use super::super::{ADA, PHONE};
use super::{fill, program};
use crate::http::account_api::{EVERYTHING, MyAccountClient, PROVE};
use crate::http::experience_api::{CustomUi, PROVE as IDENTIFY};
use crate::http::graphql::{self, SIGN_IN};
use crate::http::{ROOT, api_client, sdk_api, send};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::TestUser;

const NEW: &str = "a much better phrase";

/// The interfaces that check a password.
#[derive(Clone, Copy, Debug)]
enum Interface {
    Page,
    Experience,
    Sdk,
    GraphQl,
    Management,
    Account,
    AccountPage,
}

const INTERFACES: [Interface; 7] = [
    Interface::Page,
    Interface::Experience,
    Interface::Sdk,
    Interface::GraphQl,
    Interface::Management,
    Interface::Account,
    Interface::AccountPage,
];

/// Somebody who is signed in, for the interfaces that want it.
struct SignedIn {
    account_client: MyAccountClient,
    client: CookieClient,
}

impl SignedIn {
    async fn of(app: &TestApp) -> Self {
        let id = app.user(ADA).await.unwrap().id.0;
        let user = TestUser { id, email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() };
        let client = CookieClient::new(app).await;
        client.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await;
        Self {
            account_client: MyAccountClient::sign_in(app, &user, EVERYTHING).await,
            client: CookieClient::of(client.browser).await,
        }
    }

    /// Tries this password there.
    async fn try_password(&self, app: &TestApp, interface: Interface, password: &str) -> Page {
        let input = json!({ "password": password });
        match interface {
            Interface::Page => {
                let fields = [("identifier", ADA), ("password", password)];
                CookieClient::new(app).await.post("/sign-in", &fields).await
            }
            Interface::Experience => {
                let ui = CustomUi::with_interaction(app, "SignIn").await;
                let identifier = json!({ "type": "email", "value": ADA });
                ui.call("POST", IDENTIFY, json!({ "identifier": identifier, "password": password })).await
            }
            Interface::Sdk => {
                let input = json!({ "email": ADA, "password": password });
                sdk_api::call(&sdk_api::shop_page(app), "email/signin", input).await
            }
            Interface::GraphQl => {
                let input = json!({ "email": ADA, "password": password });
                graphql::execute(&graphql::login_client(app), SIGN_IN, input).await
            }
            Interface::Management => {
                let path = format!("/api/users/{}/password/verify", app.user(ADA).await.unwrap().id.0);
                send(&api_client(app, ROOT), "POST", &path, &input).await
            }
            Interface::Account => self.account_client.send("POST", PROVE, &input).await,
            Interface::AccountPage => {
                let fields = [("currentPassword", password), ("newPassword", NEW)];
                self.client.post("/account/password", &fields).await
            }
        }
    }
}

/// One wrong password has been counted ninety-nine times.
async fn set_ninety_nine_failures(app: &TestApp, signed_in: &SignedIn) {
    signed_in.try_password(app, Interface::Page, "not it").await;
    db_dump::execute(app, "update throttles set failures = 99, hits = '' where id like 'sign_in:%'").await;
}

#[tokio::test]
async fn a_hundredth_attempt_that_could_not_be_checked_leaves_a_way_in() {
    for (nth, interface) in INTERFACES.into_iter().enumerate() {
        let app = program().await;
        let signed_in = SignedIn::of(&app).await;
        set_ninety_nine_failures(&app, &signed_in).await;
        let blockers = fill(&app).await;
        // The right one is not let in either: nobody could tell.
        let password = if nth % 2 == 0 { "not it" } else { PASSWORD };
        let page = signed_in.try_password(&app, interface, password).await;
        // GraphQL has no status of its own for it.
        let is_busy = page.status == 503 || page.html.contains("RATE_LIMIT_EXCEEDED");
        assert!(is_busy, "{interface:?}: {} {}", page.status, page.html);
        for blocker in blockers {
            blocker.await.unwrap();
        }
        assert_way_in_remains(&app, interface).await;
    }
}

/// The try counted, so the password waits; the owner was told once, and a reset opens everything.
async fn assert_way_in_remains(app: &TestApp, interface: Interface) {
    assert!(!can_sign_in(app, ADA, PASSWORD).await, "{interface:?}: it counted");
    for address in [ADA, PHONE] {
        assert_eq!(app.inbox_of(address).await.count_of("AttemptsBlocked"), 1, "{interface:?}: {address}");
    }
    let locks = "select count(*) from audit_log where event = 'identifier_lockout' and result = 'locked'";
    assert_eq!(db_dump::query_number(app, locks).await, 1, "{interface:?}: audited once");
    obtain_grant(app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
    assert!(can_sign_in(app, ADA, NEW).await, "{interface:?}: a reset opens it");
    app.deliver().await;
    app.may_leave_messages();
}
