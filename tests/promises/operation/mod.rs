//! The promises hold under strain: the database fails in the middle of a request, many people sign in at once,
//! and what the log says about it can be followed.

mod commands;
mod orchestrators;
mod outage;
mod request_log;
mod sign_in_under_load;
