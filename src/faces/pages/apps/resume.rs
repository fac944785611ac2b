//! Going on with what an app asked: back to it when nothing is missing, else to the page for what is. A request that was finished in
//! another window, or took too long, is no dead end: the page says so and offers the app's own start.

use actix_web::web::Path;

use crate::domain::oidc::authorize::{self, Step};
use crate::faces::common::urls;
use crate::faces::common::visit::{Reply, Visit};
use crate::faces::pages::views::LostView;
use crate::model::error::{Error, Refusal};

/// `GET /oidc/auth/{id}`. Only the browser whose sealed cookie names the request gets anything.
pub async fn go_on(visit: Visit, id: Path<String>) -> Reply {
    let id = id.into_inner();
    let journey = visit.journey();
    let Some(interaction) = journey.interactions.into_iter().find(|known| known.id == id) else {
        return lost(&visit).await;
    };
    visit.remember(|journey| journey.turn_to(&id));
    let here = match visit.present().await {
        Ok(here) => here,
        Err(failed) => return visit.refuse(&failed, urls::SIGN_IN),
    };
    let app = Some(interaction.app.as_str());
    match authorize::resume(&visit.app.rekey, &visit.caller, &id, here.as_ref()).await {
        Ok(Step::SignIn) => visit.go(&urls::with(urls::SIGN_IN, &[("app_id", app)])),
        Ok(Step::Consent) => visit.go(&urls::with(urls::CONSENT, &[("app_id", app)])),
        Ok(Step::Redirect(address)) => {
            visit.remember(|journey| journey.leave_interaction(&id));
            visit.leave(&address)
        }
        Err(Error::Refused(Refusal::NotFound)) => {
            visit.remember(|journey| journey.leave_interaction(&id));
            lost(&visit).await
        }
        Err(error) => visit.refuse(&error, urls::SIGN_IN),
    }
}

/// What the app waited for is over.
pub async fn lost(visit: &Visit) -> Reply {
    let is_here = matches!(visit.present().await, Ok(Some(_)));
    visit.gone(&LostView { page: visit.page(), is_here })
}
