//! Tests a receiver with sample events about a user who does not exist, before its webhook is stored or to
//! find out why nothing arrives. The requests are signed like deliveries, and not stored.

use serde_json::json;

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::identifier::Identifier;
use crate::types::ids::{self, UserId};
use crate::users::user::User;
use crate::webhooks::signature::sign_request;
use crate::webhooks::validation::{apply_input, validate, with_stored_headers};
use crate::webhooks::webhook::{SignedRequest, WebhookEventKind, WebhookResponse};
use crate::webhooks::{EventContext, WebhookEvent, WebhookInput, payload, sealed};
use crate::{Core, audit};

/// A test of a receiver.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The events that were sent.
    pub events: &'a [WebhookEventKind],
    /// The last response, if a request was sent.
    pub response: Option<&'a WebhookResponse>,
}

/// Audits that a receiver was tested, with the events and the status of the last response. A caller who
/// may test receivers can make this server send requests to an address of their choice.
pub async fn audit_test(core: &Core, by: Actor<'_>, id: &str, trial: Trial<'_>) -> Result<()> {
    let Trial { events, response } = trial;
    let status = response.and_then(|response| response.status);
    let result = if matches!(status, Some(200..300)) { "success" } else { "hook.test_failed" };
    let names: Vec<&str> = events.iter().map(|event| event.name()).collect();
    let event = Event::with_result(EventKind::WebhookTest, result, None).with_subject(id);
    audit::record_alone(by.context(core), &event.with_details(json!({ "events": names, "status": status })))
        .await
}

/// A test request for each of these events, signed with the key of this webhook and not stored.
pub async fn sample_requests(
    core: &Core,
    id: &str,
    events: &[WebhookEventKind],
    given: WebhookInput,
) -> Result<Vec<SignedRequest>> {
    let given = WebhookInput { events: Some(events.to_vec()), ..given };
    let known = sealed::load(&mut core.store.read().await?, core, id).await?;
    let given = with_stored_headers(&known, given)?;
    let webhook = apply_input(known.clone(), given);
    validate(core, Some(&known), &webhook)?;
    let now = core.now();
    let one = |event: &WebhookEventKind| {
        let id = ids::generate(now, core.rng(), 21);
        Ok(sign_request(&webhook.target, &id, render_sample(core, *event, &webhook.id)?, now))
    };
    webhook.events.iter().map(one).collect()
}

/// A test body about a user who does not exist.
fn render_sample(core: &Core, event: WebhookEventKind, hook_id: &str) -> Result<String> {
    let now = core.now();
    let mut user = User::new(UserId("sample000000".to_owned()), now);
    user.username = Some("sample".to_owned());
    user.email = Some("sample@example.com".to_owned());
    user.name = Some("Sample Person".to_owned());
    let identifier = Identifier::Email("sample@example.com".to_owned());
    let caller = Caller {
        ip: "192.0.2.1".to_owned(),
        user_agent: "Mozilla/5.0 (sample)".to_owned(),
        ..Default::default()
    };
    let webhook_event = match event {
        WebhookEventKind::PostRegister => WebhookEvent::Registered(&user),
        WebhookEventKind::PostSignIn => WebhookEvent::SignedIn(&user),
        WebhookEventKind::PostResetPassword => WebhookEvent::PasswordReset(&user),
        WebhookEventKind::UserCreated => WebhookEvent::UserCreated(&user),
        WebhookEventKind::UserDataUpdated => WebhookEvent::UserUpdated(&user),
        WebhookEventKind::UserDeleted => WebhookEvent::UserDeleted(&user),
        WebhookEventKind::UserSuspensionStatusUpdated => WebhookEvent::SuspensionChanged(&user),
        WebhookEventKind::IdentifierLockout => WebhookEvent::IdentifierLocked(&identifier),
        WebhookEventKind::MessageRateLimited => WebhookEvent::MessageRateLimited(&identifier),
    };
    payload::render(core, EventContext::from(&caller), webhook_event, hook_id)
}
