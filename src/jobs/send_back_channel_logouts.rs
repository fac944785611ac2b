//! Sends back-channel logouts, one after the other until none is due. Only the status of a response is used;
//! failures are retried.

use crate::app::AppState;
use rekey_core::connectors::port::SendError;
use rekey_core::oidc::logout::back_channel::{self, ClaimedLogout, LogoutNotification};
use rekey_core::types::error::Result;

/// Sends until none is due, and returns how many were handled.
pub async fn send_due(app: &AppState) -> Result<u64> {
    let mut handled = 0;
    loop {
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
}

#[tracing::instrument(name = "send_back_channel_logout", skip_all, fields(logout.id = notice.id, app.id = notice.app_id))]
async fn send(app: &AppState, notice: &LogoutNotification) -> std::result::Result<(), SendError> {
    let reach = app.back_channel_reach(&notice.app_id, &notice.uri);
    app.back_channel.post(&notice.uri, &notice.token, reach).await
}
