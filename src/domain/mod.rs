//! Verbs: what may happen, and when. Knows rules and transactions; knows no screens, no words and no wires.

pub mod ports;
