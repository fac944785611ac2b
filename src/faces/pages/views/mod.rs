//! What each template needs, and nothing more: owned text, ready to be shown. Every view has `samples`, which the gallery
//! and `tests/pages.rs` render; a state that is not among them has not been looked at.

mod account;
mod apps;
mod ask;
mod captcha;
mod code;
mod dev;
mod done;
mod kinds;
mod link;
mod not_me;
mod password;
mod register;
mod sign_in;

pub use account::{AccountView, SessionRow, SharedRow};
pub use apps::{ConsentView, EndSessionView, Learned, LostView};
pub use ask::AskView;
pub use captcha::{CaptchaView, CaptchaWaitView};
pub use code::{CodeState, CodeView};
pub use dev::{DemoAppView, GalleryRow, GalleryView, InboxMessageView, InboxRow, InboxView, Screen};
pub use done::DoneView;
pub use link::one_time::OneTimeView;
pub use link::{LinkState, LinkView};
pub use not_me::{NotMeState, NotMeView};
pub use password::new::NewPasswordView;
pub use password::{Occasion, PasswordView};
pub use register::RegisterView;
pub use sign_in::SignInView;

/// The address that samples use; reserved for examples (RFC 2606).
const ADA: &str = "ada@example.org";

fn ada() -> String {
    ADA.to_owned()
}
