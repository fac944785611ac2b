//! Who is asking, as far as the connection tells: address, browser, language, app. It proves nothing about the person. The
//! address is the peer's, or what a trusted proxy says; never a header that anybody can set (ASVS 4.1.3).

use std::collections::BTreeMap;

use serde::Serialize;

/// A call of the Management API, as webhooks tell of it. Parameters are those of the address; no query, no body.
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
    /// The network address, as text.
    pub ip: String,
    /// What the browser calls itself, cut to 400 characters.
    pub user_agent: String,
    /// The language tag of the pages.
    pub locale: String,
    /// Which of several words for its messages the client wants; empty for the usual ones.
    pub variant: String,
    /// The application on whose behalf, when it is known here.
    pub app_id: Option<String>,
    /// The call of the Management API that it is, if it is one.
    pub api: Option<Box<ApiCall>>,
}

impl Caller {
    /// The browser in a few words: "Firefox on Linux". Empty when it says nothing we know.
    pub fn device(&self) -> String {
        device(&self.user_agent)
    }
}

/// Names the browser and the system in a user agent, for people; nothing may be decided by it.
pub fn device(user_agent: &str) -> String {
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let first = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => user_agent
            .split(['/', ' '])
            .next()
            .unwrap_or("")
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .take(20)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn common_browsers_have_names() {
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"),
            "Firefox, Linux"
        );
        assert_eq!(
            device(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Mobile Safari/604"
            ),
            "Safari, iPhone"
        );
        assert_eq!(device("curl/8.5.0"), "curl");
        assert_eq!(device("<script>alert(1)</script>"), "scriptalert1");
        assert_eq!(device(""), "");
    }
}
