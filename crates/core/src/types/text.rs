//! The one rule for text from outside: UTF-8 without U+0000. PostgreSQL stores no U+0000, and broken UTF-8
//! would be read as another text than was sent.

use percent_encoding::percent_decode;

/// Whether a URL or the body of a form decodes to such text.
pub fn is_plain(encoded: &[u8]) -> bool {
    percent_decode(encoded).decode_utf8().is_ok_and(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn text_is_utf_8_without_u_0000() {
        for plain in
            ["", "/a?b=c", "%c3%a9+é", "%EF%BF%BD", "%", "%zz", "%4", "%2500", "a%7f", "%f0%9f%a6%80"]
        {
            assert!(is_plain(plain.as_bytes()), "{plain}");
        }
        for broken in ["%00", "a=b&c=%00d", "\0", "%ff", "%c3%28", "%c3&%a9", "%ed%a0%80", "%f0%9f%a6"] {
            assert!(!is_plain(broken.as_bytes()), "{broken}");
        }
        assert!(!is_plain(b"\xff"));
    }
}
