//! The ways in from outside: `first_screen` and its companions, the root, and the well-known address of password managers. What a
//! parameter may do is listed here; nothing else in a URL decides anything.

/// Showing that nobody is a machine.
pub mod captcha;

use crate::domain::sign_in::offers::Kinds;
use crate::faces::common::first_screen::FirstScreen;
use crate::faces::common::urls::{self, After};
use crate::faces::common::visit::{Reply, Visit};

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
    let (screen, mode) = (visit.query("first_screen"), visit.query("interaction_mode"));
    let is_named = screen.is_some() || mode.is_some();
    is_named.then(|| FirstScreen::of(screen.as_deref(), mode.as_deref(), None))
}

/// What a form asks for, as far as an app's `identifier` narrows it: kinds with spaces between, those not on offer left aside.
pub fn narrowed(visit: &Visit, offered: Kinds) -> Kinds {
    let said = visit.query("identifier").unwrap_or_default();
    let has = |kind| said.split([' ', '+']).any(|word| word == kind);
    offered.narrowed(Kinds { email: has("email"), phone: has("phone"), username: has("username") })
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
