//! Short messages: the phone understands the last line, and the whole is one message.

use rekey::mail::{render, samples};
use rekey_core::messages::message::{AddressedMessage, Message};
use rekey_core::types::identifier::address::Address;

use super::{CATALOG, HOST, each, links};

#[test]
fn a_code_sms_is_one_message_and_ends_with_the_autofill_line() {
    each_sms(|name, envelope, text| {
        let (Message::RecoveryCode(_) | Message::SignIn(_) | Message::Register(_) | Message::Generic(_)) =
            &envelope.message
        else {
            return;
        };
        assert_eq!(bound_code(text), Some((HOST, "493027")), "{name}");
        if matches!(&envelope.message, Message::RecoveryCode(code) if code.link_by_sms) {
            assert_eq!(text.lines().nth(1), links(envelope).first().copied(), "{name}");
            assert_eq!(text.lines().count(), 3, "{name}: {text}");
            assert_fits(name, text, if name.ends_with("/ar") { 4 } else { 2 });
            return;
        }
        assert_eq!(text.lines().count(), 2, "{name}: {text}");
        let on_a_long_host = render(&CATALOG, "Rekey", "https://accounts.example.net", envelope).unwrap();
        assert_eq!(bound_code(&on_a_long_host.text), Some(("accounts.example.net", "493027")));
        assert_fits(name, &on_a_long_host.text, 1);
    });
}

#[test]
fn a_notice_by_sms_ends_with_the_link() {
    each_sms(|name, envelope, text| {
        let (Message::PasswordChanged(_) | Message::AccountExists(_) | Message::AttemptsBlocked(_)) =
            &envelope.message
        else {
            return;
        };
        assert_eq!(text.lines().last(), links(envelope).first().copied(), "{name}");
        assert_fits(name, text, if name.ends_with("/ar") { 2 } else { 1 });
    });
}

#[test]
fn the_host_of_an_sms_has_no_port() {
    let (_, sms) = samples().into_iter().find(|(name, _)| *name == "code-sms").unwrap();
    let text = |site| render(&CATALOG, "Rekey", site, &sms).unwrap().text;
    assert!(text("http://localhost:3000").ends_with("\n@localhost #493027"));
    assert!(text("https://id.example.org:8443").ends_with("\n@id.example.org #493027"));
}

fn each_sms(check: impl Fn(&str, &AddressedMessage, &str)) {
    each(|name, _, envelope, rendered| {
        if let Some(Address::Phone(_)) = envelope.to {
            check(name, envelope, &rendered.text);
        }
    });
}

/// The host and the code of an origin-bound one-time code message, as a phone reads it (WICG
/// sms-one-time-codes).
fn bound_code(message: &str) -> Option<(&str, &str)> {
    let (host, code) = message.split('\n').next_back()?.strip_prefix('@')?.split_once(" #")?;
    let clean = |text: &str| !text.is_empty() && !text.contains([' ', '@', '#', '\r', '\t']);
    (clean(host) && clean(code) && host.is_ascii()).then_some((host, code))
}

/// Whether a text fits into so many short messages: 160 septets or 70 units, fewer when they must be joined.
fn assert_fits(name: &str, text: &str, messages: usize) {
    let (length, room) = match gsm_septets(text) {
        Some(septets) => (septets, if messages == 1 { 160 } else { 153 * messages }),
        None => (text.encode_utf16().count(), if messages == 1 { 70 } else { 67 * messages }),
    };
    assert!(length <= room, "{name}: {length} of {room}: {text}");
    assert!(
        name.ends_with("/ar") || gsm_septets(text).is_some(),
        "{name}: a letter that not every phone has: {text}"
    );
}

/// The length in the alphabet of GSM 03.38; none when a letter is not in it.
fn gsm_septets(text: &str) -> Option<usize> {
    const PLAIN: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const ESCAPED: &str = "^{}\\[~]|€";
    let septets = |c: char| match c {
        _ if PLAIN.contains(c) => Some(1),
        _ if ESCAPED.contains(c) => Some(2),
        _ => None,
    };
    text.chars().map(septets).sum()
}
