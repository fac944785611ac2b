//! The addresses that leave by mail. They begin with the configured origin and never with what a request says about its
//! host: a forged `Host` must not be able to send somebody's token elsewhere (GHSA-2wmj-46rj-qm2w).

use crate::model::secret::Secret;

/// Where the link of a recovery message leads; the face that answers it mounts the same path.
pub const RECOVERY: &str = "/forgot-password/link";
/// Where "this wasn't me" leads.
pub const NOT_ME: &str = "/not-me";
/// Where people sign in.
pub const SIGN_IN: &str = "/sign-in";
/// Where they ask for a new password.
pub const RESET: &str = "/reset-password";

/// Makes links.
#[derive(Clone, Debug)]
pub struct Links {
    origin: String,
}

impl Links {
    /// Links below this origin, which has no slash at its end.
    pub const fn new(origin: String) -> Self {
        Self { origin }
    }

    /// The page with the button for this token.
    pub fn recovery(&self, token: &Secret) -> Secret {
        self.join(RECOVERY, token)
    }

    /// The page that freezes a password its owner did not set.
    pub fn not_me(&self, token: &Secret) -> Secret {
        self.join(NOT_ME, token)
    }

    /// Another address below the origin.
    pub fn absolute_url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The sign-in page.
    pub fn sign_in(&self) -> String {
        self.absolute_url(SIGN_IN)
    }

    /// The page where a new password is asked for.
    pub fn reset(&self) -> String {
        self.absolute_url(RESET)
    }

    fn join(&self, path: &str, token: &Secret) -> Secret {
        Secret::new(format!("{}{path}/{}", self.origin, token.expose()))
    }
}
