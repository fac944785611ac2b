//! One key of the configuration: its name, its default in words, its text, and how a variable becomes its
//! value. The `section!` macro makes a struct and its keys from one list, so that a doc comment is the
//! documentation.

use std::net::SocketAddr;
use std::path::PathBuf;

use figment::value::Value;

use crate::config::network::{AdminListen, Networks};
use crate::config::sections::{Hsts, LogFormat};
use rekey_core::settings::password_policy::OnUnavailable;
use rekey_core::types::secret::Secret;

/// A key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct ConfigKey {
    /// With its section: `hashing.memory_kib`.
    pub name: &'static str,
    /// What holds when nobody says anything.
    pub default: &'static str,
    /// What it does, line by line.
    pub text: &'static [&'static str],
    /// Whether it is a secret, which may be in a file instead.
    pub is_secret: bool,
    /// Turns the text of a variable into a value; text that does not fit stays text and is refused with its
    /// name later.
    pub read: fn(&str) -> Value,
}

impl ConfigKey {
    /// The variable that overrules the file.
    pub fn variable(&self) -> String {
        format!("REKEY_{}", self.name.replace('.', "__").to_uppercase())
    }

    /// The variable that names a file with the value, for a secret.
    pub fn file_variable(&self) -> Option<String> {
        self.is_secret.then(|| format!("{}_FILE", self.variable()))
    }

    /// The text on one line.
    pub(super) fn one_line_text(&self) -> String {
        self.text.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }
}

/// A type that a variable can hold.
pub trait FromVariable {
    /// Whether the value is a secret.
    const IS_SECRET: bool = false;

    /// The value that the text means, before it is checked.
    fn read(text: &str) -> Value {
        Value::from(text)
    }
}

impl FromVariable for String {}
impl FromVariable for PathBuf {}
impl FromVariable for SocketAddr {}
impl FromVariable for AdminListen {}
impl FromVariable for LogFormat {}
impl FromVariable for Hsts {}
impl FromVariable for OnUnavailable {}

impl FromVariable for Secret {
    const IS_SECRET: bool = true;
}

macro_rules! parsed {
    ($($type:ty),+) => {
        $(impl FromVariable for $type {
            fn read(text: &str) -> Value {
                text.trim().parse::<Self>().map_or_else(|_| Value::from(text), Value::from)
            }
        })+
    };
}
parsed!(bool, u32, u64, usize);

impl<T: FromVariable> FromVariable for Option<T> {
    const IS_SECRET: bool = T::IS_SECRET;

    fn read(text: &str) -> Value {
        T::read(text)
    }
}

impl FromVariable for Networks {
    fn read(text: &str) -> Value {
        let parts: Vec<Value> = text.split(',').map(|part| Value::from(part.trim())).collect();
        Value::from(parts)
    }
}

/// Makes a struct with defaults, and its `KEYS`, from a list of `name: type = default, "default in words";`.
macro_rules! section {
    (
        $(#[$about:meta])* $name:ident($prefix:literal) {
            $( $(#[doc = $text:literal])+ $field:ident: $type:ty = $default:expr, $shown:literal; )+
        }
        $( sections { $( $(#[doc = $inner_text:literal])+ $inner:ident: $inner_type:ty; )+ } )?
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $( $(#[doc = $text])+ pub $field: $type, )+
            $( $( $(#[doc = $inner_text])+ pub $inner: $inner_type, )+ )?
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $( $field: $default, )+
                    $( $( $inner: <$inner_type>::default(), )+ )?
                }
            }
        }

        impl $name {
            /// What can be set here.
            pub const KEYS: &'static [$crate::config::keys::ConfigKey] = &[
                $( $crate::config::keys::ConfigKey {
                    name: concat!($prefix, stringify!($field)),
                    default: $shown,
                    text: &[$($text),+],
                    is_secret: <$type as $crate::config::keys::FromVariable>::IS_SECRET,
                    read: <$type as $crate::config::keys::FromVariable>::read,
                } ),+
            ];
        }
    };
}
pub(super) use section;
