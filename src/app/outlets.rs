//! The ways messages leave the building, as the rules see them that set them up. It builds and tries out what it is given and keeps nothing.

use std::time::Duration;

use super::App;
use crate::connectors::{self, Around, Connector, Reach};
use crate::domain::ports::{CarryError, Outlets, Tried};
use crate::domain::templates::Own;
use crate::jobs::deliver_messages::dispatched;
use crate::model::connector::{ConnectorSpec, FactoryFacts};
use crate::model::ids;
use crate::model::message::{Address, Envelope, Message, VerificationCode};
use crate::model::secret::Secret;

/// The code of a try. It opens nothing.
const CODE: &str = "000000";
/// How long a try may take.
const LONGEST_TRY: Duration = Duration::from_secs(20);

impl App {
    fn connector_within(&self, spec: &ConnectorSpec, reach: Reach) -> Result<Connector, String> {
        Connector::build(spec, &Around { inbox: None, ..self.around(reach) })
    }

    fn reach_of(&self, spec: &ConnectorSpec) -> Reach {
        self.aims.connector(spec, &self.rekey.live().settings)
    }
}

impl Outlets for App {
    fn factories(&self) -> Vec<FactoryFacts> {
        connectors::shown()
    }

    fn check(&self, spec: &ConnectorSpec) -> Result<(), String> {
        self.connector_within(spec, self.reach_of(spec)).map(drop)
    }

    fn destination(&self, spec: &ConnectorSpec) -> Option<String> {
        self.connector_within(spec, Reach::Operator).ok().map(|connector| connector.destination())
    }

    fn try_out<'a>(&'a self, spec: &'a ConnectorSpec, to: Address, locale: &'a str) -> Tried<'a> {
        Box::pin(async move {
            let connector = self.connector_within(spec, self.reach_of(spec)).map_err(CarryError::Never)?;
            let now = self.rekey.now();
            let message = Message::Generic(VerificationCode {
                code: Secret::from(CODE),
                code_minutes: 10,
                asked_at: now,
                device: String::new(),
                app: None,
                app_id: String::new(),
            });
            let envelope = Envelope { to: Some(to), locale: locale.to_owned(), message };
            let id = ids::fresh(now, self.rekey.chance(), 21);
            let dispatch = dispatched(self, &id, &envelope)?;
            let own = Own::new(std::slice::from_ref(spec));
            let own =
                own.word(&self.rekey, &self.brand(), &envelope, &spec.id).filter(|_| !dispatch.is_worded);
            let dispatch = match own {
                Some(own) => dispatch.said(own.rendered, own.reply_to),
                None => dispatch,
            };
            // Whoever tries settings out chooses the connector's own patience, and must not hold a connection for as long as they like.
            let late = |_| CarryError::Later("nobody answered in time".to_owned());
            tokio::time::timeout(LONGEST_TRY, connector.carry(&dispatch)).await.map_err(late)?
        })
    }
}
