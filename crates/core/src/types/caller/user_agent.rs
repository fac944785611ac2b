//! Parses user agents for display. No decision may depend on the result, because anybody can send anything.
//! It knows the common browsers; others are left empty.

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
/// What precedes the version of a system.
const VERSION_PREFIXES: [&str; 5] = ["Android ", "iPhone OS ", "CPU OS ", "Windows NT ", "Mac OS X "];

/// The parts of a user agent; none when missing or unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserAgent {
    /// The name of the browser.
    pub browser: Option<&'static str>,
    /// Its version, as sent.
    pub browser_version: Option<String>,
    /// The name of the system.
    pub os: Option<&'static str>,
    /// Its version, with dots.
    pub os_version: Option<String>,
    /// `mobile` or `tablet`; none for a desktop.
    pub device: Option<&'static str>,
    /// `iPhone` or `iPad`.
    pub model: Option<&'static str>,
}

impl UserAgent {
    /// Parses a user agent.
    pub fn parse(text: &str) -> Self {
        let (mark, browser) = first_match(&BROWSERS, text).unzip();
        let (system, name) = first_match(&SYSTEMS, text).unzip();
        // Safari sends its version elsewhere; the number after its own name is that of its engine.
        let version =
            mark.and_then(|mark| text_after(text, if browser == Some("Safari") { "Version/" } else { mark }));
        let os = match name {
            Some("iPhone") => Some("iOS"),
            Some("iPad") => Some("iPadOS"),
            other => other,
        };
        let device = match system {
            Some("iPhone") => Some("mobile"),
            Some("iPad") => Some("tablet"),
            Some("Android") => Some(if text.contains("Mobile") { "mobile" } else { "tablet" }),
            _ => None,
        };
        Self {
            browser,
            browser_version: version.and_then(leading_version),
            os,
            os_version: VERSION_PREFIXES
                .iter()
                .find_map(|mark| text_after(text, mark))
                .and_then(leading_version),
            device,
            model: name.filter(|name| ["iPhone", "iPad"].contains(name)),
        }
    }
}

/// The browser in a few words: "Firefox, Linux". The first word of the text when both are unknown.
pub fn describe_device(user_agent: &str) -> String {
    let name = |table: &[(&'static str, &'static str)]| first_match(table, user_agent).map(|(_, name)| name);
    match (name(&BROWSERS), name(&SYSTEMS)) {
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

fn first_match(table: &[(&'static str, &'static str)], text: &str) -> Option<(&'static str, &'static str)> {
    table.iter().find(|(mark, _)| text.contains(mark)).copied()
}

fn text_after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, rest)| rest)
}

/// The version at the start of this text, after the rest of a name.
fn leading_version(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '/');
    let digits = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).next()?;
    let digits: String = digits.chars().take(32).map(|c| if c == '_' { '.' } else { c }).collect();
    Some(digits).filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{UserAgent, describe_device};

    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.1 Mobile Safari/604";

    #[test]
    fn common_browsers_have_names() {
        assert_eq!(describe_device(LINUX), "Firefox, Linux");
        assert_eq!(describe_device(PHONE), "Safari, iPhone");
        assert_eq!(describe_device("curl/8.5.0"), "curl");
        assert_eq!(describe_device("<script>alert(1)</script>"), "scriptalert1");
        assert_eq!(describe_device(""), "");
    }

    #[test]
    fn common_browsers_are_taken_apart() {
        let read = |text| {
            let UserAgent { browser, browser_version, os, os_version, device, model } =
                UserAgent::parse(text);
            let browser_version = browser_version.unwrap_or_default();
            let os_version = os_version.unwrap_or_default();
            let words = [browser, Some(&browser_version), os, Some(&os_version), device, model]
                .map(Option::unwrap_or_default);
            words.join("|")
        };
        assert_eq!(read(PHONE), "Safari|18.1|iOS|18.0|mobile|iPhone");
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87";
        assert_eq!(read(edge), "Edge|126.0.2592.87|Windows|10.0||");
        let android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";
        assert_eq!(read(android), "Chrome|126.0.0.0|Android|14|mobile|");
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";
        assert_eq!(read(mac), "Safari|17.4|macOS|10.15.7||");
        assert_eq!(read(LINUX), "Firefox|130.0|Linux|||");
        assert_eq!(read("curl/8.5.0"), "|||||");
        assert_eq!(read("Edgé Android_"), "Edge||Android||tablet|");
    }
}
