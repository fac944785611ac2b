//! What stands outside in place of other people's services: they answer as a test wants and remember what
//! they were sent.

pub mod range_server;
pub mod receiver;
pub mod sms;
