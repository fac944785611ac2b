//! Sends back-channel logouts, one after the other until none is due. Only the status of a response is used;
//! failures are retried.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::AppState;
use crate::jobs::runner::{MIN_POLL, pause};
use rekey_core::connectors::port::SendError;
use rekey_core::oidc::logout::back_channel::{self, ClaimedLogout, LogoutNotification};
use rekey_core::types::error::Result;

/// One sender is enough: an application that hangs delays the others by ten seconds, and nobody waits for
/// them.
pub(super) async fn run_logout_sender(app: Arc<AppState>, poll: Duration, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = send_until(&app, &stop).await {
            tracing::error!(?error, "back-channel logouts can't be read or recorded");
        }
        pause(&stop, poll.max(MIN_POLL)).await;
    }
}

/// Sends until none is due, and returns how many were handled.
pub async fn send_due(app: &AppState) -> Result<u64> {
    send_until(app, &CancellationToken::new()).await
}

async fn send_until(app: &AppState, stop: &CancellationToken) -> Result<u64> {
    let mut handled = 0;
    while !stop.is_cancelled() {
        match back_channel::claim(&app.core).await? {
            ClaimedLogout::Empty => return Ok(handled),
            ClaimedLogout::Discarded => {}
            ClaimedLogout::Send(notice) => match send(app, &notice).await {
                Ok(()) => back_channel::mark_delivered(&app.core, &notice).await?,
                Err(error) => {
                    tracing::warn!(
                        logout.id = notice.id,
                        app.id = notice.app_id,
                        reason = error.reason(),
                        "an app was not notified of a sign-out; it is retried"
                    );
                    back_channel::schedule_retry(&app.core, &notice).await?;
                }
            },
        }
        handled += 1;
    }
    Ok(handled)
}

#[tracing::instrument(name = "send_back_channel_logout", skip_all, fields(logout.id = notice.id, app.id = notice.app_id))]
async fn send(app: &AppState, notice: &LogoutNotification) -> std::result::Result<(), SendError> {
    let reach = app.back_channel_reach(&notice.app_id, &notice.uri);
    app.back_channel.post(&notice.uri, &notice.token, reach).await
}
