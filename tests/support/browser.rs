//! A browser without scripts: its own cookies, the headers that real ones send, no redirect followed unseen.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Client, Method};

use super::page::Page;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// The cookies of a browser by name.
pub type Jar = BTreeMap<String, String>;

/// One browser; clones are windows of the same browser.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    base: String,
    origin: String,
    jar: Arc<Mutex<Jar>>,
    headers: Jar,
}

impl Browser {
    pub(super) fn new(address: SocketAddr, origin: &str) -> Self {
        let headers = [
            ("user-agent", FIREFOX),
            ("accept-language", "en"),
            ("origin", origin),
            ("sec-fetch-site", "same-origin"),
        ];
        Self {
            client: rekey_adapters::connectors::http::build_client().unwrap(),
            base: format!("http://{address}"),
            origin: origin.to_owned(),
            jar: Arc::default(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        }
    }

    /// The same browser, sending this header with every request from now on.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same browser, no longer sending this header.
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// What calls itself nothing and says nothing about where a request came from: an old browser, a script.
    pub fn without_fetch_metadata(self) -> Self {
        self.without_header("origin").without_header("sec-fetch-site")
    }

    /// The public address.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens a path.
    pub async fn get(&self, path: &str) -> Page {
        self.raw("GET", path, &[], Vec::new()).await
    }

    /// Sends a form's fields.
    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.raw("POST", path, &[("content-type", "application/x-www-form-urlencoded")], body).await
    }

    /// Sends anything; these headers go over the usual ones.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Page {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let safe = matches!(method, Method::GET | Method::HEAD);
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        let input = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        for (name, value) in self.headers.iter().filter(|(name, _)| !input(name)) {
            if !(safe && name == "origin") {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookies = self.cookie_line();
        if !cookies.is_empty() && !input("cookie") {
            request = request.header(COOKIE, cookies);
        }
        let response = request.body(body.into()).send().await.unwrap();
        self.keep(response.headers().get_all(SET_COOKIE).iter().filter_map(|line| line.to_str().ok()));
        Page::read(self.clone(), path, response).await
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    /// Every cookie, to be put back later.
    pub fn jar(&self) -> Jar {
        self.jar.lock().unwrap().clone()
    }

    /// Has exactly these cookies from now on.
    pub fn restore(&self, jar: Jar) {
        *self.jar.lock().unwrap() = jar;
    }

    /// Has this cookie from now on.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    fn cookie_line(&self) -> String {
        let jar = self.jar();
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep<'a>(&self, lines: impl Iterator<Item = &'a str>) {
        let mut jar = self.jar.lock().unwrap();
        for line in lines {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.to_lowercase().contains("max-age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}
