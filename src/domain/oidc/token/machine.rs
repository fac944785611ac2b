//! A machine's own tokens, which nobody granted but the operator: for the resources that let it in, and no person is behind them.

use super::{Issuance, issued, note};
use crate::domain::Rekey;
use crate::domain::oidc::issue::{self, Issued, Wanted};
use crate::domain::oidc::tokens;
use crate::model::app::{AppType, ClientApp};
use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::event::EventKind;
use crate::model::oidc::fault::{Fault, OAuthError};
use crate::model::oidc::scope::Scope;

/// A machine's own token: for a resource that lets it in, or one that says nothing by itself.
pub async fn by_itself(
    rekey: &Rekey,
    caller: &Caller,
    app: &ClientApp,
    resource: Option<&str>,
    asked: &Scope,
) -> Result<Issued> {
    if app.is_public() || app.kind != AppType::MachineToMachine {
        return Err(Fault::new(
            OAuthError::UnauthorizedClient,
            "only machine-to-machine clients may do this",
        )
        .into());
    }
    let scope = match resource {
        Some(resource) => machine_scope(rekey, app, resource, asked)?,
        None => Scope::default(),
    };
    let wanted = Wanted { app, grant: None, resource, scope };
    let access = match resource {
        // Nothing is kept of a signed one, not even in the audit log, so it does not queue for the writer.
        Some(resource) => issue::signed(rekey, &wanted, resource),
        None => {
            let mut tx = rekey.store.write().await?;
            let access = issue::access(&mut tx, rekey, &wanted).await?;
            let issuance = Issuance { app, kind: EventKind::MachineToken, grant: None };
            note(&mut tx, rekey, caller, issuance).await?;
            tx.commit().await?;
            access
        }
    };
    let access_token = issue::seal(rekey, &wanted, access, None)?;
    Ok(issued(rekey, &wanted, access_token, None, None))
}

/// What this machine may do with a resource: what it asks for of what the operator lets it have.
fn machine_scope(rekey: &Rekey, app: &ClientApp, resource: &str, asked: &Scope) -> Result<Scope, Fault> {
    if tokens::is_management(rekey, resource) {
        return match app.may_manage() {
            true => Ok(asked.only(|word| word == "all")),
            false => Err(Fault::new(OAuthError::InvalidTarget, "this client may not use the Management API")),
        };
    }
    let live = rekey.live();
    let known = live.settings.api_resources.iter().find(|known| known.indicator == resource);
    let known = known.filter(|known| known.machines.contains(&app.id));
    let known = known
        .ok_or(Fault::new(OAuthError::InvalidTarget, "resource is not known here, or not for this client"))?;
    Ok(asked.only(|word| known.has(word)))
}
