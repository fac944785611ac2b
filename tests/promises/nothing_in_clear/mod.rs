//! nothing_in_clear: nothing that left by mail, was typed or proves anything stands readable in the log at
//! its loudest, the database, its files, the metrics or an address. Whole flows through the real program,
//! then a search for every secret.

mod apps;
mod screens;

use std::fs;

use actix_web::cookie::{Cookie, CookieJar, Key};
use rekey_core::types::secret::keys::Keys;
use rekey_core::types::secret::{Secret, sha256_digest};
use serde_json::Value;

use super::{
    CODE, DONE, FORGOT_PASSWORD, LINK, PASSWORD, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, RESEND, RESET,
    SIGN_IN_CODE, SIGN_IN_SEND,
};
use crate::support::db_dump;
use crate::support::http_user::HttpUser;
use crate::support::server_process::{KEY, ServerFixture, ServerProcess};
use crate::support::stubs::range_server::{Answer, RangeServer, hash};

/// What a browser calls itself; it is kept in the audit log, which shows that the search finds what is there.
const PLANTED: &str = "planted-agent-0123456789";
/// Ada's id, which may be seen.
const KNOWN: &str = "ada000000001";
/// The password of a screen of somebody's own.
const SCREENS: &str = "a phrase of a screen's own";
const RESET_CHECK: &str = "/forgot-password/reset/check";
const SOMEBODY: [&str; 3] = ["ada@example.org", "nobody@example.org", "newcomer@example.org"];

/// Secrets by name.
struct Secrets(Vec<(String, String)>);

impl Secrets {
    fn add(&mut self, name: &str, value: &str) {
        assert!(value.len() >= 6, "{name} is long enough to be searched for");
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// Every secret that stands in this text.
    fn found_in(&self, text: &str) -> Vec<&str> {
        let found = self.0.iter().filter(|(_, value)| contains(text, value));
        found.map(|(name, _)| name.as_str()).collect()
    }

    fn absent(&self, place: &str, text: &str) {
        assert_eq!(self.found_in(text), Vec::<&str>::new(), "in {place}");
    }
}

/// Six digits within a longer number are not the code.
fn contains(text: &str, value: &str) -> bool {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(value).any(|(at, _)| {
        !is_number
            || !digit(text[..at].chars().next_back()) && !digit(text[at + value.len()..].chars().next())
    })
}

/// The keys of the fixture.
fn keys() -> Keys {
    let bytes: Vec<u8> = KEY
        .repeat(32)
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    Keys::derive(&bytes.try_into().unwrap()).unwrap()
}

/// What a browser holds: its sealed cookie opened with the key of the fixture, and its session.
fn add_cookies(visitor: &HttpUser, secrets: &mut Secrets) {
    let mut jar = CookieJar::new();
    let sent = format!("journey={}", visitor.cookie("journey").unwrap());
    jar.add_original(Cookie::parse_encoded(sent).unwrap());
    let sealed = jar.private(&Key::from(keys().cookie_key())).get("journey").unwrap();
    let outer: Value = serde_json::from_str(sealed.value()).unwrap();
    let flow: Value = serde_json::from_str(outer["j"].as_str().unwrap()).unwrap();
    for name in ["csrf", "grant", "link", "not_me"] {
        if let Some(value) = flow[name].as_str() {
            secrets.add(name, value);
        }
    }
    if let Some(session) = visitor.cookie("session").filter(|value| !value.is_empty()) {
        secrets.add("session", &session);
    }
}

/// The secrets of the newest message.
async fn mail(home: &ServerFixture, count: usize, secrets: &mut Secrets) -> (String, String) {
    let arrived = home.wait_for_messages(count).await;
    assert_eq!(arrived.len(), count);
    let text = |name: &str| arrived[count - 1][name].as_str().unwrap_or_default().to_owned();
    let (code, link) = (text("code"), text("link"));
    if !code.is_empty() {
        secrets.add("code", &code);
    }
    if !link.is_empty() {
        secrets.add("token", link.rsplit('/').next().unwrap());
    }
    (code, link)
}

/// The path of a link.
fn path(process: &ServerProcess, link: &str) -> String {
    link.strip_prefix(&process.origin).unwrap().to_owned()
}

/// Posts the form of the page it comes from, and asserts where that leads; nowhere is a page that says no.
async fn post_and_follow(visitor: &HttpUser, path: &str, fields: &[(&str, &str)], to: &str) {
    let from = match path {
        RESEND => CODE,
        RESET_CHECK => RESET,
        SIGN_IN_SEND => "/sign-in",
        path => path,
    };
    let answer = visitor.post(from, path, fields).await;
    assert_eq!(answer.location(), to, "{path}: {} {}", answer.status, answer.body);
}

/// Ask, resend, wrong, right, refused, reset; gives the link of the notice.
async fn reset(home: &ServerFixture, visitor: &HttpUser, secrets: &mut Secrets) -> String {
    post_and_follow(visitor, FORGOT_PASSWORD, &[("identifier", SOMEBODY[1])], CODE).await;
    post_and_follow(visitor, FORGOT_PASSWORD, &[("identifier", SOMEBODY[0])], CODE).await;
    let (code, _) = mail(home, 1, secrets).await;
    let wrong = super::wrong_code(&code);
    secrets.add("wrong code", &wrong);
    post_and_follow(visitor, CODE, &[("code", &wrong)], "").await;
    post_and_follow(visitor, RESEND, &[], "").await;
    post_and_follow(visitor, FORGOT_PASSWORD, &[("identifier", SOMEBODY[0])], CODE).await;
    let (code, _) = mail(home, 2, secrets).await;
    post_and_follow(visitor, CODE, &[("code", &code)], RESET).await;
    add_cookies(visitor, secrets);
    post_and_follow(visitor, RESET_CHECK, &[("newPassword", "half a phrase")], "").await;
    post_and_follow(visitor, RESET, &[("newPassword", "short-1")], "").await;
    post_and_follow(visitor, RESET, &[("newPassword", "a much better phrase")], DONE).await;
    mail(home, 3, secrets).await.1
}

/// Sign in with a wrong password and the right one, change it.
async fn account(home: &ServerFixture, visitor: &HttpUser, secrets: &mut Secrets) {
    post_and_follow(visitor, "/sign-in", &[("identifier", SOMEBODY[0]), ("password", "a wrong phrase")], "")
        .await;
    let typed = [("identifier", SOMEBODY[0]), ("password", "a much better phrase")];
    post_and_follow(visitor, "/sign-in", &typed, "/account").await;
    add_cookies(visitor, secrets);
    let changed = [("currentPassword", "a much better phrase"), ("newPassword", "an even better phrase")];
    post_and_follow(visitor, "/account/password", &changed, "/account").await;
    add_cookies(visitor, secrets);
    mail(home, 4, secrets).await;
}

/// "This wasn't me", then the link of the message that follows.
async fn dispute(
    home: &ServerFixture,
    process: &ServerProcess,
    not_me: &str,
    secrets: &mut Secrets,
) -> HttpUser {
    let visitor = process.http_user();
    assert_eq!(visitor.get(&path(process, not_me)).await.location(), "/not-me");
    add_cookies(&visitor, secrets);
    post_and_follow(&visitor, "/not-me", &[], "/not-me").await;
    let (_, link) = mail(home, 5, secrets).await;
    assert_eq!(visitor.get(&path(process, &link)).await.location(), LINK);
    add_cookies(&visitor, secrets);
    post_and_follow(&visitor, LINK, &[], RESET).await;
    add_cookies(&visitor, secrets);
    visitor
}

/// Sign up with an address that somebody has and with one's own, then sign in by a code.
async fn sign_up(home: &ServerFixture, process: &ServerProcess, secrets: &mut Secrets) -> HttpUser {
    let visitor = process.http_user();
    post_and_follow(&visitor, REGISTER, &[("identifier", SOMEBODY[0])], REGISTER_CODE).await;
    mail(home, 6, secrets).await;
    post_and_follow(&visitor, REGISTER, &[("identifier", SOMEBODY[2])], REGISTER_CODE).await;
    let (code, _) = mail(home, 7, secrets).await;
    post_and_follow(&visitor, REGISTER_CODE, &[("code", &code)], REGISTER_PASSWORD).await;
    add_cookies(&visitor, secrets);
    post_and_follow(&visitor, REGISTER_PASSWORD, &[("newPassword", "a first good phrase")], "/account").await;
    add_cookies(&visitor, secrets);
    let again = process.http_user();
    post_and_follow(&again, SIGN_IN_SEND, &[("identifier", SOMEBODY[2])], SIGN_IN_CODE).await;
    let (code, _) = mail(home, 8, secrets).await;
    post_and_follow(&again, SIGN_IN_CODE, &[("code", &code)], "/account").await;
    add_cookies(&again, secrets);
    visitor
}

/// Every password that is typed, and what a breach server hears of it.
fn typed_secrets() -> Secrets {
    let mut secrets = Secrets(Vec::new());
    for password in [
        PASSWORD,
        "a much better phrase",
        "an even better phrase",
        "a wrong phrase",
        "a first good phrase",
        "half a phrase",
        "short-1",
        SCREENS,
    ] {
        secrets.add("password", password);
        let (prefix, suffix) = hash(password);
        for part in [format!("range/{prefix}"), suffix] {
            secrets.add("hash", &part);
            secrets.add("hash", &part.to_lowercase());
        }
    }
    secrets
}

#[tokio::test]
async fn nothing_in_clear() {
    let mut home = ServerFixture::new().await;
    home.variables.insert("REKEY_LOG".to_owned(), "trace".to_owned());
    home.variables.insert("REKEY_ADMIN_LISTEN".to_owned(), "127.0.0.1:0".to_owned());
    let breaches = RangeServer::answering(Answer::with_status("500 Oops", "<html>Sorry</html>")).await;
    home.variables.insert("REKEY_BREACHES__URL".to_owned(), breaches.url.clone());
    let process = home.start(true).await;
    let mut secrets = typed_secrets();
    let (first, second) = (process.http_user(), process.http_user());
    let not_me = reset(&home, &first, &mut secrets).await;
    breaches.set_answer(Answer::range(&[&format!("{}:0", "0".repeat(35))]));
    account(&home, &second, &mut secrets).await;
    assert_eq!(breaches.requests().len(), 3, "it was asked, and for every new password");
    let third = dispute(&home, &process, &not_me, &mut secrets).await;
    let fourth = sign_up(&home, &process, &mut secrets).await;
    apps::apps(&home, &process, &mut secrets).await;
    let fifth = screens::screens(&home, &process, &mut secrets).await;

    log(&home, &secrets);
    let dump = format!("{:?}", db_dump::of(home.database.clone()).await);
    assert!(dump.contains(KNOWN));
    secrets.absent("the tables", &dump);
    let metrics = crate::promises::defaults_close::metrics_of(&home).await;
    assert!(metrics.contains("password_reset_verify") && metrics.contains("unavailable.allowed"));
    secrets.absent("the metrics", &metrics);
    for headers in
        [first, second, third, fourth, fifth].iter().flat_map(|visitor| visitor.seen.lock().unwrap().clone())
    {
        secrets.absent("an address", headers.get("location").map_or("", |value| value.to_str().unwrap()));
    }
    files(&home, &secrets);
    assert_eq!(process.stop().await, Some(0));
    files(&home, &secrets);
}

/// As loud as the log gets, it says what happened to whom by their id, and neither secrets nor addresses.
fn log(home: &ServerFixture, secrets: &Secrets) {
    let log = fs::read_to_string(home.log()).unwrap();
    assert!(log.contains("answered") && log.contains("DEBUG") && log.contains(KNOWN));
    let log: Vec<String> = log.lines().map(without_moment).collect();
    secrets.absent("the log", &log.join("\n"));
    for address in SOMEBODY {
        assert!(!log.join("\n").to_lowercase().contains(address), "an address in the log");
    }
}

/// The moment of a line may hold any six digits.
fn without_moment(line: &str) -> String {
    let mut line: Value = serde_json::from_str(line).unwrap();
    line.as_object_mut().unwrap().remove("timestamp").unwrap();
    line.to_string()
}

/// The bytes of the database, its log and its index, as an attacker of the disk has them.
fn files(home: &ServerFixture, secrets: &Secrets) {
    let Some(folder) = &home.database.folder else {
        return;
    };
    let mut all = String::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        all += &String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(all.contains(KNOWN));
    secrets.absent("the files", &all);
    // With the key in a variable and the database elsewhere there is no such folder.
    for entry in fs::read_dir(home.folder.path().join("data")).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_file() {
            secrets.absent("the data folder", &String::from_utf8_lossy(&fs::read(path).unwrap()));
        }
    }
}

/// The control: what is planted is found, wherever it is looked for.
#[tokio::test]
async fn planted_secrets_are_found() {
    let home = ServerFixture::new().await;
    let process = home.start(true).await;
    let mut planted = Secrets(Vec::new());
    planted.add("agent", PLANTED);
    planted.add("code", "482913");
    let client = process.http_user();
    client.request_reset(SOMEBODY[0]).await;
    let database = home.database.clone();
    let plant = move || async move {
        let mut tx = database.store.write().await.unwrap();
        let sql = "update audit_log set user_agent = $1, about = 'the code 482913 in clear'";
        tx.run(sql, rekey_core::args![PLANTED]).await.unwrap();
        tx.commit().await.unwrap();
    };
    crate::support::app::on_runtime(plant).await;
    let dump = format!("{:?}", db_dump::of(home.database.clone()).await);
    assert_eq!(planted.found_in(&dump), ["agent", "code"]);
    assert_eq!(planted.found_in("at=1482913 or 482913x"), Vec::<&str>::new());
    assert_eq!(planted.found_in(&format!("{:?}", Secret::from(PLANTED))), Vec::<&str>::new());
    assert_eq!(planted.found_in(&sha256_digest(PLANTED)), Vec::<&str>::new());
    assert_eq!(client.get(FORGOT_PASSWORD).await.status, 200);
}
