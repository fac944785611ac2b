//! A forgotten password, from the request to the new password, and the notice afterwards.

mod code;
mod forgot_password;
mod link;
mod not_me;
mod one_time;
mod replays;
