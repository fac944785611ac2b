//! The client credentials grant: a machine's own token, for the resources that it may use, with no user
//! involved.

use crate::apps::client_app::{AppType, ClientApp};
use crate::audit::event::EventKind;
use crate::oidc::token::issuance::{self, TokenResponse, TokenSpec};
use crate::oidc::token::{Issuance, audit_issuance, introspection, token_response};
use crate::types::error::Result;
use crate::types::error::oauth_error::{OAuthError, ProtocolError};
use crate::types::scope::Scope;
use crate::{Context, Core};

/// Issues a machine's own token: signed for a resource that it may use, or opaque.
#[tracing::instrument(skip_all)]
pub async fn issue_for_client(
    context: Context<'_>,
    app: &ClientApp,
    resource: Option<&str>,
    requested: &Scope,
) -> Result<TokenResponse> {
    let core = context.core;
    if app.is_public() || app.kind != AppType::MachineToMachine {
        return Err(ProtocolError::new(
            OAuthError::UnauthorizedClient,
            "only machine-to-machine clients may do this",
        )
        .into());
    }
    let scope = match resource {
        Some(resource) => machine_scope(core, app, resource, requested)?,
        None => Scope::default(),
    };
    let wanted = TokenSpec { app, grant: None, resource, scope };
    let access = match resource {
        // A signed token is not stored or audited, so it does not queue for the writer.
        Some(resource) => issuance::access_token_claims(core, &wanted, resource),
        None => {
            let mut tx = core.store.write().await?;
            let access = issuance::draft_access_token(&mut tx, core, &wanted).await?;
            let issuance = Issuance { app, kind: EventKind::MachineToken, grant: None };
            audit_issuance(&mut tx, context, issuance).await?;
            tx.commit().await?;
            access
        }
    };
    let access_token = issuance::finalize_access_token(core, &wanted, access, None)?;
    Ok(token_response(core, &wanted, access_token, None, None))
}

/// The scopes of a resource that this machine gets: what it asks for, limited to what the operator allowed.
fn machine_scope(
    core: &Core,
    app: &ClientApp,
    resource: &str,
    requested: &Scope,
) -> Result<Scope, ProtocolError> {
    if introspection::is_management(core, resource) {
        return if app.may_manage() {
            Ok(requested.only(|value| value == "all"))
        } else {
            Err(ProtocolError::new(OAuthError::InvalidTarget, "this client may not use the Management API"))
        };
    }
    let snapshot = core.snapshot();
    let known = snapshot.settings.api_resources.iter().find(|known| known.indicator == resource);
    let known = known.filter(|known| known.machines.contains(&app.id));
    let known = known.ok_or(ProtocolError::new(
        OAuthError::InvalidTarget,
        "resource is not known here, or not for this client",
    ))?;
    Ok(requested.only(|value| known.has(value)))
}
