//! A model with two callers: an owner, who alone reads the mail of an address, and an attacker, who makes any
//! calls in any order. Whatever they do, the new account has the password that its owner typed and brought,
//! or none.

use std::cell::Cell;

use proptest::prelude::{Just, Strategy, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::sign_up::{THEIRS, can_sign_in, sign_up};
use crate::http::sdk_api::{call, shop_page, with_apps};
use crate::promises::{
    CookieClient, REGISTER, REGISTER_CODE, REGISTER_PASSWORD, with_sign_in_codes as over, without_throttles,
};
use crate::support::app::TestApp;

const CASES: u32 = 60;
const STEPS: usize = 18;

/// Somebody who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum User {
    Owner,
    Stranger,
}

/// What the owner brings along with a code.
#[derive(Clone, Copy, Debug)]
enum Brings {
    Nothing,
    TheFirst,
    TheNewest,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    SignsUp(User),
    Sends,
    Resends,
    Registers(User),
    ResendsOnThePage(User),
    Guesses(u8, &'static str),
    GuessesOnThePage(u8),
    PostsAPasswordOnThePage,
    Cancels(User),
    Types(&'static str, Brings),
    TypesOnThePage,
    Waits(i64),
}

fn user() -> impl Strategy<Value = User> {
    prop_oneof![Just(User::Owner), Just(User::Stranger)]
}

fn step() -> impl Strategy<Value = Step> {
    let kind = || prop_oneof![Just("signup"), Just("email"), Just("magiclink")];
    let brings = prop_oneof![Just(Brings::Nothing), Just(Brings::TheFirst), Just(Brings::TheNewest)];
    prop_oneof![
        4 => user().prop_map(Step::SignsUp),
        2 => Just(Step::Sends),
        1 => Just(Step::Resends),
        2 => user().prop_map(Step::Registers),
        1 => user().prop_map(Step::ResendsOnThePage),
        3 => (prop_oneof![Just(1_u8), Just(10)], kind()).prop_map(|(times, kind)| Step::Guesses(times, kind)),
        1 => prop_oneof![Just(1_u8), Just(10)].prop_map(Step::GuessesOnThePage),
        1 => Just(Step::PostsAPasswordOnThePage),
        1 => user().prop_map(Step::Cancels),
        5 => (kind(), brings).prop_map(|(kind, brings)| Step::Types(kind, brings)),
        1 => Just(Step::TypesOnThePage),
        2 => prop_oneof![Just(31_i64), Just(601), Just(3601)].prop_map(Step::Waits),
    ]
}

/// What there is, as the owner knows it.
struct World<'a> {
    app: &'a TestApp,
    email: String,
    owner: CookieClient,
    attacker: CookieClient,
    /// The passwords that the owner typed, and what was given for each.
    typed: Vec<(String, Value)>,
    /// The account, once there is one.
    account: Option<Account>,
}

/// The account as its owner expects it.
struct Account {
    password: Option<String>,
}

impl<'a> World<'a> {
    async fn begin(app: &'a TestApp, number: u32) -> Self {
        let (owner, attacker) = (CookieClient::new(app).await, CookieClient::new(app).await);
        let email = format!("nina{number}@example.org");
        Self { app, email, owner, attacker, typed: Vec::new(), account: None }
    }

    const fn client(&self, user: User) -> &CookieClient {
        match user {
            User::Owner => &self.owner,
            User::Stranger => &self.attacker,
        }
    }

    async fn code(&self) -> Option<String> {
        let inbox = self.app.inbox_of(&self.email).await;
        inbox.messages.iter().any(|message| message.code.is_some()).then(|| inbox.code())
    }

    async fn call(&self, name: &str, mut input: Value) -> (u16, Value) {
        input["email"] = json!(self.email);
        let page = call(&shop_page(self.app), name, input).await;
        (page.status, serde_json::from_str(&page.html).unwrap_or_default())
    }

    async fn take_step(&mut self, step: Step) {
        self.app.clock.advance(7);
        match step {
            Step::SignsUp(User::Owner) => {
                let own = format!("an own phrase number {}", self.typed.len());
                let token = sign_up(self.app, &self.email, &own).await;
                self.typed.push((own, token));
            }
            Step::SignsUp(User::Stranger) => drop(sign_up(self.app, &self.email, THEIRS).await),
            Step::Sends => drop(self.call("otp/send", json!({})).await),
            Step::Resends => drop(self.call("email/resend", json!({})).await),
            Step::Guesses(times, kind) => {
                for _ in 0..times {
                    self.call("otp/verify", json!({ "token": "000000", "type": kind })).await;
                }
            }
            Step::Types(kind, brings) => self.enter_code(kind, brings).await,
            Step::TypesOnThePage => self.enter_code_on_page().await,
            Step::Waits(seconds) => self.app.clock.advance(seconds),
            on_the_page => self.press_button(on_the_page).await,
        }
    }

    async fn press_button(&self, step: Step) {
        let code = REGISTER_CODE;
        match step {
            Step::Registers(user) => {
                self.client(user).post(REGISTER, &[("identifier", &self.email)]).await;
            }
            Step::ResendsOnThePage(user) => {
                drop(self.client(user).post(&format!("{code}/resend"), &[]).await)
            }
            Step::Cancels(user) => drop(self.client(user).post("/register/change-address", &[]).await),
            Step::GuessesOnThePage(times) => {
                for _ in 0..times {
                    self.attacker.post(code, &[("code", "000000")]).await;
                }
            }
            _ => drop(self.attacker.post(REGISTER_PASSWORD, &[("newPassword", THEIRS)]).await),
        }
    }

    /// The owner types the newest code into the app.
    async fn enter_code(&mut self, kind: &str, brings: Brings) {
        let Some(code) = self.code().await else { return };
        let brought = match brings {
            Brings::Nothing => None,
            Brings::TheFirst => self.typed.first(),
            Brings::TheNewest => self.typed.last(),
        };
        let brought = brought.cloned();
        let token = brought.as_ref().map(|(_, token)| token);
        let (status, answer) =
            self.call("otp/verify", json!({ "token": code, "type": kind, "signup_token": token })).await;
        if status != 200 {
            return;
        }
        let created = || Account { password: brought.map(|(password, _)| password) };
        let account = self.account.get_or_insert_with(created);
        assert_eq!(answer["password_required"] == true, account.password.is_none(), "{answer}");
    }

    /// The owner types the newest code into the page, and a password there.
    async fn enter_code_on_page(&mut self) {
        let Some(code) = self.code().await else { return };
        self.owner.post(REGISTER_CODE, &[("code", &code)]).await;
        let own = "an own phrase of the page";
        self.owner.post(REGISTER_PASSWORD, &[("newPassword", own)]).await;
        if self.account.is_none() && self.app.user(&self.email).await.is_some() {
            self.account = Some(Account { password: Some(own.to_owned()) });
        }
    }

    /// What must hold after every step.
    async fn check_invariant(&self) -> Result<(), String> {
        let is_there = self.app.user(&self.email).await.is_some();
        match &self.account {
            _ if can_sign_in(self.app, &self.email, THEIRS).await => {
                Err("a stranger knows the password".to_owned())
            }
            None if is_there => Err("an account without its owner".to_owned()),
            Some(Account { password: Some(own) }) if !can_sign_in(self.app, &self.email, own).await => {
                Err(format!("the owner does not get in with {own}"))
            }
            _ => Ok(()),
        }
    }
}

async fn run_steps(app: &TestApp, number: u32, steps: &[Step]) -> Result<(), String> {
    let mut world = World::begin(app, number).await;
    for step in steps {
        world.take_step(*step).await;
        world.check_invariant().await.map_err(|why| format!("{why} after {step:?}"))?;
    }
    Ok(())
}

/// No sequence of calls by others puts a password on an account whose owner did not type it.
#[test]
fn no_other_caller_sets_the_password_of_a_new_account() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(async {
        let mut settings = without_throttles()["settings"].clone();
        settings["throttle"]["signInFailures"] = json!({ "limit": 0 });
        settings["throttle"]["guessesPerRequest"] = json!(10);
        let settings = over(json!({ "settings": settings }))["settings"].clone();
        TestApp::with(with_apps(settings)).await
    });
    app.may_leave_messages();
    let config = Config { failure_persistence: None, max_shrink_iters: 200, ..Config::with_cases(CASES) };
    let number = Cell::new(0);
    let made = Cell::new(0);
    let steps = proptest::collection::vec(step(), 4..STEPS);
    let outcome = TestRunner::new_with_rng(config, deterministic()).run(&steps, |steps| {
        number.set(number.get() + 1);
        let walked = runtime.block_on(run_steps(&app, number.get(), &steps));
        let email = format!("nina{}@example.org", number.get());
        made.set(made.get() + u32::from(runtime.block_on(app.user(&email)).is_some()));
        walked.map_err(TestCaseError::fail)
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert!(made.get() > CASES / 8, "the walks make accounts: {}", made.get());
}

fn deterministic() -> proptest::test_runner::TestRng {
    proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha)
}
