//! Helpers of all tests. They assert no promise of the program.

pub mod app;
pub mod browser;
pub mod client;
pub mod concurrency;
pub mod database;
pub mod db_dump;
pub mod form;
pub mod http_user;
pub mod mailbox;
pub mod page;
pub mod people;
pub mod running_process;
pub mod server_process;
pub mod stubs;
