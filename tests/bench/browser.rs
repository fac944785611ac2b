//! A browser without pictures: keeps cookies, fills in forms with their CSRF token. Each has a network
//! address of its own, so that throttles stay as they are by default.

use anyhow::{Context as _, ensure};
use url::form_urlencoded::Serializer;

use crate::http::{Answer, Connection};

/// What every request says about itself.
const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A browser on a connection.
pub struct Browser<'a> {
    connection: &'a mut Connection,
    ip: String,
    cookies: Vec<(String, String)>,
    csrf: String,
}

/// What came back.
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where to go on.
    pub location: String,
    /// The page.
    pub body: String,
}

impl<'a> Browser<'a> {
    /// A fresh one; `number` makes its address.
    pub fn new(connection: &'a mut Connection, number: usize) -> Self {
        Self { connection, ip: ip(number), cookies: Vec::new(), csrf: String::new() }
    }

    /// Opens a page, which has to be there.
    pub fn open(&mut self, path: &str) -> anyhow::Result<Page> {
        let request = get(path, &self.ip, &self.cookie());
        let page = self.exchange(request.as_bytes())?;
        ensure!(page.status == 200, "GET {path}: expected 200, got {}", page.status);
        Ok(page)
    }

    /// Sends the form of the page that is open.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> anyhow::Result<Page> {
        let request = self.form(path, fields);
        self.exchange(request.as_bytes())
    }

    /// Sends the form and expects to be sent on to `next`.
    pub fn submit(&mut self, path: &str, fields: &[(&str, &str)], next: &str) -> anyhow::Result<()> {
        let page = self.post(path, fields)?;
        let (status, location) = (page.status, page.location);
        ensure!(
            status == 303 && location == next,
            "POST {path}: expected 303 to {next}, got {status} {location}"
        );
        Ok(())
    }

    /// Opens an address that leads elsewhere, and stays where it is.
    pub fn leave(&mut self, path: &str) -> anyhow::Result<()> {
        let request = get(path, &self.ip, &self.cookie());
        self.send(&request, 303)
    }

    /// Sends these bytes and expects this status.
    pub fn send(&mut self, request: &str, status: u16) -> anyhow::Result<()> {
        let page = self.exchange(request.as_bytes())?;
        let line = request.lines().next().unwrap_or_default();
        ensure!(page.status == status, "{line}: expected {status}, got {} {}", page.status, page.body);
        Ok(())
    }

    /// The bytes of a form, for sending them again and again.
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.open_form().filled(&self.ip, path, fields)
    }

    /// The form of the page that is open.
    pub fn open_form(&self) -> OpenForm {
        OpenForm { cookie: self.cookie(), csrf: self.csrf.clone() }
    }

    /// The cookies as a header line, or nothing.
    pub fn cookie(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("cookie: {}\r\n", pairs.join("; "))
    }

    fn exchange(&mut self, request: &[u8]) -> anyhow::Result<Page> {
        let answer = self.connection.exchange(request)?;
        keep(&mut self.cookies, &answer);
        let page = Page {
            status: answer.status,
            location: answer.header("location").unwrap_or_default().to_owned(),
            body: String::from_utf8_lossy(answer.body).into_owned(),
        };
        if let Some(csrf) = between(&page.body, "name=\"csrf\" value=\"", "\"") {
            csrf.clone_into(&mut self.csrf);
        }
        Ok(page)
    }
}

/// A form that can be sent for many people, also after its browser is gone.
pub struct OpenForm {
    cookie: String,
    csrf: String,
}

impl OpenForm {
    /// The bytes of the form, filled in at this network address.
    pub fn filled(&self, ip: &str, path: &str, fields: &[(&str, &str)]) -> String {
        let mut body = Serializer::new(String::new());
        let body = body.append_pair("csrf", &self.csrf).extend_pairs(fields).finish();
        post(path, ip, &self.cookie, &body)
    }
}

fn keep(cookies: &mut Vec<(String, String)>, answer: &Answer<'_>) {
    for line in answer.headers("set-cookie") {
        let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) else {
            continue;
        };
        cookies.retain(|(known, _)| known != name);
        if !value.is_empty() {
            cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// The text between two others.
pub fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// The bytes of a look at a page; `further` are header lines beside the usual ones, such as a cookie.
pub fn get(path: &str, ip: &str, further: &str) -> String {
    format!("GET {path} HTTP/1.1\r\n{}{further}\r\n", head(ip))
}

/// The bytes of a form that is sent; `further` are header lines beside the usual ones.
pub fn post(path: &str, ip: &str, further: &str, body: &str) -> String {
    let (head, length) = (head(ip), body.len());
    format!(
        "POST {path} HTTP/1.1\r\n{head}{further}content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// The bytes of a call with a body of JSON; `further` are header lines beside the usual ones, such as a
/// bearer.
pub fn post_json(path: &str, ip: &str, further: &str, body: &str) -> String {
    json("POST", path, ip, further, body)
}

/// The same with PUT.
pub fn put_json(path: &str, ip: &str, further: &str, body: &str) -> String {
    json("PUT", path, ip, further, body)
}

fn json(method: &str, path: &str, ip: &str, further: &str, body: &str) -> String {
    let (head, length) = (head(ip), body.len());
    format!(
        "{method} {path} HTTP/1.1\r\n{head}{further}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

fn head(ip: &str) -> String {
    format!(
        "host: localhost\r\nuser-agent: {AGENT}\r\naccept: text/html\r\naccept-language: en-US,en;q=0.5\r\nx-forwarded-for: {ip}\r\n"
    )
}

/// An address for everybody, all of one length.
pub fn ip(number: usize) -> String {
    let part = |place: u32| 100 + number / 100_usize.pow(place) % 100;
    format!("10.{}.{}.{}", part(2), part(1), part(0))
}

/// The path and query of the first link to a file of this name.
pub fn asset(page: &Page, name: &str) -> anyhow::Result<String> {
    let start = format!("/static/{name}");
    let rest = between(&page.body, &start, "\"").with_context(|| format!("the page has no {name}"))?;
    Ok(format!("{start}{rest}"))
}
