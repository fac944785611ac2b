//! A user of a server process with nothing but HTTP: cookies by hand, no redirect followed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::support::form::forms;

/// Somebody who visits a process, and remembers every header and cookie.
#[derive(Clone)]
pub(crate) struct HttpUser {
    client: Client,
    base: String,
    jar: Arc<Mutex<BTreeMap<String, String>>>,
    /// Every answer's headers.
    pub seen: Arc<Mutex<Vec<HeaderMap>>>,
}

/// An answer.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub(crate) fn location(&self) -> &str {
        self.headers.get("location").map_or("", |value| value.to_str().unwrap())
    }

    /// The token of the page's first form.
    pub(crate) fn csrf(&self) -> String {
        let form = forms(&self.body).remove(0);
        form.fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1
    }
}

impl HttpUser {
    pub(crate) fn of(address: &str) -> Self {
        Self {
            client: rekey_adapters::connectors::http::build_client().unwrap(),
            base: format!("http://{address}"),
            jar: Arc::default(),
            seen: Arc::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, (crate::promises::FORM.1, String::new())).await.unwrap()
    }

    /// Posts these fields with the token of the page at `from`.
    pub(crate) async fn post(&self, from: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get(from).await.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        let form = serde_urlencoded::to_string(all).unwrap();
        self.send(Method::POST, path, (crate::promises::FORM.1, form)).await.unwrap()
    }

    /// Sends JSON.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, ("application/json", body.to_string())).await.unwrap()
    }

    pub(crate) async fn request_reset(&self, email: &str) -> Answer {
        self.post(
            crate::promises::FORGOT_PASSWORD,
            crate::promises::FORGOT_PASSWORD,
            &[("identifier", email)],
        )
        .await
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        (kind, body): (&str, String),
    ) -> reqwest::Result<Answer> {
        let line: Vec<String> =
            self.jar.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            self.client.request(method, format!("{}{path}", self.base)).header(COOKIE, line.join("; "));
        let response = request.header("content-type", kind).body(body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        for line in headers.get_all(SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        self.seen.lock().unwrap().push(headers.clone());
        Ok(Answer { status, headers, body: response.text().await? })
    }
}
