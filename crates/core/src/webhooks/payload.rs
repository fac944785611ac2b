//! The body of a delivery, as the exact text that is sent and signed. The formats are a public contract: one
//! for journeys, one for accounts, one for each of the two limits. None contains a password, a code or a
//! digest.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::Core;
use crate::types::caller::ApiCall;
use crate::types::error::Result;
use crate::types::ids::UserId;
use crate::types::time::Timestamp;
use crate::users::user::User;
use crate::users::user_info::UserInfo;
use crate::webhooks::{EventContext, WebhookEvent};

/// The fields that every body starts with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Payload<'a> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    interaction_event: Option<&'static str>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<&'a str>,
    user_agent: &'a str,
    #[serde(flatten)]
    what: PayloadKind<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<Application<'a>>,
    hook_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", untagged)]
enum PayloadKind<'a> {
    Journey {
        user_id: &'a UserId,
        user_ip: &'a str,
        user: Box<UserInfo<'a>>,
    },
    Account {
        ip: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        application_id: Option<&'a str>,
        data: Box<UserInfo<'a>>,
        #[serde(flatten)]
        call: Option<&'a ApiCall>,
    },
    Lock {
        ip: &'a str,
        r#type: &'static str,
        value: &'a str,
    },
    Limit {
        ip: &'a str,
        action: &'static str,
        recipient: &'a str,
    },
}

#[derive(Serialize)]
struct Application<'a> {
    id: &'a str,
    r#type: &'static str,
    name: &'a str,
    description: Option<&'a str>,
}

/// The body for this webhook.
pub(super) fn render(
    core: &Core,
    event_context: EventContext<'_>,
    webhook_event: WebhookEvent<'_>,
    hook_id: &str,
) -> Result<String> {
    let snapshot = core.snapshot();
    let now = core.now();
    let caller = event_context.caller;
    let app = caller.app_id.as_deref().and_then(|id| snapshot.app(id));
    let user = webhook_event.user().map(|user| user_after(user, webhook_event, now));
    let payload = Payload {
        event: webhook_event.event().name(),
        interaction_event: event_context.during.map(|(event, _)| event.api_name()),
        created_at: now.to_iso8601(),
        session_id: event_context.during.map(|(_, id)| id).filter(|id| !id.is_empty()),
        user_agent: &caller.user_agent,
        what: payload_kind(event_context, webhook_event, user.as_ref()),
        application: app.map(|app| Application {
            id: &app.id,
            r#type: app.kind.name(),
            name: &app.name,
            description: app.description.as_deref(),
        }),
        hook_id,
    };
    Ok(serde_json::to_string(&payload).map_err(anyhow::Error::from)?)
}

fn payload_kind<'a>(
    event_context: EventContext<'a>,
    webhook_event: WebhookEvent<'a>,
    user: Option<&'a User>,
) -> PayloadKind<'a> {
    let caller = event_context.caller;
    let ip = caller.ip.as_str();
    match (webhook_event, user) {
        (
            WebhookEvent::Registered(_) | WebhookEvent::SignedIn(_) | WebhookEvent::PasswordReset(_),
            Some(user),
        ) => PayloadKind::Journey { user_id: &user.id, user_ip: ip, user: Box::new(user.into()) },
        (_, Some(user)) => PayloadKind::Account {
            ip,
            application_id: caller.app_id.as_deref(),
            data: Box::new(user.into()),
            call: caller.api.as_deref(),
        },
        (WebhookEvent::MessageRateLimited(identifier), None) => {
            let action = event_context.during.map_or("Generic", |(event, _)| event.api_name());
            PayloadKind::Limit { ip, action, recipient: identifier.text() }
        }
        (WebhookEvent::IdentifierLocked(identifier), None) => {
            PayloadKind::Lock { ip, r#type: identifier.kind().name(), value: identifier.text() }
        }
        // An event about a user always has a user.
        (_, None) => PayloadKind::Lock { ip, r#type: "", value: "" },
    }
}

/// The user as they will be after the transaction.
fn user_after(user: &User, webhook_event: WebhookEvent<'_>, now: Timestamp) -> User {
    let mut user = user.clone();
    match webhook_event {
        WebhookEvent::SignedIn(_) | WebhookEvent::Registered(_) => user.last_sign_in_at = Some(now),
        WebhookEvent::PasswordReset(_)
        | WebhookEvent::UserUpdated(_)
        | WebhookEvent::SuspensionChanged(_) => user.updated_at = now,
        _ => {}
    }
    user
}

/// Parses a body, for listing deliveries.
pub(super) fn parse(body: &str) -> Map<String, Value> {
    serde_json::from_str(body).unwrap_or_default()
}
