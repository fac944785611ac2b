//! The Experience API: JSON for people who build their own screens. It is public, so it says nothing that a page would not.

/// What a screen must know before anybody has typed anything.
pub mod well_known;
