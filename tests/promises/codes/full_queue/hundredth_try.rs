//! The hundredth wrong password while nobody can check one, because the queue of the hashing threads is full: it counts, it is answered 503,
//! and it leaves the account open to a reset, of which its owner is told.

use serde_json::json;

use super::super::super::{DONE, Hand, PASSWORD, granted, signs_in};
use super::super::{ADA, PHONE};
use super::{fill, program};
use crate::http::account_api::{EVERYTHING, PROVE, Phone};
use crate::http::experience_api::{PROVE as IDENTIFY, Screen};
use crate::http::graphql::{self, SIGN_IN};
use crate::http::{ROOT, machine, sdk_api, send};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::Person;

const NEW: &str = "a much better phrase";

/// The faces that check a password.
#[derive(Clone, Copy, Debug)]
enum Face {
    Page,
    Experience,
    Sdk,
    GraphQl,
    Management,
    Account,
    AccountPage,
}

const FACES: [Face; 7] = [
    Face::Page,
    Face::Experience,
    Face::Sdk,
    Face::GraphQl,
    Face::Management,
    Face::Account,
    Face::AccountPage,
];

/// Somebody who is signed in, for the faces that want it.
struct SignedIn {
    phone: Phone,
    hand: Hand,
}

impl SignedIn {
    async fn of(app: &TestApp) -> Self {
        let id = app.user(ADA).await.unwrap().id.0;
        let person = Person { id, email: ADA.to_owned(), phone: None, password: PASSWORD.to_owned() };
        let hand = Hand::new(app).await;
        hand.post("/sign-in", &[("identifier", ADA), ("password", PASSWORD)]).await;
        Self { phone: Phone::of(app, &person, EVERYTHING).await, hand: Hand::of(hand.browser).await }
    }

    /// Tries this password there.
    async fn tries(&self, app: &TestApp, face: Face, password: &str) -> Page {
        let given = json!({ "password": password });
        match face {
            Face::Page => {
                let fields = [("identifier", ADA), ("password", password)];
                Hand::new(app).await.post("/sign-in", &fields).await
            }
            Face::Experience => {
                let screen = Screen::that_begins(app, "SignIn").await;
                let who = json!({ "type": "email", "value": ADA });
                screen.call("POST", IDENTIFY, json!({ "identifier": who, "password": password })).await
            }
            Face::Sdk => {
                let given = json!({ "email": ADA, "password": password });
                sdk_api::call(&sdk_api::shop(app), "email/signin", given).await
            }
            Face::GraphQl => {
                let given = json!({ "email": ADA, "password": password });
                graphql::ask(&graphql::login(app), SIGN_IN, given).await
            }
            Face::Management => {
                let path = format!("/api/users/{}/password/verify", app.user(ADA).await.unwrap().id.0);
                send(&machine(app, ROOT), "POST", &path, &given).await
            }
            Face::Account => self.phone.send("POST", PROVE, &given).await,
            Face::AccountPage => {
                let fields = [("currentPassword", password), ("newPassword", NEW)];
                self.hand.post("/account/password", &fields).await
            }
        }
    }
}

/// One wrong password has been counted ninety-nine times.
async fn is_at_the_edge(app: &TestApp, signed_in: &SignedIn) {
    signed_in.tries(app, Face::Page, "not it").await;
    db_dump::run(app, "update throttles set failures = 99, hits = '' where id like 'sign_in:%'").await;
}

#[tokio::test]
async fn the_hundredth_try_that_nobody_can_check_leaves_a_way_in() {
    for (nth, face) in FACES.into_iter().enumerate() {
        let app = program().await;
        let signed_in = SignedIn::of(&app).await;
        is_at_the_edge(&app, &signed_in).await;
        let blockers = fill(&app).await;
        // The right one is not let in either: nobody could tell.
        let password = if nth % 2 == 0 { "not it" } else { PASSWORD };
        let page = signed_in.tries(&app, face, password).await;
        // GraphQL has no status of its own for it.
        let is_busy = page.status == 503 || page.html.contains("RATE_LIMIT_EXCEEDED");
        assert!(is_busy, "{face:?}: {} {}", page.status, page.html);
        for blocker in blockers {
            blocker.await.unwrap();
        }
        stands_as_promised(&app, face).await;
    }
}

/// The try counted, so the password waits; the owner was told once, and a reset opens everything.
async fn stands_as_promised(app: &TestApp, face: Face) {
    assert!(!signs_in(app, ADA, PASSWORD).await, "{face:?}: it counted");
    for address in [ADA, PHONE] {
        assert_eq!(app.inbox_of(address).await.count_of("AttemptsBlocked"), 1, "{face:?}: {address}");
    }
    let locks = "select count(*) from audit_log where event = 'identifier_lockout' and result = 'locked'";
    assert_eq!(db_dump::number(app, locks).await, 1, "{face:?}: audited once");
    granted(app, ADA).await.reset(NEW).await.redirects_to(DONE);
    assert!(signs_in(app, ADA, NEW).await, "{face:?}: a reset opens it");
    app.deliver().await;
    app.may_leave_messages();
}
