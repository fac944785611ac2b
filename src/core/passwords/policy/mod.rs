//! TODO header of core::passwords::policy.

pub mod characters;
pub mod evaluator;
pub mod restricted_phrases;
pub mod sequences;
#[cfg(test)]
mod tests;
pub mod word_list;
