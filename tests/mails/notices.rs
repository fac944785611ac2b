//! Notices: what happened to the account, when, with which browser, and what the reader can do about it.

use rekey_core::messages::message::{ChangedBy, Message};

use super::{each_mail, normalize, visible_text};

#[test]
fn every_notice_says_what_happened_and_how_to_revert_it_in_both_parts() {
    each_mail(|name, translations, envelope, mail| {
        let Message::PasswordChanged(change) = &envelope.message else {
            return;
        };
        let ended = normalize(&translations.n("mail-ended-devices", "count", change.ended_sessions));
        for part in [normalize(&mail.text), normalize(&visible_text(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            assert!(part.contains(&ended), "{name}: who was signed out");
            assert!(part.contains(&*translations.t("mail-changed-not-you")), "{name}: what the button does");
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn every_address_notice_says_what_happened_and_how_to_revert_it_in_both_parts() {
    each_mail(|name, translations, envelope, mail| {
        let Message::AddressChanged(change) = &envelope.message else {
            return;
        };
        for part in [normalize(&mail.text), normalize(&visible_text(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            let keys: &[&str] = match change.by {
                ChangedBy::User => &["mail-address-title", "mail-address-not-you", "mail-changed-was-you"],
                ChangedBy::PutBack => &["mail-address-title", "mail-address-put-back"],
                ChangedBy::Operator => &["mail-address-title", "mail-address-by-operator"],
            };
            for key in keys {
                assert!(part.contains(&*translations.t(key)), "{name}: {key}");
            }
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn every_notice_of_a_username_says_what_happened_and_what_to_do_in_both_parts() {
    each_mail(|name, translations, envelope, mail| {
        let Message::UsernameChanged(change) = &envelope.message else {
            return;
        };
        for part in [normalize(&mail.text), normalize(&visible_text(mail))] {
            assert!(part.contains("2026"), "{name}: when");
            for key in ["mail-username-title", "mail-username-not-you", "mail-changed-was-you"] {
                assert!(part.contains(&*translations.t(key)), "{name}: {key}");
            }
            assert_eq!(part.contains("Firefox, Linux"), !change.device.is_empty(), "{name}");
        }
    });
}

#[test]
fn the_owner_of_a_taken_address_is_notified_and_learns_what_to_do() {
    each_mail(|name, translations, envelope, mail| {
        let Message::AccountExists(exists) = &envelope.message else {
            return;
        };
        for part in [normalize(&mail.text), normalize(&visible_text(mail))] {
            for key in
                ["mail-exists-story", "mail-exists-was-you", "mail-exists-forgot", "mail-exists-not-you"]
            {
                assert!(part.contains(&*translations.t(key)), "{name}: {key}");
            }
            assert!(part.contains("2026"), "{name}: when");
            assert!(!part.contains("493027"), "{name}: no code");
            assert_eq!(part.contains("Firefox, Linux"), !exists.device.is_empty(), "{name}");
        }
    });
}
