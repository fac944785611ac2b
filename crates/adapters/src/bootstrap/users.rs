//! Converts a user of the file for the core. A password is set only when the account is created; a hash
//! from another system must be one that can be verified.

use anyhow::{Context as _, bail};

use crate::bootstrap::UserSpec;
use rekey_core::Core;
use rekey_core::audit::actor::Actor;
use rekey_core::passwords::hash_formats::import;
use rekey_core::types::error::{Error, Result};
use rekey_core::types::ids::UserId;
use rekey_core::user_management::{self, InitialPassword};
use rekey_core::users::user::NewUser;

impl UserSpec {
    /// Creates the account, or updates an existing one if the entry is enforced.
    pub async fn ensure(&self, core: &Core, by: Actor<'_>) -> Result<UserId> {
        let password = self.initial_password().map_err(Error::Failed)?;
        user_management::ensure(core, by, self.to_new(), password, self.enforce).await
    }

    /// The entry's password or digest, checked.
    pub fn initial_password(&self) -> anyhow::Result<Option<InitialPassword>> {
        let Some(digest) = &self.password_digest else {
            return Ok(self.password.clone().map(InitialPassword::Plain));
        };
        if self.password.is_some() {
            bail!("password and passwordDigest: expected one of them");
        }
        let read = import::read(digest.expose(), self.password_algorithm.as_deref());
        read.map(|hash| Some(InitialPassword::Imported(hash))).context("passwordDigest")
    }

    /// The entry without its password, as the core's type.
    pub fn to_new(&self) -> NewUser {
        NewUser {
            id: Some(self.id.clone()),
            username: self.username.clone(),
            email: self.primary_email.clone(),
            phone: self.primary_phone.clone(),
            name: self.name.clone(),
            locale: self.locale.clone(),
            is_suspended: self.is_suspended,
            ..NewUser::default()
        }
    }
}
