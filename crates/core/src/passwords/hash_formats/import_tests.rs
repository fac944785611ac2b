//! Digests as other systems write them, each made by that system or its library: passlib 1.7, bcrypt 5.0,
//! Django
//! 5.2, Werkzeug 3.1, hashlib and OpenSSL; Firebase's own example.

use proptest::prelude::*;

use crate::passwords::argon::HashBuffer;
use crate::passwords::hash_formats::formats::{FORMATS, Format};
use crate::passwords::hash_formats::import::{FormatError, ImportedHash, read};
use crate::passwords::hash_formats::{Inner, parse};

const TYPED: &str = "correct horse é😀";

const DIGESTS: [&str; 22] = [
    // The salt is 01 02 ff 73 61 6c 74, which is no text.
    "{SSHA}yGxTXuQ8F/A+xsmQH1vBeo9RNKcBAv9zYWx0",
    "{ssha512}VwTx7b+dF9XwpkYlGcEeug9D/holyRaEngBqSZeneYNznrBR6k0Ctc9027FRgwvxlLV4dw/W0id12P3PBntuc3NhbHRzYWx0",
    "{SHA}XpY85AL1heOU/mOQ4B4mklxArfA=",
    "$P$6abcdefghXZc/fdMNNKyAb8AAQCzRz1",
    "$H$6abcdefghXZc/fdMNNKyAb8AAQCzRz1",
    "$S$6abcdefghiNFOV0BLdJPbcrHUrGzsyHQXWwWRaESvdkHMLJZiMam",
    "$6$saltstring$iAHcAi2ovWoTZjcqqg4DDz9QeV0CW6qrGTP7kKimm5SYuO/4PnhcBByEzMQJJQCQsVXQk4kuoNU.blBQR.zhc1",
    "$6$rounds=1234$saltstring12345x$63UlgVwwyvm/oOFeEnyww8ittgGW563DVE4Tidv7Up70m0apDvE0pe2OdnhihX7KnUyk3kG2N30gC4MisEa4o.",
    "{CRYPT}$5$rounds=1000$saltstring$laxQmpUZTDfBrSMoRdtfi2zU2VbjSk3m33COjyzgCmC",
    "$wp$2y$05$abcdefghijklmnopqrstuuSsPz8b8edSI.IlZwJl7SB9jwrH6OgPa",
    "{BCRYPT}$2a$05$abcdefghijklmnopqrstuu3UF.MZbZbjdPJ752iXwHPkB53Y/ft4e",
    "bcrypt$$2a$05$abcdefghijklmnopqrstuu3UF.MZbZbjdPJ752iXwHPkB53Y/ft4e",
    "bcrypt_sha256$$2b$05$abcdefghijklmnopqrstuuxyGBh88mgBKJqHubOOn4hZO9pf/O5mW",
    "argon2$argon2id$v=19$m=512,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$uqZ2F9tyNh4DvSwDQ9Do3H8FJ3NPXqnUw5uem8S9GxY",
    "scrypt$1024$seasalt$8$1$J/NbDTxJGrnLjlabl7IAXuy8DmrNw25hBzM5NEDqEOIRstvCeLNj4WjHqY7RUlUKbP02XB3VLG/Y5CLBW226Rg==",
    "scrypt:1024:8:1$Rm7HyTL3dqtxWrbK$8b823006e7197dbddb2679f6a14f4170a4bee9a314d10b4e3208ead1ca3d10a50c4453f3231565a3ca234d32a9ec3c852f1d46420bde0cd055e07132158806eb",
    "pbkdf2:sha256:1000$Rm7HyTL3dqtxWrbK$7bfc13ab1c94f1dd56dcd3f30e177feb263f85dda6b6a6b345491f8225b85717",
    "$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$edzZTFR8TnRcwLIRnBS1GOPX8VrlM6M8NrnqIno2pWd+q5WoWQ8hFmnN1jvnuCshanxL+OaCdyORcwFdxjG/kw==",
    "$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC-ixf3L2lw==$edzZTFR8TnRcwLIRnBS1GOPX8VrlM6M8NrnqIno2pWd-q5WoWQ8hFmnN1jvnuCshanxL-OaCdyORcwFdxjG_kw==",
    r#"{"type":"password","secretData":"{\"value\":\"WKOLziYuUSdC77exRM9NmXcoMC1IZ3elXWRZYg8JPkaNSzQbG2sDBVgg2yK19j1xcX3NeOt7+pr5IZTIBrLIDw==\",\"salt\":\"MDEyMzQ1Njc4OWFiY2RlZg==\",\"additionalParameters\":{}}","credentialData":"{\"hashIterations\":1000,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"}"#,
    r#"{"secretData":{"value":"0cIUkrGy1eORcc5yvGxGJ9xcmEeCmKRZlfKvTccEBfsD//xGVd+UFXyKGVQc9sRa+eTJ/LVy+FzLGGPpdVGt5g==","salt":"MDEyMzQ1Njc4OWFiY2RlZg=="},"credentialData":{"hashIterations":1000,"algorithm":"pbkdf2"}}"#,
    r#"{"secretData":{"value":"P1CrkSBpdTCzGYtB3lOgd2xIXypavQjszLhvO9reCkw=","salt":"MDEyMzQ1Njc4OWFiY2RlZg=="},"credentialData":{"hashIterations":3,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["512"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}}"#,
];

/// Whether this password matches what is stored of a digest.
fn matches(hash: ImportedHash, typed: &str) -> bool {
    match hash {
        ImportedHash::Stored(text) => parse(text.expose()).unwrap().matches(typed, &mut HashBuffer::new(64)),
        ImportedHash::Fast(fast, hex) => fast.digest(typed.as_bytes()) == hex.expose(),
    }
}

#[test]
fn digests_of_other_systems_know_their_password() {
    for digest in DIGESTS {
        assert!(matches(read(digest, None).unwrap(), TYPED), "{digest}");
        assert!(!matches(read(digest, None).unwrap(), "correct horse e😀"), "{digest}");
    }
}

#[test]
fn firebases_own_example_matches() {
    let digest = "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==";
    assert!(matches(read(digest, None).unwrap(), "user1password"));
}

#[test]
fn hexadecimal_needs_the_name_of_its_algorithm() {
    let hex = "5F4DCC3B5AA765D61D8327DEB882CF99";
    assert_eq!(read(hex, None).unwrap_err(), FormatError::Unknown);
    assert_eq!(read(hex, Some("SHA1")).unwrap_err(), FormatError::Unknown);
    assert!(matches(read(hex, Some("MD5")).unwrap(), "password"));
    let legacy = r#"["md5", ["pass", "@"], "5f4dcc3b5aa765d61d8327deb882cf99"]"#;
    assert!(matches(read(legacy, Some("Legacy")).unwrap(), "word"));
}

#[test]
fn the_algorithm_must_be_the_digests_own() {
    let argon = DIGESTS[13];
    let bcrypt = DIGESTS[10];
    let django = DIGESTS[16];
    for (digest, algorithm) in [
        (argon, "Argon2id"),
        (bcrypt, "Bcrypt"),
        (django, "PBKDF2"),
        (django, "pbkdf2-sha256"),
        (DIGESTS[19], "pbkdf2"),
    ] {
        assert!(read(digest, Some(algorithm)).is_ok(), "{algorithm} {digest}");
    }
    for (digest, algorithm) in
        [(argon, "Argon2i"), (argon, "Bcrypt"), (bcrypt, "Argon2id"), (django, "pbkdf2-sha512")]
    {
        assert_eq!(
            read(digest, Some(algorithm)).unwrap_err(),
            FormatError::OtherAlgorithm,
            "{algorithm} {digest}"
        );
    }
}

#[test]
fn what_is_not_read_is_named() {
    for (digest, name) in [
        ("$1$abc$def", "md5-crypt ($1$)"),
        ("$y$j9T$abc$def", "yescrypt ($y$)"),
        ("{CRYPT}$y$j9T$abc$def", "yescrypt ($y$)"),
        ("{noop}password", "plain text ({noop})"),
        ("{ssha384}AAAA", "{SSHA384}"),
        ("AQAAAAIAAYagAAAAEAAA", "ASP.NET Identity"),
    ] {
        assert_eq!(read(digest, None).unwrap_err(), FormatError::NotRead(name), "{digest}");
    }
    for (digest, name) in [
        ("$6$rounds=1000001$salt$x", "sha512-crypt"),
        ("$P$HabcdefghXZc/fdMNNKyAb8AAQCzRz1", "phpass"),
        ("{BCRYPT}$2a$17$abcdefghijklmnopqrstuu3UF.MZbZbjdPJ752iXwHPkB53Y/ft4e", "bcrypt"),
        ("scrypt$1000$seasalt$8$1$AAAA", "scrypt"),
        ("{SHA}XpY85AL1heOU", "ldap"),
        (&DIGESTS[17].replace("n=10", "n=22"), "firebase-scrypt"),
    ] {
        let format = FORMATS.iter().find(|format| format.name == name).unwrap();
        assert_eq!(read(digest, None).unwrap_err(), FormatError::Unusable(format), "{digest}");
    }
    for digest in ["", "password", "$", "{}", "{X}y", "a:b$c$d", "{\"secretData\":{}}"] {
        assert_eq!(read(digest, None).unwrap_err(), FormatError::Unknown, "{digest}");
    }
}

#[test]
fn every_format_has_a_digest_here() {
    let others = ["argon2i", "argon2d", "pbkdf2-sha512"];
    for format in FORMATS.iter().filter(|format| !others.contains(&format.name)) {
        let is_shown = DIGESTS.iter().any(|digest| {
            let inner = digest.strip_prefix("{BCRYPT}").or(digest.strip_prefix("{CRYPT}")).unwrap_or(digest);
            Format::of(inner) == Some(format)
                || matches!(read(digest, None), Ok(ImportedHash::Stored(text)) if Format::of(text.expose()) == Some(format))
        });
        assert!(is_shown, "{}", format.name);
    }
}

/// What is stored of a digest is read again as the same.
#[test]
fn wrapped_digests_are_read_back() {
    let wrapped = "sha256:c2FsdA:+$argon2id$v=19$m=512,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$uqZ2F9tyNh4DvSwDQ9Do3H8FJ3NPXqnUw5uem8S9GxY";
    assert!(matches!(parse(wrapped).unwrap().inner, Some(Inner::Fast(_))));
    assert!(matches!(read(wrapped, None), Ok(ImportedHash::Stored(text)) if text.expose() == wrapped));
}

proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC{0,80}", at in 0_usize..22, cut in 0_usize..80, algorithm in "(MD5|Legacy|bcrypt)?") {
        let _ = read(&text, Some(algorithm.as_str()));
        let digest = DIGESTS[at];
        let cut = (0..=cut.min(digest.len())).rev().find(|at| digest.is_char_boundary(*at)).unwrap_or(0);
        let _ = read(&format!("{}{text}{}", &digest[..cut], &digest[cut..]), None);
        let _ = read(&digest[..cut], None);
    }
}
