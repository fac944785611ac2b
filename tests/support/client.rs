//! A client app: it uses PKCE, keeps its state to itself, and accepts no token that it did not verify against
//! the published keys. The verification is its own, with nothing of the program in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rekey_core::types::time::ManualClock;
use ring::digest::{SHA256, digest};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;

use super::app::TestApp;
use super::browser::Browser;
use super::page::Page;
use super::people::TestUser;

/// Tells requests of one process apart.
static REQUESTS: AtomicU32 = AtomicU32::new(0);
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// An app and its server, which has no cookies.
#[derive(Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// Where it wants its person back.
    pub redirect: String,
    /// Who signs its tokens.
    pub issuer: String,
    secret: Option<String>,
    server: Browser,
    clock: Arc<ManualClock>,
}

/// A request for a person's sign-in, and what only the app knows of it.
#[derive(Clone)]
pub struct AuthorizationRequest {
    /// Where to send the person.
    pub path: String,
    /// What must come back.
    pub state: String,
    /// What the ID token must repeat.
    pub nonce: String,
    /// The secret behind the challenge.
    pub verifier: String,
}

/// What an app got.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token; empty when there is none.
    pub refresh: String,
    /// The ID token; empty when there is none.
    pub id: String,
    /// The whole answer.
    pub body: Value,
}

impl Client {
    /// A public app at `https://<id>.example/callback`.
    pub fn of(app: &TestApp, id: &str) -> Self {
        Self {
            id: id.to_owned(),
            redirect: format!("https://{id}.example/callback"),
            issuer: format!("{}/oidc", app.origin),
            secret: None,
            server: app.browser().without_fetch_metadata(),
            clock: Arc::clone(&app.clock),
        }
    }

    /// One that proves itself with this.
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    /// The same, through another instance.
    pub fn via_instance(&self, app: &TestApp) -> Self {
        Self { server: app.browser().without_fetch_metadata(), ..self.clone() }
    }

    /// A right request, but for these parameters: an empty one is left out.
    pub fn authorization_request(&self, changes: &[(&str, &str)]) -> AuthorizationRequest {
        let number = REQUESTS.fetch_add(1, Ordering::SeqCst);
        let secret = |what: &str| challenge(&format!("{what} {number}"));
        let (state, nonce, verifier) = (secret("state"), secret("nonce"), secret("verifier"));
        let challenge = challenge(&verifier);
        let mut pairs = vec![
            ("client_id", self.id.as_str()),
            ("redirect_uri", &self.redirect),
            ("response_type", "code"),
            ("scope", "openid offline_access"),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let path = format!("/oidc/auth?{}", serde_urlencoded::to_string(pairs).unwrap());
        AuthorizationRequest { path, state, nonce, verifier }
    }

    /// The code that the person brought, once state and issuer were looked at.
    pub fn authorization_code(&self, authorization: &AuthorizationRequest, page: &Page) -> String {
        let answer = self.authorization_response(page);
        assert_eq!(answer["state"], authorization.state.as_str(), "{answer}");
        assert_eq!(answer["iss"], self.issuer.as_str(), "{answer}");
        answer["code"].as_str().unwrap_or_else(|| panic!("no code: {answer}")).to_owned()
    }

    /// What the person brought back, after the question mark.
    pub fn authorization_response(&self, page: &Page) -> Value {
        let query = page.location().strip_prefix(&format!("{}?", self.redirect));
        let query = query.unwrap_or_else(|| panic!("not back at {}: {}", self.redirect, page.summary()));
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap();
        pairs
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    /// The form that buys tokens for a code.
    pub fn token_request(&self, authorization: &AuthorizationRequest, code: &str) -> Vec<(String, String)> {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.redirect),
            ("code_verifier", &authorization.verifier),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// Turns a code into tokens.
    pub async fn exchange_code(&self, authorization: &AuthorizationRequest, code: &str) -> Tokens {
        Tokens::of(&self.post_form("/oidc/token", &self.token_request(authorization, code)).await)
    }

    /// Asks for new tokens.
    pub async fn refresh(&self, refresh: &str, extra: &[(&str, &str)]) -> Page {
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", refresh)];
        pairs.extend(extra);
        self.post_form("/oidc/token", &pairs).await
    }

    /// Gives a token up.
    pub async fn revoke(&self, token: &str) {
        let page = self.post_form("/oidc/token/revocation", &[("token", token)]).await;
        assert_eq!(page.status, 200, "{}", page.html);
    }

    /// Sends a form to one of the addresses that apps call, and says who it is.
    pub async fn post_form<K: AsRef<str>, V: AsRef<str>>(&self, path: &str, fields: &[(K, V)]) -> Page {
        let mut pairs: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
        let proof = self
            .secret
            .as_ref()
            .map(|secret| format!("Basic {}", STANDARD.encode(format!("{}:{secret}", self.id))));
        if proof.is_none() && !pairs.iter().any(|(name, _)| *name == "client_id") {
            pairs.push(("client_id", &self.id));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        let body = serde_urlencoded::to_string(pairs).unwrap();
        let mut headers = vec![FORM];
        headers.extend(proof.as_deref().map(|proof| ("authorization", proof)));
        self.server.raw("POST", path, &headers, body).await
    }

    /// Who the bearer is.
    pub async fn get_userinfo(&self, access: &str) -> Page {
        let bearer = format!("Bearer {access}");
        self.server.raw("GET", "/oidc/me", &[("authorization", &bearer)], Vec::new()).await
    }

    /// Sends a person and takes what they come back with; they sign in on the way, which takes a second.
    pub async fn sign_in(&self, browser: &Browser, user: &TestUser, changes: &[(&str, &str)]) -> Tokens {
        let authorization = self.authorization_request(changes);
        let page = browser.get(&authorization.path).await.follow_redirects().await;
        self.clock.advance(1);
        let left = page.sign_in(&user.email, &user.password).await;
        self.exchange_code(&authorization, &self.authorization_code(&authorization, &left)).await
    }

    /// The same for somebody who is signed in: nothing is asked of them.
    pub async fn sign_in_silently(&self, browser: &Browser, changes: &[(&str, &str)]) -> Tokens {
        let authorization = self.authorization_request(changes);
        let left = browser.get(&authorization.path).await.follow_redirects().await;
        self.exchange_code(&authorization, &self.authorization_code(&authorization, &left)).await
    }

    /// Whether these tokens are good for nothing: what is said without a grant, and what would make another.
    pub async fn are_invalid(&self, tokens: &Tokens) -> bool {
        let me = self.get_userinfo(&tokens.access).await.status;
        let renewed = self.refresh(&tokens.refresh, &[]).await;
        assert_eq!(me == 401, renewed.status == 400, "both or neither: {me}, {}", renewed.html);
        me == 401
    }

    /// The keys as they are published.
    pub async fn keys(&self) -> Vec<Value> {
        let page = self.server.get("/oidc/jwks").await;
        let set: Value = serde_json::from_str(&page.html).unwrap();
        set["keys"].as_array().unwrap().clone()
    }

    /// What a token of this kind says, when a published key signed it and it is from the issuer.
    pub async fn verify_token(&self, token: &str, typ: &str) -> Value {
        let header = jwt_part(token, 0);
        assert_eq!(header["typ"], typ, "{header}");
        let key = self.keys().await.into_iter().find(|key| key["kid"] == header["kid"]);
        let key = key.unwrap_or_else(|| panic!("no such key is published: {header}"));
        assert!(is_signed_by(token, &key), "{header}");
        let claims = jwt_part(token, 1);
        assert_eq!(claims["iss"], self.issuer.as_str());
        claims
    }

    /// What an ID token of this app says.
    pub async fn verify_id_token(&self, tokens: &Tokens) -> Value {
        let claims = self.verify_token(&tokens.id, "JWT").await;
        assert_eq!(claims["aud"], self.id.as_str());
        claims
    }
}

impl Tokens {
    /// What an answer holds, which must be one that gives tokens.
    pub fn of(page: &Page) -> Self {
        assert_eq!(page.status, 200, "{}", page.html);
        let body: Value = serde_json::from_str(&page.html).unwrap();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token"), id: text("id_token"), body }
    }
}

/// The error that an answer tells, with its status.
pub fn oauth_error(page: &Page) -> (u16, String) {
    let body: Value =
        serde_json::from_str(&page.html).unwrap_or_else(|_| panic!("{} {}", page.status, page.html));
    (page.status, body["error"].as_str().unwrap_or_default().to_owned())
}

/// SHA-256 as base64url, as PKCE wants it.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

/// One part of a token, unproven.
pub fn jwt_part(token: &str, index: usize) -> Value {
    let text = token.split('.').nth(index).unwrap_or_else(|| panic!("no token: {token}"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// Whether this key signed that token, with the algorithm that both say.
pub fn is_signed_by(token: &str, key: &Value) -> bool {
    if key["alg"] == "RS256" {
        return is_signed_by_rsa(token, key);
    }
    let way: &'static dyn VerificationAlgorithm = match key["alg"].as_str() {
        Some("ES384") => &ECDSA_P384_SHA384_FIXED,
        Some("ES256") => &ECDSA_P256_SHA256_FIXED,
        other => panic!("{other:?}"),
    };
    let point = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(way, [vec![4], point("x"), point("y")].concat());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    jwt_part(token, 0)["alg"] == key["alg"] && public.verify(message.as_bytes(), &signature).is_ok()
}

fn is_signed_by_rsa(token: &str, key: &Value) -> bool {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let (message, signature) = token.rsplit_once('.').unwrap();
    let public = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let is_right = public.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok();
    jwt_part(token, 0)["alg"] == "RS256" && is_right
}
