//! Somebody who knows the password makes changes of an account; every notice of them, and whoever can read
//! it.

use serde_json::json;

use super::super::super::PASSWORD;
use super::super::{ADA, open_link, take_address, take_password};
use crate::http::account_api::{
    ACCOUNT, EVERYTHING, MyAccountClient, PHONE as PRIMARY_PHONE, everything_editable,
};
use crate::support::app::TestApp;
use crate::support::browser::Browser;

/// The number that the owner has.
pub(super) const PHONE: &str = "12025550134";

/// What an attacker changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Password,
    Email,
    Phone,
    Username,
}

pub(super) const CHANGES: [Change; 4] = [Change::Password, Change::Email, Change::Phone, Change::Username];

/// A "this wasn't me" link and who reads it.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// The address or number.
    pub reader: String,
    /// Its path.
    pub path: String,
}

impl Link {
    pub(super) fn is_owners(&self) -> bool {
        [ADA, PHONE].contains(&self.reader.as_str())
    }
}

/// An account in the hands of somebody else.
pub(super) struct Takeover {
    pub app: TestApp,
    pub id: String,
    /// Every link that was sent, oldest first.
    pub links: Vec<Link>,
    pub account_client: MyAccountClient,
    pub browser: Browser,
    password: String,
    pub passwords: Vec<String>,
    pub names: Vec<String>,
    pub addresses: Vec<String>,
}

impl Takeover {
    /// Ada's account after these changes.
    pub(super) async fn after(changes: &[Change]) -> Self {
        let app = TestApp::with(everything_editable()).await;
        app.may_leave_messages();
        let ada =
            app.new_user(ADA).with_phone(PHONE).with_username("ada").with_password(PASSWORD).make().await;
        let (account_client, browser) =
            (MyAccountClient::sign_in(&app, &ada, EVERYTHING).await, app.browser());
        browser.get("/sign-in").await.sign_in(ADA, PASSWORD).await;
        let (links, addresses, password) = (Vec::new(), Vec::new(), PASSWORD.to_owned());
        let (passwords, names) = (vec![password.clone()], vec!["ada".to_owned()]);
        let mut taken =
            Self { app, id: ada.id, links, account_client, browser, password, passwords, names, addresses };
        for (nth, change) in changes.iter().enumerate() {
            taken.make(*change, nth).await;
            taken.collect().await;
        }
        taken
    }

    async fn make(&mut self, change: Change, nth: usize) {
        let (app, attacker, current) = (&self.app, &self.account_client, self.password.as_str());
        match change {
            Change::Password => {
                let new = format!("the thief's phrase, number {nth}");
                take_password(app, attacker, current, &new).await;
                self.passwords.push(new.clone());
                self.password = new;
            }
            Change::Email => {
                let new = format!("thief{nth}@thief.example");
                take_address(app, attacker, current, &new).await;
                self.addresses.push(new);
            }
            Change::Phone => {
                let new = format!("1202555015{nth}");
                take_number(app, attacker, current, &new).await;
                self.addresses.push(new);
            }
            Change::Username => {
                let new = format!("mallory{nth}");
                let proved = attacker.with_record(&attacker.reauthenticate(current).await);
                let page = proved.send("PATCH", ACCOUNT, &json!({ "username": new })).await;
                assert_eq!(page.status, 200, "{}", page.html);
                self.names.push(new);
            }
        }
    }

    /// Takes the links that have arrived since.
    async fn collect(&mut self) {
        let readers = [ADA, PHONE].into_iter().map(str::to_owned).chain(self.addresses.clone());
        for reader in readers {
            for message in self.app.inbox_of(&reader).await.messages {
                let link = message.link.map(|link| link.expose().to_owned()).unwrap_or_default();
                let path = link.strip_prefix(&self.app.origin).unwrap_or_default().to_owned();
                if path.starts_with("/not-me/") && self.links.iter().all(|known| known.path != path) {
                    self.links.push(Link { reader: reader.clone(), path });
                }
            }
        }
    }

    /// Opens a link and presses its button, where it has one.
    pub(super) async fn dispute(&self, link: &Link) {
        let (_, page) = open_link(&self.app, &link.path).await;
        if page.has_button_to("/not-me") {
            page.submit().await.redirects_to("/not-me");
        }
    }
}

async fn take_number(app: &TestApp, attacker: &MyAccountClient, password: &str, number: &str) {
    app.clock.advance(60);
    let proved = attacker.with_record(&attacker.reauthenticate(password).await);
    let number = format!("+{number}");
    let record = attacker.verify_address(app, &number).await;
    let input = json!({ "phone": number, "newIdentifierVerificationRecordId": record });
    let page = proved.send("POST", PRIMARY_PHONE, &input).await;
    assert_eq!(page.status, 204, "{}", page.html);
}
