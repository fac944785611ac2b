//! The first screen that an app asks for, and the one list of its names: the authorization endpoint, the
//! sign-in page and the links that name a screen read it here. Both spellings of every value are accepted
//! (decision 14); an unknown value means sign-in, for that parameter alone.

use crate::oidc::params::Params;

/// The longest value of a parameter that chooses or fills in a page; a longer one is ignored.
pub const MAX_PAGE_PARAM_BYTES: usize = 300;

/// The screens that an app can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstScreen {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    Register,
    /// Password reset alone.
    ResetPassword,
}

/// Every value of `first_screen`, with underscores. The first of a screen is the name that we use ourselves;
/// a screen for one kind of identifier is the screen for all kinds.
const NAMES: [(&str, FirstScreen); 5] = [
    ("sign_in", FirstScreen::SignIn),
    ("identifier:sign_in", FirstScreen::SignIn),
    ("register", FirstScreen::Register),
    ("identifier:register", FirstScreen::Register),
    ("reset_password", FirstScreen::ResetPassword),
];

impl FirstScreen {
    /// Reads `first_screen`. Screens that do not exist here mean the nearest one that does, which is sign-in.
    pub fn parse(text: &str) -> Self {
        let text = text.replace('-', "_");
        NAMES.iter().find(|(name, _)| *name == text).map_or(Self::SignIn, |(_, screen)| *screen)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, screen)| *screen == self).map_or("", |(name, _)| name)
    }

    /// Reads the parameters of a request: `first_screen`, or the older `interaction_mode`, or
    /// `prompt=create`.
    pub fn from_params(screen: Option<&str>, mode: Option<&str>, prompt: Option<&str>) -> Self {
        let creates = prompt.is_some_and(|prompt| prompt.split(' ').any(|value| value == "create"));
        match (screen, mode) {
            (Some(screen), _) => Self::parse(screen),
            (None, Some("signUp")) => Self::Register,
            (None, _) if creates => Self::Register,
            (None, _) => Self::SignIn,
        }
    }

    /// The screen that an authorization request asks for.
    pub fn requested(params: &Params) -> Self {
        let first = |name| params.all(name).next().filter(|text| text.len() <= MAX_PAGE_PARAM_BYTES);
        Self::from_params(first("first_screen"), first("interaction_mode"), first("prompt"))
    }

    /// Whether the screen is only for a user who is not signed in yet.
    pub(super) const fn is_for_signed_out(self) -> bool {
        !matches!(self, Self::SignIn)
    }
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

    #[test]
    fn a_name_means_its_screen() {
        for (screen, name) in [
            (FirstScreen::SignIn, "sign_in"),
            (FirstScreen::Register, "register"),
            (FirstScreen::ResetPassword, "reset_password"),
        ] {
            assert_eq!((screen.name(), FirstScreen::parse(name)), (name, screen));
        }
    }

    #[test]
    fn the_newest_way_of_saying_it_counts() {
        assert_eq!(FirstScreen::from_params(Some("sign_in"), Some("signUp"), None), FirstScreen::SignIn);
        assert_eq!(FirstScreen::from_params(None, Some("signUp"), None), FirstScreen::Register);
        assert_eq!(FirstScreen::from_params(None, None, Some("login create")), FirstScreen::Register);
        assert_eq!(FirstScreen::from_params(None, Some("signIn"), Some("login")), FirstScreen::SignIn);
    }
}
