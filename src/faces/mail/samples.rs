//! One envelope for each thing there is to say and each way of saying it: for the gallery, `rekey mail preview` and the
//! tests. All are in English; set `locale` for another language. Nothing in them is real.

use crate::model::message::{
    AccountExists, Address, AddressChange, AddressChanged, AttemptsBlocked, Blocked, ChangedBy, Envelope,
    Message, PasswordChange, PasswordChanged, RecoveryCode, UsernameChange, UsernameChanged,
    VerificationCode,
};
use crate::model::secret::Secret;
use crate::model::time::Timestamp;

/// The origin that the links of the samples begin with; render them with it.
pub const SAMPLE_SITE: &str = "https://id.example.org";

/// 22 November 2026, 14:05:09 UTC.
const WHEN: Timestamp = Timestamp(1_795_356_309_000);
const DEVICE: &str = "Firefox, Linux";
const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

/// Every message in every state, with a name for each.
pub fn samples() -> Vec<(&'static str, Envelope)> {
    codes().into_iter().chain(notices()).collect()
}

fn codes() -> Vec<(&'static str, Envelope)> {
    vec![
        ("code", mail(code(DEVICE, None))),
        ("code-app", mail(code(DEVICE, Some("Lumen")))),
        ("code-unknown-device", mail(code("", None))),
        ("code-sms", sms(code(DEVICE, None))),
        ("sms-with-link", sms(linked(code(DEVICE, None)))),
        ("sign-in", mail(Message::SignIn(bare_code(DEVICE, None)))),
        ("sign-in-app", mail(Message::SignIn(bare_code("", Some("Lumen"))))),
        ("sign-in-sms", sms(Message::SignIn(bare_code(DEVICE, None)))),
        ("register", mail(Message::Register(bare_code(DEVICE, None)))),
        ("register-app", mail(Message::Register(bare_code("", Some("Lumen"))))),
        ("register-sms", sms(Message::Register(bare_code(DEVICE, None)))),
        ("generic", mail(Message::Generic(bare_code("", None)))),
        ("generic-sms", sms(Message::Generic(bare_code("", None)))),
        ("permission", mail(Message::Permission(bare_code(DEVICE, None)))),
        ("permission-app", mail(Message::Permission(bare_code("", Some("Lumen"))))),
        ("permission-sms", sms(Message::Permission(bare_code(DEVICE, None)))),
        ("new-address", mail(Message::NewAddress(bare_code(DEVICE, None)))),
        ("new-address-app", mail(Message::NewAddress(bare_code("", Some("Lumen"))))),
        ("new-address-sms", sms(Message::NewAddress(bare_code(DEVICE, None)))),
    ]
}

fn notices() -> Vec<(&'static str, Envelope)> {
    use PasswordChange::{Changed, FirstSet, Reset};
    vec![
        ("account-exists", mail(account_exists(DEVICE))),
        ("account-exists-unknown-device", mail(account_exists(""))),
        ("account-exists-sms", sms(account_exists(DEVICE))),
        ("reset", mail(changed(Reset, DEVICE, 2))),
        ("reset-alone", mail(changed(Reset, "", 0))),
        ("reset-sms", sms(changed(Reset, DEVICE, 2))),
        ("changed", mail(changed(Changed, DEVICE, 1))),
        ("changed-alone", mail(changed(Changed, DEVICE, 0))),
        ("changed-sms", sms(changed(Changed, DEVICE, 1))),
        ("first-set", mail(changed(FirstSet, DEVICE, 11))),
        ("first-set-alone", mail(changed(FirstSet, DEVICE, 0))),
        ("first-set-sms", sms(changed(FirstSet, DEVICE, 0))),
        ("address-changed", mail(moved(AddressChange::EmailChanged, DEVICE))),
        ("address-added", mail(moved(AddressChange::EmailAdded, DEVICE))),
        ("address-removed", mail(moved(AddressChange::EmailRemoved, ""))),
        ("address-phone-changed", mail(moved(AddressChange::PhoneChanged, DEVICE))),
        ("address-phone-added", mail(moved(AddressChange::PhoneAdded, DEVICE))),
        ("address-phone-removed", mail(moved(AddressChange::PhoneRemoved, DEVICE))),
        ("address-put-back", mail(settled(ChangedBy::PutBack))),
        ("address-by-operator", mail(settled(ChangedBy::Operator))),
        ("address-changed-sms", sms(moved(AddressChange::EmailChanged, DEVICE))),
        ("username-changed", mail(renamed(UsernameChange::Changed, DEVICE))),
        ("username-added", mail(renamed(UsernameChange::Added, DEVICE))),
        ("username-removed", mail(renamed(UsernameChange::Removed, ""))),
        ("username-changed-sms", sms(renamed(UsernameChange::Changed, DEVICE))),
        ("blocked-codes", mail(blocked(Blocked::Codes))),
        ("blocked-codes-sms", sms(blocked(Blocked::Codes))),
        ("blocked-password", mail(blocked(Blocked::Password))),
        ("blocked-password-sms", sms(blocked(Blocked::Password))),
    ]
}

fn mail(message: Message) -> Envelope {
    to(Address::Email("ada@example.org".to_owned()), message)
}

fn sms(message: Message) -> Envelope {
    to(Address::Phone("12025550143".to_owned()), message)
}

fn to(address: Address, message: Message) -> Envelope {
    Envelope { to: Some(address), locale: "en".to_owned(), message }
}

fn code(device: &str, app: Option<&str>) -> Message {
    Message::RecoveryCode(RecoveryCode {
        code: Secret::from("493027"),
        link: Secret::new(format!("{SAMPLE_SITE}/forgot-password/link/{TOKEN}")),
        code_minutes: 10,
        link_minutes: 60,
        asked_at: WHEN,
        device: device.to_owned(),
        app: app.map(str::to_owned),
        app_id: app.map(str::to_lowercase).unwrap_or_default(),
        request_id: "q83vEjRWeJCrze8SNFZ4k".to_owned(),
        token: Secret::from(TOKEN),
        variant: String::new(),
        link_by_sms: false,
    })
}

/// The same where an operator lets links go by SMS.
fn linked(message: Message) -> Message {
    match message {
        Message::RecoveryCode(code) => Message::RecoveryCode(RecoveryCode { link_by_sms: true, ..code }),
        other => other,
    }
}

fn blocked(what: Blocked) -> Message {
    let reset = format!("{SAMPLE_SITE}/reset-password");
    Message::AttemptsBlocked(AttemptsBlocked { what, at: WHEN, reset })
}

fn bare_code(device: &str, app: Option<&str>) -> VerificationCode {
    VerificationCode {
        code: Secret::from("493027"),
        code_minutes: 10,
        asked_at: WHEN,
        device: device.to_owned(),
        app: app.map(str::to_owned),
        app_id: app.map(str::to_lowercase).unwrap_or_default(),
    }
}

fn account_exists(device: &str) -> Message {
    Message::AccountExists(AccountExists {
        sign_in: format!("{SAMPLE_SITE}/sign-in"),
        reset: format!("{SAMPLE_SITE}/reset-password"),
        asked_at: WHEN,
        device: device.to_owned(),
    })
}

fn changed(how: PasswordChange, device: &str, ended_sessions: i64) -> Message {
    Message::PasswordChanged(PasswordChanged {
        how,
        at: WHEN,
        device: device.to_owned(),
        ended_sessions,
        not_me: Secret::new(format!("{SAMPLE_SITE}/not-me/{TOKEN}")),
    })
}

fn moved(what: AddressChange, device: &str) -> Message {
    Message::AddressChanged(AddressChanged {
        what,
        at: WHEN,
        device: device.to_owned(),
        not_me: Secret::new(format!("{SAMPLE_SITE}/not-me/{TOKEN}")),
        by: ChangedBy::Person,
    })
}

/// Told of what can't be taken back.
fn settled(by: ChangedBy) -> Message {
    Message::AddressChanged(AddressChanged {
        what: AddressChange::EmailChanged,
        at: WHEN,
        device: DEVICE.to_owned(),
        not_me: Secret::new(format!("{SAMPLE_SITE}/reset-password")),
        by,
    })
}

fn renamed(what: UsernameChange, device: &str) -> Message {
    Message::UsernameChanged(UsernameChanged {
        what,
        at: WHEN,
        device: device.to_owned(),
        reset: format!("{SAMPLE_SITE}/reset-password"),
    })
}
