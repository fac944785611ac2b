//! What the pages do with a password that the policy or a breach server rejects.

mod compliance;
mod online_check;
