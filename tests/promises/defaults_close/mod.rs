//! What opens a door is off until somebody opens it, and what weakens everybody is said aloud.

mod files;
mod weak_settings;
