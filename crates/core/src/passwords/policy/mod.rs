//! The password policy: whether a password is acceptable, and everything that is wrong with it. What
//! operators set is in `settings::password_policy`; leaked passwords are looked up in `breach_check`.

pub mod characters;
pub mod evaluator;
pub mod restricted_phrases;
pub mod sequences;
#[cfg(test)]
mod tests;
pub mod word_list;
