//! The database is gone, locked or full in the middle of a request: the answer is a calm 503 that says when
//! to come back, and nothing that was answered is lost. It fails closed: no error lets anybody further than a
//! success would have.

use std::sync::Arc;

use crate::promises::{
    CODE, CookieClient, DONE, FORGOT_PASSWORD, LINK, RESEND, RESET, can_sign_in, create_user, obtain_grant,
    request_code, without_throttles,
};
use crate::support::app::{TestApp, on_runtime};
use crate::support::db_dump;
use crate::support::page::Page;
use crate::support::server_process::ServerFixture;

fn assert_calm_503(page: &Page) {
    page.shows_error(503, "unavailable");
    assert!(page.retry_after() > 0, "{}", page.path);
    assert!(!page.html.contains("sqlx") && !page.html.to_lowercase().contains("pool"), "{}", page.html);
}

#[tokio::test]
async fn a_missing_database_is_a_503_page() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    let (other, code) = request_code(&app, "ada@example.org").await;
    let link = app.inbox_of("ada@example.org").await.link_path();
    let signed_in = CookieClient::new(&app).await;
    let typed = [("identifier", "ada@example.org"), ("password", crate::promises::PASSWORD)];
    signed_in.post("/sign-in", &typed).await.redirects_to("/account");
    let second = app.second_instance().await;
    let before = db_dump::all(&app).await;
    app.may_leave_messages();

    app.run(|program| async move { program.core.close().await }).await;
    for page in [
        client.choose_password("a much better phrase").await,
        other.enter_code(&code).await,
        other.post(RESEND, &[]).await,
        other.request_reset("ada@example.org").await,
        other.post("/forgot-password/change-address", &[]).await,
        signed_in.post("/sign-in", &typed).await,
        signed_in.post("/account/sessions/end-all", &[]).await,
        signed_in.browser.get("/account").await,
        client.browser.get(RESET).await,
        other.browser.get(CODE).await,
    ] {
        assert_calm_503(&page);
    }
    other.browser.get(&link).await.redirects_to(LINK);
    assert_calm_503(&other.browser.get(LINK).await);
    assert_eq!(db_dump::all(&app).await, before, "nothing half done");

    // Another instance of the same program has everything.
    let mut elsewhere = CookieClient::new(&second).await;
    elsewhere.restore(client.snapshot());
    elsewhere.choose_password("a much better phrase").await.redirects_to(DONE);
    assert!(can_sign_in(&second, "ada@example.org", "a much better phrase").await);
    second.deliver().await;
}

/// Somebody else holds the database: SQLite gives up after its patience, PostgreSQL's rows wait their turn.
#[tokio::test]
async fn a_locked_database_is_a_503_page() {
    let app = TestApp::with(without_throttles()).await;
    create_user(&app, "ada@example.org").await;
    let client = obtain_grant(&app, "ada@example.org").await;
    let database = Arc::clone(&app.database);
    let (free, freed) = tokio::sync::oneshot::channel::<()>();
    let (hold, locked) = tokio::sync::oneshot::channel::<()>();
    let is_sqlite = app.database.folder.is_some();
    let holder = tokio::spawn(on_runtime(move || async move {
        let mut tx = database.store.write().await.unwrap();
        tx.run("update users set updated_at = updated_at", rekey_core::args![]).await.unwrap();
        hold.send(()).unwrap();
        freed.await.unwrap();
        tx.rollback().await.unwrap();
    }));
    locked.await.unwrap();
    if is_sqlite {
        assert_calm_503(&client.choose_password("a much better phrase").await);
        assert_eq!(
            client.browser.get(FORGOT_PASSWORD).await.status,
            200,
            "pages that write nothing still come"
        );
        free.send(()).unwrap();
        holder.await.unwrap();
        client.choose_password("a much better phrase").await.redirects_to(DONE);
    } else {
        let waiting = tokio::spawn(async move { client.choose_password("a much better phrase").await });
        free.send(()).unwrap();
        holder.await.unwrap();
        waiting.await.unwrap().redirects_to(DONE);
    }
    assert!(can_sign_in(&app, "ada@example.org", "a much better phrase").await);
    app.inbox_of("ada@example.org").await;
}

/// The disk fills up under the real program: whoever got an answer gets their message once there is room
/// again. SQLite only: PostgreSQL's disk is another program's.
#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_answered() {
    let mut home = ServerFixture::on_sqlite().await;
    // Files end at 2 MiB, and the write that would go further fails instead of killing.
    home.shell = Some("trap '' XFSZ; ulimit -f 2048");
    let process = home.start(false).await;
    let visitor = process.http_user();
    let mut answered = 0;
    let refused = loop {
        let answer = visitor.request_reset("ada@example.org").await;
        match answer.status {
            303 => answered += 1,
            _ => break answer,
        }
        assert!(answered < 2000, "the disk never fills");
    };
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(answered > 10);
    process.kill();
    let recorded = recorded_requests(&home).await;
    assert_eq!(recorded, answered, "what was answered, and nothing else");

    home.shell = None;
    home.make_messages_due().await;
    let process = home.start(true).await;
    let answered = usize::try_from(answered).unwrap();
    home.wait_for_messages(answered).await;
    assert_eq!(process.http_user().request_reset("ada@example.org").await.status, 303, "and it goes on");
    home.wait_for_messages(answered + 1).await;
    assert_eq!(process.stop().await, Some(0));
    assert_eq!(home.messages().len(), answered + 1, "exactly once");
}

/// How many times a code was asked for; a window that asks again within the wait keeps its request.
async fn recorded_requests(home: &ServerFixture) -> i64 {
    let database = Arc::clone(&home.database);
    on_runtime(move || async move {
        let mut tx = database.store.read().await.unwrap();
        let sql = "select count(*) from audit_log where event = 'password_reset_init' and result = 'success'";
        tx.one::<(i64,)>(sql, rekey_core::args![]).await.unwrap().0
    })
    .await
}
