//! The ways messages leave the building, as the rules see them that set them up. It builds and tries out what it is given and keeps nothing.

use super::App;
use crate::connectors::{self, Connector};
use crate::domain::ports::{CarryError, Outlets, Tried};
use crate::domain::templates::Own;
use crate::jobs::deliver_messages::dispatched;
use crate::model::connector::{ConnectorSpec, FactoryFacts};
use crate::model::ids;
use crate::model::message::{Address, Envelope, Message, VerificationCode};
use crate::model::secret::Secret;

/// The code of a try. It opens nothing.
const CODE: &str = "000000";

impl Outlets for App {
    fn factories(&self) -> Vec<FactoryFacts> {
        connectors::shown()
    }

    fn check(&self, spec: &ConnectorSpec) -> Result<(), String> {
        Connector::build(spec, None, &self.site.host).map(drop)
    }

    fn try_out<'a>(&'a self, spec: &'a ConnectorSpec, to: Address, locale: &'a str) -> Tried<'a> {
        Box::pin(async move {
            let connector = Connector::build(spec, None, &self.site.host).map_err(CarryError::Never)?;
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
            connector.carry(&dispatch).await
        })
    }
}
