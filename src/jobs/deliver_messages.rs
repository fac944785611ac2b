//! Takes messages out of the outbox, has them put into words and handed over; what no connector takes comes back later. A message for nobody is
//! taken care of beside the sender, which goes on at once: whoever asks for strangers must not hold up the code of somebody. Nothing here
//! logs what a message says or to whom.

use std::hint::black_box;
use std::sync::Arc;

use tokio::time::{Duration, Instant, sleep_until};

use crate::app::App;
use crate::domain::outbox::{self, Claim, Parcel};
use crate::domain::ports::CarryError;
use crate::domain::sign_in;
use crate::domain::templates::{self, Worded};
use crate::faces::mail;
use crate::model::error::Result;
use crate::model::message::{Address, Dispatch, Envelope, Message};

use super::hand_over::hand_over;
use super::pace::Pace;

/// Delivers until nothing is left whose turn it is; tells how many messages were handled. Those for nobody may still be on their way to
/// their end.
pub async fn deliver_all(app: &Arc<App>, pace: &Pace) -> Result<u64> {
    sign_in::settle(&app.rekey).await?;
    let mut handled = 0;
    loop {
        match outbox::claim(&app.rekey).await? {
            Claim::Nothing => return Ok(handled),
            Claim::PutAway => {}
            Claim::Deliver(parcel) if parcel.is_for_somebody() => deliver(app, pace, &parcel).await?,
            Claim::Deliver(parcel) => drop_beside(app, pace, parcel).await?,
        }
        handled += 1;
    }
}

/// The moments of beginning and ending are chosen in the same way whomever a message is for: a delivery slows the requests of its moments,
/// and a decoy that did nothing, or ended at once, would tell them that nobody was written to (no_oracle).
fn moments(app: &App, pace: &Pace) -> (Instant, Duration) {
    let begins = Instant::now() + pace.lull(app.rekey.chance());
    (begins, pace.next(app.rekey.chance()))
}

/// Sees a decoy to its end without the sender. Where too many wait already, it has no moment of its own to wait for and ends at once, so
/// that no number of them fills the memory.
async fn drop_beside(app: &Arc<App>, pace: &Pace, parcel: Box<Parcel>) -> Result<()> {
    let (begins, lasts) = moments(app, pace);
    let Some(place) = pace.place_beside() else {
        drop(black_box(worded(app, &parcel.envelope)));
        return outbox::dropped(&app.rekey, &parcel).await;
    };
    let app = Arc::clone(app);
    tokio::spawn(async move {
        sleep_until(begins).await;
        // To put it into words takes a core for a moment, which whoever asks next would notice.
        drop(black_box(worded(&app, &parcel.envelope)));
        sleep_until(begins + lasts).await;
        if let Err(error) = outbox::dropped(&app.rekey, &parcel).await {
            tracing::error!(?error, "a message for nobody can't be put away");
        }
        drop(place);
    });
    Ok(())
}

async fn deliver(app: &App, pace: &Pace, parcel: &Parcel) -> Result<()> {
    let (begins, lasts) = moments(app, pace);
    sleep_until(begins).await;
    let (begun, ending) = (Instant::now(), begins + lasts);
    let outcome = attempt(app, parcel).await;
    pace.took(begun.elapsed());
    sleep_until(ending).await;
    end(app, parcel, outcome).await
}

async fn end(app: &App, parcel: &Parcel, outcome: std::result::Result<(), CarryError>) -> Result<()> {
    match outcome {
        Ok(()) => outbox::delivered(&app.rekey, parcel).await,
        Err(CarryError::Later(reason)) => {
            tracing::warn!(outbox.id = parcel.id.as_str(), reason, "a message could not be delivered yet");
            outbox::retry(&app.rekey, parcel).await
        }
        Err(CarryError::Never(reason)) => {
            tracing::error!(outbox.id = parcel.id.as_str(), reason, "a message is given up");
            outbox::give_up(&app.rekey, parcel).await
        }
    }
}

async fn attempt(app: &App, parcel: &Parcel) -> std::result::Result<(), CarryError> {
    let dispatch = dispatched(app, parcel.id.as_str(), &parcel.envelope)?;
    let in_own_words = |connector: &str| own_words(app, &parcel.envelope, &dispatch, connector);
    hand_over(&app.connectors(), &dispatch, &in_own_words, outbox::PATIENCE, &app.rekey.metrics).await
}

/// The same message in the words that this connector brings along; none when the operator has set words, or the connector has none.
fn own_words(app: &App, envelope: &Envelope, dispatch: &Dispatch, connector: &str) -> Option<Dispatch> {
    if dispatch.is_worded {
        return None;
    }
    let worded = templates::word_of(&app.rekey, &app.brand(), envelope, connector)?;
    Some(dispatch.clone().said(worded.rendered, worded.reply_to))
}

/// The message in words, ready for a connector; `id` is the same on every try.
pub fn dispatched(app: &App, id: &str, envelope: &Envelope) -> std::result::Result<Dispatch, CarryError> {
    let (Worded { rendered, reply_to, send_from }, is_worded) = worded(app, envelope)?;
    let to = envelope.to.clone().ok_or_else(|| CarryError::Never("it is for nobody".to_owned()))?;
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
    Ok(Dispatch {
        id: id.to_owned(),
        to,
        kind: envelope.message.kind(),
        code,
        link,
        locale: envelope.locale.clone(),
        app: envelope.message.app().map(str::to_owned),
        rendered,
        is_worded,
        reply_to,
        send_from,
        sent_at: app.rekey.now(),
    })
}

/// The operator's words, otherwise the built-in ones; and whether they are the operator's.
fn worded(app: &App, envelope: &Envelope) -> std::result::Result<(Worded, bool), CarryError> {
    let brand = app.brand();
    if let Some(worded) = templates::word(&app.rekey, &brand, envelope) {
        return Ok((worded, true));
    }
    let rendered = mail::render(&app.catalog.current(), &brand, &app.site.origin, envelope);
    let rendered =
        rendered.map_err(|error| CarryError::Never(format!("it can't be put into words: {error:#}")))?;
    Ok((Worded { rendered, reply_to: None, send_from: None }, false))
}
