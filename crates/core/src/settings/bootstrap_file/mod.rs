//! What the store keeps about the bootstrap file: which entries it has named, and that it is the author
//! of its changes. Reading the file is up to `bootstrap`, applying it to `app`.

pub mod author;
pub mod entries;
