//! no_oracle across calls: whatever was asked before, on whatever interface, a known, an unknown, a suspended
//! and a password-less person get the same answers, throttled ones too. Every ordered pair of calls of the
//! SDK, of GraphQL, and of both with the pages is made for somebody of their own, then once more after a
//! minute.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::http::graphql::{GRAPHQL, NEW, REQUEST_RESET as REQUEST, RESET as RESETS, SIGN_IN as SIGNS_IN};
use crate::http::sdk_api::{url_of, with_apps};
use crate::http::{LOGIN, with_keys};
use crate::promises::no_oracle::observable;
use crate::promises::with_sign_in_codes;
use crate::promises::{
    CODE, FORGOT_PASSWORD, FORM, PASSWORD, REGISTER, REGISTER_CODE, RESEND, SIGN_IN_CODE, SIGN_IN_SEND,
};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Jar};
use crate::support::db_dump;
use crate::support::page::Page;

const WHO: [&str; 4] = ["known", "ghost", "exile", "blank"];
const LANES: usize = 4;
/// How often the second call of a pair is made: often enough to use up a request's tries, or what a network
/// may ask for nothing.
const TIMES: usize = 4;
const MANY_TIMES: usize = 36;
const CHECK: &str = "query($requestId: String!, $token: String!) { checkResetPasswordToken(requestId: $requestId, token: $token) }";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interface {
    Sdk,
    GraphQl,
    Page,
}

/// A call about an address. `more` is what it sends beside it.
#[derive(Clone, Copy, Debug)]
struct Call {
    interface: Interface,
    name: &'static str,
    more: &'static [(&'static str, &'static str)],
}

const fn call(
    interface: Interface,
    name: &'static str,
    more: &'static [(&'static str, &'static str)],
) -> Call {
    Call { interface, name, more }
}

const CODE_OF: (&str, &str) = ("token", "000000");
const WRONG: (&str, &str) = ("password", "not the password");

const CALLS: [Call; 25] = [
    call(Interface::Sdk, "password/request-reset", &[]),
    call(Interface::Sdk, "otp/send", &[]),
    call(Interface::Sdk, "otp/send", &[("create_user", "false")]),
    call(Interface::Sdk, "otp/verify", &[CODE_OF, ("type", "recovery")]),
    call(Interface::Sdk, "otp/verify", &[CODE_OF, ("type", "email")]),
    call(Interface::Sdk, "otp/verify", &[CODE_OF, ("type", "signup")]),
    call(Interface::Sdk, "otp/verify", &[CODE_OF, ("type", "magiclink")]),
    call(Interface::Sdk, "otp/verify", &[CODE_OF, ("type", "invite")]),
    call(Interface::Sdk, "email/signup", &[("password", NEW)]),
    call(Interface::Sdk, "email/resend", &[]),
    call(Interface::Sdk, "email/signin", &[WRONG]),
    call(Interface::GraphQl, REQUEST, &[]),
    call(Interface::GraphQl, SIGNS_IN, &[WRONG]),
    call(Interface::GraphQl, RESETS, &[("token", "nobody-has-this-token"), ("password", NEW)]),
    call(Interface::GraphQl, CHECK, &[("token", "nobody-has-this-token"), ("requestId", "nobody")]),
    call(Interface::Page, FORGOT_PASSWORD, &[]),
    call(Interface::Page, CODE, &[("code", "000000")]),
    call(Interface::Page, RESEND, &[]),
    call(Interface::Page, "/sign-in", &[WRONG]),
    call(Interface::Page, SIGN_IN_SEND, &[]),
    call(Interface::Page, SIGN_IN_CODE, &[("code", "000000")]),
    call(Interface::Page, "/sign-in/verification-code/resend", &[]),
    call(Interface::Page, REGISTER, &[]),
    call(Interface::Page, REGISTER_CODE, &[("code", "000000")]),
    call(Interface::Page, "/register/verification-code/resend", &[]),
];

/// Every pair within an interface that asks without a cookie, and across it and the pages.
fn pairs() -> Vec<(Call, Call)> {
    let crosses = |a: Call, b: Call| match (a.interface, b.interface) {
        (Interface::Page, Interface::Page) => false,
        (Interface::Page, _) | (_, Interface::Page) => true,
        (a, b) => a == b,
    };
    let all = CALLS.iter().flat_map(|a| CALLS.iter().map(|b| (*a, *b)));
    all.filter(|(a, b)| crosses(*a, *b)).collect()
}

/// Codes that are brought to an app of the SDK after something was asked for are counted by the request, or
/// by the network where there is none.
fn times((first, second): (Call, Call)) -> usize {
    let sends_code = first.interface == Interface::Sdk && first.name != "otp/verify";
    let kinds = [("type", "recovery"), ("type", "email"), ("type", "signup")];
    let guesses = second.more.iter().any(|field| kinds.contains(field));
    if sends_code && guesses { MANY_TIMES } else { TIMES }
}

/// One pair, for one person, from a network of its own.
struct Run {
    pair: (Call, Call),
    email: String,
    network: String,
    jar: Jar,
    csrf: String,
    lines: Vec<String>,
}

impl Run {
    fn new(pair: (Call, Call), user: usize, number: usize) -> Self {
        Self {
            pair,
            email: format!("{}{number:04}@example.org", WHO[user]),
            network: format!("10.{user}.{}.{}", number / 250, number % 250 + 1),
            jar: Jar::default(),
            csrf: String::new(),
            lines: Vec::new(),
        }
    }
}

/// Browsers that are lent to one run after the other.
struct Lane {
    app: Browser,
    api: Browser,
    http_user: Browser,
}

impl Lane {
    fn of(app: &TestApp) -> Self {
        let shop = app.browser().with_header("origin", "https://shop.example");
        Self {
            app: shop.with_header("sec-fetch-site", "cross-site"),
            api: crate::http::api_client(app, LOGIN),
            http_user: app.browser(),
        }
    }

    async fn play(&self, run: &mut Run, phase: usize) {
        let (first, second) = run.pair;
        self.http_user.restore(run.jar.clone());
        if run.csrf.is_empty() && [first.interface, second.interface].contains(&Interface::Page) {
            run.csrf = self.http_user.get(FORGOT_PASSWORD).await.value("csrf");
        }
        self.make(run, first).await;
        for _ in 0..if phase == 0 { times(run.pair) } else { 1 } {
            self.make(run, second).await;
        }
        run.jar = self.http_user.jar();
    }

    async fn make(&self, run: &mut Run, call: Call) {
        let page = self.answer(run, call).await;
        run.lines.push(observable(&page, &run.email));
    }

    async fn answer(&self, run: &Run, call: Call) -> Page {
        let from = ("x-forwarded-for", run.network.as_str());
        if call.interface == Interface::Page {
            let mut fields = vec![("csrf", run.csrf.as_str()), ("identifier", run.email.as_str())];
            fields.extend(call.more);
            let body = serde_urlencoded::to_string(fields).unwrap();
            return self.http_user.raw("POST", call.name, &[FORM, from], body).await;
        }
        let mut input = json!({});
        for (name, value) in call.more {
            input[name] = if *value == "false" { json!(false) } else { json!(value) };
        }
        if ![RESETS, CHECK].contains(&call.name) {
            input["email"] = json!(run.email);
        }
        let sent = [("content-type", "application/json"), from];
        if call.interface == Interface::Sdk {
            return self.app.raw("POST", &url_of(call.name), &sent, input.to_string()).await;
        }
        let body = json!({ "query": call.name, "variables": input }).to_string();
        self.api.raw("POST", GRAPHQL, &sent, body).await
    }
}

async fn start() -> TestApp {
    let settings = json!({ "settings": { "throttle": {
        "requestsPerIp": { "limit": 5 }, "guessesPerRequest": 3,
        "guessesPerAccount": { "limit": 6 }, "signInFailures": { "limit": 7 },
    } } });
    let mut all = with_apps(with_sign_in_codes(settings)["settings"].clone());
    all["apiKeys"] = with_keys(json!({}))["apiKeys"].clone();
    let app = TestApp::configured(&[("REKEY_TRUSTED_PROXIES", "127.0.0.1")], all).await;
    app.may_leave_messages();
    app
}

/// The accounts of a pair: all but the unknown one's.
async fn people(app: &TestApp, number: usize) {
    let named = |user: usize| app.new_user(&format!("{}{number:04}@example.org", WHO[user]));
    named(0).with_password(PASSWORD).make().await;
    named(2).with_password(PASSWORD).suspended().make().await;
    named(3).make().await;
}

/// Plays a phase of every run, side by side.
async fn play_all(app: &Arc<TestApp>, runs: Vec<Run>, phase: usize) -> Vec<Run> {
    let mut lanes: Vec<Vec<Run>> = (0..LANES).map(|_| Vec::new()).collect();
    for (at, run) in runs.into_iter().enumerate() {
        lanes[at % LANES].push(run);
    }
    let mut all = JoinSet::new();
    for mut runs in lanes {
        let lane = Lane::of(app);
        all.spawn(async move {
            for run in &mut runs {
                lane.play(run, phase).await;
            }
            runs
        });
    }
    all.join_all().await.into_iter().flatten().collect()
}

/// The pairs that tell somebody apart, each with the first answers that differ.
fn differences(mut runs: Vec<Run>) -> Vec<String> {
    runs.sort_by(|a, b| a.network.cmp(&b.network));
    let of = |user: &'static str| runs.iter().filter(move |run| run.email.starts_with(user));
    let mut found = Vec::new();
    for (user, others) in WHO.map(|user| (user, of(user))) {
        for (known, other) in of(WHO[0]).zip(others) {
            let pair = format!("{:?} then {:?}", known.pair.0, known.pair.1);
            let differs = known.lines.iter().zip(&other.lines).enumerate().find(|(_, (a, b))| a != b);
            if let Some((at, (ours, theirs))) = differs {
                found.push(format!(
                    "{user} differs at answer {at} of {pair}\n--- known\n{ours}\n--- {user}\n{theirs}"
                ));
            }
        }
    }
    found
}

#[tokio::test]
async fn no_pair_of_calls_reveals_who_is_known() {
    let app = Arc::new(start().await);
    let mut runs = Vec::new();
    for (number, pair) in pairs().into_iter().enumerate() {
        people(&app, number).await;
        // Ids begin with the time: of a thousand that are made in one millisecond, two would be the same.
        app.clock.advance(1);
        runs.extend((0..WHO.len()).map(|user| Run::new(pair, user, number)));
    }
    runs = play_all(&app, runs, 0).await;
    app.clock.advance(61);
    runs = play_all(&app, runs, 1).await;
    let statuses: Vec<Value> = runs.iter().flat_map(|run| &run.lines).map(|line| json!(line[..3])).collect();
    for status in ["200", "303", "401", "422", "429"] {
        assert!(statuses.contains(&json!(status)), "no answer was {status}: nothing was compared");
    }
    let found = differences(runs);
    assert!(found.is_empty(), "{} pairs tell who is known:\n{}", found.len(), found.join("\n\n"));
    assert!(db_dump::query_number(&app, "select count(*) from users").await > 900);
}
