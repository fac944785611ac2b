//! The one integration binary: each module is a promise that the program keeps, seen from outside.

#[cfg(test)]
mod connectors;
