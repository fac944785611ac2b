//! Tells apps that a session ended, one after the other until nobody's turn is left. What an app answers beyond its status is of no
//! interest, and one that fails is told again later.

use crate::app::App;
use crate::domain::oidc::back_channel::{self, Claim, Notice};
use crate::domain::ports::CarryError;
use crate::model::error::Result;

/// Tells until nobody is left whose turn it is; says how many were handled.
pub async fn tell_all(app: &App) -> Result<u64> {
    let mut handled = 0;
    loop {
        match back_channel::claim(&app.rekey).await? {
            Claim::Nothing => return Ok(handled),
            Claim::PutAway => {}
            Claim::Tell(notice) => match tell(app, &notice).await {
                Ok(()) => back_channel::told(&app.rekey, &notice).await?,
                Err(error) => {
                    tracing::warn!(
                        logout.id = notice.id,
                        reason = error.reason(),
                        "an app did not hear of a sign-out"
                    );
                    back_channel::retry(&app.rekey, &notice).await?;
                }
            },
        }
        handled += 1;
    }
}

async fn tell(app: &App, notice: &Notice) -> std::result::Result<(), CarryError> {
    let reach = app.reach_of_back_channel(&notice.app_id, &notice.uri);
    app.back_channel.post(&notice.uri, &notice.token, reach).await
}
