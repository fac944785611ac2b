//! Announces that a password was set: to its owner by a notice, to the operator's systems by webhooks, and in
//! the audit log. All of it is written in the transaction of the change (nothing_lost).

use crate::audit::event::{Event, EventKind};
use crate::credentials::{self, PasswordChangeNotice};
use crate::db::sql::Tx;
use crate::messages::message::PasswordChange;
use crate::passwords::set::{SetOutcome, SetReason};
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::ids::UserId;
use crate::types::purpose::Purpose;
use crate::users::user::User;
use crate::webhooks::{self, EventContext, WebhookEvent};
use crate::{Context, Core, audit};

/// Announces a password; `before` is the account as it was.
pub(super) async fn announce(
    tx: &mut Tx,
    core: &Core,
    before: &User,
    outcome: &SetOutcome,
    reason: SetReason<'_>,
) -> Result<()> {
    let Some(caller) = reason.announced_caller() else {
        return Ok(());
    };
    if let Some(how) = reason.notice(before) {
        let change = PasswordChangeNotice {
            how,
            at: outcome.user.password_changed_at_or_epoch(),
            device: caller.device(),
            locale: &caller.locale,
            ended_sessions: outcome.ended_sessions,
            proved_by: reason.proved_by().map(str::to_owned),
        };
        credentials::enqueue_password_notice(tx, Context::new(core, caller), before, &change).await?;
    }
    let context = reason.webhook_context(caller);
    if reason.is_recovery() {
        webhooks::publish(tx, core, context, WebhookEvent::PasswordReset(&outcome.user)).await?;
    }
    webhooks::publish(tx, core, context, WebhookEvent::UserUpdated(&outcome.user)).await?;
    audit::record(tx, Context::new(core, caller), &reason.audit_event(&before.id)).await
}

impl<'a> SetReason<'a> {
    /// Who set the password, if it is announced. A new account is announced as a whole by what creates it,
    /// and a rehash changes nothing that concerns anybody.
    const fn announced_caller(self) -> Option<&'a Caller> {
        match self {
            Self::Reset { caller, .. }
            | Self::SdkRecovery { caller, .. }
            | Self::Change { caller, .. }
            | Self::ChangeByApp { caller, .. } => Some(caller),
            Self::Operator(by) => Some(by.caller),
            Self::SignUp | Self::NewAccount | Self::Rehash => None,
        }
    }

    /// What the owner's notice says; there is none where an operator set the password (decision 17).
    const fn notice(self, before: &User) -> Option<PasswordChange> {
        match self {
            Self::Operator(_) | Self::SignUp | Self::NewAccount | Self::Rehash => None,
            _ if before.password_digest.is_none() => Some(PasswordChange::FirstSet),
            Self::Reset { .. } | Self::SdkRecovery { .. } => Some(PasswordChange::Reset),
            Self::Change { .. } | Self::ChangeByApp { .. } => Some(PasswordChange::Changed),
        }
    }

    /// Whether the password was forgotten: there is a webhook event of its own for that.
    const fn is_recovery(self) -> bool {
        matches!(self, Self::Reset { .. } | Self::SdkRecovery { .. })
    }

    /// The journey, for the webhooks of a reset; the other ways are single calls.
    fn webhook_context(self, caller: &'a Caller) -> EventContext<'a> {
        match self {
            Self::Reset { request, .. } => EventContext::during(caller, Purpose::Reset, request.id.as_str()),
            _ => caller.into(),
        }
    }

    /// The audit entry of the success. It names what the caller acted by: the request or the operator's key.
    fn audit_event(self, user: &UserId) -> Event {
        let success = |kind| Event::success(kind, Some(user.clone()));
        match self {
            Self::Reset { request, .. } => {
                success(EventKind::PasswordReset).with_subject(request.id.as_str())
            }
            Self::SdkRecovery { .. } => success(EventKind::PasswordReset),
            Self::Operator(by) => success(EventKind::PasswordSetByAdmin).with_subject(by.key),
            _ => success(EventKind::PasswordChange),
        }
    }
}
