//! The one integration binary: it links once. Each module below is a kind of promise.
//! Whole modules are `cfg(test)` so that their helpers are judged as test code too.

#[cfg(test)]
mod configuration;
#[cfg(test)]
mod connectors;
