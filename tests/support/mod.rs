//! What the tests stand on. Nothing in here asserts a promise of the program.

pub mod database;
