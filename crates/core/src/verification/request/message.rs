//! The message of a request: a code for its owner, or a notice when somebody signs up with a taken address.
//! The same rows are written for a decoy; its envelope has no recipient.

use crate::Context;
use crate::db::sql::Tx;
use crate::messages::enqueue;
use crate::messages::message::{AccountExists, AddressedMessage, Message, RecoveryCode, VerificationCode};
use crate::types::caller::Caller;
use crate::types::error::Result;
use crate::types::purpose::Purpose;
use crate::types::secret::Secret;
use crate::verification::codes::{self, IssuedCode};
use crate::verification::policy::policy;
use crate::verification::request::addressee::Addressee;
use crate::verification::store;
use crate::verification::verification_request::VerificationRequest;

/// Issues a code and a link and enqueues the message.
pub(super) async fn enqueue_message(
    tx: &mut Tx,
    context: Context<'_>,
    request: &VerificationRequest,
    addressee: &Addressee,
) -> Result<()> {
    let issued = codes::issue(context.core, request);
    store::codes::insert(tx, &issued.row, issued.link_digest.as_deref()).await?;
    let code_id = issued.row.id.clone();
    let expires_at = issued.deliver_until;
    let to = addressee.address(request);
    let locale = message_locale(context.caller, addressee);
    let message = match addressee.purpose {
        Purpose::Reset => {
            let link = recovery_link(context, addressee, &issued);
            Message::RecoveryCode(build_recovery_code(context, request, issued, link))
        }
        Purpose::SignIn if !addressee.may_create_account() => {
            Message::SignIn(build_verification_code(context, request, issued))
        }
        Purpose::SignUp if addressee.is_taken() => Message::AccountExists(build_account_exists(context)),
        Purpose::SignIn | Purpose::SignUp => {
            Message::Register(build_verification_code(context, request, issued))
        }
        Purpose::Reauthenticate => Message::Permission(build_verification_code(context, request, issued)),
        Purpose::NewAddress => Message::NewAddress(build_verification_code(context, request, issued)),
        Purpose::External => Message::Generic(build_verification_code(context, request, issued)),
    };
    enqueue::enqueue_code(tx, context, &AddressedMessage { to, locale, message }, &code_id, expires_at).await
}

/// A requester gets the language of their page; the owner of a taken address did not make the request, and
/// may read another.
fn message_locale(caller: &Caller, addressee: &Addressee) -> String {
    let own = addressee.locale().filter(|_| addressee.is_taken());
    own.unwrap_or(&caller.locale).to_owned()
}

fn recovery_link(context: Context<'_>, addressee: &Addressee, issued: &IssuedCode) -> Secret {
    let links = &context.core.links;
    if addressee.names_link_token {
        links.recovery_with_token(&issued.link_token)
    } else {
        links.recovery(&issued.link_token)
    }
}

fn build_recovery_code(
    context: Context<'_>,
    request: &VerificationRequest,
    issued: IssuedCode,
    link: Secret,
) -> RecoveryCode {
    let token = issued.link_token.clone();
    let snapshot = context.snapshot();
    let link_minutes = i64::from(snapshot.settings.recovery.link_ttl / 60);
    let VerificationCode { code, code_minutes, asked_at, device, app, app_id } =
        build_verification_code(context, request, issued);
    let request_id = request.id.0.clone();
    let variant = context.caller.variant.clone();
    RecoveryCode {
        code,
        link,
        code_minutes,
        link_minutes,
        asked_at,
        device,
        app,
        request_id,
        token,
        variant,
        app_id,
        link_by_sms: snapshot.settings.sms.links,
    }
}

fn build_verification_code(
    context: Context<'_>,
    request: &VerificationRequest,
    issued: IssuedCode,
) -> VerificationCode {
    let snapshot = context.snapshot();
    VerificationCode {
        code: issued.code,
        code_minutes: policy(context.core, request.purpose).code_ttl / 60,
        asked_at: context.now(),
        device: device(context.caller, request),
        app: request.app_id.as_deref().and_then(|app| snapshot.app(app)).map(|app| app.name.clone()),
        app_id: request.app_id.clone().unwrap_or_default(),
    }
}

/// An operator's program is not the user's browser, and a message must not name it as one.
fn device(caller: &Caller, request: &VerificationRequest) -> String {
    match request.purpose {
        Purpose::External => String::new(),
        _ => caller.device(),
    }
}

fn build_account_exists(context: Context<'_>) -> AccountExists {
    AccountExists {
        sign_in: context.core.links.sign_in(),
        reset: context.core.links.reset(),
        asked_at: context.now(),
        device: context.caller.device(),
    }
}
