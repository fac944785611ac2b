//! What the tests stand on. Nothing in here asserts a promise of the program.

pub mod app;
pub mod browser;
pub mod client;
pub mod database;
pub mod form;
pub mod mailbox;
pub mod page;
pub mod people;
pub mod range_server;
pub mod receiver;
