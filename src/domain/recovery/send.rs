//! The message of a request: a code for whom it is for, word to the owner when somebody signs up with a taken address. The same
//! rows are written for a decoy; its envelope is for nobody.

use crate::model::caller::Caller;
use crate::model::error::Result;
use crate::model::message::{AccountExists, Envelope, Message, RecoveryCode, VerificationCode};
use crate::model::recovery::{InteractionEvent, RecoveryRequest};
use crate::store::recovery::codes as rows;
use crate::store::sql::Tx;

use super::super::codes::{self, Minted};
use super::super::{Rekey, notify};
use super::party::Party;

/// Mints a code and a link and puts what there is to say on its way.
pub(super) async fn send(
    tx: &mut Tx,
    rekey: &Rekey,
    caller: &Caller,
    request: &RecoveryRequest,
    party: &Party,
) -> Result<()> {
    let minted = codes::mint(rekey, &request.id);
    rows::insert(tx, &minted.row, &minted.link_digest).await?;
    let (code_id, expires_at) = (minted.row.id.clone(), minted.row.code_expires_at);
    let (to, locale) = (party.address(request), locale(caller, party));
    let message = match party.event {
        InteractionEvent::ForgotPassword => {
            Message::RecoveryCode(recovery_code(rekey, caller, request, minted))
        }
        InteractionEvent::SignIn if !party.makes_account() => {
            Message::SignIn(code(rekey, caller, request, minted))
        }
        InteractionEvent::Register if party.is_taken() => {
            Message::AccountExists(account_exists(rekey, caller))
        }
        InteractionEvent::SignIn | InteractionEvent::Register => {
            Message::Register(code(rekey, caller, request, minted))
        }
    };
    notify::post_code(tx, rekey, &Envelope { to, locale, message }, &code_id, expires_at).await
}

/// Who asked reads their page's language; the owner of a taken address did not ask, and may read another.
fn locale(caller: &Caller, party: &Party) -> String {
    let own = party.locale().filter(|_| party.is_taken());
    own.unwrap_or(&caller.locale).to_owned()
}

fn recovery_code(rekey: &Rekey, caller: &Caller, request: &RecoveryRequest, minted: Minted) -> RecoveryCode {
    let (link, token) = (rekey.links.recovery(&minted.link), minted.link.clone());
    let live = rekey.live();
    let link_minutes = i64::from(live.settings.recovery.link_ttl / 60);
    let VerificationCode { code, code_minutes, asked_at, device, app, app_id } =
        code(rekey, caller, request, minted);
    let (request_id, variant) = (request.id.0.clone(), caller.variant.clone());
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
        link_by_sms: live.settings.sms.links,
    }
}

fn code(rekey: &Rekey, caller: &Caller, request: &RecoveryRequest, minted: Minted) -> VerificationCode {
    let live = rekey.live();
    VerificationCode {
        code: minted.code,
        code_minutes: i64::from(live.settings.recovery.code_ttl / 60),
        asked_at: rekey.now(),
        device: caller.device(),
        app: request.app_id.as_deref().and_then(|app| live.app(app)).map(|app| app.name.clone()),
        app_id: request.app_id.clone().unwrap_or_default(),
    }
}

fn account_exists(rekey: &Rekey, caller: &Caller) -> AccountExists {
    AccountExists {
        sign_in: rekey.links.sign_in(),
        reset: rekey.links.reset(),
        asked_at: rekey.now(),
        device: caller.device(),
    }
}
