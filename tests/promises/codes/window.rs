//! A window that waits tells only what whoever holds it did. A stranger's window on a known person shows the same as one on nobody's address,
//! whatever the owner does meanwhile.

use serde_json::json;

use super::super::no_oracle::{Script, play};
use super::super::{Hand, PASSWORD, asked, granted};
use super::{Journey, RECOVERY, SIGN_IN, SIGN_UP, everywhere};
use crate::support::db_dump;
use rekey::domain::apps::Actor;
use rekey::domain::users;
use rekey::model::caller::Caller;
use rekey::model::ids::UserId;
use rekey::model::secret::Secret;

/// What an owner does while a stranger's window waits.
#[derive(Clone, Copy, Debug)]
enum Deed {
    ResetsByCode,
    FollowsTheLink,
    Changes,
    SignsIn,
    IsSuspended,
    IsDeleted,
    GetsAPassword,
    MovesAway,
}

const ALL: [Deed; 8] = [
    Deed::ResetsByCode,
    Deed::FollowsTheLink,
    Deed::Changes,
    Deed::SignsIn,
    Deed::IsSuspended,
    Deed::IsDeleted,
    Deed::GetsAPassword,
    Deed::MovesAway,
];

/// The owner, or whoever runs the place, does it; nobody does, where nobody has the address.
async fn does(script: &Script, deed: Deed) {
    let app = &script.app;
    let Some(user) = app.user(&script.email).await else { return };
    let email = script.email.clone();
    match deed {
        Deed::ResetsByCode | Deed::FollowsTheLink if user.is_suspended => {}
        Deed::ResetsByCode | Deed::FollowsTheLink => resets(script, deed).await,
        Deed::Changes => {
            let hand = Hand::new(app).await;
            hand.post("/sign-in", &[("identifier", &email), ("password", PASSWORD)]).await;
            let fields = [("currentPassword", PASSWORD), ("newPassword", "a much better phrase")];
            hand.post("/account/password", &fields).await;
        }
        Deed::SignsIn => {
            Hand::new(app).await.post("/sign-in", &[("identifier", &email), ("password", PASSWORD)]).await;
        }
        Deed::IsSuspended => machine(script, &user.id, Machine::Suspend).await,
        Deed::IsDeleted => machine(script, &user.id, Machine::Delete).await,
        Deed::GetsAPassword => machine(script, &user.id, Machine::Set).await,
        Deed::MovesAway => {
            db_dump::run(app, "update users set email = 'moved@example.org', email_key = 'moved@example.org'")
                .await
        }
    }
}

/// The owner comes back in by the code or the link of a message.
async fn resets(script: &Script, deed: Deed) {
    let app = &script.app;
    if matches!(deed, Deed::ResetsByCode) {
        let hand = granted(app, &script.email).await;
        hand.reset("a much better phrase").await.redirects_to(super::super::DONE);
        return;
    }
    let link = app.inbox_of(&script.email).await.link_path();
    let hand = Hand::new(app).await;
    hand.browser.get(&link).await;
    hand.post(super::super::LINK, &[]).await;
    hand.reset("a much better phrase").await;
}

enum Machine {
    Suspend(UserId),
    Delete(UserId),
    Set(UserId),
}

async fn machine(script: &Script, id: &UserId, how: impl FnOnce(UserId) -> Machine) {
    let how = how(id.clone());
    script
        .app
        .run(move |program| async move {
            let caller = Caller::default();
            let by = Actor { caller: &caller, key: "tests" };
            let rekey = &program.rekey;
            match how {
                Machine::Suspend(id) => drop(users::set_suspended(rekey, by, &id, true).await.unwrap()),
                Machine::Delete(id) => users::delete(rekey, by, &id).await.unwrap(),
                Machine::Set(id) => {
                    users::set_password(rekey, by, &id, &Secret::new("a much better phrase".to_owned()))
                        .await
                        .unwrap();
                }
            }
        })
        .await;
}

/// Everything that a window can ask about itself.
async fn looks(script: &mut Script, hand: &Hand, journey: Journey) {
    script.look(hand, journey.code).await;
    script.look(hand, &format!("{}/state", journey.code)).await;
    script.post(hand, journey.code, &[("code", "000000")]).await;
    script.post(hand, &format!("{}/continue", journey.code), &[]).await;
}

async fn watches(journey: Journey, deed: Deed) {
    play(everywhere(), async |script| {
        let hand = Hand::new(&script.app).await;
        let email = script.email.clone();
        script.post(&hand, journey.begin, &[("identifier", &email)]).await;
        script.app.deliver().await;
        looks(script, &hand, journey).await;
        for seconds in [2, 3] {
            script.app.clock.advance(seconds);
            script.post(&hand, journey.begin, &[("identifier", &email)]).await;
        }
        script.app.clock.advance(20);
        does(script, deed).await;
        looks(script, &hand, journey).await;
        // Whoever asks again at this moment sees the same window, also where the owner's deed made room for another message.
        script.post(&hand, journey.begin, &[("identifier", &email)]).await;
        looks(script, &hand, journey).await;
        script.post(&hand, &format!("{}/resend", journey.code), &[]).await;
        script.app.clock.advance(40);
        script.post(&hand, &format!("{}/resend", journey.code), &[]).await;
        looks(script, &hand, journey).await;
        for _ in 0..8 {
            script.post(&hand, journey.code, &[("code", "111111")]).await;
        }
        looks(script, &hand, journey).await;
        script.app.clock.advance(601);
        looks(script, &hand, journey).await;
    })
    .await;
}

#[tokio::test]
async fn a_window_on_a_forgotten_password_tells_nothing_of_the_owner() {
    for deed in ALL {
        eprintln!("{deed:?}");
        watches(RECOVERY, deed).await;
    }
}

#[tokio::test]
async fn a_window_on_signing_in_tells_nothing_of_the_owner() {
    for deed in ALL {
        if !matches!(deed, Deed::FollowsTheLink) {
            eprintln!("{deed:?}");
            watches(SIGN_IN, deed).await;
        }
    }
}

#[tokio::test]
async fn a_window_on_signing_up_tells_nothing_of_the_owner() {
    for deed in [Deed::ResetsByCode, Deed::IsSuspended, Deed::IsDeleted, Deed::MovesAway] {
        eprintln!("{deed:?}");
        watches(SIGN_UP, deed).await;
    }
}

/// The owner's own window hears nothing of it either, and goes on: another message brings a code that works.
#[tokio::test]
async fn a_window_that_was_overtaken_goes_on_with_the_next_message() {
    let app = crate::support::app::TestApp::with(json!({})).await;
    super::ada(&app).await;
    let (waits, old) = asked(&app, super::ADA).await;
    app.clock.advance(60);
    let (other, code) = asked(&app, super::ADA).await;
    other.code(&code).await.redirects_to(super::super::RESET);
    other.reset("a much better phrase").await.redirects_to(super::super::DONE);
    for gone in [&old, &code] {
        waits.code(gone).await.refused("code.earlier");
    }
    app.clock.advance(60);
    waits.post(super::super::RESEND, &[]).await.redirects_to(super::super::CODE);
    let newest = app.inbox_of(super::ADA).await.code();
    waits.code(&newest).await.redirects_to(super::super::RESET);
}
