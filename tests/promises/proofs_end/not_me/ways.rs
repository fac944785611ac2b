//! Every way by which whoever took an account over could still come in.

use super::super::super::{CookieClient, can_sign_in};
use super::super::ADA;
use super::takeover::{PHONE, Takeover};
use crate::http::account_api::ACCOUNT;

impl Takeover {
    /// How many messages to recover with went to whoever took the account.
    pub(super) async fn recoveries_of_thief(&self) -> usize {
        let mut count = 0;
        for address in &self.addresses {
            count += self.app.inbox_of(address).await.count_of("ForgotPassword");
        }
        count
    }

    /// Everything by which the attacker could still come in: what is left of it, in words.
    pub(super) async fn access_of_thief(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.account_client.get(ACCOUNT).await.status != 401 {
            found.push("the token of the app".to_owned());
        }
        if self.browser.get("/account").await.status == 200 {
            found.push("the session".to_owned());
        }
        let own = [ADA.to_owned(), format!("+{PHONE}")];
        for name in own.iter().chain(&self.names).chain(&self.addresses) {
            for password in &self.passwords {
                if can_sign_in(&self.app, name, password).await {
                    found.push(format!("{name} with {password}"));
                }
            }
        }
        let before = self.recoveries_of_thief().await;
        for address in &self.addresses {
            CookieClient::new(&self.app).await.request_reset(address).await;
        }
        if self.recoveries_of_thief().await != before {
            found.push("a recovery".to_owned());
        }
        found
    }
}
