//! no_oracle: known, unknown, suspended, password-less and frozen accounts get the same status, headers,
//! cookies and body, on the first and on every repeated request. One script is played for each of them in a
//! program of its own; the transcripts are compared byte for byte. How long an answer takes is measured
//! elsewhere.

mod enumeration_by_code;

use serde_json::{Value, json};

use crate::promises::{CODE, CONTINUE, CookieClient, FORGOT_PASSWORD, LINK, PASSWORD, RESEND};
use crate::support::app::TestApp;
use crate::support::db_dump;
use crate::support::page::Page;

/// Addresses of one length, for the same account in every kind of standing; nobody has the second.
const WHO: [&str; 5] = ["known", "ghost", "exile", "blank", "frost"];
const STATE: &str = "/forgot-password/verification-code/state";

/// What was answered, step by step.
pub(crate) struct Recording {
    /// The program.
    pub app: TestApp,
    /// Whom it is about.
    pub email: String,
    lines: Vec<(String, String)>,
}

impl Recording {
    async fn begin(account: &str, settings: Value) -> Self {
        let app = TestApp::with(settings).await;
        let email = format!("{account}@example.org");
        match account {
            "ghost" => {}
            "exile" => drop(app.new_user(&email).with_password(PASSWORD).suspended().make().await),
            "blank" => drop(app.new_user(&email).make().await),
            _ => drop(app.new_user(&email).with_password(PASSWORD).make().await),
        }
        if account == "frost" {
            db_dump::execute(&app, "update users set password_frozen_at = 1").await;
        }
        app.may_leave_messages();
        Self { app, email, lines: Vec::new() }
    }

    pub(crate) fn note(&mut self, what: &str, page: &Page) {
        // Each program listens on a port of its own.
        let issuer: String = url::form_urlencoded::byte_serialize(self.app.origin.as_bytes()).collect();
        let seen = observable(page, &self.email).replace(&issuer, "here");
        self.lines.push((what.to_owned(), seen));
    }

    /// Notes what stands somewhere else than in an answer to a caller.
    pub(crate) fn note_text(&mut self, what: &str, text: String) {
        self.lines.push((what.to_owned(), text));
    }

    pub(crate) async fn get(&mut self, client: &CookieClient, path: &str) {
        let page = client.browser.get(path).await;
        self.note(&mask_email(&format!("GET {path}"), &self.email), &page);
    }

    pub(crate) async fn post(&mut self, client: &CookieClient, path: &str, fields: &[(&str, &str)]) -> u16 {
        let page = client.post(path, fields).await;
        self.note(&format!("POST {path} {fields:?}").replace(&self.email, "•"), &page);
        page.status
    }

    pub(crate) async fn request_reset(&mut self, client: &CookieClient) -> u16 {
        let email = self.email.clone();
        self.post(client, FORGOT_PASSWORD, &[("identifier", &email)]).await
    }

    /// Everything the waiting page can show.
    async fn wait(&mut self, client: &CookieClient) {
        self.get(client, CODE).await;
        self.get(client, STATE).await;
    }
}

/// What somebody outside sees, without what is random: its length is kept.
pub(crate) fn observable(page: &Page, email: &str) -> String {
    let mut headers: Vec<String> = page
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .map(|(name, value)| match name {
            "date" => "date".to_owned(),
            "x-request-id" => format!("x-request-id: {}", value.len()),
            "set-cookie" => format!("set-cookie: {}", without_value(value)),
            _ => format!("{name}: {value}"),
        })
        .collect();
    headers.sort();
    let mut body = page.html.clone();
    for waiting in page.all("input[name=interaction]", "value") {
        assert_eq!(waiting.len(), 21);
        body = body.replace(&waiting, "interaction");
    }
    for token in page.all("input[name=csrf]", "value") {
        assert_eq!(token.len(), 43);
        body = body.replace(&token, "csrf");
    }
    let id = page.header("x-request-id");
    // The id that an account would get is drawn anew for everybody, as the token that carries it is.
    let body = if body.contains("signup_token") { with_length_of(&body, "id") } else { body };
    let body = with_length_of(&body, "signup_token");
    let body = mask_number(&mask_email(&body.replace(id, "request-id"), email));
    format!("{}\n{}\n\n{body}", page.status, mask_email(&headers.join("\n"), email))
}

/// The text without the address, as it is and as it stands in an address.
fn mask_email(text: &str, email: &str) -> String {
    text.replace(email, "•").replace(&email.replace('@', "%40"), "•")
}

/// The text with the length of this member of its JSON instead of its value, which is drawn anew each time.
fn with_length_of(text: &str, name: &str) -> String {
    let mark = format!("\"{name}\":\"");
    match text.split_once(&mark).and_then(|(before, rest)| Some((before, rest.split_once('"')?))) {
        Some((before, (value, after))) => format!("{before}{mark}{}\"{after}", value.len()),
        None => text.to_owned(),
    }
}

/// A sealed value's length, with a sign that had to be written as three counted once.
fn without_value(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_once(';').unwrap();
    let (name, value) = pair.split_once('=').unwrap();
    format!("{name}={};{attributes}", value.len() - 2 * value.matches('%').count())
}

/// The two digits that join two windows are drawn anew for each request.
fn mask_number(body: &str) -> String {
    let mark = "data-match-number>";
    match body.split_once(mark) {
        Some((before, after)) => format!("{before}{mark}••{}", &after[2..]),
        None => body.to_owned(),
    }
}

/// Plays it for everybody and compares what was seen.
pub(crate) async fn compare_accounts<F: AsyncFn(&mut Recording)>(settings: Value, scenario: F) {
    let mut known: Vec<(String, String)> = Vec::new();
    for account in WHO {
        let mut script = Recording::begin(account, settings.clone()).await;
        scenario(&mut script).await;
        if known.is_empty() {
            known.clone_from(&script.lines);
        }
        assert_eq!(known.len(), script.lines.len(), "{account}");
        for (step, (ours, theirs)) in known.iter().zip(&script.lines).enumerate() {
            assert_eq!(ours.1, theirs.1, "{account} differs at step {step}: {}", theirs.0);
            assert_eq!(ours.0, theirs.0);
        }
    }
}

#[tokio::test]
async fn no_oracle() {
    compare_accounts(json!({}), async |script| {
        let client = CookieClient::new(&script.app).await;
        script.request_reset(&client).await;
        script.wait(&client).await;
        for typed in ["000000", "111111", "12345", ""] {
            script.post(&client, CODE, &[("code", typed)]).await;
        }
        script.post(&client, RESEND, &[]).await;
        script.app.clock.advance(30);
        script.post(&client, RESEND, &[]).await;
        script.post(&client, RESEND, &[]).await;
        script.wait(&client).await;
        script.post(&client, CONTINUE, &[]).await;
        script.get(&client, "/forgot-password/reset").await;
        script.post(&client, "/forgot-password/reset", &[("newPassword", "a much better phrase")]).await;
        script.app.clock.advance(571);
        script.wait(&client).await;
        script.app.clock.advance(30);
        script.wait(&client).await;
        script.post(&client, CODE, &[("code", "000000")]).await;
        script.post(&client, RESEND, &[]).await;
        script.wait(&client).await;
        script.post(&client, "/forgot-password/change-address", &[]).await;
        script.get(&client, FORGOT_PASSWORD).await;
    })
    .await;
}

/// The same browser and others ask again and again: silenced messages, ended requests, then the limit of the
/// network address.
#[tokio::test]
async fn requesting_again_reveals_nothing() {
    compare_accounts(json!({}), async |script| {
        let first = CookieClient::new(&script.app).await;
        script.request_reset(&first).await;
        script.request_reset(&first).await;
        script.wait(&first).await;
        let other = CookieClient::new(&script.app).await;
        script.request_reset(&other).await;
        script.wait(&other).await;
        script.wait(&first).await;
        script.app.clock.advance(40);
        script.request_reset(&other).await;
        script.wait(&other).await;
        script.wait(&first).await;
        script.post(&first, CODE, &[("code", "000000")]).await;
        script.post(&first, RESEND, &[]).await;
        script.wait(&first).await;
        let mut last = 0;
        for _ in 0..20 {
            last = script.request_reset(&other).await;
        }
        assert_eq!(last, 429);
        script.post(&first, RESEND, &[]).await;
        script.wait(&first).await;
    })
    .await;
}

/// Guesses: the request's ten, then those of the account, then the wait.
#[tokio::test]
async fn guessing_reveals_nothing() {
    let settings = json!({ "settings": { "throttle": {
        "requestsPerIp": { "limit": 0 }, "guessesPerAccount": { "limit": 60 },
    } } });
    compare_accounts(settings, async |script| {
        let mut statuses = Vec::new();
        for round in 0..11 {
            let client = CookieClient::new(&script.app).await;
            script.app.clock.advance(60);
            script.request_reset(&client).await;
            for _ in 0..11 {
                statuses.push(script.post(&client, CODE, &[("code", "000000")]).await);
            }
            if round % 5 == 0 {
                script.wait(&client).await;
                script.post(&client, RESEND, &[]).await;
                script.wait(&client).await;
            }
        }
        assert!(statuses.contains(&429), "the account waits");
    })
    .await;
}

/// Signing in with a wrong password, until it is locked; a link that nobody was sent.
#[tokio::test]
async fn signing_in_reveals_nothing() {
    let settings = json!({ "settings": { "throttle": { "signInFailures": { "limit": 40 } } } });
    compare_accounts(settings, async |script| {
        let client = CookieClient::new(&script.app).await;
        let email = script.email.clone();
        let wrong = [("identifier", email.as_str()), ("password", "not the password")];
        let mut statuses = Vec::new();
        for _ in 0..102 {
            statuses.push(script.post(&client, "/sign-in", &wrong).await);
        }
        assert_eq!((statuses[38], statuses[39], statuses[40]), (422, 429, 429));
        script.post(&client, "/sign-in", &[("identifier", &email), ("password", "")]).await;
        script.get(&client, "/sign-in").await;
        script.app.clock.advance(3600);
        script.post(&client, "/sign-in", &wrong).await;
        // The lock of the password is not the lock of the way back.
        script.post(&client, "/forgot-password/start", &[("identifier", &email)]).await;
        script.request_reset(&client).await;
        script.wait(&client).await;
        script.get(&client, &format!("{LINK}/{}", "a".repeat(43))).await;
        script.get(&client, LINK).await;
        script.post(&client, LINK, &[]).await;
        script.get(&client, &format!("/not-me/{}", "a".repeat(43))).await;
        script.get(&client, "/not-me").await;
        script.post(&client, "/not-me", &[]).await;
    })
    .await;
}

/// Only who can sign in sees a difference, and a frozen, suspended or empty password can't.
#[tokio::test]
async fn the_right_password_of_a_suspended_account_reveals_nothing() {
    for account in ["ghost", "exile", "blank", "frost"] {
        let mut right = Recording::begin(account, json!({})).await;
        let mut wrong = Recording::begin(account, json!({})).await;
        for (script, password) in [(&mut right, PASSWORD), (&mut wrong, "not the password at all")] {
            let (client, email) = (CookieClient::new(&script.app).await, script.email.clone());
            script.post(&client, "/sign-in", &[("identifier", &email), ("password", password)]).await;
        }
        assert_eq!(right.lines[0].1, wrong.lines[0].1, "{account}");
    }
}

/// The control: these transcripts do see a difference where there is one.
#[tokio::test]
async fn the_comparison_notices_a_difference() {
    let mut script = Recording::begin("known", json!({})).await;
    let (client, email) = (CookieClient::new(&script.app).await, script.email.clone());
    script.post(&client, "/sign-in", &[("identifier", &email), ("password", PASSWORD)]).await;
    script.post(&client, "/sign-in", &[("identifier", &email), ("password", "not the password")]).await;
    assert_ne!(script.lines[0].1, script.lines[1].1);
}

/// One account with two addresses, two accounts with one each, and nobody: asking by the one must not show at
/// the other.
#[tokio::test]
async fn two_addresses_do_not_show_that_they_belong_together() {
    let mut transcripts = Vec::new();
    for account in ["joint", "apart", "ghost"] {
        let mut script = Recording::begin("ghost", json!({})).await;
        script.email = format!("{account}@example.org");
        let app = &script.app;
        match account {
            "joint" => drop(app.new_user(&script.email).with_phone("+12025550134").make().await),
            "apart" => {
                app.new_user(&script.email).make().await;
                app.new_user("other@example.org").with_phone("+12025550134").make().await;
            }
            _ => {}
        }
        let (by_mail, by_phone) =
            (CookieClient::new(&script.app).await, CookieClient::new(&script.app).await);
        script.request_reset(&by_mail).await;
        script.post(&by_phone, FORGOT_PASSWORD, &[("identifier", "+1 202 555 0134")]).await;
        for client in [&by_mail, &by_phone] {
            script.wait(client).await;
            script.post(client, CODE, &[("code", "000000")]).await;
            script.app.clock.advance(31);
            script.post(client, RESEND, &[]).await;
        }
        script.wait(&by_mail).await;
        script.wait(&by_phone).await;
        transcripts.push(script.lines);
    }
    assert_eq!(transcripts[0], transcripts[2]);
    assert_eq!(transcripts[1], transcripts[2]);
}
