//! step_order: a password is written only through a verified, unexpired, unspent grant of the same account. Random walks over
//! browsers, people and every button, each step compared with `model`; then the short cuts that a walk can't take.

use std::fmt::Write as _;
use std::sync::Arc;

use rekey::args;
use rekey::domain::recovery::complete::{Grant, complete};
use rekey::model::caller::Caller;
use rekey::model::error::{Error, Refusal};
use rekey::model::ids::RequestId;
use rekey::model::secret::{Secret, SeededChance, below};

use super::model::{Held, Kept, Leads, World};
use super::{
    ASK, CODE, CONTINUE, DONE, Hand, LINK, RESEND, RESET, asked, granted, rows, signs_in, unhurried, wrong,
};
use crate::support::app::{TestApp, on_runtime};
use crate::support::page::Page;

/// Walks, and steps of each.
const WALKS: u64 = 320;
const STEPS: u32 = 18;
/// How many programs walk side by side.
const LANES: u64 = 4;
const BROWSERS: usize = 3;
/// Two people and nobody.
const PEOPLE: usize = 3;

/// One walk.
struct Walk<'a> {
    app: &'a TestApp,
    chance: SeededChance,
    world: World,
    addresses: Vec<String>,
    passwords: Vec<String>,
    digests: Vec<Option<String>>,
    hands: Vec<Hand>,
    held: Vec<Held>,
    kept: Vec<Kept>,
    trail: String,
}

fn leads(page: &Page) -> Leads {
    match (page.status, page.location()) {
        (303, ASK) => Leads::Ask,
        (303, CODE) => Leads::Code,
        (303, LINK) => Leads::Link,
        (303, RESET) => Leads::Reset,
        (303, DONE) => Leads::Done,
        (422 | 429, "") => Leads::Nowhere,
        other => panic!("{other:?}: {}", page.text()),
    }
}

impl<'a> Walk<'a> {
    async fn begin(app: &'a TestApp, number: u64) -> Self {
        let addresses: Vec<String> = ["ada", "bea", "nil"]
            .map(|name| format!("{name}{number}@example.org"))
            .into();
        for address in &addresses[..PEOPLE - 1] {
            app.person(address).with_password(super::PASSWORD).make().await;
        }
        let mut hands = Vec::new();
        for _ in 0..BROWSERS {
            hands.push(Hand::new(app).await);
        }
        let mut walk = Self {
            app,
            chance: SeededChance::new(number),
            world: World::of(&[true, true, false]),
            passwords: vec![super::PASSWORD.to_owned(); PEOPLE],
            digests: Vec::new(),
            held: vec![Held::default(); BROWSERS],
            kept: Vec::new(),
            trail: format!("walk {number}:"),
            addresses,
            hands,
        };
        walk.digests = walk.look().await;
        walk
    }

    fn pick(&self, bound: usize) -> usize {
        below(&self.chance, u32::try_from(bound).unwrap()) as usize
    }

    /// The digests as they are now, in one look.
    async fn look(&self) -> Vec<Option<String>> {
        let (database, addresses) = (Arc::clone(&self.app.database), self.addresses.clone());
        let read = move || async move {
            let mut tx = database.store.read().await.unwrap();
            let sql = "select email_key, password_digest from users where email_key in ($1, $2, $3)";
            let [a, b, c] = [&addresses[0], &addresses[1], &addresses[2]];
            let rows: Vec<(String, String)> = tx.all(sql, args![a, b, c]).await.unwrap();
            let of = |who: &String| {
                rows.iter()
                    .find(|(key, _)| key == who)
                    .map(|(_, digest)| digest.clone())
            };
            addresses.iter().map(of).collect()
        };
        on_runtime(read).await
    }

    async fn step(&mut self) {
        let browser = self.pick(BROWSERS);
        self.kept.push(Kept {
            held: self.held[browser].clone(),
            cookies: self.hands[browser].keep(),
        });
        let before = self.digests.clone();
        let changed = match self.pick(20) {
            0..=2 => self.ask(browser).await,
            3 => self.resend(browser).await,
            4..=8 => self.type_code(browser).await,
            9 | 10 => self.open_link(browser).await,
            11 | 12 => self.press(browser).await,
            13..=15 => self.choose(browser).await,
            16 | 17 => self.steal(browser),
            18 => self.cancel(browser).await,
            _ => self.wait(),
        };
        self.digests = self.look().await;
        for who in 0..PEOPLE {
            let differs = before[who] != self.digests[who];
            assert_eq!(
                differs,
                changed == Some(who),
                "the password of {who}. {}",
                self.trail
            );
        }
    }

    fn note(&mut self, browser: usize, what: &str) {
        write!(self.trail, "\n  {browser} {what}").unwrap();
    }

    fn agree(&self, page: &Page, expected: Leads) {
        assert_eq!(leads(page), expected, "{}\n{}", self.trail, page.text());
    }

    /// The newest message to somebody.
    async fn letter(&self, who: usize) -> Option<(String, String)> {
        let inbox = self.app.inbox_of(&self.addresses[who]).await;
        self.world.exists[who].then(|| (inbox.code(), inbox.link_path()))
    }

    async fn ask(&mut self, browser: usize) -> Option<usize> {
        let who = self.pick(PEOPLE);
        self.note(browser, &format!("asks for {who}"));
        let page = self.hands[browser].ask(&self.addresses[who]).await;
        let letter = self.letter(who).await;
        let expected = self.world.ask(&mut self.held[browser], who, letter);
        self.agree(&page, expected);
        None
    }

    async fn resend(&mut self, browser: usize) -> Option<usize> {
        self.note(browser, "asks again");
        let page = self.hands[browser].post(RESEND, &[]).await;
        let letter = match self.held[browser]
            .request
            .filter(|_| self.world.may_resend(&self.held[browser]))
        {
            Some(at) => self.letter(self.world.requests[at].who).await,
            None => None,
        };
        let expected = self.world.resend(&mut self.held[browser], letter);
        self.agree(&page, expected);
        None
    }

    /// The newest code, an earlier one, somebody else's, or none at all.
    fn some_code(&self, browser: usize) -> String {
        let all: Vec<&str> = self
            .world
            .requests
            .iter()
            .flat_map(|request| &request.letters)
            .map(|letter| letter.code.as_str())
            .collect();
        let own = self.held[browser]
            .request
            .and_then(|at| self.world.requests[at].letters.last());
        let right = own.map_or("123456", |letter| &letter.code);
        match self.pick(4) {
            0 => wrong(right),
            1 if !all.is_empty() => all[self.pick(all.len())].to_owned(),
            _ => right.to_owned(),
        }
    }

    async fn type_code(&mut self, browser: usize) -> Option<usize> {
        let code = self.some_code(browser);
        let times = if self.pick(8) == 0 { 9 } else { 1 };
        for _ in 0..times {
            self.note(browser, &format!("types {code}"));
            let page = self.hands[browser].code(&code).await;
            let expected = self.world.code(&mut self.held[browser], &code);
            self.agree(&page, expected);
        }
        None
    }

    async fn open_link(&mut self, browser: usize) -> Option<usize> {
        let links: Vec<String> = self
            .world
            .requests
            .iter()
            .flat_map(|request| &request.letters)
            .map(|letter| letter.link.clone())
            .collect();
        if links.is_empty() {
            return None;
        }
        let back = 1 + self.pick(links.len().min(3));
        let link = links[links.len() - back].clone();
        self.note(browser, &format!("opens {link}"));
        self.hands[browser].browser.get(&link).await.redirects_to(LINK);
        self.held[browser].link = Some(link);
        None
    }

    /// A button of the link's page, or of the window that waits for it.
    async fn press(&mut self, browser: usize) -> Option<usize> {
        let which = self.pick(4);
        self.note(
            browser,
            ["follows", "types the number", "types a wrong number", "goes on"][which],
        );
        let (page, expected) = match which {
            0 => (
                self.hands[browser].post(LINK, &[]).await,
                self.world.follow(&mut self.held[browser]),
            ),
            3 => (
                self.hands[browser].post(CONTINUE, &[]).await,
                self.world.proceed(&mut self.held[browser]),
            ),
            _ => {
                let number = self.number(browser, which == 1).await;
                let page = self.hands[browser]
                    .post("/forgot-password/link/match", &[("number", &number)])
                    .await;
                (page, self.world.number(&self.held[browser], which == 1))
            }
        };
        self.agree(&page, expected);
        None
    }

    /// The number of the request that the link in this browser belongs to, or another.
    async fn number(&self, browser: usize, right: bool) -> String {
        let link = self.held[browser].link.as_deref().unwrap_or_default();
        let owner = self
            .world
            .requests
            .iter()
            .find(|request| request.letters.iter().any(|letter| letter.link == link));
        let number = match owner {
            Some(request) => number_of(self.app, request.letters[0].link.clone()).await,
            None => 50,
        };
        if right {
            number.to_string()
        } else {
            (number % 90 + 10).to_string()
        }
    }

    async fn choose(&mut self, browser: usize) -> Option<usize> {
        let is_good = self.pick(5) > 0;
        let password = if is_good {
            format!("a fine phrase {}", self.trail.len())
        } else {
            "short".to_owned()
        };
        self.note(browser, &format!("chooses {password}"));
        let page = self.hands[browser].reset(&password).await;
        let (expected, whose) = self.world.reset(&mut self.held[browser], is_good);
        self.agree(&page, expected);
        if let Some(who) = whose {
            self.passwords[who] = password;
        }
        whose
    }

    /// The back button, or somebody else's cookies: an old copy takes the place of what the browser holds.
    fn steal(&mut self, browser: usize) -> Option<usize> {
        let kept = self.kept[self.pick(self.kept.len())].clone();
        self.note(browser, &format!("takes old cookies: {:?}", kept.held));
        self.hands[browser].restore(kept.cookies);
        self.held[browser] = kept.held;
        None
    }

    async fn cancel(&mut self, browser: usize) -> Option<usize> {
        self.note(browser, "gives up");
        let page = self.hands[browser]
            .post("/forgot-password/change-address", &[])
            .await;
        let expected = self.world.cancel(&mut self.held[browser]);
        self.agree(&page, expected);
        None
    }

    fn wait(&mut self) -> Option<usize> {
        let seconds = [5, 31, 301, 599, 1201][self.pick(5)];
        self.note(0, &format!("waits {seconds} s"));
        self.app.clock.advance(seconds);
        self.world.now += seconds;
        None
    }

    async fn end(self) {
        for who in 0..PEOPLE - 1 {
            let (address, password) = (&self.addresses[who], &self.passwords[who]);
            assert!(
                signs_in(self.app, address, password).await,
                "{who} signs in with {password}. {}",
                self.trail
            );
        }
    }
}

/// The number that the waiting window of this link's request shows, read where nobody but the program can.
async fn number_of(app: &TestApp, link: String) -> i64 {
    let token = link.rsplit('/').next().unwrap().to_owned();
    app.run(move |program| async move {
        let standing = rekey::domain::recovery::link::look(&program.rekey, &Secret::new(token))
            .await
            .unwrap();
        let request = standing.request.unwrap();
        rekey::domain::recovery::standing::look(&program.rekey, &request, None)
            .await
            .unwrap()
            .unwrap()
            .number
    })
    .await
}

async fn lane(lane: u64) -> u64 {
    let app = TestApp::with(unhurried()).await;
    let mut changes = 0;
    for number in (lane..WALKS).step_by(LANES as usize) {
        let mut walk = Walk::begin(&app, number).await;
        for _ in 0..STEPS {
            walk.step().await;
        }
        changes += walk.trail.matches("chooses a fine").count() as u64;
        walk.end().await;
    }
    app.may_leave_messages();
    changes
}

#[tokio::test]
async fn step_order() {
    let lanes: Vec<_> = (0..LANES).map(|number| tokio::spawn(lane(number))).collect();
    let mut tried = 0;
    for lane in lanes {
        tried += lane
            .await
            .unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    }
    assert!(tried > WALKS, "the walks reach the last page: {tried}");
}

/// What a browser that asked and did nothing else gets when it posts a password.
#[tokio::test]
async fn a_request_alone_sets_nothing() {
    let app = TestApp::with(unhurried()).await;
    super::person(&app, "ada@example.org").await;
    let (hand, _) = asked(&app, "ada@example.org").await;
    hand.reset("a much better phrase").await.redirects_to(ASK);
    assert!(signs_in(&app, "ada@example.org", super::PASSWORD).await);
}

#[tokio::test]
async fn an_expired_grant_sets_nothing() {
    let app = TestApp::with(unhurried()).await;
    super::person(&app, "ada@example.org").await;
    let hand = granted(&app, "ada@example.org").await;
    app.clock.advance(599);
    hand.reset("short").await.refused("password.rejected");
    app.clock.advance(1);
    hand.reset("a much better phrase").await.redirects_to(CODE);
    assert!(signs_in(&app, "ada@example.org", super::PASSWORD).await);
}

#[tokio::test]
async fn a_spent_grant_sets_nothing() {
    let app = TestApp::with(unhurried()).await;
    super::person(&app, "ada@example.org").await;
    let mut hand = granted(&app, "ada@example.org").await;
    let kept = hand.keep();
    hand.reset("a much better phrase").await.redirects_to(DONE);
    hand.restore(kept);
    hand.reset("an even better phrase").await.redirects_to(CODE);
    assert!(signs_in(&app, "ada@example.org", "a much better phrase").await);
    app.inbox_of("ada@example.org").await;
}

/// A browser whose sealed cookie could be mixed from two: the cookie can't, but the rule must not depend on it.
#[tokio::test]
async fn a_grant_opens_no_other_request() {
    let app = TestApp::with(unhurried()).await;
    let ada = super::person(&app, "ada@example.org").await;
    let bea = super::person(&app, "bea@example.org").await;
    let (ada_request, ada_grant) = proved(&app, &ada.email).await;
    let (bea_request, bea_grant) = proved(&app, &bea.email).await;
    for (request, token) in [(&ada_request, &bea_grant), (&bea_request, &ada_grant)] {
        refused(
            &app,
            Grant {
                request: request.clone(),
                token: token.clone(),
            },
        )
        .await;
    }
    refused(
        &app,
        Grant {
            request: RequestId("none".to_owned()),
            token: ada_grant.clone(),
        },
    )
    .await;
    refused(
        &app,
        Grant {
            request: ada_request,
            token: Secret::new(String::new()),
        },
    )
    .await;
    assert!(
        signs_in(&app, &ada.email, &ada.password).await && signs_in(&app, &bea.email, &bea.password).await
    );
}

async fn proved(app: &TestApp, email: &str) -> (RequestId, Secret) {
    let typed = email.to_owned();
    let asked = app.run(move |program| async move {
        rekey::domain::recovery::ask(&program.rekey, &Caller::default(), &typed, None)
            .await
            .unwrap()
            .request
    });
    let (request, code) = (asked.await, app.inbox_of(email).await.code());
    let held = request.clone();
    let proved = app.run(move |program| async move {
        rekey::domain::recovery::prove::by_code(&program.rekey, &Caller::default(), &held, &code)
            .await
            .unwrap()
    });
    (request, proved.await)
}

async fn refused(app: &TestApp, grant: Grant) {
    let password = Secret::from("a much better phrase");
    let outcome = app.run(move |program| async move {
        complete(&program.rekey, &Caller::default(), &grant, &password).await
    });
    assert!(matches!(outcome.await, Err(Error::Refused(Refusal::GrantGone))));
}

/// The account is switched off while its owner chooses a password.
#[tokio::test]
async fn a_suspended_account_keeps_its_password() {
    let app = TestApp::with(unhurried()).await;
    super::person(&app, "ada@example.org").await;
    let hand = granted(&app, "ada@example.org").await;
    rows::run(&app, "update users set is_suspended = true").await;
    hand.reset("a much better phrase").await.redirects_to(CODE);
    rows::run(&app, "update users set is_suspended = false").await;
    assert!(signs_in(&app, "ada@example.org", super::PASSWORD).await);
}
