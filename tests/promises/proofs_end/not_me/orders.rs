//! Every ordered pair of changes that an attacker can make, and every link of their notices as the one that
//! is pressed first: by the time the owner has pressed theirs, the account is the owner's, and nothing that
//! the attacker holds or presses leads back in.

use super::super::super::{DONE, can_sign_in, obtain_grant};
use super::super::{ADA, NEW};
use super::takeover::{CHANGES, Change, Link, PHONE, Takeover};

/// One pair, and the link of this place pressed first; whether there is one.
async fn play(pair: [Change; 2], first: usize) -> bool {
    let taken = Takeover::after(&pair).await;
    let Some(pressed) = taken.links.get(first).cloned() else { return false };
    let answer = format!("{pair:?}, first pressed by {}", pressed.reader);
    let before = taken.recoveries_of_thief().await;
    taken.dispute(&pressed).await;
    if pressed.is_owners() {
        assert_eq!(
            taken.recoveries_of_thief().await,
            before,
            "{answer}: the owner's way back is the owner's"
        );
    }
    let (owners, thiefs): (Vec<&Link>, Vec<&Link>) = taken.links.iter().partition(|link| link.is_owners());
    for link in thiefs.iter().chain(&owners) {
        taken.dispute(link).await;
    }
    assert_is_the_owners(&taken, &answer).await;
    taken.app.clock.advance(60);
    obtain_grant(&taken.app, ADA).await.choose_password(NEW).await.redirects_to(DONE);
    for link in thiefs.iter().chain(&owners) {
        taken.dispute(link).await;
    }
    assert_is_the_owners(&taken, &answer).await;
    assert!(can_sign_in(&taken.app, ADA, NEW).await, "{answer}: the owner's new password works");
    assert_eq!(taken.access_of_thief().await, Vec::<String>::new(), "{answer}");
    true
}

async fn assert_is_the_owners(taken: &Takeover, answer: &str) {
    let user = taken.app.user(&taken.id).await.unwrap();
    assert_eq!((user.email.as_deref(), user.phone.as_deref()), (Some(ADA), Some(PHONE)), "{answer}");
}

async fn every_order_after(first: Change) {
    for second in CHANGES {
        let mut nth = 0;
        while play([first, second], nth).await {
            nth += 1;
        }
        // The notice of a name has no such link: the owner goes on by a reset, which is what that notice
        // offers.
        let has_links = [first, second] != [Change::Username, Change::Username];
        assert_eq!(nth > 0, has_links, "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn a_takeover_by_password_is_reverted_in_any_order() {
    every_order_after(Change::Password).await;
}

#[tokio::test]
async fn a_takeover_by_email_is_reverted_in_any_order() {
    every_order_after(Change::Email).await;
}

#[tokio::test]
async fn a_takeover_by_phone_is_reverted_in_any_order() {
    every_order_after(Change::Phone).await;
}

#[tokio::test]
async fn a_takeover_by_username_is_reverted_in_any_order() {
    every_order_after(Change::Username).await;
}
