//! The view types: the data that each template needs and nothing more, ready to be shown. Every view has
//! `samples`, which the gallery and `tests/http/pages/rendering.rs` render; a state without a sample is not tested.

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

pub use account::{AccountView, SessionRow, SharedAppRow};
pub use apps::{ConsentView, EndSessionView, ExpiredRequestView, ScopeSummary};
pub use captcha::{CaptchaView, CaptchaWaitView};
pub use code::{CodeState, CodeView};
pub use dev::{DemoAppState, DemoAppView, GalleryRow, GalleryView, InboxMessageView, InboxRow, InboxView};
pub use dispute::{DisputeState, DisputeView};
pub use done::DoneView;
pub use forgot_password::ForgotPasswordView;
pub use link::one_time::OneTimeView;
pub use link::{LinkState, LinkView};
pub use password::new::NewPasswordView;
pub use password::{PasswordPageReason, PasswordView};
pub use register::RegisterView;
pub use sign_in::SignInView;

/// The address in samples; reserved for examples (RFC 2606).
const ADA: &str = "ada@example.org";

fn ada() -> String {
    ADA.to_owned()
}
