//! Somebody who is signed in and on the way: to the shop with a code, and what the shop does with it. Every
//! step reads what the next one needs, so an answer without it fails.

use anyhow::{Context as _, ensure};

use super::apps;
use crate::browser::{Browser, between, get, ip};
use crate::http::{Answer, Connection};
use crate::people::{PASSWORD, phone};
use crate::product::Running;

/// A person with a session, and the shop on their behalf.
pub struct OidcSession {
    ip: String,
    authorize: String,
    /// The access token that the shop got last.
    pub access: String,
    refresh: String,
}

impl OidcSession {
    /// Signs the person at this place in and lets the shop have its first tokens.
    pub fn begin(server: &Running, number: usize) -> anyhow::Result<Self> {
        let mut connection = Connection::open(server.address)?;
        let mut browser = Browser::new(&mut connection, number);
        browser.open("/sign-in")?;
        let fields = [("identifier", phone(number)), ("password", PASSWORD.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        browser.submit("/sign-in", &fields, "/account")?;
        let ip = ip(number);
        let authorize = get(&apps::authorize(), &ip, &browser.cookie());
        let mut session = Self { ip, authorize, access: String::new(), refresh: String::new() };
        session.sign_in(&mut connection)?;
        Ok(session)
    }

    /// From the shop to us, back with a code, and the code for tokens.
    pub fn sign_in(&mut self, connection: &mut Connection) -> anyhow::Result<()> {
        let answer = send_expecting(connection, &self.authorize, 303)?;
        let back = answer.header("location").unwrap_or_default();
        let code = between(back, "code=", "&").with_context(|| format!("no code in {back}"))?.to_owned();
        self.keep(&send_expecting(connection, &apps::exchange(&code, &self.ip), 200)?)
    }

    /// The next tokens for the refresh token.
    pub fn renew(&mut self, connection: &mut Connection) -> anyhow::Result<()> {
        let before = self.refresh.clone();
        self.keep(&send_expecting(connection, &apps::refresh(&before, &self.ip), 200)?)?;
        ensure!(self.refresh != before, "the refresh token was not replaced");
        Ok(())
    }

    /// The bytes with which the shop asks who this is.
    pub fn userinfo_request(&self) -> String {
        get("/oidc/me", &self.ip, &format!("authorization: Bearer {}\r\n", self.access))
    }

    fn keep(&mut self, answer: &Answer<'_>) -> anyhow::Result<()> {
        let text = std::str::from_utf8(answer.body)?;
        let field = |name: &str| between(text, &format!("\"{name}\":\""), "\"").map(str::to_owned);
        self.access = field("access_token").context("no access token")?;
        self.refresh = field("refresh_token").context("no refresh token")?;
        field("id_token").map(drop).context("no ID token")
    }
}

/// Asks and expects this status; otherwise the answer says why.
pub fn send_expecting<'a>(
    connection: &'a mut Connection,
    request: &str,
    status: u16,
) -> anyhow::Result<Answer<'a>> {
    let answer = connection.exchange(request.as_bytes())?;
    ensure!(
        answer.status == status,
        "{}: expected {status}, got {} {}",
        request.lines().next().unwrap_or_default(),
        answer.status,
        String::from_utf8_lossy(answer.body)
    );
    Ok(answer)
}
