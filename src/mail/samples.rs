//! One sample message for each kind and state: for the gallery, `rekey mail preview` and the tests. All are
//! in English; set `locale` for another language. No data in them is real.

use rekey_core::messages::message::{
    AccountExists, AddressChange, AddressChanged, AddressedMessage, AttemptsBlocked, BlockedCredential,
    ChangedBy, Message, PasswordChange, PasswordChanged, RecoveryCode, UsernameChange, UsernameChanged,
    VerificationCode,
};
use rekey_core::types::identifier::address::Address;
use rekey_core::types::secret::Secret;
use rekey_core::types::time::Timestamp;

/// The origin of the links in the samples; render them with it.
pub const SAMPLE_SITE: &str = "https://id.example.org";

/// 22 November 2026, 14:05:09 UTC.
const SAMPLE_TIME: Timestamp = Timestamp(1_795_356_309_000);
const SAMPLE_DEVICE: &str = "Firefox, Linux";
const SAMPLE_TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

/// Every message in every state, each with a name.
pub fn samples() -> Vec<(&'static str, AddressedMessage)> {
    codes().into_iter().chain(notices()).collect()
}

fn codes() -> Vec<(&'static str, AddressedMessage)> {
    vec![
        ("code", mail(code(SAMPLE_DEVICE, None))),
        ("code-app", mail(code(SAMPLE_DEVICE, Some("Lumen")))),
        ("code-unknown-device", mail(code("", None))),
        ("code-sms", sms(code(SAMPLE_DEVICE, None))),
        ("sms-with-link", sms(with_link(code(SAMPLE_DEVICE, None)))),
        ("sign-in", mail(Message::SignIn(bare_code(SAMPLE_DEVICE, None)))),
        ("sign-in-app", mail(Message::SignIn(bare_code("", Some("Lumen"))))),
        ("sign-in-sms", sms(Message::SignIn(bare_code(SAMPLE_DEVICE, None)))),
        ("register", mail(Message::Register(bare_code(SAMPLE_DEVICE, None)))),
        ("register-app", mail(Message::Register(bare_code("", Some("Lumen"))))),
        ("register-sms", sms(Message::Register(bare_code(SAMPLE_DEVICE, None)))),
        ("generic", mail(Message::Generic(bare_code("", None)))),
        ("generic-sms", sms(Message::Generic(bare_code("", None)))),
        ("permission", mail(Message::Permission(bare_code(SAMPLE_DEVICE, None)))),
        ("permission-app", mail(Message::Permission(bare_code("", Some("Lumen"))))),
        ("permission-sms", sms(Message::Permission(bare_code(SAMPLE_DEVICE, None)))),
        ("new-address", mail(Message::NewAddress(bare_code(SAMPLE_DEVICE, None)))),
        ("new-address-app", mail(Message::NewAddress(bare_code("", Some("Lumen"))))),
        ("new-address-sms", sms(Message::NewAddress(bare_code(SAMPLE_DEVICE, None)))),
    ]
}

fn notices() -> Vec<(&'static str, AddressedMessage)> {
    use PasswordChange::{Changed, FirstSet, Reset};
    vec![
        ("account-exists", mail(account_exists(SAMPLE_DEVICE))),
        ("account-exists-unknown-device", mail(account_exists(""))),
        ("account-exists-sms", sms(account_exists(SAMPLE_DEVICE))),
        ("reset", mail(password_changed(Reset, SAMPLE_DEVICE, 2))),
        ("reset-alone", mail(password_changed(Reset, "", 0))),
        ("reset-sms", sms(password_changed(Reset, SAMPLE_DEVICE, 2))),
        ("changed", mail(password_changed(Changed, SAMPLE_DEVICE, 1))),
        ("changed-alone", mail(password_changed(Changed, SAMPLE_DEVICE, 0))),
        ("changed-sms", sms(password_changed(Changed, SAMPLE_DEVICE, 1))),
        ("first-set", mail(password_changed(FirstSet, SAMPLE_DEVICE, 11))),
        ("first-set-alone", mail(password_changed(FirstSet, SAMPLE_DEVICE, 0))),
        ("first-set-sms", sms(password_changed(FirstSet, SAMPLE_DEVICE, 0))),
        ("address-changed", mail(address_changed(AddressChange::EmailChanged, SAMPLE_DEVICE))),
        ("address-added", mail(address_changed(AddressChange::EmailAdded, SAMPLE_DEVICE))),
        ("address-removed", mail(address_changed(AddressChange::EmailRemoved, ""))),
        ("address-phone-changed", mail(address_changed(AddressChange::PhoneChanged, SAMPLE_DEVICE))),
        ("address-phone-added", mail(address_changed(AddressChange::PhoneAdded, SAMPLE_DEVICE))),
        ("address-phone-removed", mail(address_changed(AddressChange::PhoneRemoved, SAMPLE_DEVICE))),
        ("address-put-back", mail(irreversible_change(ChangedBy::PutBack))),
        ("address-by-operator", mail(irreversible_change(ChangedBy::Operator))),
        ("address-changed-sms", sms(address_changed(AddressChange::EmailChanged, SAMPLE_DEVICE))),
        ("username-changed", mail(username_changed(UsernameChange::Changed, SAMPLE_DEVICE))),
        ("username-added", mail(username_changed(UsernameChange::Added, SAMPLE_DEVICE))),
        ("username-removed", mail(username_changed(UsernameChange::Removed, ""))),
        ("username-changed-sms", sms(username_changed(UsernameChange::Changed, SAMPLE_DEVICE))),
        ("blocked-codes", mail(attempts_blocked(BlockedCredential::Codes))),
        ("blocked-codes-sms", sms(attempts_blocked(BlockedCredential::Codes))),
        ("blocked-password", mail(attempts_blocked(BlockedCredential::Password))),
        ("blocked-password-sms", sms(attempts_blocked(BlockedCredential::Password))),
    ]
}

fn mail(message: Message) -> AddressedMessage {
    envelope(Address::Email("ada@example.org".to_owned()), message)
}

fn sms(message: Message) -> AddressedMessage {
    envelope(Address::Phone("12025550143".to_owned()), message)
}

fn envelope(address: Address, message: Message) -> AddressedMessage {
    AddressedMessage { to: Some(address), locale: "en".to_owned(), message }
}

fn code(device: &str, app: Option<&str>) -> Message {
    Message::RecoveryCode(RecoveryCode {
        code: Secret::from("493027"),
        link: Secret::new(format!("{SAMPLE_SITE}/forgot-password/link/{SAMPLE_TOKEN}")),
        code_minutes: 10,
        link_minutes: 60,
        asked_at: SAMPLE_TIME,
        device: device.to_owned(),
        app: app.map(str::to_owned),
        app_id: app.map(str::to_lowercase).unwrap_or_default(),
        request_id: "q83vEjRWeJCrze8SNFZ4k".to_owned(),
        token: Secret::from(SAMPLE_TOKEN),
        variant: String::new(),
        link_by_sms: false,
    })
}

/// The same if the operator allows links in SMS.
fn with_link(message: Message) -> Message {
    match message {
        Message::RecoveryCode(code) => Message::RecoveryCode(RecoveryCode { link_by_sms: true, ..code }),
        other => other,
    }
}

fn attempts_blocked(what: BlockedCredential) -> Message {
    let reset = format!("{SAMPLE_SITE}/reset-password");
    Message::AttemptsBlocked(AttemptsBlocked { what, at: SAMPLE_TIME, reset })
}

fn bare_code(device: &str, app: Option<&str>) -> VerificationCode {
    VerificationCode {
        code: Secret::from("493027"),
        code_minutes: 10,
        asked_at: SAMPLE_TIME,
        device: device.to_owned(),
        app: app.map(str::to_owned),
        app_id: app.map(str::to_lowercase).unwrap_or_default(),
    }
}

fn account_exists(device: &str) -> Message {
    Message::AccountExists(AccountExists {
        sign_in: format!("{SAMPLE_SITE}/sign-in"),
        reset: format!("{SAMPLE_SITE}/reset-password"),
        asked_at: SAMPLE_TIME,
        device: device.to_owned(),
    })
}

fn password_changed(how: PasswordChange, device: &str, ended_sessions: i64) -> Message {
    Message::PasswordChanged(PasswordChanged {
        how,
        at: SAMPLE_TIME,
        device: device.to_owned(),
        ended_sessions,
        not_me: Secret::new(format!("{SAMPLE_SITE}/not-me/{SAMPLE_TOKEN}")),
    })
}

fn address_changed(what: AddressChange, device: &str) -> Message {
    Message::AddressChanged(AddressChanged {
        what,
        at: SAMPLE_TIME,
        device: device.to_owned(),
        not_me: Secret::new(format!("{SAMPLE_SITE}/not-me/{SAMPLE_TOKEN}")),
        by: ChangedBy::User,
    })
}

/// A change that cannot be undone.
fn irreversible_change(by: ChangedBy) -> Message {
    Message::AddressChanged(AddressChanged {
        what: AddressChange::EmailChanged,
        at: SAMPLE_TIME,
        device: SAMPLE_DEVICE.to_owned(),
        not_me: Secret::new(format!("{SAMPLE_SITE}/reset-password")),
        by,
    })
}

fn username_changed(what: UsernameChange, device: &str) -> Message {
    Message::UsernameChanged(UsernameChanged {
        what,
        at: SAMPLE_TIME,
        device: device.to_owned(),
        reset: format!("{SAMPLE_SITE}/reset-password"),
    })
}
