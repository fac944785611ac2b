//! The bootstrap file as the author of changes, and which entries it has named.

pub mod author;
pub mod entries;
