//! Connectors for email and SMS, which API clients configure: stored sealed, validated before they are saved,
//! active within a second on every instance. A new connector replaces those of its kind, as clients of this
//! API expect, unless it has a priority; then it is added beside them. Nothing is sent here: that is up to
//! the folder `connectors` outside of the core.

mod change;
pub mod port;
pub mod spec;
pub mod templates;
mod validation;

use serde_json::json;

use crate::audit::actor::Actor;
use crate::audit::event::{Event, EventKind};
pub(crate) use crate::connectors::change::ensure;
pub use crate::connectors::change::{FromFile, create, delete, patch};
use crate::connectors::port::{ConnectorRegistry, PRIVATE};
pub use crate::connectors::spec::{ConnectorPatch, NewConnector};
use crate::connectors::spec::{ConnectorSpec, FactoryInfo};
use crate::connectors::validation::build_spec;
pub use crate::connectors::validation::mask_secrets;
use crate::db::sql::Tx;
use crate::throttle::in_memory::{self, MemoryLimit};
use crate::types::error::{ConnectorFault, Error, Refusal, Result};
use crate::types::identifier::address::Address;
use crate::{Core, audit, settings};

/// Where a test message goes.
#[derive(Clone, Debug)]
pub struct TestRecipient<'a> {
    /// The address.
    pub to: Address,
    /// The language of the message.
    pub locale: &'a str,
}

/// Every connector, by priority.
pub(crate) async fn read_all(tx: &mut Tx, core: &Core) -> Result<Vec<ConnectorSpec>> {
    let rows = settings::store::list_connectors(tx).await?;
    let mut connectors: Vec<ConnectorSpec> = rows
        .iter()
        .filter_map(|(id, sealed)| decrypt(core, id, sealed).map_err(|error| log_unreadable(id, &error)).ok())
        .collect();
    connectors.sort_by_key(|connector| connector.priority);
    Ok(connectors)
}

/// A connector whose configuration cannot be decrypted is skipped and the others go on. It can be deleted, or
/// created again under its id.
fn log_unreadable(id: &str, error: &Error) {
    tracing::error!(
        connector.id = id,
        ?error,
        "the settings of a connector can't be decrypted; it is not used"
    );
}

fn decrypt(core: &Core, id: &str, sealed: &str) -> Result<ConnectorSpec> {
    let plain = core.keys.decrypt(sealed, &sealing_context(id))?;
    Ok(serde_json::from_slice(&plain).map_err(anyhow::Error::from)?)
}

/// The context that sealed configurations are bound to.
fn sealing_context(id: &str) -> String {
    format!("connector:{id}")
}

async fn save(tx: &mut Tx, core: &Core, connector: &ConnectorSpec) -> Result<()> {
    let plain = serde_json::to_vec(connector).map_err(anyhow::Error::from)?;
    let sealed = core.keys.seal(&plain, &sealing_context(&connector.id), core.rng());
    Ok(settings::store::save_connector(tx, &connector.id, &sealed, core.now()).await?)
}

/// All connectors, with their secrets.
pub async fn list(core: &Core) -> Result<Vec<ConnectorSpec>> {
    read_all(&mut core.store.read().await?, core).await
}

/// One connector, with its secrets.
pub async fn find(core: &Core, id: &str) -> Result<ConnectorSpec> {
    load(&mut core.store.read().await?, core, id).await
}

async fn load(tx: &mut Tx, core: &Core, id: &str) -> Result<ConnectorSpec> {
    let sealed = settings::store::connector(tx, id).await?.ok_or(Refusal::NotFound)?;
    decrypt(core, id, &sealed).map_err(|error| {
        log_unreadable(id, &error);
        Refusal::NotFound.into()
    })
}

/// The factory of this id, among those that may be used here.
pub fn factory(registry: &dyn ConnectorRegistry, id: &str) -> Option<FactoryInfo> {
    registry.factories().into_iter().find(|factory| factory.id == id)
}

/// Sends a made-up code through a connector without saving it. The reason of a failure is returned: it
/// contains no key and no address.
#[tracing::instrument(name = "send_test_message", skip_all)]
pub async fn send_test(
    core: &Core,
    by: Actor<'_>,
    registry: &dyn ConnectorRegistry,
    new: NewConnector,
    recipient: TestRecipient<'_>,
) -> Result<()> {
    in_memory::limit_by_network(by.context(core), MemoryLimit::Connectors)?;
    let info = factory(registry, &new.factory);
    let connector = match build_spec(core, registry, new) {
        Err(Error::Refused(refusal)) => {
            record_private_try(core, by, info, &refusal).await?;
            return Err(refusal.into());
        }
        made => made?,
    };
    let outcome = registry.send_test(&connector, recipient.to, recipient.locale).await;
    record_test(core, by, &connector, outcome.is_ok()).await?;
    Ok(outcome.map_err(|error| Refusal::Connector(ConnectorFault::Failed(error.reason().to_owned())))?)
}

/// Audits a test of a connector.
pub async fn record_test(
    core: &Core,
    by: Actor<'_>,
    connector: &ConnectorSpec,
    is_accepted: bool,
) -> Result<()> {
    let how = if is_accepted { "tried" } else { "try_failed" };
    let details = json!({ "connectorId": connector.connector_id, "type": connector.kind });
    let event = Event::with_result(EventKind::ConnectorChange, how, None)
        .with_subject(&connector.connector_id)
        .with_details(details);
    audit::record_alone(by.context(core), &event).await
}

/// Audits an attempt that was refused for a private address: a series of them is a scan for services that
/// only this server can reach.
async fn record_private_try(
    core: &Core,
    by: Actor<'_>,
    info: Option<FactoryInfo>,
    refusal: &Refusal,
) -> Result<()> {
    let (Some(info), Refusal::Connector(ConnectorFault::Invalid(problem))) = (info, refusal) else {
        return Ok(());
    };
    if !problem.contains(PRIVATE) {
        return Ok(());
    }
    let event =
        Event::refused(EventKind::ConnectorChange, "connector.private_address", None).with_subject(info.id);
    let details = json!({ "connectorId": info.id, "type": info.kind });
    audit::record_alone(by.context(core), &event.with_details(details)).await
}
