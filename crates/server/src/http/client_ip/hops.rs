//! Parses the hops of a forwarding header from its end to its beginning. It works on bytes and never looks
//! further left than the next hop, so that the content and length of the rest do not matter.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest hop that is read, in bytes: an address, a port and the other parameters of `Forwarded`.
const MAX_HOP_BYTES: usize = 512;

/// The format of a header with client addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderFormat {
    /// RFC 7239.
    Forwarded,
    /// Addresses separated by commas.
    List,
    /// One address.
    Single,
}

impl HeaderFormat {
    /// The format of the header with this name, in lower case.
    pub(super) fn from_header_name(name: &str) -> Self {
        match name {
            "forwarded" => Self::Forwarded,
            name if name.ends_with("forwarded-for") => Self::List,
            _ => Self::Single,
        }
    }

    /// The addresses of a line, the last first; `None` for a hop that cannot be parsed. A list may have empty
    /// elements (RFC 9110 5.6.1).
    pub(super) fn parse_hops(self, line: &[u8]) -> impl Iterator<Item = Option<IpAddr>> {
        let mut rest = Some(line);
        let elements = std::iter::from_fn(move || {
            let line = rest?;
            let comma = match self {
                Self::Single => None,
                Self::List => line.iter().rposition(|byte| *byte == b','),
                Self::Forwarded => find_last_comma(line),
            };
            let (before, element) = match comma {
                Some(at) => (line.get(..at), line.get(at + 1..).unwrap_or_default()),
                None => (None, line),
            };
            rest = before;
            Some(element.trim_ascii())
        });
        elements.filter(|element| !element.is_empty()).map(move |element| self.parse_element(element))
    }

    fn parse_element(self, element: &[u8]) -> Option<IpAddr> {
        let text = std::str::from_utf8(element).ok().filter(|text| text.len() <= MAX_HOP_BYTES)?;
        match self {
            Self::Forwarded => parse_address(&parse_for_parameter(text)?),
            Self::List | Self::Single => parse_address(text),
        }
    }
}

/// The last comma that is not inside a quoted string. Because it is read from the end, a quote that a visitor
/// left open hides nothing of what the proxy added.
fn find_last_comma(line: &[u8]) -> Option<usize> {
    let mut is_quoted = false;
    for (at, byte) in line.iter().enumerate().rev() {
        match byte {
            b'"' if !is_escaped(line, at) => is_quoted = !is_quoted,
            b',' if !is_quoted => return Some(at),
            _ => {}
        }
    }
    None
}

fn is_escaped(line: &[u8], at: usize) -> bool {
    let before = line.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The value of `for`, which an element has once.
fn parse_for_parameter(element: &str) -> Option<String> {
    let mut found = None;
    let mut rest = element;
    while !rest.trim().is_empty() {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = parse_value(after)?;
        if name.trim().eq_ignore_ascii_case("for") && found.replace(value).is_some() {
            return None;
        }
        let after = after.trim_start();
        rest = if after.is_empty() { after } else { after.strip_prefix(';')? };
    }
    found
}

/// A token, or a quoted string without its quotes, and the rest of the text.
fn parse_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        let (token, rest) = text.split_at(end);
        return Some((token.trim_end().to_owned(), rest));
    };
    let mut value = String::new();
    let mut letters = quoted.chars();
    loop {
        match letters.next()? {
            '"' => return Some((value, letters.as_str())),
            '\\' => value.push(letters.next()?),
            letter => value.push(letter),
        }
    }
}

/// `1.2.3.4`, `1.2.3.4:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`, but not `unknown` or an
/// obfuscated identifier.
fn parse_address(text: &str) -> Option<IpAddr> {
    let whole = text.parse().ok();
    whole.or_else(|| parse_without_port(text)).map(|ip| ip.to_canonical())
}

fn parse_without_port(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        let (inside, port) = rest.split_once(']')?;
        let is_whole = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        return inside.parse::<Ipv6Addr>().ok().filter(|_| is_whole).map(IpAddr::V6);
    }
    let (ip, port) = text.split_once(':')?;
    ip.parse::<Ipv4Addr>().ok().filter(|_| is_port(port)).map(IpAddr::V4)
}

/// A port number, or an obfuscated port (RFC 7239 6.2).
fn is_port(text: &str) -> bool {
    let is_number = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || text.starts_with('_')
}
