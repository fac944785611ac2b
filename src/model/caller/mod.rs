//! Who is asking, as far as the connection tells: address, browser, language, app. It proves nothing about
//! the person. The address is the peer's, or what a trusted proxy says; never a header that anybody can set
//! (ASVS 4.1.3).

mod network;

use std::collections::BTreeMap;

use serde::Serialize;

use super::user_agent;

pub use self::network::Network;

/// A call of the Management API, as webhooks tell of it. Parameters are those of the address; no query, no
/// body.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCall {
    /// The address.
    pub path: String,
    /// The method.
    pub method: String,
    /// The status of its answer when it goes well.
    pub status: u16,
    /// The parts of the address that vary, by name.
    pub params: BTreeMap<String, String>,
    /// The address with the names of those parts.
    pub matched_route: Option<String>,
}

/// The outside of one request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The network address, as text, to be shown and written down. What is counted is `network`.
    pub ip: String,
    /// What the browser calls itself, cut to 400 characters.
    pub user_agent: String,
    /// The language tag of the pages.
    pub locale: String,
    /// Which of several words for its messages the client wants; empty for the usual ones.
    pub variant: String,
    /// Whether it holds nothing of ours between two calls, so that what it asks for is found again by the
    /// address.
    pub is_cookieless: bool,
    /// The application on whose behalf, when it is known here.
    pub app_id: Option<String>,
    /// The id of the key or application of the machine that asks, when it is one.
    pub key: Option<String>,
    /// The call of the Management API that it is, if it is one.
    pub api: Option<Box<ApiCall>>,
}

impl Caller {
    /// The network that this caller is counted under, whichever of its addresses they use.
    pub fn network(&self) -> Network {
        Network::from_ip(&self.ip)
    }

    /// The browser in a few words: "Firefox on Linux". Empty when it says nothing we know.
    pub fn device(&self) -> String {
        user_agent::describe_device(&self.user_agent)
    }
}
