//! People, made the way an administrator makes them. They know their own password, which the program does
//! not.

use std::sync::Arc;

use rekey_core::audit::actor::Actor;
use rekey_core::passwords::hash_formats::import;
use rekey_core::types::caller::Caller;
use rekey_core::types::ids::UserId;
use rekey_core::types::secret::Secret;
use rekey_core::user_management::{self, InitialPassword};
use rekey_core::users::user::NewUser;
use rekey_server::app::AppState;

use super::app::{TestApp, on_runtime};

/// Somebody to be made.
pub struct TestUserBuilder {
    program: Arc<AppState>,
    new: NewUser,
    password: Option<String>,
    digest: Option<String>,
}

/// Somebody with an account.
#[derive(Clone, Debug)]
pub struct TestUser {
    /// The account's id.
    pub id: String,
    /// The address.
    pub email: String,
    /// The number, when there is one.
    pub phone: Option<String>,
    /// The password; empty when there is none.
    pub password: String,
}

impl TestUserBuilder {
    pub(super) fn new(program: Arc<AppState>, email: &str) -> Self {
        let new = NewUser { email: Some(email.to_owned()), ..NewUser::default() };
        Self { program, new, password: None, digest: None }
    }

    /// Who signs in with this.
    pub fn with_password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Whose password was hashed elsewhere.
    pub fn with_digest(mut self, digest: &str) -> Self {
        self.digest = Some(digest.to_owned());
        self
    }

    /// Who can be texted.
    pub fn with_phone(mut self, phone: &str) -> Self {
        self.new.phone = Some(phone.to_owned());
        self
    }

    /// Who has a name to sign in with.
    pub fn with_username(mut self, username: &str) -> Self {
        self.new.username = Some(username.to_owned());
        self
    }

    /// Who reads this language.
    pub fn with_locale(mut self, locale: &str) -> Self {
        self.new.locale = Some(locale.to_owned());
        self
    }

    /// Whom an administrator has switched off.
    pub fn suspended(mut self) -> Self {
        self.new.is_suspended = true;
        self
    }

    /// Makes the account.
    pub async fn make(self) -> TestUser {
        let Self { program, new, password, digest } = self;
        let (email, phone) = (new.email.clone().unwrap(), new.phone.clone());
        let plain = password.clone().map(|text| InitialPassword::Plain(Secret::new(text)));
        let hashed = |digest: String| InitialPassword::Imported(import::read(&digest, None).unwrap());
        let initial = plain.or(digest.map(hashed));
        let id =
            on_runtime(
                move || async move { user_management::add(&program.core, new, initial).await.unwrap() },
            )
            .await;
        TestUser { id: id.0, email, phone, password: password.unwrap_or_default() }
    }
}

/// Sets a password as an administrator does, whom no policy binds.
pub async fn set_password(app: &TestApp, id: &str, password: &str) {
    let (id, password) = (UserId(id.to_owned()), Secret::from(password));
    app.run(move |program| async move {
        let by = Actor { caller: &Caller::default(), key: "test" };
        user_management::set_password(&program.core, by, &id, &password).await.unwrap();
    })
    .await;
}
