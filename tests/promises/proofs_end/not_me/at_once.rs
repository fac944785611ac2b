//! Two "this wasn't me" links of one account, pressed at once over two instances: both get a page, and the
//! account ends up as if one had been pressed after the other.

use super::super::super::PASSWORD;
use super::super::{ADA, open_link, take_address, take_password};
use crate::http::account_api::{EVERYTHING, MyAccountClient, everything_editable, start};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::people::TestUser;

const THIEFS: &str = "the thief's own long phrase";
const PHONE: &str = "12025550134";
const FIRST: &str = "first@thief.example";
/// How often each two are pressed at once.
const ROUNDS: usize = 4;

/// Two links of one account.
#[derive(Clone, Copy, Debug)]
enum Links {
    /// Of the notices of a password and then of an address, both to the owner.
    TwoChanges,
    /// Of the notices of one change, by mail and by SMS.
    OneChange,
    /// The owner's of the first address, and the attacker's of the second.
    TwoReaders,
}

/// How two links are pressed.
#[derive(Clone, Copy, Debug)]
enum Order {
    FirstThenSecond,
    SecondThenFirst,
    AtOnce,
}

impl Links {
    async fn send(self, app: &TestApp, ada: &TestUser) -> [String; 2] {
        db_dump::execute(app, "update users set phone = '12025550134'").await;
        let attacker = MyAccountClient::sign_in(app, ada, EVERYTHING).await;
        let newest = async |address: &str| app.inbox_of(address).await.not_me_path();
        match self {
            Self::TwoChanges => {
                take_password(app, &attacker, PASSWORD, THIEFS).await;
                let first = newest(ADA).await;
                take_address(app, &attacker, THIEFS, FIRST).await;
                [first, newest(ADA).await]
            }
            Self::OneChange => {
                take_address(app, &attacker, PASSWORD, FIRST).await;
                [newest(ADA).await, newest(PHONE).await]
            }
            Self::TwoReaders => {
                take_address(app, &attacker, PASSWORD, FIRST).await;
                take_address(app, &attacker, PASSWORD, "second@thief.example").await;
                [newest(ADA).await, newest(FIRST).await]
            }
        }
    }
}

/// What there is to see of the account, and how many links still work.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    email: Option<String>,
    phone: Option<String>,
    is_frozen: bool,
    sessions: i64,
    open_links: i64,
}

async fn outcome(links: Links, order: Order) -> Outcome {
    let (app, ada) = start(everything_editable()).await;
    let second = app.second_instance().await;
    app.may_leave_messages();
    second.may_leave_messages();
    let [one, other] = links.send(&app, &ada).await;
    let ((_, one), (_, other)) = (open_link(&app, &one).await, open_link(&second, &other).await);
    let pages: [Page; 2] = match order {
        Order::FirstThenSecond => [one.submit().await, other.submit().await],
        Order::SecondThenFirst => [other.submit().await, one.submit().await],
        Order::AtOnce => tokio::join!(one.submit(), other.submit()).into(),
    };
    assert!(pages.iter().any(|page| page.status == 303), "{links:?} {order:?}: one is taken");
    for page in pages {
        assert!(matches!(page.status, 303 | 422), "{links:?} {order:?}: {}", page.summary());
    }
    let user = app.user(&ada.id).await.unwrap();
    Outcome {
        is_frozen: user.password_frozen_at.is_some(),
        email: user.email,
        phone: user.phone,
        sessions: db_dump::query_number(&app, "select count(*) from sessions").await,
        open_links: db_dump::query_number(
            &app,
            "select count(*) from repudiations where used_at is null and ended_at is null",
        )
        .await,
    }
}

async fn assert_serializable(links: Links) {
    let expected =
        [outcome(links, Order::FirstThenSecond).await, outcome(links, Order::SecondThenFirst).await];
    assert!(expected.iter().all(|outcome| outcome.sessions == 0), "{expected:?}");
    for _ in 0..ROUNDS {
        let found = outcome(links, Order::AtOnce).await;
        assert!(expected.contains(&found), "{links:?}: {found:?}, not {expected:?}");
    }
}

#[tokio::test]
async fn two_dispute_links_of_the_owner_at_once_are_serializable() {
    assert_serializable(Links::TwoChanges).await;
}

#[tokio::test]
async fn two_dispute_links_of_one_change_at_once_are_serializable() {
    assert_serializable(Links::OneChange).await;
}

#[tokio::test]
async fn dispute_links_of_owner_and_attacker_at_once_are_serializable() {
    assert_serializable(Links::TwoReaders).await;
}
