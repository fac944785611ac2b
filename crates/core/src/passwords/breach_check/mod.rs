//! Whether a password is known from a breach: checks the offline filters first, then a server, if one is
//! configured. When the server does not answer, the operator's setting decides whether the password is
//! accepted, and the audit log records it.

mod ranges;
pub mod server;

use crate::audit::event::{Event, EventKind};
use crate::passwords::breach_check::ranges::RangeCache;
use crate::passwords::breach_check::server::{BreachServer, Unavailable};
use crate::passwords::breaches::{Filter, sha1};
use crate::passwords::password::to_nfc;
use crate::settings::password_policy::OnUnavailable;
use crate::types::error::{Refusal, Result};
use crate::types::ids::UserId;
use crate::types::secret::Secret;
use crate::{Context, Core, audit};

/// After how many seconds a refused user may try again.
const RETRY_AFTER_SECONDS: i64 = 5;

/// Looks up leaked passwords.
pub struct BreachChecker {
    filters: Vec<Filter>,
    online: Option<RangeCache>,
    on_unavailable: OnUnavailable,
}

impl BreachChecker {
    /// Offline filters only; one that lists the password suffices.
    pub fn new(filters: Vec<Filter>) -> Self {
        Self { filters, online: None, on_unavailable: OnUnavailable::Allow }
    }

    /// Adds a server for passwords that no filter lists.
    pub fn with_server(self, server: Box<dyn BreachServer>, on_unavailable: OnUnavailable) -> Self {
        Self { online: Some(RangeCache::new(server)), on_unavailable, ..self }
    }

    /// Whether an offline filter lists the password; no network, nothing written.
    pub fn contains_password(&self, password: &Secret) -> bool {
        let password = to_nfc(password.expose());
        self.filters.iter().any(|filter| filter.contains_password(password.expose()))
    }
}

/// Whether any source lists the new password; the server is asked only when no filter lists it. This takes up
/// to the server's timeout, so it is never called inside a transaction. When the server does not answer, the
/// password is accepted or refused (`BreachCheckUnavailable`), as the operator set; either is audited, and if
/// that fails, the password is refused.
pub(super) async fn is_leaked(
    context: Context<'_>,
    user: Option<&UserId>,
    password: &Secret,
) -> Result<bool> {
    match look_up(context.core, password).await {
        Ok(is_listed) => Ok(is_listed),
        Err(Unavailable(_)) => apply_unavailable_policy(context, user).await,
    }
}

/// Whether any source lists a password that somebody signs in with. A server that does not answer does not
/// prevent sign-in: the result is then false. Nothing is audited.
pub async fn is_known_leaked(core: &Core, password: &Secret) -> bool {
    look_up(core, password).await.unwrap_or_else(|Unavailable(_)| {
        core.metrics.count_breach_check("server", "allowed");
        false
    })
}

async fn look_up(core: &Core, password: &Secret) -> Result<bool, Unavailable> {
    let screening = &core.breach_checker;
    let (source, is_listed) = match &screening.online {
        _ if screening.contains_password(password) => ("filter", true),
        None => ("filter", false),
        Some(ranges) => {
            let hash = sha1(to_nfc(password.expose()).expose());
            let found = ranges.contains(&hash, core.now()).await;
            found.inspect_err(|error| tracing::warn!(%error, "leaked passwords can't be looked up"))?
        }
    };
    core.metrics.count_breach_check(source, if is_listed { "listed" } else { "not_listed" });
    Ok(is_listed)
}

async fn apply_unavailable_policy(context: Context<'_>, user: Option<&UserId>) -> Result<bool> {
    let (counted, result) = match context.core.breach_checker.on_unavailable {
        OnUnavailable::Allow => ("allowed", "unavailable.allowed"),
        OnUnavailable::Reject => ("rejected", "unavailable.rejected"),
    };
    context.core.metrics.count_breach_check("server", counted);
    let event = Event::refused(EventKind::BreachCheck, result, user.cloned());
    audit::record_alone(context, &event).await?;
    match context.core.breach_checker.on_unavailable {
        OnUnavailable::Allow => Ok(false),
        OnUnavailable::Reject => {
            Err(Refusal::BreachCheckUnavailable { retry_after: RETRY_AFTER_SECONDS }.into())
        }
    }
}
