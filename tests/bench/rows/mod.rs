//! The rows of the report, one module each: what is measured, and the goal that it is compared with.

pub mod api;
pub mod breaches;
pub mod flows;
pub mod memory;
pub mod oidc;
pub mod pages;
pub mod policy;
pub mod sign_in;
pub mod start;
pub mod timing;
pub mod weight;
