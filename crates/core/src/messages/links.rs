//! URLs that are sent by mail. They start with the configured origin and never with the host of a request: a
//! forged `Host` must not be able to send a token elsewhere (GHSA-2wmj-46rj-qm2w).

use crate::types::secret::Secret;

/// The path of the link in a recovery message; the page that answers it is mounted at the same path.
pub const RECOVERY: &str = "/forgot-password/link";
/// The path of the "this wasn't me" link.
pub const NOT_ME: &str = "/not-me";
/// The sign-in page.
pub const SIGN_IN: &str = "/sign-in";
/// The page that requests a new password.
pub const RESET: &str = "/reset-password";

/// Builds links.
#[derive(Clone, Debug)]
pub struct Links {
    origin: String,
}

impl Links {
    /// Links below this origin, which has no trailing slash.
    pub const fn new(origin: String) -> Self {
        Self { origin }
    }

    /// The page with the confirmation button for this token.
    pub fn recovery(&self, token: &Secret) -> Secret {
        self.join(RECOVERY, token)
    }

    /// The same, naming the token as a parameter as well: programs read it there.
    pub fn recovery_with_token(&self, token: &Secret) -> Secret {
        Secret::new(format!("{}?token={}", self.recovery(token).expose(), token.expose()))
    }

    /// The page that disables a password its owner did not set.
    pub fn not_me(&self, token: &Secret) -> Secret {
        self.join(NOT_ME, token)
    }

    /// Another URL below the origin.
    pub fn absolute_url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The sign-in page.
    pub fn sign_in(&self) -> String {
        self.absolute_url(SIGN_IN)
    }

    /// The page that requests a new password.
    pub fn reset(&self) -> String {
        self.absolute_url(RESET)
    }

    fn join(&self, path: &str, token: &Secret) -> Secret {
        Secret::new(format!("{}{path}/{}", self.origin, token.expose()))
    }
}
