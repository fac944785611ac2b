//! What is over is forgotten: every table is looked at, a new one fails here until it is said how it is kept
//! small.

use serde_json::json;

use crate::http::oidc::{settings_with_apps, start_with};
use crate::promises::{CookieClient, without_throttles};
use crate::support::app::{TestApp, on_runtime};
use crate::support::db_dump::{self, execute, query_number};

/// More than one slice of a sweep, as a statement that begins a recursion.
macro_rules! many {
    ($insert:literal) => {
        concat!(
            "insert into ", $insert, " from (with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 450) \
             select cast(n as text) as n from counted) as many"
        )
    };
}

/// The tables that others make grow, and rows of them that were over long ago.
const SWEPT: [(&str, &str); 17] = [
    (
        "access_tokens",
        many!("access_tokens (digest, app_id, scope, created_at, expires_at) select n, 'shop', '', 0, 1"),
    ),
    (
        "audit_log",
        many!(
            "audit_log (id, event, result, ip, user_agent, created_at) select n, 'sign_in', 'throttled', '', '', 1"
        ),
    ),
    (
        "authorization_codes",
        many!("authorization_codes (digest, grant_id, redirect_uri, expires_at) select n, 'living', '', 1"),
    ),
    (
        "authorization_requests",
        many!(
            "authorization_requests (id, app_id, state, asked, created_at, expires_at) select n, 'shop', 'pushed', '', 0, 1"
        ),
    ),
    ("captcha_solutions", many!("captcha_solutions (digest, expires_at) select n, 1")),
    (
        "grants",
        many!(
            "grants (id, user_id, app_id, session_id, scope, resources, auth_at, created_at, expires_at) select n, (select id from users), 'shop', '', '', '', 0, 0, 1"
        ),
    ),
    (
        "hook_deliveries",
        many!(
            "hook_deliveries (id, hook_id, event, place, body, state, attempts, next_at, created_at) select n, 'hook', '', 0, '', 'pending', 0, 0, 1"
        ),
    ),
    ("hook_places", many!("hook_places (user_id, place) select n, 1")),
    (
        "logouts",
        many!(
            "logouts (id, app_id, user_id, session_id, attempts, next_at, expires_at) select n, 'shop', '', '', 0, 0, 1"
        ),
    ),
    (
        "one_time_tokens",
        many!(
            "one_time_tokens (id, email, identifier, token_digest, created_by, created_at, expires_at) select n, '', '', n, '', 0, 1"
        ),
    ),
    (
        "outbox",
        many!(
            "outbox (id, sealed, state, attempts, next_at, expires_at, created_at, done_at) select n, '', 'sent', 0, 0, 1, 0, 1"
        ),
    ),
    (
        "verification_requests",
        many!(
            "verification_requests (id, purpose, subject, identifier, by_address, is_decoy, state, tries, number, sends, resend_at, created_at) \
             select n, 'reset', '', '', false, true, 'requested', 0, 0, 0, 0, 1"
        ),
    ),
    (
        "refresh_tokens",
        many!("refresh_tokens (digest, grant_id, created_at, expires_at) select n, 'living', 0, 1"),
    ),
    ("replies", many!("replies (id, asked, created_at, expires_at) select n, '', 0, 1")),
    (
        "repudiations",
        many!(
            "repudiations (id, user_id, token_digest, password_changed_at, device, created_at, expires_at) select n, (select id from users), n, 0, '', 0, 1"
        ),
    ),
    (
        "sessions",
        many!(
            "sessions (id, user_id, token_digest, ip, user_agent, created_at, last_seen_at, idle_seconds, expires_at) select n, (select id from users), n, '', '', 0, 0, 0, 1"
        ),
    ),
    ("throttles", many!("throttles (id, hits, locked_until, strikes, touched_at) select n, '', 0, 0, 1")),
];

/// The one of them whose rows can't be made like the others.
const SWEPT_TOO: [(&str, &str); 1] = [(
    "signing_keys",
    many!(
        "signing_keys (id, alg, public_key, sealed, signs_from, retires_at, created_at) select n, n, '', '', 0, 1, 0"
    ),
)];

/// The tables that no attacker makes grow, and why.
const KEPT: [(&str, &str); 16] = [
    ("_sqlx_migrations", "one row a migration"),
    ("api_keys", "made by operators"),
    ("application_secrets", "made by operators"),
    ("applications", "made by operators"),
    ("compatibility", "one row"),
    ("connectors", "made by operators"),
    ("consents", "one a person and app, by the person"),
    ("file_entries", "one an entry of the bootstrap file"),
    ("hooks", "made by operators"),
    ("key_checks", "one row"),
    ("leases", "one a kind of work"),
    ("message_templates", "made by operators"),
    ("verification_codes", "goes with its request"),
    ("revisions", "one row"),
    ("settings", "one row"),
    ("users", "one a proved address, limited by network"),
];

/// What the living rows hang on, so that what is over is removed for itself.
const LIVING: [&str; 2] = [
    "insert into grants (id, user_id, app_id, session_id, scope, resources, auth_at, created_at, expires_at) \
     select 'living', id, 'shop', '', '', '', 0, 0, 9000000000000000 from users",
    "insert into hooks (id, name, events, sealed, is_enabled, failures, created_at) values ('hook', '', '[]', '', false, 0, 0)",
];

/// Sweeps as the job does; how many rows went.
async fn sweep(app: &TestApp) -> u64 {
    app.run(|program| async move { rekey_core::maintenance::sweep(&program.core).await.unwrap() }).await
}

#[tokio::test]
async fn every_table_that_anonymous_callers_grow_is_swept() {
    let app = start_with(settings_with_apps()).await.0;
    let tables: Vec<String> = db_dump::all(&app).await.into_keys().collect();
    let known = SWEPT.iter().chain(&SWEPT_TOO).chain(&KEPT).map(|(table, _)| *table);
    let mut unknown = tables.clone();
    unknown.retain(|table| !known.clone().any(|known| known == table));
    assert_eq!(unknown, Vec::<String>::new(), "say in SWEPT or KEPT how they stay small");
    for sql in LIVING {
        execute(&app, sql).await;
    }
    let before = db_dump::all(&app).await;
    for (_, sql) in SWEPT.iter().chain(&SWEPT_TOO) {
        execute(&app, sql).await;
    }
    let removed = sweep(&app).await;
    assert_eq!(db_dump::changes(&before, &db_dump::all(&app).await), Vec::<String>::new());
    assert_eq!(removed, 450 * 18, "until nothing is left");
    assert_eq!(sweep(&app).await, 0);
}

#[tokio::test]
async fn writers_are_not_blocked_by_a_sweep() {
    let app = TestApp::with(without_throttles()).await;
    let many = "insert into captcha_solutions (digest, expires_at) \
                select n, 1 from (with recursive counted(n) as (select 1 union all select n + 1 from counted where n < 40000) \
                select cast(n as text) as n from counted) as many";
    execute(&app, many).await;
    let client = CookieClient::new(&app).await;
    let sweeping = tokio::spawn({
        let program = app.program();
        on_runtime(move || async move { rekey_core::maintenance::sweep(&program.core).await.unwrap() })
    });
    let mut answered = 0;
    while !sweeping.is_finished() {
        assert_eq!(client.request_reset("ada@example.org").await.status, 303);
        answered += 1;
    }
    assert_eq!(sweeping.await.unwrap(), 40_000);
    assert!(answered > 1, "whoever came first waited for the whole of it");
    app.deliver().await;
}

#[tokio::test]
async fn the_audit_log_is_kept_as_long_as_the_operator_says() {
    let old = "insert into audit_log (id, event, result, ip, user_agent, created_at) values ('old', 'sign_in', 'success', '', '', 1669000000000)";
    for (settings, left) in [
        (json!({}), 1),
        (json!({ "audit": { "keepDays": 0 } }), 1),
        (json!({ "audit": { "keepDays": 300 } }), 0),
    ] {
        let app = TestApp::with(json!({ "settings": settings })).await;
        execute(&app, old).await;
        sweep(&app).await;
        assert_eq!(
            query_number(&app, "select count(*) from audit_log where id = 'old'").await,
            left,
            "{settings}"
        );
        // Forty days later the four hundred of the default are over, too.
        app.clock.advance(60 * 24 * 3600);
        sweep(&app).await;
        let is_default = settings == json!({});
        let left = if is_default { 0 } else { left };
        assert_eq!(
            query_number(&app, "select count(*) from audit_log where id = 'old'").await,
            left,
            "{settings}"
        );
    }
}
