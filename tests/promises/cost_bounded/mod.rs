//! `cost_bounded`: what a stranger can make the server do is bounded before it is done, and counted by the network that causes it.

mod forwarding;
mod network;
