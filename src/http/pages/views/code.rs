//! The page that waits for the code.

use askama::Template;

use crate::http::pages::views::ada;
use rekey_core::types::error::Refusal;
use rekey_core::verification::status::RequestStage;
use rekey_server::http::html::page::Page;
use rekey_server::http::html::page::form_error::FormError;
use rekey_server::http::routes::urls::Flow;

/// `GET|POST /:flow/verification-code`.
#[derive(Clone, Template)]
#[template(path = "pages/forgot_password/code.html")]
pub struct CodeView {
    /// The page context.
    pub page: Page,
    /// The flow.
    pub flow: Flow,
    /// The identifier that was entered; shown whether or not it has an account.
    pub address: String,
    /// Whether the message goes by SMS.
    pub by_phone: bool,
    /// The two digits that connect a link opened on another device to this window.
    pub number: u32,
    /// Seconds until another message may be requested.
    pub resend_in: i64,
    /// How many messages were requested.
    pub sends: i64,
    /// Seconds until the code expires.
    pub expires_in: i64,
    /// The stage of the request.
    pub state: RequestStage,
    /// Why the last attempt was refused.
    pub problem: Option<FormError>,
}

impl CodeView {
    /// Samples of every state.
    pub fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let waiting = || Self::sample(page);
        let problem = |field, why: Refusal| Some(FormError::from_refusal(field, &why));
        let wrong = |why| Self { problem: problem("code", why), ..waiting() };
        let state = |state| Self { state, resend_in: 0, ..waiting() };
        let over = |stage, why| Self { problem: problem("", why), ..state(stage) };
        let phone = || Self { address: "+1 202 555 0143".to_owned(), by_phone: true, ..waiting() };
        let again = || Self { sends: 2, resend_in: 0, ..waiting() };
        let sign_in = |view: Self| Self { flow: Flow::SignIn, ..view };
        let register = |view: Self| Self { flow: Flow::Register, ..view };
        vec![
            ("waiting", waiting()),
            ("phone", phone()),
            ("again", again()),
            ("wrong", wrong(Refusal::CodeWrong { tries_left: 4 })),
            ("last-try", wrong(Refusal::CodeWrong { tries_left: 1 })),
            ("earlier", wrong(Refusal::CodeSuperseded { tries_left: 3 })),
            ("malformed", wrong(Refusal::CodeMalformed)),
            ("waits", wrong(Refusal::RecoveryDelayed { retry_after: 840 })),
            ("paused", wrong(Refusal::CodesBlocked)),
            ("expired", over(RequestStage::Expired, Refusal::CodeExpired)),
            ("exhausted", over(RequestStage::Exhausted, Refusal::CodeExhausted)),
            ("ended", over(RequestStage::Ended, Refusal::RequestEnded)),
            ("grant-expired", over(RequestStage::GrantExpired, Refusal::GrantInvalid)),
            ("elsewhere", state(RequestStage::VerifiedElsewhere)),
            ("confirmed", state(RequestStage::Granted)),
            ("sign-in-confirmed", sign_in(state(RequestStage::Granted))),
            ("sign-in", sign_in(waiting())),
            ("sign-in-locked", sign_in(wrong(Refusal::Throttled { retry_after: 3600 }))),
            ("register", register(waiting())),
            ("register-phone", register(phone())),
            ("register-again", register(again())),
            ("register-ended", register(over(RequestStage::Ended, Refusal::RequestEnded))),
        ]
    }

    fn sample(page: &Page) -> Self {
        Self {
            page: page.clone(),
            flow: Flow::ForgotPassword,
            address: ada(),
            by_phone: false,
            number: 42,
            resend_in: 42,
            sends: 1,
            expires_in: 600,
            state: RequestStage::Waiting,
            problem: None,
        }
    }

    /// How the proof was given: by the number on another device, or by a custom screen.
    fn confirmed(&self) -> &'static str {
        if self.flow == Flow::SignIn { "code-confirmed-sign-in" } else { "code-confirmed" }
    }

    const fn title(&self) -> &'static str {
        match (self.state, self.by_phone) {
            (RequestStage::NumberMatched | RequestStage::Granted, _) => "code-confirmed-title",
            (RequestStage::VerifiedElsewhere, _) => "code-elsewhere-title",
            (RequestStage::Ended, _) => "code-ended-title",
            (RequestStage::GrantExpired, _) => "grant-expired-title",
            (_, true) => "code-title-phone",
            (_, false) => "code-title-email",
        }
    }

    const fn lead(&self) -> &'static str {
        match (self.flow, self.by_phone) {
            (Flow::Register, true) => "code-lead-new-phone",
            (Flow::Register, false) => "code-lead-new-email",
            (Flow::ForgotPassword | Flow::SignIn, true) => "code-lead-phone",
            (Flow::ForgotPassword | Flow::SignIn, false) => "code-lead-email",
        }
    }

    /// The locale key of why no code is accepted any more, if that is so; a new message helps.
    const fn over(&self) -> Option<&'static str> {
        match self.state {
            RequestStage::Expired => Some("refusal-code-expired"),
            RequestStage::Exhausted => Some("refusal-code-exhausted"),
            _ => None,
        }
    }

    const fn is_over(&self) -> bool {
        self.over().is_some()
    }

    /// Whether a code can be typed. Counted from when this window asked it may have expired, but its message
    /// may have been delivered later, and a code lives from its delivery.
    const fn takes_code(&self) -> bool {
        !matches!(self.state, RequestStage::Exhausted)
    }

    const fn failed(&self) -> bool {
        self.problem.is_some()
            || self.is_over()
            || matches!(self.state, RequestStage::Ended | RequestStage::GrantExpired)
    }

    /// Whether to suggest alternatives: from the second message on.
    const fn needs_advice(&self) -> bool {
        self.sends >= 2
    }

    /// Whether the message has a link, which may be opened on another device.
    fn has_link(&self) -> bool {
        self.flow == Flow::ForgotPassword && !self.by_phone
    }

    /// Whether there is an account that could have another address.
    fn has_account(&self) -> bool {
        self.flow != Flow::Register
    }

    /// The number with two digits, also below ten.
    fn digits(&self) -> String {
        format!("{:02}", self.number)
    }
}
