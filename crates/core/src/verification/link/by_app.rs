//! The token of a recovery link, sent by an app with its own screens in place of the code of the same
//! message.

use crate::Context;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{Error, Refusal, Result};
use crate::types::identifier::Identifier;
use crate::types::purpose::Purpose;
use crate::types::secret::{Secret, ct_eq};
use crate::verification::link::{FoundLink, check_link, consume_link, find_link};
use crate::verification::{VerifiedGrant, audit_refusal, verify_audit_kind};

/// The length of a link's token: 32 bytes in base64url.
const TOKEN_LENGTH: usize = 43;

/// Whether the text has the form of a link's token, which no code has.
pub(crate) fn is_link_token(text: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.len() == TOKEN_LENGTH && text.bytes().all(is_base64url)
}

/// Consumes the link of this address for the app that calls. Every failure gets the same answer as a wrong
/// code: the token alone must not reveal whose it is.
#[tracing::instrument(skip_all)]
pub(crate) async fn verify_link_of_address(
    context: Context<'_>,
    identifier: &Identifier,
    link: &Secret,
) -> Result<VerifiedGrant> {
    let mut tx = context.core.store.write().await?;
    let found = find_link(&mut tx, context.core, link).await?;
    let consumed = match found.filter(|found| may_be_used(context, identifier, found)) {
        Some(found) => consume_link(&mut tx, context, found).await,
        None => Err(Refusal::LinkUnknown.into()),
    };
    match consumed {
        Ok((request, token)) => {
            tx.commit().await?;
            Ok(VerifiedGrant { request: request.id, token })
        }
        Err(Error::Refused(_)) => {
            tx.rollback().await?;
            in_memory::limit_by_network(context, MemoryLimit::Links)?;
            let kind = verify_audit_kind(Purpose::Reset);
            audit_refusal(context, kind, None, Refusal::RequestEnded.into()).await
        }
        Err(failed) => Err(failed),
    }
}

/// A link of another address or app is no proof here, and one that the page would refuse is none either.
fn may_be_used(context: Context<'_>, identifier: &Identifier, found: &FoundLink) -> bool {
    let request = &found.request;
    let is_of_app = request.app_id.is_none() || request.app_id == context.caller.app_id;
    let is_of_address = ct_eq(&request.identifier, &identifier.to_key());
    request.purpose == Purpose::Reset && is_of_app && is_of_address && check_link(context.core, found).is_ok()
}
