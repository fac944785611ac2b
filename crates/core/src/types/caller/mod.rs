//! The caller, as far as the connection tells: IP address, browser, language, app. It proves nothing about
//! the user. The IP address is the peer's, or the one a trusted proxy reports; never a header that anybody
//! can set (ASVS 4.1.3).

mod network;
pub mod user_agent;

use std::collections::BTreeMap;

use serde::Serialize;

pub use crate::types::caller::network::Network;

/// A call of the Management API, as webhooks report it: path parameters only, no query and no body.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCall {
    /// The path.
    pub path: String,
    /// The method.
    pub method: String,
    /// The status of its response when it succeeds.
    pub status: u16,
    /// The path parameters, by name.
    pub params: BTreeMap<String, String>,
    /// The path with parameter names.
    pub matched_route: Option<String>,
}

/// The network side of one request.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The IP address as text, for display and logs. Limits use `network`.
    pub ip: String,
    /// The user agent, truncated to 400 characters.
    pub user_agent: String,
    /// The language tag of the pages.
    pub locale: String,
    /// The template variant that the client wants; empty for the default.
    pub variant: String,
    /// Whether the client keeps no cookie, so that its requests are found by address.
    pub is_cookieless: bool,
    /// The id of the HTTP request, for the log; none of a command or a job.
    pub request_id: Option<String>,
    /// The registered application that the request is for.
    pub app_id: Option<String>,
    /// The id of the API key or application of an API client.
    pub key: Option<String>,
    /// The call of the Management API, if it is one.
    pub api: Option<Box<ApiCall>>,
}

impl Caller {
    /// The network that limits count, whichever of its addresses is used.
    pub fn network(&self) -> Network {
        Network::from_ip(&self.ip)
    }

    /// The browser in a few words: "Firefox on Linux". Empty when it is unknown.
    pub fn device(&self) -> String {
        user_agent::describe_device(&self.user_agent)
    }
}
