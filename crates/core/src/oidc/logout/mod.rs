//! Logout requested by an app (OpenID Connect RP-Initiated Logout). Opening the page changes nothing: the
//! session ends by a button, or by the script that submits it when the app proved that it means this very
//! session (`request`). `back_channel` notifies apps of sessions that have ended.

pub mod back_channel;
pub mod request;

use crate::audit::event::{Event, EventKind};
use crate::messages::enqueue;
use crate::sessions::{AuthenticatedUser, revoke};
use crate::types::error::Result;
use crate::{Context, audit};

/// Ends the current session, and everything that began in it.
#[tracing::instrument(skip_all)]
pub async fn sign_out(context: Context<'_>, current: &AuthenticatedUser) -> Result<()> {
    let user = &current.user.id;
    let session = &current.session.id;
    let mut tx = context.core.store.write().await?;
    revoke::revoke_session(&mut tx, context.core, user, session).await?;
    let event = Event::success(EventKind::SessionEnd, Some(user.clone())).with_subject(session.as_str());
    audit::record(&mut tx, context, &event).await?;
    tx.commit().await?;
    enqueue::wake_sender(context.core);
    Ok(())
}
