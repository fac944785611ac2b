//! A window that waits tells only what whoever holds it did. An attacker's window on a known person shows the
//! same as one on nobody's address, whatever the owner does meanwhile.

use serde_json::json;

use super::super::no_oracle::{Recording, compare_accounts};
use super::super::{CookieClient, PASSWORD, obtain_grant, request_code};
use super::{Flow, RECOVERY, SIGN_IN, SIGN_UP, all_methods_enabled};
use crate::support::db_dump;
use rekey_core::audit::actor::Actor;
use rekey_core::types::caller::Caller;
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::user_management;

/// What an owner does while an attacker's window waits.
#[derive(Clone, Copy, Debug)]
enum Action {
    ResetsByCode,
    FollowsTheLink,
    Changes,
    SignsIn,
    IsSuspended,
    IsDeleted,
    GetsAPassword,
    MovesAway,
}

const ALL: [Action; 8] = [
    Action::ResetsByCode,
    Action::FollowsTheLink,
    Action::Changes,
    Action::SignsIn,
    Action::IsSuspended,
    Action::IsDeleted,
    Action::GetsAPassword,
    Action::MovesAway,
];

/// The owner, or whoever runs the place, does it; nobody does, where nobody has the address.
async fn perform(script: &Recording, action: Action) {
    let app = &script.app;
    let Some(user) = app.user(&script.email).await else { return };
    let email = script.email.clone();
    match action {
        Action::ResetsByCode | Action::FollowsTheLink if user.is_suspended => {}
        Action::ResetsByCode | Action::FollowsTheLink => reset_password(script, action).await,
        Action::Changes => {
            let client = CookieClient::new(app).await;
            client.post("/sign-in", &[("identifier", &email), ("password", PASSWORD)]).await;
            let fields = [("currentPassword", PASSWORD), ("newPassword", "a much better phrase")];
            client.post("/account/password", &fields).await;
        }
        Action::SignsIn => {
            CookieClient::new(app)
                .await
                .post("/sign-in", &[("identifier", &email), ("password", PASSWORD)])
                .await;
        }
        Action::IsSuspended => manage(script, &user.id, AdminAction::Suspend).await,
        Action::IsDeleted => manage(script, &user.id, AdminAction::Delete).await,
        Action::GetsAPassword => manage(script, &user.id, AdminAction::Set).await,
        Action::MovesAway => {
            db_dump::execute(
                app,
                "update users set email = 'moved@example.org', email_key = 'moved@example.org'",
            )
            .await
        }
    }
}

/// The owner comes back in by the code or the link of a message.
async fn reset_password(script: &Recording, action: Action) {
    let app = &script.app;
    if matches!(action, Action::ResetsByCode) {
        let client = obtain_grant(app, &script.email).await;
        client.choose_password("a much better phrase").await.redirects_to(super::super::DONE);
        return;
    }
    let link = app.inbox_of(&script.email).await.link_path();
    let client = CookieClient::new(app).await;
    client.browser.get(&link).await;
    client.post(super::super::LINK, &[]).await;
    client.choose_password("a much better phrase").await;
}

enum AdminAction {
    Suspend(UserId),
    Delete(UserId),
    Set(UserId),
}

async fn manage(script: &Recording, id: &UserId, how: impl FnOnce(UserId) -> AdminAction) {
    let how = how(id.clone());
    script
        .app
        .run(move |program| async move {
            let caller = Caller::default();
            let by = Actor { caller: &caller, key: "tests" };
            let core = &program.core;
            match how {
                AdminAction::Suspend(id) => {
                    drop(user_management::set_suspended(core, by, &id, true).await.unwrap())
                }
                AdminAction::Delete(id) => user_management::delete(core, by, &id).await.unwrap(),
                AdminAction::Set(id) => {
                    user_management::set_password(
                        core,
                        by,
                        &id,
                        &Secret::new("a much better phrase".to_owned()),
                    )
                    .await
                    .unwrap();
                }
            }
        })
        .await;
}

/// Everything that a window can ask about itself.
async fn visit_all(script: &mut Recording, client: &CookieClient, flow: Flow) {
    script.get(client, flow.code).await;
    script.get(client, &format!("{}/state", flow.code)).await;
    script.post(client, flow.code, &[("code", "000000")]).await;
    script.post(client, &format!("{}/continue", flow.code), &[]).await;
}

async fn assert_tells_nothing(flow: Flow, action: Action) {
    compare_accounts(all_methods_enabled(), async |script| {
        let client = CookieClient::new(&script.app).await;
        let email = script.email.clone();
        script.post(&client, flow.begin, &[("identifier", &email)]).await;
        script.app.deliver().await;
        visit_all(script, &client, flow).await;
        for seconds in [2, 3] {
            script.app.clock.advance(seconds);
            script.post(&client, flow.begin, &[("identifier", &email)]).await;
        }
        script.app.clock.advance(20);
        perform(script, action).await;
        visit_all(script, &client, flow).await;
        // Whoever asks again at this moment sees the same window, also where the owner's deed made room for
        // another message.
        script.post(&client, flow.begin, &[("identifier", &email)]).await;
        visit_all(script, &client, flow).await;
        script.post(&client, &format!("{}/resend", flow.code), &[]).await;
        script.app.clock.advance(40);
        script.post(&client, &format!("{}/resend", flow.code), &[]).await;
        visit_all(script, &client, flow).await;
        for _ in 0..8 {
            script.post(&client, flow.code, &[("code", "111111")]).await;
        }
        visit_all(script, &client, flow).await;
        script.app.clock.advance(601);
        visit_all(script, &client, flow).await;
    })
    .await;
}

#[tokio::test]
async fn an_open_reset_page_reveals_nothing_about_the_owner() {
    for action in ALL {
        eprintln!("{action:?}");
        assert_tells_nothing(RECOVERY, action).await;
    }
}

#[tokio::test]
async fn an_open_sign_in_page_reveals_nothing_about_the_owner() {
    for action in ALL {
        if !matches!(action, Action::FollowsTheLink) {
            eprintln!("{action:?}");
            assert_tells_nothing(SIGN_IN, action).await;
        }
    }
}

#[tokio::test]
async fn an_open_sign_up_page_reveals_nothing_about_the_owner() {
    for action in [Action::ResetsByCode, Action::IsSuspended, Action::IsDeleted, Action::MovesAway] {
        eprintln!("{action:?}");
        assert_tells_nothing(SIGN_UP, action).await;
    }
}

/// The owner's own window hears nothing of it either, and goes on: another message brings a code that works.
#[tokio::test]
async fn a_superseded_request_continues_with_the_next_message() {
    let app = crate::support::app::TestApp::with(json!({})).await;
    super::create_ada(&app).await;
    let (waits, old) = request_code(&app, super::ADA).await;
    app.clock.advance(60);
    let (other, code) = request_code(&app, super::ADA).await;
    other.enter_code(&code).await.redirects_to(super::super::RESET);
    other.choose_password("a much better phrase").await.redirects_to(super::super::DONE);
    for gone in [&old, &code] {
        waits.enter_code(gone).await.shows_refusal("code.earlier");
    }
    app.clock.advance(60);
    waits.post(super::super::RESEND, &[]).await.redirects_to(super::super::CODE);
    let newest = app.inbox_of(super::ADA).await.code();
    waits.enter_code(&newest).await.redirects_to(super::super::RESET);
}
