//! One random walk of `step_order`: browsers, people, every button, stolen and old cookies. After each step
//! the program and `model` must agree on where it led and on whose password changed. It asserts nothing else.

use std::fmt::Write as _;
use std::sync::Arc;

use rekey_core::args;
use rekey_core::types::secret::{SeededRng, gen_range, sha256_digest};

use crate::promises::step_order::reference_model::{BrowserState, Destination, SavedBrowser, World};
use crate::promises::{
    CODE, CONTINUE, CookieClient, DONE, FORGOT_PASSWORD, LINK, RESEND, RESET, can_sign_in, wrong_code,
};
use crate::support::app::{TestApp, on_runtime};
use crate::support::page::Page;

const BROWSERS: usize = 3;
/// Two people and nobody.
const PEOPLE: usize = 3;

/// One walk.
pub(crate) struct Walk<'a> {
    /// How many passwords were set.
    pub changes: u64,
    app: &'a TestApp,
    rng: SeededRng,
    world: World,
    addresses: Vec<String>,
    passwords: Vec<String>,
    digests: Vec<Option<String>>,
    hands: Vec<CookieClient>,
    state: Vec<BrowserState>,
    stored: Vec<SavedBrowser>,
    trail: String,
}

fn destination_of(page: &Page) -> Destination {
    match (page.status, page.location()) {
        (303, FORGOT_PASSWORD) => Destination::Ask,
        (303, CODE) => Destination::Code,
        (303, LINK) => Destination::Link,
        (303, RESET) => Destination::Reset,
        (303, DONE) => Destination::Done,
        (422 | 429, "") => Destination::Nowhere,
        other => panic!("{other:?}: {}", page.text()),
    }
}

impl<'a> Walk<'a> {
    pub(crate) async fn begin(app: &'a TestApp, number: u64) -> Self {
        let addresses: Vec<String> =
            ["ada", "ben", "nil"].map(|name| format!("{name}{number}@example.org")).into();
        for address in &addresses[..PEOPLE - 1] {
            app.new_user(address).with_password(crate::promises::PASSWORD).make().await;
        }
        let mut hands = Vec::new();
        for _ in 0..BROWSERS {
            hands.push(CookieClient::new(app).await);
        }
        let mut walk = Self {
            changes: 0,
            app,
            rng: SeededRng::new(number),
            world: World::of(&[true, true, false]),
            passwords: vec![crate::promises::PASSWORD.to_owned(); PEOPLE],
            digests: Vec::new(),
            state: vec![BrowserState::default(); BROWSERS],
            stored: Vec::new(),
            trail: format!("walk {number}:"),
            addresses,
            hands,
        };
        walk.digests = walk.visit_all().await;
        walk
    }

    fn pick(&self, bound: usize) -> usize {
        gen_range(&self.rng, u32::try_from(bound).unwrap()) as usize
    }

    /// The digests as they are now, in one look.
    async fn visit_all(&self) -> Vec<Option<String>> {
        let (database, addresses) = (Arc::clone(&self.app.database), self.addresses.clone());
        let read = move || async move {
            let mut tx = database.store.read().await.unwrap();
            let sql = "select email_key, password_digest from users where email_key in ($1, $2, $3)";
            let [a, b, c] = [&addresses[0], &addresses[1], &addresses[2]];
            let rows: Vec<(String, String)> = tx.all(sql, args![a, b, c]).await.unwrap();
            let of =
                |user: &String| rows.iter().find(|(key, _)| key == user).map(|(_, digest)| digest.clone());
            addresses.iter().map(of).collect()
        };
        on_runtime(read).await
    }

    pub(crate) async fn step(&mut self) {
        let browser = self.pick(BROWSERS);
        self.stored.push(SavedBrowser {
            state: self.state[browser].clone(),
            cookies: self.hands[browser].snapshot(),
        });
        let before = self.digests.clone();
        let changed = match self.next(browser) {
            0..=2 => self.request_reset(browser).await,
            3 => self.resend(browser).await,
            4..=8 => self.type_code(browser).await,
            9 | 10 => self.open_link(browser).await,
            11 | 12 => self.press(browser).await,
            13..=15 => self.choose(browser).await,
            16 | 17 => self.steal(browser),
            18 => self.cancel(browser).await,
            _ => self.wait(),
        };
        self.digests = self.visit_all().await;
        let differ = before.iter().zip(&self.digests).map(|(before, now)| before != now);
        let expected = (0..PEOPLE).map(|user| changed == Some(user));
        assert!(differ.eq(expected), "the password of {changed:?} alone. {}", self.trail);
        self.changes += u64::from(changed.is_some());
    }

    /// Half the time any button; else what somebody in a hurry would do, or no walk would reach the last
    /// page.
    fn next(&self, browser: usize) -> usize {
        let state = &self.state[browser];
        match self.pick(40) {
            any @ 0..20 => any,
            _ if state.grant.is_some() => 13,
            _ if state.link.is_some() => 11,
            _ if state.request.is_some() => 4,
            _ => 0,
        }
    }

    fn note(&mut self, browser: usize, what: &str) {
        write!(self.trail, "\n  {browser} {what}").unwrap();
    }

    fn assert_agrees(&self, page: &Page, expected: Destination) {
        assert_eq!(destination_of(page), expected, "{}\n{}", self.trail, page.text());
    }

    /// The newest message to somebody.
    async fn newest_message(&self, user: usize) -> Option<(String, String)> {
        let inbox = self.app.inbox_of(&self.addresses[user]).await;
        self.world.exists[user].then(|| (inbox.code(), inbox.link_path()))
    }

    async fn request_reset(&mut self, browser: usize) -> Option<usize> {
        let user = self.pick(PEOPLE);
        self.note(browser, &format!("asks for {user}"));
        let page = self.hands[browser].request_reset(&self.addresses[user]).await;
        let message = self.newest_message(user).await;
        let expected = self.world.request_reset(&mut self.state[browser], user, message);
        self.assert_agrees(&page, expected);
        None
    }

    async fn resend(&mut self, browser: usize) -> Option<usize> {
        self.note(browser, "asks again");
        let page = self.hands[browser].post(RESEND, &[]).await;
        let message =
            match self.state[browser].request.filter(|_| self.world.may_resend(&self.state[browser])) {
                Some(at) => self.newest_message(self.world.requests[at].user).await,
                None => None,
            };
        let expected = self.world.resend(&mut self.state[browser], message);
        self.assert_agrees(&page, expected);
        None
    }

    /// The newest code, an earlier one, somebody else's, or none at all.
    fn some_code(&self, browser: usize) -> String {
        let all: Vec<&str> = self
            .world
            .requests
            .iter()
            .flat_map(|request| &request.messages)
            .map(|message| message.code.as_str())
            .collect();
        let newest =
            self.state[browser].request.map(|at| self.world.newest_code(self.world.requests[at].user));
        let right = newest.flatten().unwrap_or("123456");
        match self.pick(4) {
            0 => wrong_code(right),
            1 if !all.is_empty() => all[self.pick(all.len())].to_owned(),
            _ => right.to_owned(),
        }
    }

    /// A code, or wrong ones until the request takes no more.
    async fn type_code(&mut self, browser: usize) -> Option<usize> {
        let code = self.some_code(browser);
        let (code, times) = match self.pick(10) {
            0 => (wrong_code(&code), 10),
            _ => (code, 1),
        };
        for _ in 0..times {
            self.note(browser, &format!("types {code}"));
            let page = self.hands[browser].enter_code(&code).await;
            let expected = self.world.code(&mut self.state[browser], &code);
            self.assert_agrees(&page, expected);
        }
        None
    }

    async fn open_link(&mut self, browser: usize) -> Option<usize> {
        let links: Vec<String> = self
            .world
            .requests
            .iter()
            .flat_map(|request| &request.messages)
            .map(|message| message.link.clone())
            .collect();
        if links.is_empty() {
            return None;
        }
        let back = 1 + self.pick(links.len().min(3));
        let link = links[links.len() - back].clone();
        self.note(browser, &format!("opens {link}"));
        self.hands[browser].browser.get(&link).await.redirects_to(LINK);
        self.state[browser].link = Some(link);
        None
    }

    /// A button of the link's page, or of the window that waits for it.
    async fn press(&mut self, browser: usize) -> Option<usize> {
        let which = self.pick(4);
        self.note(browser, ["follows", "types the number", "types a wrong number", "goes on"][which]);
        let (page, expected) = match which {
            0 => (self.hands[browser].post(LINK, &[]).await, self.world.follow(&mut self.state[browser])),
            3 => {
                (self.hands[browser].post(CONTINUE, &[]).await, self.world.proceed(&mut self.state[browser]))
            }
            _ => {
                let (number, is_shared) = self.number(browser, which == 1).await;
                let page =
                    self.hands[browser].post("/forgot-password/link/match", &[("number", &number)]).await;
                (page, self.world.number(&self.state[browser], which == 1 && !is_shared))
            }
        };
        self.assert_agrees(&page, expected);
        None
    }

    /// The number of the request that the link in this browser belongs to, or another; and whether another
    /// window shows the same.
    async fn number(&self, browser: usize, right: bool) -> (String, bool) {
        let link = self.state[browser].link.as_deref().unwrap_or_default();
        let owner = self
            .world
            .requests
            .iter()
            .find(|request| request.messages.iter().any(|message| message.link == link));
        let (number, is_shared) = match owner {
            Some(request) => number_of(self.app, request.messages[0].link.clone()).await,
            None => (50, false),
        };
        (if right { number.to_string() } else { (number % 90 + 10).to_string() }, is_shared)
    }

    async fn choose(&mut self, browser: usize) -> Option<usize> {
        let is_good = self.pick(5) > 0;
        let password =
            if is_good { format!("a fine phrase {}", self.trail.len()) } else { "short".to_owned() };
        self.note(browser, &format!("chooses {password}"));
        let page = self.hands[browser].choose_password(&password).await;
        let (expected, whose) = self.world.reset(&mut self.state[browser], is_good);
        self.assert_agrees(&page, expected);
        if let Some(user) = whose {
            self.passwords[user] = password;
        }
        whose
    }

    /// The back button, or somebody else's cookies: an old copy takes the place of what the browser holds.
    fn steal(&mut self, browser: usize) -> Option<usize> {
        let stored = self.stored[self.pick(self.stored.len())].clone();
        self.note(browser, &format!("takes old cookies: {:?}", stored.state));
        self.hands[browser].restore(stored.cookies);
        self.state[browser] = stored.state;
        None
    }

    async fn cancel(&mut self, browser: usize) -> Option<usize> {
        self.note(browser, "gives up");
        let page = self.hands[browser].post("/forgot-password/change-address", &[]).await;
        let expected = self.world.cancel(&mut self.state[browser]);
        self.assert_agrees(&page, expected);
        None
    }

    fn wait(&mut self) -> Option<usize> {
        let seconds = [5, 31, 301, 599, 1201][self.pick(5)];
        self.note(0, &format!("waits {seconds} s"));
        self.app.clock.advance(seconds);
        self.world.now += seconds;
        None
    }

    pub(crate) async fn end(self) {
        for user in 0..PEOPLE - 1 {
            let (address, password) = (&self.addresses[user], &self.passwords[user]);
            assert!(
                can_sign_in(self.app, address, password).await,
                "{user} signs in with {password}. {}",
                self.trail
            );
        }
    }
}

/// The number that the waiting window of this link's request shows, and whether another open window for the
/// same address shows it too, read where nobody but the program can.
async fn number_of(app: &TestApp, link: String) -> (i64, bool) {
    let database = Arc::clone(&app.database);
    let read = move || async move {
        let mut tx = database.store.read().await.unwrap();
        let link = sha256_digest(link.rsplit('/').next().unwrap());
        let sql = "select r.number, (select count(*) from verification_requests o where o.identifier = r.identifier \
                   and o.purpose = r.purpose and o.number = r.number and o.id <> r.id and o.state in ('requested', 'exhausted')) \
                   from verification_codes c join verification_requests r on r.id = c.request_id where c.link_digest = $1";
        let (number, others): (i64, i64) = tx.one(sql, args![link]).await.unwrap();
        (number, others > 0)
    };
    on_runtime(read).await
}
