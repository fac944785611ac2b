//! The database as a whole: opening and migrating, indexes, and the deletion of expired rows.

mod keeping;
mod lookups;
mod null_characters;
mod opening;
mod sweeping;
