//! Why a password is set, and what differs by it: one function for each fact, one arm for each reason.
//! Notices, webhooks and the audit log are in `announcement`. Whether it is the first password is a property
//! of the account and no reason: only the text of the notice depends on it.

use crate::audit::actor::Actor;
use crate::credentials::ChangeKind;
use crate::passwords::set::sessions::ChangingSession;
use crate::passwords::store::WriteCondition;
use crate::types::caller::Caller;
use crate::types::error::{AccountApiError, Refusal};
use crate::types::ids::SessionId;
use crate::users::user::User;
use crate::verification::verification_request::VerificationRequest;

/// Why a password is set.
#[derive(Clone, Copy)]
pub(crate) enum SetReason<'a> {
    /// A recovery without a session: pages, Experience API, GraphQL by token.
    Reset {
        /// Who resets.
        caller: &'a Caller,
        /// The request that was verified and is completed.
        request: &'a VerificationRequest,
    },
    /// A recovery on an app's own screens, whose session is the proof: SDK.
    SdkRecovery {
        /// Who resets.
        caller: &'a Caller,
        /// The session.
        session: ChangingSession<'a>,
        /// The tagged key of the address that was proved.
        proved_by: &'a str,
    },
    /// A signed-in user changes the password or sets a first one: pages, SDK, GraphQL.
    Change {
        /// Who changes it.
        caller: &'a Caller,
        /// The session.
        session: ChangingSession<'a>,
    },
    /// The same by an app's access token: Account API.
    ChangeByApp {
        /// Who changes it.
        caller: &'a Caller,
        /// The session in which the user signed in to the app.
        session: &'a SessionId,
    },
    /// An operator: Management API, GraphQL, command line.
    Operator(Actor<'a>),
    /// The password of an account that its owner creates in this transaction.
    SignUp,
    /// The password or imported digest of an account that an operator creates in this transaction.
    NewAccount,
    /// The same password, hashed with current parameters while its owner signs in.
    Rehash,
}

impl<'a> SetReason<'a> {
    /// What must still be true when the password is written; none for a rehash, which writes no new password.
    /// A recovery wins over any concurrent change, and a change wins over none: a password
    /// that was set meanwhile must not be overwritten unnoticed. An operator may prepare a suspended account.
    pub(super) fn condition(self, user: &'a User) -> Option<WriteCondition<'a>> {
        match self {
            Self::Reset { .. } => Some(WriteCondition::NotSuspended),
            Self::SdkRecovery { .. } | Self::Change { .. } | Self::ChangeByApp { .. } => {
                Some(WriteCondition::Unchanged(user.password_digest.as_deref()))
            }
            Self::Operator(_) | Self::SignUp | Self::NewAccount => Some(WriteCondition::Exists),
            Self::Rehash => None,
        }
    }

    /// The refusal when it isn't true any more: whatever entitled the caller has ended. A restricted session
    /// is a grant, so it is refused like one.
    pub(super) const fn conflict(self) -> Refusal {
        match self {
            Self::Reset { .. } => Refusal::GrantInvalid,
            Self::SdkRecovery { session, .. } | Self::Change { session, .. } => {
                if session.session.must_change.is_some() {
                    Refusal::GrantInvalid
                } else {
                    Refusal::WrongCurrentPassword
                }
            }
            Self::ChangeByApp { .. } => Refusal::Account(AccountApiError::VerificationRequired),
            Self::Operator(_) | Self::SignUp | Self::NewAccount | Self::Rehash => Refusal::NotFound,
        }
    }

    /// The change whose proofs end. None do for an account that is being created, since nothing was issued
    /// for it, nor with a rehash: the password is the same.
    pub(super) const fn change_kind(self) -> Option<ChangeKind<'a>> {
        match self {
            Self::Reset { request, .. } => Some(ChangeKind::PasswordReset(request.identifier.as_str())),
            Self::SdkRecovery { proved_by, .. } => Some(ChangeKind::PasswordReset(proved_by)),
            Self::Change { .. } | Self::ChangeByApp { .. } => Some(ChangeKind::PasswordChanged),
            Self::Operator(_) => Some(ChangeKind::PasswordSet),
            Self::SignUp | Self::NewAccount | Self::Rehash => None,
        }
    }

    /// The tagged key of the address that proved it. "This wasn't me" must not disable a password that the
    /// owner set by a recovery of their own.
    pub(super) const fn proved_by(self) -> Option<&'a str> {
        match self {
            Self::Reset { request, .. } => Some(request.identifier.as_str()),
            Self::SdkRecovery { proved_by, .. } => Some(proved_by),
            _ => None,
        }
    }

    /// The session that sets the password itself: it is locked, and an ordinary one afterwards. The Account
    /// API has checked its grant instead, which ends with the session.
    pub(super) const fn changing_session(self) -> Option<ChangingSession<'a>> {
        match self {
            Self::SdkRecovery { session, .. } | Self::Change { session, .. } => Some(session),
            _ => None,
        }
    }

    /// The session that stays when the others end.
    pub(super) const fn kept_session(self) -> Option<&'a SessionId> {
        match self {
            Self::SdkRecovery { session, .. } | Self::Change { session, .. } => Some(&session.session.id),
            Self::ChangeByApp { session, .. } => Some(session),
            _ => None,
        }
    }

    /// Whether other sessions end as the setting says: when the owner sets a password, they may be a thief's.
    /// An operator's password ends none (decision 17): operators end sessions by another call.
    pub(super) const fn ends_other_sessions(self) -> bool {
        match self {
            Self::Reset { .. }
            | Self::SdkRecovery { .. }
            | Self::Change { .. }
            | Self::ChangeByApp { .. } => true,
            Self::Operator(_) | Self::SignUp | Self::NewAccount | Self::Rehash => false,
        }
    }
}
