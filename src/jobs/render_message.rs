//! Renders a message for a connector: with the operator's templates, the connector's own, or the built-in
//! ones.

use crate::app::AppState;
use crate::mail;
use rekey_core::connectors::port::SendError;
use rekey_core::messages::message::{AddressedMessage, Message, OutgoingMessage};
use rekey_core::templates::{self, RenderedTemplate};
use rekey_core::types::identifier::address::Address;

/// Renders the message for a connector; `id` is the same on every attempt.
pub fn render_message(
    app: &AppState,
    id: &str,
    envelope: &AddressedMessage,
) -> std::result::Result<OutgoingMessage, SendError> {
    let (RenderedTemplate { rendered, reply_to, send_from }, is_worded) = render(app, envelope)?;
    let to =
        envelope.to.clone().ok_or_else(|| SendError::Permanent("the message has no recipient".to_owned()))?;
    let (code, link) = match &envelope.message {
        Message::RecoveryCode(recovery) => {
            let has_link = recovery.link_by_sms || matches!(to, Address::Email(_));
            (Some(recovery.code.clone()), has_link.then(|| recovery.link.clone()))
        }
        Message::SignIn(message)
        | Message::Register(message)
        | Message::Generic(message)
        | Message::Permission(message)
        | Message::NewAddress(message) => (Some(message.code.clone()), None),
        Message::AccountExists(_) | Message::UsernameChanged(_) | Message::AttemptsBlocked(_) => (None, None),
        Message::PasswordChanged(changed) => (None, Some(changed.not_me.clone())),
        Message::AddressChanged(changed) => (None, Some(changed.not_me.clone())),
    };
    Ok(OutgoingMessage {
        id: id.to_owned(),
        to,
        kind: envelope.message.kind(),
        code,
        link,
        locale: envelope.locale.clone(),
        app: envelope.message.app().map(str::to_owned),
        rendered,
        is_customized: is_worded,
        reply_to,
        send_from,
        sent_at: app.core.now(),
    })
}

/// Renders with the operator's templates or the built-in ones; also returns whether they are the operator's.
pub(super) fn render(
    app: &AppState,
    envelope: &AddressedMessage,
) -> std::result::Result<(RenderedTemplate, bool), SendError> {
    let brand = app.brand();
    if let Some(worded) = templates::render_custom(&app.core, &brand, envelope) {
        return Ok((worded, true));
    }
    let rendered = mail::render(&app.catalog.current(), &brand, &app.site.origin, envelope);
    let rendered = rendered
        .map_err(|error| SendError::Permanent(format!("the message can't be rendered: {error:#}")))?;
    Ok((RenderedTemplate { rendered, reply_to: None, send_from: None }, false))
}

/// The message rendered with the connector's own templates; `None` if the operator has set templates or the
/// connector has none.
pub(super) fn render_connector_template(
    app: &AppState,
    envelope: &AddressedMessage,
    dispatch: &OutgoingMessage,
    connector: &str,
) -> Option<OutgoingMessage> {
    if dispatch.is_customized {
        return None;
    }
    let worded = templates::render_connector(&app.core, &app.brand(), envelope, connector)?;
    Some(dispatch.clone().with_rendered(worded.rendered, worded.reply_to))
}
