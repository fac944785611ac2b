//! What is found by an address alone: steps of apps that hold nothing of ours between two calls. Whoever
//! continues what somebody else began gets nothing by it, and learns nothing.

mod pairs;
mod recovery;
mod refreshing;
mod resending;
mod sign_up;
mod two_callers;
