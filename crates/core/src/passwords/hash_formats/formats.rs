//! The formats of digests that can be imported, for messages and for docs/moving-in.md; and those that are known
//! and can't be. How they are read is in `import`.

/// A format of digests.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// Its name; `passwordAlgorithm` may say it.
    pub name: &'static str,
    /// How its texts begin.
    pub prefixes: &'static [&'static str],
    /// Who writes it.
    pub systems: &'static str,
    /// The costs within which it is read.
    pub limits: &'static str,
}

const ARGON2_LIMITS: &str = "at most 256 MiB, 20 iterations and 64 lanes";
const BCRYPT_LIMITS: &str = "a cost of 4 to 16";
const SCRYPT_LIMITS: &str = "at most 256 MiB and 16 lanes";
const PBKDF2_LIMITS: &str = "at most 5,000,000 iterations";
const CRYPT_LIMITS: &str = "1,000 to 1,000,000 rounds; passwords of at most 512 bytes";

/// Every format.
pub const FORMATS: [Format; 14] = [
    format("argon2id", &["$argon2id$", "argon2$argon2id$"], "most current systems, Django", ARGON2_LIMITS),
    format("argon2i", &["$argon2i$", "argon2$argon2i$"], "PHP, older systems", ARGON2_LIMITS),
    format("argon2d", &["$argon2d$", "argon2$argon2d$"], "rare", ARGON2_LIMITS),
    format(
        "bcrypt",
        &["$2a$", "$2b$", "$2y$", "bcrypt$$2", "bcrypt_sha256$$2"],
        "Rails, Laravel, Auth0, Supabase, Spring, Dovecot, Django",
        BCRYPT_LIMITS,
    ),
    format("wordpress", &["$wp$2y$"], "WordPress 6.8 and newer", BCRYPT_LIMITS),
    format("phpass", &["$P$", "$H$", "$S$"], "WordPress before 6.8, phpBB, Drupal 7", "2^7 to 2^18 rounds"),
    format("sha512-crypt", &["$6$"], "Linux, Dovecot, LDAP", CRYPT_LIMITS),
    format("sha256-crypt", &["$5$"], "Linux, Dovecot, LDAP", CRYPT_LIMITS),
    format("scrypt", &["$scrypt$", "scrypt$", "scrypt:"], "passlib, Django, Werkzeug (Flask)", SCRYPT_LIMITS),
    format("firebase-scrypt", &["$fbscrypt$"], "Firebase", SCRYPT_LIMITS),
    format(
        "pbkdf2-sha512",
        &["$pbkdf2-sha512$", "pbkdf2:sha512:"],
        "Keycloak, passlib, Werkzeug (Flask)",
        PBKDF2_LIMITS,
    ),
    format(
        "pbkdf2-sha256",
        &["$pbkdf2-sha256$", "pbkdf2_sha256$", "pbkdf2:sha256:"],
        "Keycloak, Django, passlib, Werkzeug (Flask)",
        PBKDF2_LIMITS,
    ),
    format(
        "pbkdf2-sha1",
        &["$pbkdf2$", "pbkdf2_sha1$", "pbkdf2:sha1:"],
        "older Keycloak, Django and Werkzeug (Flask)",
        PBKDF2_LIMITS,
    ),
    format(
        "ldap",
        &["{SSHA}", "{SSHA256}", "{SSHA512}", "{SHA}", "{SHA256}", "{SHA512}", "{SMD5}", "{MD5}"],
        "OpenLDAP, 389 Directory Server, Dovecot",
        "at most 64 bytes of salt",
    ),
];

/// Known beginnings that are not read, with their names.
const NOT_READ: [(&str, &str); 13] = [
    ("$1$", "md5-crypt ($1$)"),
    ("$apr1$", "Apache's md5-crypt ($apr1$)"),
    ("$y$", "yescrypt ($y$)"),
    ("$gy$", "gost-yescrypt ($gy$)"),
    ("$7$", "scrypt of crypt ($7$)"),
    ("$2x$", "the faulty bcrypt of old PHP ($2x$)"),
    ("$bcrypt-sha256$", "passlib's bcrypt-sha256"),
    ("{noop}", "plain text ({noop})"),
    ("{SSHA384}", "{SSHA384}"),
    ("{pbkdf2}", "Spring's {pbkdf2}"),
    ("{scrypt}", "Spring's {scrypt}"),
    ("U$S$", "Drupal's U$S$"),
    ("AQAAAA", "ASP.NET Identity"),
];

const fn format(
    name: &'static str,
    prefixes: &'static [&'static str],
    systems: &'static str,
    limits: &'static str,
) -> Format {
    Format { name, prefixes, systems, limits }
}

impl Format {
    /// The format of a text, by its beginning.
    pub(super) fn of(text: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.prefixes.iter().any(|prefix| begins_with(text, prefix)))
    }

    /// Whether an operator's name for the algorithm means this format: its own, or that of its family.
    pub(super) fn has_name(&self, algorithm: &str) -> bool {
        let named = algorithm.to_ascii_lowercase();
        let rest = self.name.strip_prefix(&named);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

/// The name of a known format that is not read.
pub(super) fn unread_name(text: &str) -> Option<&'static str> {
    NOT_READ.iter().find(|(prefix, _)| begins_with(text, prefix)).map(|(_, name)| *name)
}

/// The names of all formats, for a message.
pub(super) fn all_names() -> String {
    FORMATS.map(|format| format.name).join(", ")
}

/// The names in braces are written in both cases.
fn begins_with(text: &str, prefix: &str) -> bool {
    match text.get(..prefix.len()) {
        Some(beginning) if prefix.starts_with('{') => beginning.eq_ignore_ascii_case(prefix),
        Some(beginning) => beginning == prefix,
        None => false,
    }
}
