//! step_order: a password is written only through a verified, unexpired, unspent grant of the same account.
//! Random walks over browsers, people and every button, each step compared with `model`; then the short cuts
//! that a walk can't take.

mod random_walk;
mod reference_model;

use rekey_core::Context;
use rekey_core::recovery::reset_password;
use rekey_core::sign_up::{self, SignUpProof};
use rekey_core::types::caller::Caller;
use rekey_core::types::error::{Error, Refusal};
use rekey_core::types::ids::RequestId;
use rekey_core::types::purpose::Purpose;
use rekey_core::types::secret::Secret;
use rekey_core::verification::{self, VerifiedGrant, verify_code};

use self::random_walk::Walk;
use crate::promises::{
    CODE, CookieClient, DONE, FORGOT_PASSWORD, LINK, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, RESET,
    SIGN_IN_CODE, can_sign_in, obtain_grant, request_code, with_sign_in_codes, without_throttles, wrong_code,
};
use crate::support::app::TestApp;
use crate::support::db_dump;

/// Walks, and steps of each.
const WALKS: u64 = 300;
const STEPS: u32 = 16;
/// How many programs walk side by side.
const LANES: u64 = 4;

async fn lane(lane: u64) -> u64 {
    let app = TestApp::with(without_throttles()).await;
    let mut changes = 0;
    for number in (lane..WALKS).step_by(LANES as usize) {
        let mut walk = Walk::begin(&app, number).await;
        for _ in 0..STEPS {
            walk.step().await;
        }
        changes += walk.changes;
        walk.end().await;
    }
    app.may_leave_messages();
    changes
}

#[tokio::test]
async fn step_order() {
    let lanes: Vec<_> = (0..LANES).map(|number| tokio::spawn(lane(number))).collect();
    let mut changes = 0;
    for lane in lanes {
        changes += lane.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    }
    assert!(changes > WALKS / 4, "the walks reach the last page: {changes}");
}

/// What a browser that asked and did nothing else gets when it posts a password.
#[tokio::test]
async fn a_request_alone_sets_nothing() {
    let app = TestApp::with(without_throttles()).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let (client, _) = request_code(&app, "ada@example.org").await;
    client.choose_password("a much better phrase").await.redirects_to(FORGOT_PASSWORD);
    assert!(can_sign_in(&app, "ada@example.org", crate::promises::PASSWORD).await);
}

#[tokio::test]
async fn an_expired_grant_sets_nothing() {
    let app = TestApp::with(without_throttles()).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    app.clock.advance(599);
    client.choose_password("short").await.shows_refusal("password.rejected");
    app.clock.advance(1);
    client.choose_password("a much better phrase").await.redirects_to(CODE);
    assert!(can_sign_in(&app, "ada@example.org", crate::promises::PASSWORD).await);
}

#[tokio::test]
async fn a_spent_grant_sets_nothing() {
    let app = TestApp::with(without_throttles()).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let mut client = obtain_grant(&app, "ada@example.org").await;
    let stored = client.snapshot();
    client.choose_password("a much better phrase").await.redirects_to(DONE);
    client.restore(stored);
    client.choose_password("an even better phrase").await.redirects_to(CODE);
    assert!(can_sign_in(&app, "ada@example.org", "a much better phrase").await);
    app.inbox_of("ada@example.org").await;
}

/// A browser whose sealed cookie could be mixed from two: the cookie can't, but the rule must not depend on
/// it.
#[tokio::test]
async fn a_grant_is_valid_for_no_other_request() {
    let app = TestApp::with(without_throttles()).await;
    let ada = crate::promises::create_user(&app, "ada@example.org").await;
    let ben = crate::promises::create_user(&app, "ben@example.org").await;
    let purpose = Purpose::Reset;
    let (ada_request, ada_grant) = verified_request(&app, purpose, &ada.email).await;
    let (ben_request, ben_grant) = verified_request(&app, purpose, &ben.email).await;
    for (request, token) in [(&ada_request, &ben_grant), (&ben_request, &ada_grant)] {
        assert_refused(&app, VerifiedGrant { request: request.clone(), token: token.clone() }).await;
    }
    assert_refused(&app, VerifiedGrant { request: RequestId("none".to_owned()), token: ada_grant.clone() })
        .await;
    assert_refused(&app, VerifiedGrant { request: ada_request, token: Secret::new(String::new()) }).await;
    assert!(
        can_sign_in(&app, &ada.email, &ada.password).await
            && can_sign_in(&app, &ben.email, &ben.password).await
    );
}

async fn verified_request(app: &TestApp, purpose: Purpose, email: &str) -> (RequestId, Secret) {
    let typed = email.to_owned();
    let pending_request = app.run(move |program| async move {
        verification::request_code(Context::new(&program.core, &Caller::default()), purpose, &typed, None)
            .await
            .unwrap()
            .request
    });
    let (request, code) = (pending_request.await, app.inbox_of(email).await.code());
    let request_id = request.clone();
    let proved = app.run(move |program| async move {
        verify_code(Context::new(&program.core, &Caller::default()), purpose, &request_id, &code)
            .await
            .unwrap()
    });
    (request, proved.await)
}

/// What a code proved opens what it was asked for: no sign-in makes a password, no sign-up resets one, no
/// reset makes an account.
#[tokio::test]
async fn a_grant_is_valid_in_no_other_flow() {
    let app = TestApp::with(with_sign_in_codes(without_throttles())).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    for (purpose, email) in [
        (Purpose::Reset, "ada@example.org"),
        (Purpose::SignIn, "ada@example.org"),
        (Purpose::SignUp, "ben@example.org"),
    ] {
        let (request, token) = verified_request(&app, purpose, email).await;
        let grant = VerifiedGrant { request, token };
        if purpose != Purpose::Reset {
            assert_refused(&app, grant.clone()).await;
        }
        let made = app.run(move |program| async move {
            let password = Secret::from("a much better phrase");
            let claim = SignUpProof::VerifiedAddress(grant);
            sign_up::create_account(
                Context::new(&program.core, &Caller::default()),
                &claim,
                Some(&password),
                None,
            )
            .await
        });
        let made = made.await;
        match purpose {
            Purpose::SignUp => assert!(made.is_ok()),
            _ => assert!(matches!(made, Err(Error::Refused(Refusal::GrantInvalid))), "{purpose:?}"),
        }
        app.clock.advance(1);
    }
    assert!(can_sign_in(&app, "ada@example.org", crate::promises::PASSWORD).await);
    assert_eq!(db_dump::query_number(&app, "select count(*) from users").await, 2);
}

/// A request for one flow takes no code at the page of another.
#[tokio::test]
async fn a_code_is_accepted_by_its_own_flow_only() {
    let app = TestApp::with(with_sign_in_codes(without_throttles())).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "ada@example.org").await;
    for (page, begins) in [(SIGN_IN_CODE, "/sign-in"), (REGISTER_CODE, REGISTER)] {
        client.post(page, &[("code", &code)]).await.redirects_to(begins);
    }
    client.post(REGISTER_PASSWORD, &[("newPassword", "a much better phrase")]).await.redirects_to(REGISTER);
    client.enter_code(&code).await.redirects_to(RESET);
    client.post(REGISTER_PASSWORD, &[("newPassword", "a much better phrase")]).await.redirects_to(REGISTER);
    assert!(can_sign_in(&app, "ada@example.org", crate::promises::PASSWORD).await);
}

async fn assert_refused(app: &TestApp, grant: VerifiedGrant) {
    let password = Secret::from("a much better phrase");
    let outcome = app.run(move |program| async move {
        reset_password(Context::new(&program.core, &Caller::default()), &grant, &password).await
    });
    assert!(matches!(outcome.await, Err(Error::Refused(Refusal::GrantInvalid))));
}

/// The account is switched off while its owner chooses a password.
#[tokio::test]
async fn a_suspended_account_keeps_its_password() {
    let app = TestApp::with(without_throttles()).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    db_dump::execute(&app, "update users set is_suspended = true").await;
    client.choose_password("a much better phrase").await.redirects_to(CODE);
    db_dump::execute(&app, "update users set is_suspended = false").await;
    assert!(can_sign_in(&app, "ada@example.org", crate::promises::PASSWORD).await);
}

/// A request whose codes are used up has a link that works, until a newer request, a reset or an objection
/// ends it.
#[tokio::test]
async fn the_link_of_an_ended_request_sets_nothing() {
    let app = TestApp::with(without_throttles()).await;
    crate::promises::create_user(&app, "ada@example.org").await;
    let used_up = async || {
        let (client, code) = request_code(&app, "ada@example.org").await;
        for _ in 0..10 {
            client.enter_code(&wrong_code(&code)).await;
        }
        let link = app.inbox_of("ada@example.org").await.link_path();
        app.clock.advance(1);
        let owner = CookieClient::new(&app).await;
        owner.browser.get(&link).await.redirects_to(LINK);
        owner
    };
    used_up().await.post(LINK, &[]).await.redirects_to(RESET);

    let owner = used_up().await;
    request_code(&app, "ada@example.org").await;
    owner.post(LINK, &[]).await.shows_refusal("link.earlier");

    let grant = obtain_grant(&app, "ada@example.org").await;
    let open =
        db_dump::query_number(&app, "select count(*) from verification_requests where state = 'verified'")
            .await;
    assert_eq!(open, 2, "the first link's and this one");
    app.clock.advance(1);
    grant.choose_password("a much better phrase").await.redirects_to(DONE);
    let left = "select count(*) from verification_requests where state = 'verified'";
    assert_eq!(db_dump::query_number(&app, left).await, 0, "a reset ends every other proof");
    let good = "select count(*) from verification_codes where is_used = false and is_revoked = false";
    assert_eq!(db_dump::query_number(&app, good).await, 0, "and every message that could be one");
    app.inbox_of("ada@example.org").await;
}

/// Two requests of one account, by mail and by number: a reset by the one ends the other, its link and its
/// grant.
#[tokio::test]
async fn a_reset_by_one_address_ends_the_request_by_the_other() {
    let app = TestApp::with(without_throttles()).await;
    let ada = app.new_user("ada@example.org").with_phone("+12025550134");
    ada.with_password(crate::promises::PASSWORD).make().await;
    let by_mail = obtain_grant(&app, "ada@example.org").await;
    app.clock.advance(1);
    let by_phone = obtain_grant(&app, "+12025550134").await;
    by_phone.choose_password("a much better phrase").await.redirects_to(DONE);
    by_mail.choose_password("an even better phrase").await.redirects_to(CODE);
    assert!(can_sign_in(&app, "ada@example.org", "a much better phrase").await);
    app.deliver().await;
    app.may_leave_messages();
}
