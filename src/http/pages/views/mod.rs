//! The view types: the data that each template needs and nothing more, ready to be shown. Every view has
//! `samples`, which the gallery and `tests/http/pages/rendering.rs` render; a state without a sample is not
//! tested.

mod account;
mod apps;
mod captcha;
mod code;
mod dev;
mod dispute;
mod done;
mod forgot_password;
mod identifier_field;
mod link;
mod password;
mod register;
mod sign_in;

pub use crate::http::pages::views::account::{AccountView, SessionRow, SharedAppRow};
pub use crate::http::pages::views::apps::{ConsentView, EndSessionView, ExpiredRequestView, ScopeSummary};
pub use crate::http::pages::views::captcha::{CaptchaView, CaptchaWaitView};
pub use crate::http::pages::views::code::{CodeState, CodeView};
pub use crate::http::pages::views::dev::{
    DemoAppState, DemoAppView, GalleryRow, GalleryView, InboxMessageView, InboxRow, InboxView,
};
pub use crate::http::pages::views::dispute::{DisputeState, DisputeView};
pub use crate::http::pages::views::done::DoneView;
pub use crate::http::pages::views::forgot_password::ForgotPasswordView;
pub use crate::http::pages::views::link::one_time::OneTimeView;
pub use crate::http::pages::views::link::{LinkState, LinkView};
pub use crate::http::pages::views::password::new::NewPasswordView;
pub use crate::http::pages::views::password::{PasswordPageReason, PasswordView};
pub use crate::http::pages::views::register::RegisterView;
pub use crate::http::pages::views::sign_in::SignInView;

/// The address in samples; reserved for examples (RFC 2606).
const ADA: &str = "ada@example.org";

fn ada() -> String {
    ADA.to_owned()
}
