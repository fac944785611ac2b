//! placeholder
use std::sync::Arc;
use crate::i18n::Catalog;
use crate::model::message::{Envelope, Rendered};
pub fn render(_: &Arc<Catalog>, _: &str, _: &str, e: &Envelope) -> anyhow::Result<Rendered> { Ok(Rendered{subject:String::new(),text:format!("{e:?}"),html:None}) }
pub fn samples() -> Vec<(&'static str, Envelope)> { vec![] }
