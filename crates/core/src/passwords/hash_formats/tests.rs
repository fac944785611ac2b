//! Verifies digests that were made by other software.

use crate::passwords::argon::HashBuffer;
use crate::passwords::hash_formats::{is_supported, parse};

/// One password, hashed by argon2-cffi 25.1, bcrypt 4.0 and passlib 1.7 (Python), hashlib and Django 5.2.
const TYPED: &str = "correct horse é😀";

const DIGESTS: [&str; 14] = [
    "$argon2i$v=19$m=512,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$s4EJZK4xyYCFbj4IjAYdJnNCa7TwkIc1RtkKHDirL/Q",
    "$argon2d$v=19$m=512,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$5fMUBo26WdNQ6Lqtc6JU2eaYrPkHPuEczF57RXeaLVE",
    "$argon2id$v=19$m=512,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$3/M5byraBJC5SHT+Afd5QuiuVDWb8F8HPnK+J3KghYQ",
    "$argon2i$v=16$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$zQSQwEZAVX90MtwpDwXK3o03hlQXxQXK",
    "$argon2i$m=256,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$zQSQwEZAVX90MtwpDwXK3o03hlQXxQXK",
    "$2a$05$MDiUn6EQvtBCxoG6he7LGO3KvK5/6lbQ7trcbCM3lFTcqluOOmye.",
    "$2b$05$vwa6JYatHSs7OolRVhMft.TnBqy5sOKkU8apzvODGCeoI3mQcLMtG",
    "$2y$05$u4tzMlHVQo8fzNKOR/sJpuV2CZfEc56vhPEcxvOoTDX./qxYAo39u",
    "$scrypt$ln=10,r=8,p=2$d+7dW8sZI4Sw9l4LAaBU6g$xKDv04sa/f7zGxHoJ7TFvvZsTiuwcKt98sc/YGNySSQ",
    "$pbkdf2-sha256$1000$7r23tjYGYCxlrBXiPGdsbQ$lhvhh2yODnbOSoVCURlzXbAXPaI8bjqNo31wlrOkTdc",
    "$pbkdf2-sha512$1000$2nsvpVRKaW2NUWrtnbOWsg$5miyhPVidFnIIMid9AdfTkpp3MKr5TH4W59XbIS2JgJb382eR89JOIWfaCgN1CXZ0qlXqzp3afnDw0.cOOam4w",
    "$pbkdf2-sha256$i=1000,l=32$MDEyMzQ1Njc4OWFiY2RlZg$WKOLziYuUSdC77exRM9NmXcoMC1IZ3elXWRZYg8JPkY",
    "$pbkdf2-sha512$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$cAOlKsdMwW7B4dtHrlaP0Sm/MxM0lLCfKTgK+LQ14d4KKzr96v+mCiXamYFuj9p2OAqS0SYTHKCKthTla3t8gw",
    "pbkdf2_sha256$1000$seasalt2$h6CgDyFtePAVqdLVFDGAoNIZE3qPxvHNo9Ka132SAxk=",
];

fn matches(digest: &str, typed: &str) -> bool {
    parse(digest).unwrap().matches(typed, &mut HashBuffer::new(64))
}

#[test]
fn digests_of_other_systems_know_their_password() {
    for digest in DIGESTS {
        assert!(is_supported(digest), "{digest}");
        assert!(matches(digest, TYPED), "{digest}");
        assert!(!matches(digest, "correct horse e😀"), "{digest}");
    }
}

#[test]
fn bcrypt_reads_72_bytes_as_its_makers_did() {
    let digest = "$2b$04$6FU467./1Gp.TnsSZRaKu.V2EXdC0WcJqZfh/RquQmcie/GU0CoqO";
    let head = "a".repeat(72);
    assert!(matches(digest, &head));
    assert!(matches(digest, &format!("{head}anything\0else")));
    assert!(!matches(digest, &head.replacen('a', "b", 1)));
    assert!(!matches(digest, "nul\0inside") && !matches(digest, ""));
}

#[test]
fn what_would_take_the_server_down_is_not_known() {
    let tail = "c29tZXNhbHRzb21lc2FsdA$s4EJZK4xyYCFbj4IjAYdJnNCa7TwkIc1RtkKHDirL/Q";
    assert!(is_supported(&format!("$argon2id$v=19$m=262144,t=20,p=1${tail}")));
    for costly in [
        "$argon2id$v=19$m=262145,t=1,p=1$",
        "$argon2id$v=19$m=4294967295,t=1,p=1$",
        "$argon2id$v=19$m=512,t=21,p=1$",
        "$argon2id$v=19$m=262144,t=1,p=65$",
        "$scrypt$ln=19,r=8,p=1$",
        "$scrypt$ln=63,r=8,p=1$",
        "$scrypt$ln=64,r=8,p=1$",
        "$scrypt$ln=1,r=4294967295,p=1$",
        "$scrypt$ln=10,r=8,p=17$",
        "$pbkdf2-sha256$5000001$",
        "$pbkdf2-sha256$i=0$",
        "$pbkdf2$5000001$",
    ] {
        assert!(!is_supported(&format!("{costly}{tail}")), "{costly}");
    }
    assert!(!is_supported("$2b$17$6FU467./1Gp.TnsSZRaKu.V2EXdC0WcJqZfh/RquQmcie/GU0CoqO"));
    assert!(!is_supported("$wp$2y$17$abcdefghijklmnopqrstuuSsPz8b8edSI.IlZwJl7SB9jwrH6OgPa"));
    let (phpass, crypt) =
        ("abcdefghXZc/fdMNNKyAb8AAQCzRz1", "$saltstring$laxQmpUZTDfBrSMoRdtfi2zU2VbjSk3m33COjyzgCmC");
    // The signs G and H are 18 and 19, that is, 2^18 and 2^19 rounds.
    assert!(is_supported(&format!("$P$G{phpass}")) && !is_supported(&format!("$P$H{phpass}")));
    for (rounds, is_read) in [(999, false), (1_000, true), (1_000_000, true), (1_000_001, false)] {
        assert_eq!(is_supported(&format!("$5$rounds={rounds}{crypt}")), is_read, "{rounds}");
    }
}

/// A plus before the last field is also base64's.
#[test]
fn a_salt_may_end_with_a_plus() {
    // hashlib.pbkdf2_hmac('sha256', TYPED, 14 bytes 0 and one 0x3e, 1000)
    assert!(matches(
        "$pbkdf2-sha256$1000$AAAAAAAAAAAAAAAAAAA+$vf+VrxrKMTPL+8MSEoEXusY2v98Ww10KqGa1M5+fD7s",
        TYPED
    ));
}

#[test]
fn other_forms_are_not_known() {
    for digest in [
        "",
        "$",
        "password",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
        "$2x$05$u4tzMlHVQo8fzNKOR/sJpuV2CZfEc56vhPEcxvOoTDX./qxYAo39u",
        "$2b$05$é4tzMlHVQo8fzNKOR/sJpuV2CZfEc56vhPEcxvOoTDX./qxYAo39",
        "$1$salt$hash",
        "$5$saltstring$laxQmpUZTDfBrSMoRdtfi2zU2VbjSk3m33COjyzgCm",
        "$6$saltstring12345678$iAHcAi2ovWoTZjcqqg4DDz9QeV0CW6qrGTP7kKimm5SYuO/4PnhcBByEzMQJJQCQsVXQk4kuoNU.blBQR.zhc1",
        "$6$rounds=many$salt$iAHcAi2ovWoTZjcqqg4DDz9QeV0CW6qrGTP7kKimm5SYuO/4PnhcBByEzMQJJQCQsVXQk4kuoNU.blBQR.zhc1",
        "$P$6abcdefghXZc/fdMNNKyAb8AAQCzRz",
        "$P$6",
        "$P$é",
        "$6$rounds=5000$salt$hash",
        "$argon2id$v=18$m=512,t=3,p=1$c29tZXNhbHQ$s4EJZK4xyYCFbj4IjAYdJnNCa7TwkIc1RtkKHDirL/Q",
        "$argon2id$v=19$m=512,t=3,p=1$c29tZXNhbHQ$AAAA",
        "$argon2id$v=19$m=512,t=3,p=1$c2FsdA$s4EJZK4xyYCFbj4IjAYdJnNCa7TwkIc1RtkKHDirL/Q",
        "$argon2id$v=19$m=512,t=3,p=1,data=AAAA$c29tZXNhbHQ$s4EJZK4xyYCFbj4IjAYdJnNCa7TwkIc1RtkKHDirL/Q",
        "pbkdf2_sha1$1000$salt$h6CgDyFtePAVqdLVFDGAoNIZE3qPxvHNo9Ka132SAxk=",
    ] {
        assert!(!is_supported(digest), "{digest}");
    }
    assert!(!is_supported(&"$".repeat(513)));
}
