//! One envelope for each thing there is to say and each way of saying it: for the gallery, `rekey mail preview` and the
//! tests. All are in English; set `locale` for another language. Nothing in them is real.

use crate::model::message::{Address, Envelope, Message, PasswordChange, PasswordChanged, RecoveryCode};
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
    use PasswordChange::{Changed, FirstSet, Reset};
    vec![
        ("code", mail(code(DEVICE, None))),
        ("code-app", mail(code(DEVICE, Some("Lumen")))),
        ("code-unknown-device", mail(code("", None))),
        ("code-sms", sms(code(DEVICE, None))),
        ("reset", mail(changed(Reset, DEVICE, 2))),
        ("reset-alone", mail(changed(Reset, "", 0))),
        ("reset-sms", sms(changed(Reset, DEVICE, 2))),
        ("changed", mail(changed(Changed, DEVICE, 1))),
        ("changed-alone", mail(changed(Changed, DEVICE, 0))),
        ("changed-sms", sms(changed(Changed, DEVICE, 1))),
        ("first-set", mail(changed(FirstSet, DEVICE, 11))),
        ("first-set-alone", mail(changed(FirstSet, DEVICE, 0))),
        ("first-set-sms", sms(changed(FirstSet, DEVICE, 0))),
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
