//! "This wasn't me" against whoever is faster: a password that is being written meanwhile, two links at once,
//! and every order in which a attacker's changes are made and taken back.

mod at_once;
mod in_flight;
mod orders;
mod takeover;
mod ways;
pub(in crate::promises) mod writers;
