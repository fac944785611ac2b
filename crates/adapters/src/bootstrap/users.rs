//! Converts a user of the file for the core. A password is set only when the account is created; a hash
//! from another system is kept as it is, so its format must be one that can be verified.

use anyhow::{Context as _, anyhow, bail};

use crate::bootstrap::UserSpec;
use rekey_core::Core;
use rekey_core::audit::actor::Actor;
use rekey_core::passwords::{AcceptedPassword, hash_formats};
use rekey_core::types::error::parse_error::strict_json::{self, JsonError};
use rekey_core::types::error::{Error, Result};
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
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
        let Some(digest) = self.password_digest.as_ref().map(Secret::expose) else {
            return Ok(self.password.clone().map(InitialPassword::Plain));
        };
        let Some(accepted) = AcceptedPassword::imported(digest) else {
            bail!("passwordDigest: expected one of {}", hash_formats::ACCEPTED_FORMATS.join(", "));
        };
        if let Some(algorithm) = &self.password_algorithm
            && !is_algorithm_of(algorithm, digest)
        {
            bail!("passwordAlgorithm: {algorithm} is not what the digest says");
        }
        if self.password.is_some() {
            bail!("password and passwordDigest: expected one of them");
        }
        Ok(Some(InitialPassword::Hashed(accepted)))
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

    /// Reads one line of an import file.
    pub fn from_line(line: &str) -> anyhow::Result<Self> {
        let value = strict_json::parse(line.as_bytes()).map_err(|unreadable| match unreadable {
            JsonError::DuplicateKey(problem) | JsonError::NullCharacter(problem) => anyhow!(problem),
            JsonError::Syntax => anyhow!("not JSON"),
        });
        let read: Self = serde_json::from_value(value.context("not a person")?).context("not a person")?;
        if read.enforce {
            bail!("enforce: only people of the bootstrap file can be enforced; leave it out");
        }
        Ok(read)
    }
}

/// Whether the digest's own prefix names this algorithm (`Argon2id`, `Bcrypt`, `Scrypt`, `Pbkdf2`). A
/// mismatch usually means that columns were mixed up.
fn is_algorithm_of(algorithm: &str, digest: &str) -> bool {
    let named = algorithm.to_ascii_lowercase();
    let prefix = digest.trim_start_matches('$').split('$').next().unwrap_or("").to_ascii_lowercase();
    prefix == named
        || named == "pbkdf2" && prefix.starts_with("pbkdf2")
        || named == "bcrypt" && prefix.starts_with('2')
}

#[cfg(test)]
mod tests {
    use super::is_algorithm_of;

    #[test]
    fn the_algorithm_must_be_the_digests_own() {
        assert!(is_algorithm_of("Argon2id", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA"));
        assert!(is_algorithm_of("Bcrypt", "$2b$12$abc"));
        assert!(is_algorithm_of("PBKDF2", "pbkdf2_sha256$1000$salt$hash"));
        assert!(!is_algorithm_of("Argon2i", "$argon2id$v=19$"));
        assert!(!is_algorithm_of("Bcrypt", "$argon2id$v=19$"));
    }
}
