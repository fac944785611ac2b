//! The ways in from outside: `first_screen` and its companions, the root, and the well-known address of password managers. What a
//! parameter may do is listed here; nothing else in a URL decides anything.

use crate::faces::common::urls::{self, After};
use crate::faces::common::visit::{Reply, Visit};

/// The screens that `first_screen` can name here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstScreen {
    /// Sign-in.
    SignIn,
    /// The focused reset page.
    ResetPassword,
    /// Sign-up.
    Register,
}

impl FirstScreen {
    /// Reads the value in both spellings, hyphen or underscore (decision 14). A page for one kind of identifier is the page for all
    /// kinds here; screens we don't have, and unknown values, are sign-in.
    pub fn parse(text: &str) -> Self {
        match text.replace('-', "_").as_str() {
            "reset_password" => Self::ResetPassword,
            "register" | "identifier:register" => Self::Register,
            _ => Self::SignIn,
        }
    }

    /// Reads the older parameter, which counts when the newer is missing.
    fn of_mode(text: &str) -> Self {
        if text == "signUp" { Self::Register } else { Self::SignIn }
    }
}

/// Reads what an app sent along: the app when it is registered, the hint as something that might have been typed.
pub fn arrive(visit: &Visit) -> Option<FirstScreen> {
    let app = visit.query("app_id").filter(|id| visit.app.rekey.live().app(id).is_some());
    let hint = visit.query("login_hint").filter(|hint| !hint.chars().any(char::is_control));
    if app.is_some() || hint.is_some() {
        visit.remember(|journey| {
            if app.is_some() {
                journey.app = app;
            }
            if let Some(hint) = hint {
                journey.typed(&hint);
            }
        });
    }
    let screen = visit.query("first_screen").as_deref().map(FirstScreen::parse);
    screen.or_else(|| visit.query("interaction_mode").as_deref().map(FirstScreen::of_mode))
}

/// `GET /`.
pub async fn root(visit: Visit) -> Reply {
    let begin = if visit.app.rekey.live().lets_in() { urls::SIGN_IN } else { urls::REGISTER };
    visit.go(if visit.session_token().is_some() { urls::ACCOUNT } else { begin })
}

/// `GET /.well-known/change-password`: password managers send people here; the form itself is never served at this address.
pub async fn change_password(visit: Visit) -> Reply {
    visit.go(After::Password.path())
}

#[cfg(test)]
mod tests {
    use super::FirstScreen;

    #[test]
    fn both_spellings_mean_the_same() {
        for text in ["reset_password", "reset-password"] {
            assert_eq!(FirstScreen::parse(text), FirstScreen::ResetPassword);
        }
        for text in ["register", "identifier:register"] {
            assert_eq!(FirstScreen::parse(text), FirstScreen::Register);
        }
        let others =
            ["sign_in", "sign-in", "signIn", "identifier:sign-in", "identifier:sign_in", "single_sign_on"];
        for text in others.into_iter().chain(["", "https://evil.example", "Register"]) {
            assert_eq!(FirstScreen::parse(text), FirstScreen::SignIn, "{text}");
        }
    }
}
