//! nothing_lost: what was answered is durable; its message, its notice and its audit row are in the same
//! transaction and are delivered after any crash; an expired code is never delivered. The crashes are real:
//! the program is killed.

use rekey_core::messages::outbox::{self, ClaimOutcome};

use super::{
    CODE, CookieClient, DONE, FORGOT_PASSWORD, RESET, can_sign_in, create_user, obtain_grant, request_code,
    without_throttles,
};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::server_process::ServerFixture;
use crate::support::stubs::sms::SmsStub;

/// How often the program is killed right after its answer.
const CRASHES: usize = 20;

async fn of_state(app: &TestApp, state: &str) -> usize {
    let wanted = format!("\"state\":\"{state}\"");
    let rows = db_dump::all(app).await;
    let is_it = |row: &&String| row.contains(&wanted) || row.contains(&format!("\"state\":\"'{state}'\""));
    rows["outbox"].iter().filter(is_it).count()
}

async fn ask_by_phone(app: &TestApp) -> CookieClient {
    let client = CookieClient::new(app).await;
    client.request_reset("+1 202 555 0134").await.redirects_to(CODE);
    client
}

#[tokio::test]
async fn a_message_is_retried_with_growing_delays_until_it_is_accepted() {
    let provider = SmsStub::start().await;
    let app = provider.start_app().await;
    let client = ask_by_phone(&app).await;
    assert_eq!((app.deliver().await, provider.count()), (1, 1));
    for (tries, wait) in [2, 5, 15, 30].into_iter().enumerate() {
        app.clock.advance(wait - 1);
        assert_eq!(app.deliver().await, 0, "not before {wait} s");
        app.clock.advance(1);
        assert_eq!((app.deliver().await, provider.count()), (1, tries + 2));
    }
    provider.set_status(200);
    app.clock.advance(300);
    assert_eq!(app.deliver().await, 1);
    app.clock.advance(3600);
    assert_eq!((app.deliver().await, provider.count()), (0, 6), "taken once");
    let taken = provider.messages().clone();
    assert!(taken.iter().all(|message| *message == taken[0]), "each try is the same message");
    assert_eq!(of_state(&app, "sent").await, 1);
    drop(client);
}

#[tokio::test]
async fn a_late_message_still_works() {
    let provider = SmsStub::start().await;
    let app = provider.start_app().await;
    let client = ask_by_phone(&app).await;
    app.deliver().await;
    app.clock.advance(2);
    provider.set_status(200);
    app.deliver().await;
    let code = provider.messages()[1]["payload"]["code"].as_str().unwrap().to_owned();
    client.enter_code(&code).await.redirects_to(RESET);
}

/// Many servers refuse an unknown sender for five or ten minutes (greylisting): a code is worth its ten minutes
/// from the moment in which it can be read.
#[tokio::test]
async fn a_code_that_was_delivered_late_lives_as_long_as_any_other() {
    for minutes in [5, 10] {
        let provider = SmsStub::start().await;
        let app = provider.start_app().await;
        let client = ask_by_phone(&app).await;
        for _ in 0..minutes * 60 {
            app.clock.advance(1);
            app.deliver().await;
        }
        provider.set_status(200);
        let mut waited = 0;
        while of_state(&app, "sent").await == 0 {
            app.clock.advance(1);
            app.deliver().await;
            waited += 1;
        }
        assert!(waited <= 30, "{minutes}: {waited}");
        let messages = provider.messages().clone();
        let code = messages.last().unwrap()["payload"]["code"].as_str().unwrap().to_owned();
        app.clock.advance(599);
        client.enter_code(&code).await.redirects_to(RESET);
    }
}

#[tokio::test]
async fn a_code_that_was_delivered_late_ends_ten_minutes_later() {
    let provider = SmsStub::start().await;
    let app = provider.start_app().await;
    let client = ask_by_phone(&app).await;
    app.clock.advance(540);
    provider.set_status(200);
    app.deliver().await;
    let code = provider.messages()[0]["payload"]["code"].as_str().unwrap().to_owned();
    app.clock.advance(600);
    client.enter_code(&code).await.shows_refusal("code.expired");
}

#[tokio::test]
async fn a_permanently_rejected_message_is_dropped_and_audited() {
    let provider = SmsStub::start().await;
    let app = provider.start_app().await;
    provider.set_status(400);
    ask_by_phone(&app).await;
    app.deliver().await;
    app.clock.advance(590);
    assert_eq!((app.deliver().await, provider.count(), of_state(&app, "failed").await), (0, 1, 1));
    let audited = "select count(*) from audit_log where event = 'message_failed' and result = 'refused'";
    assert_eq!(db_dump::query_number(&app, audited).await, 1);
}

#[tokio::test]
async fn an_expired_code_is_never_delivered() {
    let provider = SmsStub::start().await;
    let app = provider.start_app().await;
    ask_by_phone(&app).await;
    app.clock.advance(900);
    provider.set_status(200);
    assert_eq!((app.deliver().await, provider.count(), of_state(&app, "expired").await), (1, 0, 1));
    // One that failed first and whose time passed meanwhile.
    provider.set_status(500);
    ask_by_phone(&app).await;
    app.deliver().await;
    app.clock.advance(901);
    provider.set_status(200);
    assert_eq!((app.deliver().await, provider.count(), of_state(&app, "expired").await), (1, 1, 2));
}

#[tokio::test]
async fn a_message_of_a_crashed_sender_is_sent_by_another() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = CookieClient::new(&app).await;
    client.request_reset("ada@example.org").await.redirects_to(CODE);
    let taken = app.run(|program| async move {
        matches!(outbox::claim(&program.core).await, Ok(ClaimOutcome::Deliver(_)))
    });
    assert!(taken.await);
    app.clock.advance(59);
    assert_eq!(app.deliver().await, 0, "somebody may still hold it");
    app.clock.advance(1);
    assert_eq!(app.deliver().await, 1);
    assert_eq!(app.inbox_of("ada@example.org").await.count(), 1);
}

/// Two senders at once never hold the same message.
#[tokio::test]
async fn each_message_leaves_once() {
    let app = TestApp::with(without_throttles()).await;
    let second = app.second_instance().await;
    for number in 0..20 {
        let email = format!("p{number}@example.org");
        app.new_user(&email).make().await;
        CookieClient::new(&app).await.request_reset(&email).await.redirects_to(CODE);
    }
    tokio::join!(app.deliver(), second.deliver(), app.deliver(), second.deliver());
    for number in 0..20 {
        assert_eq!(app.inbox_of(&format!("p{number}@example.org")).await.count(), 1);
    }
}

/// A table, and how it goes away and comes back.
pub(super) const PARTS: [[&str; 3]; 3] = [
    ["outbox", "alter table outbox rename to gone", "alter table gone rename to outbox"],
    ["audit_log", "alter table audit_log rename to gone", "alter table gone rename to audit_log"],
    ["repudiations", "alter table repudiations rename to gone", "alter table gone rename to repudiations"],
];

/// Whatever can't be written takes everything else of its step with it, and the step can be taken again.
#[tokio::test]
async fn a_step_is_committed_completely_or_not_at_all() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    for (number, [table, away, back]) in PARTS.into_iter().enumerate() {
        let (client, other) = (obtain_grant(&app, "ada@example.org").await, CookieClient::new(&app).await);
        let before = db_dump::all(&app).await;
        db_dump::execute(&app, away).await;
        let phrase = format!("a fine phrase {number}");
        client.choose_password(&phrase).await.shows_error(503, "unavailable");
        if table != "repudiations" {
            other.request_reset("ada@example.org").await.shows_error(503, "unavailable");
        }
        db_dump::execute(&app, back).await;
        let after = db_dump::all(&app).await;
        assert_eq!(db_dump::changes(&before, &after), Vec::<String>::new(), "without {table}");
        client.choose_password(&phrase).await.redirects_to(DONE);
        assert!(can_sign_in(&app, "ada@example.org", &phrase).await);
        let result = app.inbox_of("ada@example.org").await.count_of("PasswordChanged");
        assert_eq!(result, number + 1);
    }
}

/// A reset that was answered: its notice and its audit row are there before anything is delivered.
#[tokio::test]
async fn the_notice_is_written_with_the_password() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    obtain_grant(&app, "ada@example.org")
        .await
        .choose_password("a much better phrase")
        .await
        .redirects_to(DONE);
    assert_eq!(of_state(&app, "pending").await, 1);
    let audited = "select count(*) from audit_log where event = 'password_reset' and result = 'success'";
    assert_eq!(db_dump::query_number(&app, audited).await, 1);
    // Days later the notice is still worth reading.
    app.clock.advance(2 * 24 * 3600);
    assert_eq!(app.inbox_of("ada@example.org").await.count_of("PasswordChanged"), 1);
}

/// The real program is killed right after each answer, while no message can leave; started again, it delivers
/// each once.
#[tokio::test]
async fn nothing_lost() {
    let home = ServerFixture::new().await;
    for crash in 1..=CRASHES {
        let process = home.start(false).await;
        let answer = process.http_user().request_reset("ada@example.org").await;
        assert_eq!((answer.status, answer.location()), (303, CODE));
        process.kill();
        home.make_messages_due().await;
        let process = home.start(true).await;
        home.wait_for_messages(crash).await;
        assert_eq!(process.stop().await, Some(0), "a polite end is a success");
        assert_eq!(home.messages().len(), crash, "exactly once");
    }
    let mut codes: Vec<String> = home.messages().iter().map(|message| message["code"].to_string()).collect();
    codes.sort();
    codes.dedup();
    assert!(codes.len() > CRASHES - 2, "each request has a code of its own");
}

/// The same for a reset: the new password is there, and the notice comes.
#[tokio::test]
async fn a_reset_survives_a_crash() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    let visitor = process.http_user();
    visitor.request_reset("ada@example.org").await;
    let code = home.wait_for_messages(1).await[0]["code"].as_str().unwrap().to_owned();
    assert_eq!(visitor.post(CODE, CODE, &[("code", &code)]).await.location(), RESET);
    let answer = visitor.post(RESET, RESET, &[("newPassword", "a much better phrase")]).await;
    process.kill();
    assert_eq!(answer.location(), DONE);
    home.make_messages_due().await;
    let process = home.start(true).await;
    assert!(home.wait_for_messages(2).await.iter().any(|message| message["type"] == "PasswordChanged"));
    let typed = [("identifier", "ada@example.org"), ("password", "a much better phrase")];
    assert_eq!(process.http_user().post("/sign-in", "/sign-in", &typed).await.location(), "/account");
    assert_eq!(process.stop().await, Some(0));
}

/// A browser that was in the middle of it goes on after a restart: nothing about it was in memory.
#[tokio::test]
async fn a_flow_survives_a_restart() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let (client, code) = request_code(&app, "ada@example.org").await;
    let second = app.second_instance().await;
    let mut elsewhere = CookieClient::new(&second).await;
    elsewhere.restore(client.snapshot());
    elsewhere.enter_code(&code).await.redirects_to(RESET);
    elsewhere.choose_password("a much better phrase").await.redirects_to(DONE);
    assert!(can_sign_in(&app, "ada@example.org", "a much better phrase").await);
    assert_eq!(app.inbox_of("ada@example.org").await.count_of("PasswordChanged"), 1);
    assert_eq!(client.browser.get(FORGOT_PASSWORD).await.status, 200);
}
