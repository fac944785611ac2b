//! The one integration binary: it links once and lists the modules. The `cfg(test)` tells clippy that helpers beside the
//! tests are tests as well.

#[cfg(test)]
mod configuration;
