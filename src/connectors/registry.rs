//! The factories: every kind of connector an operator can set up, with the names of its settings. A factory builds; what it
//! built carries. The surprise: the settings are listed here beside the types that read them, because only a list can be shown,
//! and the tests hold the two together.

use crate::model::connector::{ConnectorSpec, ConnectorType, FactoryInfo, Field};

use super::inbox::Inbox;
use super::providers::{http_endpoint, mailgun, postmark, sendgrid, ses, twilio, vonage};
use super::public_dns::Reach;
use super::{Transport, file, inbox, smtp};

/// A kind of connector.
#[derive(Debug)]
pub struct Factory {
    /// What operators write under `connectorId`.
    pub id: &'static str,
    /// What its connectors carry; none when the operator chooses, as for those of development.
    pub kind: Option<ConnectorType>,
    /// What people call it.
    pub name: &'static str,
    /// What `config` may hold.
    pub fields: &'static [Field],
    pub(super) build: BuildFn,
}

/// What a factory may use beside the settings.
#[derive(Clone, Copy)]
pub struct FactoryContext<'a> {
    /// The inbox of development, where there is one: none outside `demo` and `--dev`.
    pub inbox: Option<&'a Inbox>,
    /// The name that we go by.
    pub public_host: &'a str,
    /// How far its connections may reach.
    pub reach: Reach,
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

/// All of them, those of development last.
pub fn factories() -> &'static [Factory] {
    &FACTORIES
}

/// The one of this id.
pub(super) fn by_id(id: &str) -> Option<&'static Factory> {
    FACTORIES.iter().find(|factory| factory.id == id)
}

/// Those that somebody may set up while the program runs: not the ones of development, one of which writes wherever it is told.
pub fn available_factories() -> Vec<FactoryInfo> {
    let facts = |factory: &Factory| {
        let Factory { id, kind, name, fields, .. } = *factory;
        kind.map(|kind| FactoryInfo { id, kind, name, fields })
    };
    FACTORIES.iter().filter_map(facts).collect()
}
