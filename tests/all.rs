//! The one integration binary: it links once, however many modules there are. Each module is a kind of
//! promise; all are `cfg(test)` so that their helpers are judged as test code too.

#[cfg(test)]
mod architecture;
#[cfg(test)]
mod breaches;
#[cfg(test)]
mod captcha;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod connectors;
#[cfg(test)]
mod http;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod instances;
#[cfg(test)]
mod locales;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod standards;
#[cfg(test)]
mod store;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
