//! The first screen that an application asks for. Both spellings of every value are accepted (decision 14);
//! an unknown value means sign-in, for that parameter alone.

use super::urls;

/// The screens that an application can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstScreen {
    /// Sign-in.
    SignIn,
    /// Sign-up.
    Register,
    /// Password reset alone.
    ResetPassword,
}

impl FirstScreen {
    /// Reads `first_screen`. A screen for one kind of identifier maps to the screen for all kinds; screens
    /// that do not exist here map to the nearest one that does.
    pub fn parse(text: &str) -> Self {
        match text.replace('-', "_").as_str() {
            "reset_password" => Self::ResetPassword,
            "register" | "identifier:register" => Self::Register,
            _ => Self::SignIn,
        }
    }

    /// Reads the parameters of a request: `first_screen`, or the older `interaction_mode`, or
    /// `prompt=create`.
    pub fn from_params(screen: Option<&str>, mode: Option<&str>, prompt: Option<&str>) -> Self {
        let creates = prompt.is_some_and(|prompt| prompt.split(' ').any(|word| word == "create"));
        match (screen, mode) {
            (Some(screen), _) => Self::parse(screen),
            (None, Some("signUp")) => Self::Register,
            (None, _) if creates => Self::Register,
            (None, _) => Self::SignIn,
        }
    }

    /// The path of its page.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignIn => urls::SIGN_IN,
            Self::Register => urls::REGISTER,
            Self::ResetPassword => urls::RESET_PASSWORD,
        }
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
    fn the_newest_way_of_saying_it_counts() {
        assert_eq!(FirstScreen::from_params(Some("sign_in"), Some("signUp"), None), FirstScreen::SignIn);
        assert_eq!(FirstScreen::from_params(None, Some("signUp"), None), FirstScreen::Register);
        assert_eq!(FirstScreen::from_params(None, None, Some("login create")), FirstScreen::Register);
        assert_eq!(FirstScreen::from_params(None, Some("signIn"), Some("login")), FirstScreen::SignIn);
    }
}
