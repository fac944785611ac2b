//! "This wasn't me": the links of notices, when several were sent, to the owner and to whoever took the
//! account over.

use serde_json::json;

use super::super::{DONE, PASSWORD, can_sign_in, obtain_grant};
use super::{ADA, NEW, choose_password, dispute, email_of, open_link, take_address, take_password};
use crate::http::account_api::{EVERYTHING, MyAccountClient, everything_editable, start};
use crate::http::{ROOT, api_client, send};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::people::TestUser;

const FIRST: &str = "first@thief.example";
const SECOND: &str = "second@thief.example";
const DAY: i64 = 24 * 3600;

/// Somebody who knows the password moves the account twice; the links of the owner and of the attacker.
async fn take_over_twice(app: &TestApp, ada: &TestUser) -> (String, String) {
    let attacker = MyAccountClient::sign_in(app, ada, EVERYTHING).await;
    take_address(app, &attacker, PASSWORD, FIRST).await;
    take_address(app, &attacker, PASSWORD, SECOND).await;
    (app.inbox_of(ADA).await.not_me_path(), app.inbox_of(FIRST).await.not_me_path())
}

#[tokio::test]
async fn reverting_a_change_ends_the_links_of_later_changes() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let (owners, thiefs) = take_over_twice(&app, &ada).await;
    let (browser, _) = dispute(&app, &owners).await;
    choose_password(&app, &browser, ADA, NEW).await;
    app.clock.advance(9 * DAY);
    let (_, page) = open_link(&app, &thiefs).await;
    if page.has_button_to("/not-me") {
        page.submit().await;
    }
    assert!(is_ended(&app, &thiefs).await);
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA), "the owner's address stays");
    assert!(can_sign_in(&app, ADA, NEW).await, "and so does the owner's password");
}

#[tokio::test]
async fn reverting_an_address_change_disables_the_current_password() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    let owners = app.inbox_of(ADA).await.not_me_path();
    take_password(&app, &attacker, PASSWORD, "the thief's own long phrase").await;
    let (_, page) = dispute(&app, &owners).await;
    page.says("not-me-done-freeze");
    assert!(!can_sign_in(&app, ADA, "the thief's own long phrase").await, "it is switched off");
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA));
}

/// Whichever notice the owner opens first: that of a password that was changed before an address is enough.
#[tokio::test]
async fn a_dispute_link_reverts_every_later_address_change() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_password(&app, &attacker, PASSWORD, "the thief's own long phrase").await;
    let first = app.inbox_of(ADA).await.not_me_path();
    take_address(&app, &attacker, "the thief's own long phrase", FIRST).await;
    let later = app.inbox_of(ADA).await.not_me_path();
    let (browser, page) = dispute(&app, &first).await;
    page.says("not-me-done-restored").says("not-me-done-freeze");
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA));
    assert!(is_ended(&app, &later).await);
    assert_eq!(app.inbox_of(FIRST).await.count_of("AddressChanged"), 1, "who loses it is told");
    choose_password(&app, &browser, ADA, NEW).await;
    assert!(can_sign_in(&app, ADA, NEW).await);
}

/// Presses the button of a link that is over: nothing happens.
async fn is_ended(app: &TestApp, link: &str) -> bool {
    let (_, page) = open_link(app, link).await;
    !page.has_button_to("/not-me") && page.contains_message("not-me-over-title")
}

/// An administrator's call about somebody.
async fn set_email(app: &TestApp, ada: &TestUser, email: &str) {
    let path = format!("/api/users/{}", ada.id);
    let page = send(&api_client(app, ROOT), "PATCH", &path, &json!({ "primaryEmail": email })).await;
    assert_eq!(page.status, 200, "{}", page.html);
}

/// Resets over this address, on our pages.
async fn reset_password(app: &TestApp, address: &str, password: &str) {
    app.clock.advance(60);
    obtain_grant(app, address).await.choose_password(password).await.redirects_to(DONE);
}

#[tokio::test]
async fn whoever_loses_a_reverted_address_is_notified_and_can_not_dispute() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    dispute(&app, &app.inbox_of(ADA).await.not_me_path()).await;
    let inbox = app.inbox_of(FIRST).await;
    assert_eq!(inbox.count_of("AddressChanged"), 1);
    assert!(!inbox.newest_of("AddressChanged").rendered.text.contains("/not-me/"));
}

#[tokio::test]
async fn a_reverted_value_is_never_restored() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    let owners = app.inbox_of(ADA).await.not_me_path();
    dispute(&app, &owners).await;
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA));
    // Ada comes back, is taken over again, and this time the attacker's own link says "first" was there
    // before.
    reset_password(&app, ADA, PASSWORD).await;
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    take_address(&app, &attacker, PASSWORD, SECOND).await;
    let thiefs = app.inbox_of(FIRST).await.not_me_path();
    let (_, page) = dispute(&app, &thiefs).await;
    page.does_not_say("not-me-done-restored").does_not_say("not-me-done-removed");
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(SECOND), "first is not put back");
    dispute(&app, &app.inbox_of(ADA).await.not_me_path()).await;
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA), "the owner's link works");
}

#[tokio::test]
async fn a_completed_reset_ends_the_links_of_former_addresses() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let (_, thiefs) = take_over_twice(&app, &ada).await;
    // Somebody who is signed in takes the old address again, so that no link was used.
    let moved = TestUser { email: SECOND.to_owned(), ..ada.clone() };
    let account_client = MyAccountClient::sign_in(&app, &moved, EVERYTHING).await;
    take_address(&app, &account_client, PASSWORD, ADA).await;
    assert!(!is_ended(&app, &thiefs).await);
    reset_password(&app, ADA, NEW).await;
    assert!(is_ended(&app, &thiefs).await);
    let of_second = app.inbox_of(SECOND).await.not_me_path();
    assert!(is_ended(&app, &of_second).await);
}

#[tokio::test]
async fn a_reset_over_the_attackers_address_keeps_the_owners_links() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    let owners = app.inbox_of(ADA).await.not_me_path();
    reset_password(&app, FIRST, "the thief's own long phrase").await;
    let (_, page) = dispute(&app, &owners).await;
    page.says("not-me-done-restored").says("not-me-done-freeze");
    assert!(!can_sign_in(&app, ADA, "the thief's own long phrase").await);
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some(ADA));
}

#[tokio::test]
async fn a_password_that_the_owner_set_since_stays() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let account_client = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_password(&app, &account_client, PASSWORD, "the thief's own long phrase").await;
    let owners = app.inbox_of(ADA).await.not_me_path();
    reset_password(&app, ADA, NEW).await;
    let (_, page) = dispute(&app, &owners).await;
    page.says("not-me-done-sessions").does_not_say("not-me-done-freeze");
    page.does_not_say("not-me-done-restored");
    assert!(can_sign_in(&app, ADA, NEW).await, "the owner's own way back set it");
}

#[tokio::test]
async fn all_links_of_a_change_end_with_the_one_used() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    db_dump::execute(&app, "update users set phone = '12025550134'").await;
    let attacker = MyAccountClient::sign_in(&app, &ada, EVERYTHING).await;
    take_address(&app, &attacker, PASSWORD, FIRST).await;
    let (by_mail, by_phone) =
        (app.inbox_of(ADA).await.not_me_path(), app.inbox_of("12025550134").await.not_me_path());
    dispute(&app, &by_mail).await;
    assert!(is_ended(&app, &by_phone).await);
}

#[tokio::test]
async fn an_address_set_by_an_administrator_is_not_reverted_by_an_earlier_link() {
    let (app, ada) = start(everything_editable()).await;
    app.may_leave_messages();
    let (owners, thiefs) = take_over_twice(&app, &ada).await;
    set_email(&app, &ada, "ada@new.example").await;
    assert!(is_ended(&app, &owners).await && is_ended(&app, &thiefs).await);
    assert_eq!(email_of(&app, &ada.id).await.as_deref(), Some("ada@new.example"));
}
