//! The connector factories: every kind of connector an operator can configure, with the names of its
//! settings. The settings are listed here as well as in the types that read them, because the Management API
//! shows the list; tests check that both agree.

use crate::connectors::inbox::{self, Inbox};
use crate::connectors::outbound_proxy::OutboundProxy;
use crate::connectors::providers::{http_endpoint, mailgun, postmark, sendgrid, ses, twilio, vonage};
use crate::connectors::public_dns::Reach;
use crate::connectors::{Transport, file, smtp};
use rekey_core::connectors::spec::{ConnectorSpec, ConnectorType, FactoryInfo, Field};

/// A kind of connector.
#[derive(Debug)]
pub struct Factory {
    /// The `connectorId` that operators write.
    pub id: &'static str,
    /// The kind of message it sends; `None` if the operator chooses, as for the development connectors.
    pub kind: Option<ConnectorType>,
    /// Its display name.
    pub name: &'static str,
    /// The fields that `config` may hold.
    pub fields: &'static [Field],
    pub(super) build: BuildFn,
}

/// What a factory may use besides the settings.
#[derive(Clone, Copy)]
pub struct FactoryContext<'a> {
    /// The development inbox: `None` outside `demo` and `--dev`.
    pub inbox: Option<&'a Inbox>,
    /// The public host name of this server.
    pub public_host: &'a str,
    /// The addresses its connections may reach.
    pub reach: Reach,
    /// The proxy for its requests over HTTP.
    pub proxy: &'a OutboundProxy,
}

pub(super) type BuildFn = fn(&ConnectorSpec, &FactoryContext<'_>) -> Result<Transport, String>;

static FACTORIES: [Factory; 11] = [
    smtp::FACTORY,
    sendgrid::FACTORY,
    mailgun::FACTORY,
    postmark::FACTORY,
    ses::FACTORY,
    http_endpoint::EMAIL,
    twilio::FACTORY,
    vonage::FACTORY,
    http_endpoint::SMS,
    file::FACTORY,
    inbox::FACTORY,
];

/// All factories, those for development last.
pub fn factories() -> &'static [Factory] {
    &FACTORIES
}

/// The factory with this id.
pub(super) fn by_id(id: &str) -> Option<&'static Factory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

/// Factories that can be used through the API. Those for development are excluded: one of them writes files
/// to any path that is configured.
pub fn available_factories() -> Vec<FactoryInfo> {
    let to_info = |factory: &Factory| {
        let Factory { id, kind, name, fields, .. } = *factory;
        kind.map(|kind| FactoryInfo { id, kind, name, fields })
    };
    FACTORIES.iter().filter_map(to_info).collect()
}
