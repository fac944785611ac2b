//! Which variables Kubernetes (service links) and Docker (legacy links) set by themselves, where a service or
//! container has a name that begins with `rekey`. The value must have the form, too: `REKEY_PORT=3000` is a
//! mistake, `REKEY_PORT=tcp://10.0.0.1:3000` is none.

use std::net::IpAddr;

use url::Url;

use crate::config::Config;
use crate::config::source::Variable;

/// What a port may speak, as it stands in names; in values it is in small letters.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// Whether an orchestrator set this variable and nobody meant a setting.
pub(super) fn is_injected(variable: &Variable, all: &[Variable]) -> bool {
    let Some(name) = variable.name.strip_prefix("REKEY") else { return false };
    is_service_part(name, &variable.text) || is_port_part(name, &variable.text) || is_link_part(variable, all)
}

/// `S_SERVICE_HOST`, `S_SERVICE_PORT` and, for a port with a name, `S_SERVICE_PORT_HTTP`.
fn is_service_part(name: &str, value: &str) -> bool {
    if name.ends_with("_SERVICE_HOST") {
        return value.parse::<IpAddr>().is_ok();
    }
    let port_name = name.split_once("_SERVICE_PORT").map(|(_, rest)| rest);
    port_name.is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) && is_port_number(value)
}

/// `S_PORT`, and for each port `S_PORT_3000_TCP` with what follows it.
fn is_port_part(name: &str, value: &str) -> bool {
    let mut ports = name.match_indices("_PORT_").filter_map(|(at, mark)| name.get(at + mark.len()..));
    name.ends_with("_PORT") && is_address(value) || ports.any(|port| is_published_port(port, value))
}

/// `3000_TCP`, or `3000_TCP_ADDR`; Docker joins adjacent ports to one with a start and an end.
fn is_published_port(port: &str, value: &str) -> bool {
    let mut words = port.splitn(3, '_');
    let number = words.next().filter(|number| is_port_number(number));
    let protocol = words.next().filter(|protocol| PROTOCOLS.contains(protocol));
    let (Some(number), Some(protocol)) = (number, protocol) else { return false };
    match words.next() {
        None | Some("START" | "END") => is_address(value),
        Some("PROTO") => value == protocol.to_lowercase(),
        Some("ADDR") => value.parse::<IpAddr>().is_ok(),
        Some("PORT" | "PORT_START") => value == number,
        Some("PORT_END") => is_port_number(value),
        Some(_) => false,
    }
}

/// Docker's `S_NAME`, and the variables of the linked container below `S_ENV_`, which may hold anything.
fn is_link_part(variable: &Variable, all: &[Variable]) -> bool {
    let is_link = |name: &str| all.iter().any(|other| other.name == name && is_link_name(other));
    let mut aliases = variable.name.match_indices("_ENV_").filter_map(|(at, _)| variable.name.get(..at));
    is_link_name(variable) || aliases.any(|alias| is_link(&format!("{alias}_NAME")))
}

/// `REKEY_NAME=/shop/rekey`: the container and its alias.
fn is_link_name(variable: &Variable) -> bool {
    let path = variable.text.strip_prefix('/').and_then(|path| path.split_once('/'));
    variable.name.ends_with("_NAME")
        && path.is_some_and(|(container, alias)| {
            !container.is_empty() && !alias.is_empty() && !alias.contains('/')
        })
}

fn is_port_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok_and(|port| port > 0)
}

/// `tcp://10.0.0.1:3000`.
fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        let protocol = url.scheme().to_uppercase();
        let is_bare = url.path().is_empty() && url.query().is_none() && url.fragment().is_none();
        PROTOCOLS.contains(&protocol.as_str()) && url.has_host() && url.port().is_some() && is_bare
    })
}

impl Config {
    /// What an operator should know of the variables that were passed over; their values are not shown.
    pub fn passed_over_note(&self) -> Option<String> {
        let count = self.passed_over.len();
        let names = match self.passed_over.as_slice() {
            [] => return None,
            [one] => one.clone(),
            [one, other] => format!("{one} and {other}"),
            [first, second, ..] => format!("{first}, {second} and {} more", count.saturating_sub(2)),
        };
        let (were, are) = if count == 1 { ("was", "is") } else { ("were", "are") };
        Some(format!(
            "{names} {were} set by Kubernetes or Docker for a service of that name and {are} not read \
             (in a pod, enableServiceLinks: false stops them)"
        ))
    }
}
