//! What differs between the purposes. Everything else about codes and links is the same for all of them; a
//! difference is a field here only where an API documents it or an attack demands it.

mod terms;

use crate::Core;
use crate::types::error::{AccountApiError, Refusal};
use crate::types::purpose::Purpose;
pub(super) use crate::verification::policy::terms::{
    CodeScope, DelayRefusal, ExcessMessages, GrantKind, MalformedCode, RequestLimit,
};
use crate::verification::verification_request::VerificationRequest;

/// How long what a signed-in user proved is valid, in seconds, counted from the request.
pub(super) const RECORD_TTL_SECONDS: i64 = 600;
/// The most attempts at one request of an API that documents them, whatever the settings say.
const MAX_TRIES: i64 = 10;

/// The rules of one purpose, with the current settings.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    /// How long a code works, in seconds. A signed-in user's code never outlives the record that it verifies.
    pub code_ttl: i64,
    /// The attempts that one request accepts; 0 for no limit. The Account API and `/api/verification-codes`
    /// document ten even where the settings set no limit for the pages.
    pub max_tries: i64,
    /// Whether a link goes along. Only a reset has a page for one, and a link that is not sent must not work.
    pub has_link: bool,
    /// Which codes verify a request.
    pub codes: CodeScope,
    /// What a text that is not six digits costs.
    pub malformed: MalformedCode,
    /// Whether the last attempt already says that there is no other. `/api/verification-codes` documents
    /// `exceed_max_try` for the attempts after it.
    pub tells_last_try: bool,
    /// The refusal while the guess budget is empty.
    pub budget_refusal: DelayRefusal,
    /// The refusal of a locked identifier, and of the attempt that locks it.
    pub lockout_refusal: DelayRefusal,
    /// The refusal for a request that no longer accepts a code.
    pub ended: Refusal,
    /// What limits how many requests are made.
    pub request_limit: RequestLimit,
    /// What happens when an address has had too many messages.
    pub excess: ExcessMessages,
    /// Who may use what was verified.
    pub grant: GrantKind,
}

/// The rules of this purpose.
pub(super) fn policy(core: &Core, purpose: Purpose) -> Policy {
    match purpose {
        Purpose::Reset | Purpose::SignIn | Purpose::SignUp => flow_policy(core, purpose == Purpose::Reset),
        Purpose::Reauthenticate | Purpose::NewAddress => record_policy(core),
        Purpose::External => external_policy(core),
    }
}

/// The rules of the pages, and of the APIs in their place: nobody is signed in.
fn flow_policy(core: &Core, has_link: bool) -> Policy {
    let snapshot = core.snapshot();
    Policy {
        code_ttl: i64::from(snapshot.settings.recovery.code_ttl),
        max_tries: i64::from(snapshot.settings.throttle.guesses_per_request),
        has_link,
        codes: CodeScope::Address,
        malformed: MalformedCode::Refused,
        tells_last_try: true,
        budget_refusal: DelayRefusal::RecoveryDelayed,
        lockout_refusal: DelayRefusal::Throttled,
        ended: Refusal::RequestEnded,
        request_limit: RequestLimit::Network,
        excess: ExcessMessages::SilentWhileACodeWorks,
        grant: GrantKind::Token,
    }
}

/// The rules of the Account API: a signed-in user proves who they are, or a new address.
fn record_policy(core: &Core) -> Policy {
    let usual = flow_policy(core, false);
    Policy {
        code_ttl: usual.code_ttl.min(RECORD_TTL_SECONDS),
        max_tries: capped_tries(usual.max_tries),
        codes: CodeScope::Request,
        malformed: MalformedCode::Wrong,
        lockout_refusal: DelayRefusal::RecoveryDelayed,
        ended: Refusal::Account(AccountApiError::VerificationInvalid),
        request_limit: RequestLimit::User,
        excess: ExcessMessages::SilentForOthers,
        grant: GrantKind::Record,
        ..usual
    }
}

/// The rules of `/api/verification-codes`: an operator's own program asks and checks.
fn external_policy(core: &Core) -> Policy {
    let usual = flow_policy(core, false);
    Policy {
        max_tries: capped_tries(usual.max_tries),
        malformed: MalformedCode::Wrong,
        tells_last_try: false,
        budget_refusal: DelayRefusal::Throttled,
        request_limit: RequestLimit::Unlimited,
        excess: ExcessMessages::Refused,
        grant: GrantKind::None,
        ..usual
    }
}

const fn capped_tries(set: i64) -> i64 {
    if set == 0 || set > MAX_TRIES { MAX_TRIES } else { set }
}

/// What an attempt is counted as, beside the hourly budget of its subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counting {
    /// Whether too many wrong codes in a row block the codes of the account. Only accounts are guarded:
    /// nobody else has another way to sign in.
    pub is_guarded: bool,
    /// Whether it is also a sign-in attempt, and counts for the identifier's lockout: otherwise it would be a
    /// second way to guess.
    pub is_sign_in: bool,
}

/// What an attempt at this request is counted as.
pub(super) fn counting(request: &VerificationRequest) -> Counting {
    let (is_guarded, is_sign_in) = match request.purpose {
        Purpose::Reset => (true, false),
        Purpose::SignIn => (true, true),
        // Sign-up on our pages has no account to guard and no link as an alternative. An app uses one call
        // for sign-in and sign-up, and the attempts must not reveal which it was.
        Purpose::SignUp => (request.by_address, request.by_address),
        Purpose::Reauthenticate | Purpose::NewAddress => (request.is_of_account(), request.is_of_account()),
        Purpose::External => (false, false),
    };
    Counting { is_guarded, is_sign_in }
}
