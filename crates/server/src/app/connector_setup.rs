//! Builds the connectors when settings are activated, and builds and tests single ones for the code that
//! configures them.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::app::judgement::UsableConnector;
use crate::app::{AppState, to_anyhow};
use crate::jobs::send_message::render_message;
use rekey_adapters::connectors::{self, Connector, FactoryContext, Reach};
use rekey_core::connectors::port::{ConnectorRegistry, SendError, SendFuture};
use rekey_core::connectors::spec::{ConnectorSpec, FactoryInfo};
use rekey_core::connectors::templates::ConnectorTemplates;
use rekey_core::messages::message::{AddressedMessage, Message, VerificationCode};
use rekey_core::snapshot;
use rekey_core::types::identifier::address::Address;
use rekey_core::types::ids;
use rekey_core::types::secret::Secret;

/// The code in a test message. It is not valid for anything.
const TRIAL_CODE: &str = "000000";
/// How long a test may take.
const TRIAL_TIMEOUT: Duration = Duration::from_secs(20);

impl AppState {
    /// The connectors, in order of preference.
    pub fn connectors(&self) -> Arc<Vec<Connector>> {
        Arc::clone(&self.connectors.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Builds the connectors and activates everything in the store. A connector that cannot be built is left
    /// out and logged: recovery must not be offered over it.
    pub async fn reload_settings(&self) -> anyhow::Result<()> {
        // One at a time: what was read before another change must not be applied after it.
        let _guard = self.reload_lock.lock().await;
        let mut snapshot = snapshot::load(&self.core).await.map_err(to_anyhow)?;
        let settings = &snapshot.settings;
        let mut built = Vec::new();
        snapshot.connectors.retain(|spec| {
            let connector =
                Connector::build(spec, &self.factory_context(self.targets.connector_reach(spec, settings)));
            let connector = connector.inspect_err(|problem| {
                tracing::error!(
                    connector.id = spec.id,
                    problem,
                    "a connector can't be built and is not used"
                );
            });
            let is_usable = connector.is_ok();
            built.extend(connector);
            is_usable
        });
        *self.connectors.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(built);
        snapshot::apply_snapshot(&self.core, snapshot);
        Ok(())
    }

    /// What connectors may use, limited to this reach.
    fn factory_context(&self, reach: Reach) -> FactoryContext<'_> {
        FactoryContext { inbox: self.inbox.as_ref(), public_host: &self.site.host, reach, proxy: &self.proxy }
    }

    fn build_connector(&self, spec: &ConnectorSpec, reach: Reach) -> Result<Connector, String> {
        Connector::build(spec, &FactoryContext { inbox: None, ..self.factory_context(reach) })
    }

    fn reach_for(&self, spec: &ConnectorSpec) -> Reach {
        self.targets.connector_reach(spec, &self.core.snapshot().settings)
    }
}

impl ConnectorRegistry for AppState {
    fn factories(&self) -> Vec<FactoryInfo> {
        connectors::available_factories()
    }

    fn check(&self, spec: &ConnectorSpec) -> Result<(), String> {
        self.build_connector(spec, self.reach_for(spec)).map(drop)
    }

    fn destination(&self, spec: &ConnectorSpec) -> Option<String> {
        self.build_connector(spec, Reach::Operator).ok().map(|connector| connector.destination())
    }

    fn send_test<'a>(&'a self, spec: &'a ConnectorSpec, to: Address, locale: &'a str) -> SendFuture<'a> {
        Box::pin(async move {
            let connector = self.build_connector(spec, self.reach_for(spec)).map_err(SendError::Permanent)?;
            self.send_test_over(&UsableConnector { spec: spec.clone(), connector }, to, locale).await
        })
    }
}

impl AppState {
    /// Sends a message with a made-up code over this connector; `Ok` means that the other side took it.
    pub async fn send_test_over(
        &self,
        usable: &UsableConnector,
        to: Address,
        locale: &str,
    ) -> Result<(), SendError> {
        let now = self.core.now();
        let message = Message::Generic(VerificationCode {
            code: Secret::from(TRIAL_CODE),
            code_minutes: 10,
            asked_at: now,
            device: String::new(),
            app: None,
            app_id: String::new(),
        });
        let envelope = AddressedMessage { to: Some(to), locale: locale.to_owned(), message };
        let id = ids::generate(now, self.core.rng(), 21);
        let dispatch = render_message(self, &id, &envelope)?;
        let own = ConnectorTemplates::new(std::slice::from_ref(&usable.spec));
        let own = own
            .render(&self.core, &self.brand(), &envelope, &usable.spec.id)
            .filter(|_| !dispatch.is_customized);
        let dispatch = match own {
            Some(own) => dispatch.with_rendered(own.rendered, own.reply_to),
            None => dispatch,
        };
        // The caller chooses the timeout in the connector's settings, and must not be able to hold a
        // connection for as long as they like.
        let late = |_| SendError::Transient("nobody answered in time".to_owned());
        tokio::time::timeout(TRIAL_TIMEOUT, usable.connector.send(&dispatch)).await.map_err(late)?
    }
}
