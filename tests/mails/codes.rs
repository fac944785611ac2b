//! Mails with a code: the code, how long it works, who asked, and what to do when it was somebody else.

use rekey_core::messages::message::Message;

use super::{HOST, each_mail, normalize, render_envelope, visible_text};

#[test]
fn every_code_mail_has_the_code_the_link_how_long_and_what_to_do_in_both_parts() {
    each_mail(|name, translations, envelope, mail| {
        let Message::RecoveryCode(code) = &envelope.message else {
            return;
        };
        let (text, html) = (normalize(&mail.text), normalize(&visible_text(mail)));
        assert!(text.starts_with("493027\n"), "{name}: the code comes first");
        assert!(html.starts_with("493027 "), "{name}: the preview begins with the code");
        for part in [text, html] {
            assert!(part.contains("493027"), "{name}: the code");
            assert!(part.contains("10"), "{name}: how long the code works");
            assert!(part.contains(&translations.n("for-hours", "count", 1)), "{name}: and the link");
            assert!(part.contains("2026"), "{name}: when it was asked for");
            assert!(part.contains(&*translations.t("mail-code-not-you")), "{name}: if it wasn't you");
            assert!(
                part.contains(&normalize(&translations.t1("mail-code-share", "host", HOST))),
                "{name}: never share it"
            );
            assert_eq!(part.contains("Firefox, Linux"), !code.device.is_empty(), "{name}");
            assert_eq!(part.contains("Lumen"), code.app.is_some(), "{name}");
        }
    });
}

#[test]
fn a_code_without_a_link_reads_like_the_others() {
    each_mail(|name, translations, envelope, mail| {
        let (code, lead, not_you) = match &envelope.message {
            Message::SignIn(code) => (code, "mail-sign-in-lead", "mail-code-not-you"),
            Message::Register(code) => (code, "mail-register-lead", "mail-register-not-you"),
            Message::Generic(code) => (code, "mail-generic-lead", "mail-generic-not-you"),
            Message::Permission(code) => (code, "mail-permission-lead", "mail-permission-not-you"),
            Message::NewAddress(code) => (code, "mail-new-address-lead", "mail-new-address-not-you"),
            _ => return,
        };
        let (text, html) = (normalize(&mail.text), normalize(&visible_text(mail)));
        assert!(text.starts_with("493027\n"), "{name}: the code comes first");
        assert!(html.starts_with("493027 "), "{name}: the preview begins with the code");
        for part in [text, html] {
            for key in [lead, not_you] {
                assert!(part.contains(&*translations.t(key)), "{name}: {key}");
            }
            assert!(part.contains("10") && part.contains("2026"), "{name}: how long, and since when");
            assert!(part.contains(&normalize(&translations.t1("mail-code-share", "host", HOST))), "{name}");
            assert_eq!(part.contains("Firefox, Linux"), !code.device.is_empty(), "{name}");
            assert_eq!(part.contains("Lumen"), code.app.is_some(), "{name}");
        }
    });
}

#[test]
fn the_subject_has_the_time_and_never_the_code() {
    each_mail(|name, _, envelope, mail| {
        assert!(!mail.subject.contains("493027") && !mail.subject.is_empty(), "{name}");
        let mut later = envelope.clone();
        let asked_at = match &mut later.message {
            Message::RecoveryCode(code) => &mut code.asked_at,
            Message::SignIn(code)
            | Message::Register(code)
            | Message::Generic(code)
            | Message::Permission(code)
            | Message::NewAddress(code) => &mut code.asked_at,
            Message::AccountExists(_)
            | Message::PasswordChanged(_)
            | Message::AddressChanged(_)
            | Message::UsernameChanged(_)
            | Message::AttemptsBlocked(_) => return,
        };
        *asked_at = asked_at.plus_seconds(1);
        assert_ne!(render_envelope(&later).subject, mail.subject, "{name}");
    });
}
