//! The interfaces that the domain expects from the outside, without knowing who implements them.

pub mod breach_server;
pub mod captcha;
pub mod connectors;

pub use self::breach_server::{BreachServer, RangeFuture, Sha1Prefix, Sha1Suffix, Unavailable};
pub use self::captcha::{CaptchaRequest, CaptchaVerifier, VerifyFuture};
pub use self::connectors::{ConnectorRegistry, PRIVATE, SendError, SendFuture};
