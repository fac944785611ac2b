//! nothing_in_clear: nothing that left by mail, was typed or proves anything stands readable in the log at its loudest, the
//! database, its files, the metrics or an address. Whole journeys through the real program, then a search for every secret.

use std::fs;

use actix_web::cookie::{Cookie, CookieJar, Key};
use rekey::model::keys::Keys;
use rekey::model::secret::{Secret, digest};
use serde_json::Value;

use super::process::{Household, KEY, Process, Visitor};
use super::{ASK, CODE, DONE, LINK, PASSWORD, RESEND, RESET, rows};

/// What a browser calls itself; it is kept in the audit log, which shows that the search finds what is there.
const PLANTED: &str = "planted-agent-0123456789";
const SOMEBODY: [&str; 2] = ["ada@example.org", "nobody@example.org"];

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

/// What a browser holds: its sealed cookie opened with the key of the household, and its session.
fn held(visitor: &Visitor, secrets: &mut Secrets) {
    let bytes: Vec<u8> = KEY
        .repeat(32)
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let keys = Keys::derive(&bytes.try_into().unwrap());
    let mut jar = CookieJar::new();
    let sent = format!("journey={}", visitor.cookie("journey").unwrap());
    jar.add_original(Cookie::parse_encoded(sent).unwrap());
    let sealed = jar.private(&Key::from(keys.cookie())).get("journey").unwrap();
    let outer: Value = serde_json::from_str(sealed.value()).unwrap();
    let journey: Value = serde_json::from_str(outer["j"].as_str().unwrap()).unwrap();
    for name in ["csrf", "grant", "link", "not_me"] {
        if let Some(value) = journey[name].as_str() {
            secrets.add(name, value);
        }
    }
    if let Some(session) = visitor.cookie("session").filter(|value| !value.is_empty()) {
        secrets.add("session", &session);
    }
}

/// The secrets of the newest message.
async fn mail(home: &Household, count: usize, secrets: &mut Secrets) -> (String, String) {
    let arrived = home.receive(count).await;
    assert_eq!(arrived.len(), count);
    let text = |name: &str| arrived[count - 1][name].as_str().unwrap_or_default().to_owned();
    let (code, link) = (text("code"), text("link"));
    if !code.is_empty() {
        secrets.add("code", &code);
    }
    secrets.add("token", link.rsplit('/').next().unwrap());
    (code, link)
}

/// The path of a link.
fn path(process: &Process, link: &str) -> String {
    link.strip_prefix(&process.origin).unwrap().to_owned()
}

/// Ask, resend, wrong, right, reset; then sign in, change, end sessions, "this wasn't me", the link.
async fn journeys(home: &Household, process: &Process, secrets: &mut Secrets) -> Vec<Visitor> {
    let first = process.visitor();
    assert_eq!(first.ask(SOMEBODY[1]).await.status, 303);
    assert_eq!(first.ask(SOMEBODY[0]).await.location(), CODE);
    let (code, _) = mail(home, 1, secrets).await;
    secrets.add("wrong code", &super::wrong(&code));
    assert_eq!(
        first
            .post(CODE, CODE, &[("code", &super::wrong(&code))])
            .await
            .status,
        422
    );
    assert_eq!(first.post(CODE, RESEND, &[]).await.status, 429);
    assert_eq!(first.ask(SOMEBODY[0]).await.location(), CODE);
    let (code, _) = mail(home, 2, secrets).await;
    assert_eq!(first.post(CODE, CODE, &[("code", &code)]).await.location(), RESET);
    held(&first, secrets);
    assert_eq!(
        first
            .post(RESET, RESET, &[("newPassword", "short-1")])
            .await
            .status,
        422
    );
    assert_eq!(
        first
            .post(RESET, RESET, &[("newPassword", "a much better phrase")])
            .await
            .location(),
        DONE
    );
    let (_, not_me) = mail(home, 3, secrets).await;

    let second = process.visitor();
    second
        .post(
            "/sign-in",
            "/sign-in",
            &[("identifier", SOMEBODY[0]), ("password", "a wrong phrase")],
        )
        .await;
    let typed = [("identifier", SOMEBODY[0]), ("password", "a much better phrase")];
    assert_eq!(
        second.post("/sign-in", "/sign-in", &typed).await.location(),
        "/account"
    );
    held(&second, secrets);
    let changed = [
        ("currentPassword", "a much better phrase"),
        ("newPassword", "an even better phrase"),
    ];
    assert_eq!(
        second
            .post("/account/password", "/account/password", &changed)
            .await
            .location(),
        "/account"
    );
    held(&second, secrets);
    mail(home, 4, secrets).await;

    let third = process.visitor();
    assert_eq!(third.get(&path(process, &not_me)).await.location(), "/not-me");
    held(&third, secrets);
    assert_eq!(third.post("/not-me", "/not-me", &[]).await.status, 303);
    let (_, link) = mail(home, 5, secrets).await;
    assert_eq!(third.get(&path(process, &link)).await.location(), LINK);
    held(&third, secrets);
    assert_eq!(third.post(LINK, LINK, &[]).await.location(), RESET);
    held(&third, secrets);
    vec![first, second, third]
}

#[tokio::test]
async fn nothing_in_clear() {
    let mut home = Household::new().await;
    home.variables.insert("REKEY_LOG".to_owned(), "trace".to_owned());
    let process = home.start(true).await;
    let mut secrets = Secrets(Vec::new());
    for password in [
        PASSWORD,
        "a much better phrase",
        "an even better phrase",
        "a wrong phrase",
        "short-1",
    ] {
        secrets.add("password", password);
    }
    let visitors = journeys(&home, &process, &mut secrets).await;
    let controls = Secrets(vec![("user".to_owned(), "ada000000001".to_owned())]);

    let mut log = fs::read_to_string(home.log()).unwrap();
    assert!(
        log.contains("answered") && controls.found_in(&log) == ["user"],
        "the log is as loud as it gets"
    );
    log = log.lines().map(without_moment).collect::<Vec<_>>().join("\n");
    secrets.absent("the log", &log);
    for address in SOMEBODY {
        assert!(!log.to_lowercase().contains(address), "an address in the log");
    }

    let dump = format!("{:?}", rows::of(home.database.clone()).await);
    assert_eq!(controls.found_in(&dump), ["user"]);
    secrets.absent("the tables", &dump);

    let metrics = visitors[0].get("/metrics").await.body;
    assert!(metrics.contains("password_reset_verify"));
    secrets.absent("the metrics", &metrics);

    for headers in visitors
        .iter()
        .flat_map(|visitor| visitor.seen.lock().unwrap().clone())
    {
        secrets.absent(
            "an address",
            headers
                .get("location")
                .map_or("", |value| value.to_str().unwrap()),
        );
    }
    files(&home, &secrets, &controls);
    assert_eq!(process.stop().await, Some(0));
    files(&home, &secrets, &controls);
}

/// The moment of a line may hold any six digits.
fn without_moment(line: &str) -> String {
    let mut line: Value = serde_json::from_str(line).unwrap();
    line.as_object_mut().unwrap().remove("timestamp").unwrap();
    line.to_string()
}

/// The bytes of the database, its log and its index, as a thief of the disk has them.
fn files(home: &Household, secrets: &Secrets, controls: &Secrets) {
    let Some(folder) = &home.database.folder else {
        return;
    };
    let mut all = String::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        all += &String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap());
    }
    assert_eq!(controls.found_in(&all), ["user"]);
    secrets.absent("the files", &all);
    for entry in fs::read_dir(home.folder.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            secrets.absent(
                "the data folder",
                &String::from_utf8_lossy(&fs::read(path).unwrap()),
            );
        }
    }
}

/// The control: what is planted is found, wherever it is looked for.
#[tokio::test]
async fn what_is_planted_is_found() {
    let home = Household::new().await;
    let process = home.start(true).await;
    let mut planted = Secrets(Vec::new());
    planted.add("agent", PLANTED);
    planted.add("code", "482913");
    let client = process.visitor();
    client.ask(SOMEBODY[0]).await;
    let database = home.database.clone();
    let plant = move || async move {
        let mut tx = database.store.write().await.unwrap();
        let sql = "update audit_log set user_agent = $1, about = 'the code 482913 in clear'";
        tx.run(sql, rekey::args![PLANTED]).await.unwrap();
        tx.commit().await.unwrap();
    };
    crate::support::app::on_runtime(plant).await;
    let dump = format!("{:?}", rows::of(home.database.clone()).await);
    assert_eq!(planted.found_in(&dump), ["agent", "code"]);
    assert_eq!(planted.found_in("at=1482913 or 482913x"), Vec::<&str>::new());
    assert_eq!(
        planted.found_in(&format!("{:?}", Secret::from(PLANTED))),
        Vec::<&str>::new()
    );
    assert_eq!(planted.found_in(&digest(PLANTED)), Vec::<&str>::new());
    assert_eq!(client.get(ASK).await.status, 200);
}
