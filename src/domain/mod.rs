//! Verbs: what may happen, one file per journey. Knows rules, not screens: no HTTP, no words, no SQL.

pub mod passwords;
