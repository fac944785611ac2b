//! What pages and tokens are compared with: the same server library with a handler that answers bytes from
//! memory, and others that sign one token with a key they keep. Run as a process of its own, as the product
//! is.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use actix_web::web::{Bytes, post, to};
use actix_web::{App, HttpResponse, HttpServer, Route, error};
use anyhow::anyhow;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
};
use serde_json::json;

use crate::proc;
use crate::product::{Home, Running};

/// Answers with this page until killed.
pub fn serve(page: &Path, workers: usize) -> anyhow::Result<()> {
    let page = Bytes::from(std::fs::read(page)?);
    let (es256, es384) = (key(&ECDSA_P256_SHA256_FIXED_SIGNING)?, key(&ECDSA_P384_SHA384_FIXED_SIGNING)?);
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(move || {
            let page = page.clone();
            App::new()
                .route("/es256", signing("ES256", &es256))
                .route("/es384", signing("ES384", &es384))
                .default_service(to(move || {
                    let page = page.clone();
                    async move { HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page) }
                }))
        });
        let server = server.workers(workers).bind("127.0.0.1:0")?;
        for address in server.addrs() {
            writeln!(std::io::stdout(), "http://{address}")?;
        }
        Ok(server.run().await?)
    })
}

fn key(alg: &'static EcdsaSigningAlgorithm) -> anyhow::Result<Arc<EcdsaKeyPair>> {
    let rng = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(alg, &rng);
    let pair = made.and_then(|made| Ok(EcdsaKeyPair::from_pkcs8(alg, made.as_ref(), &rng)?));
    Ok(Arc::new(pair.map_err(|_| anyhow!("a signing key can't be made"))?))
}

/// A route that answers each request with a token of its own.
fn signing(alg: &'static str, key: &Arc<EcdsaKeyPair>) -> Route {
    let key = Arc::clone(key);
    post().to(move |_: Bytes| {
        let token = token(alg, &key);
        async move {
            let token = token.ok_or_else(|| error::ErrorInternalServerError("no token"))?;
            let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
            Ok::<_, actix_web::Error>(HttpResponse::Ok().json(answer))
        }
    })
}

/// As long as one of ours; its claims are always the same, the signature is not.
fn token(alg: &str, key: &EcdsaKeyPair) -> Option<String> {
    let header = json!({ "typ": "at+jwt", "alg": alg, "kid": "6kXpZgtsW7mN1QvUeBbFhJd0aYoLrTi9RcKwPzVxSfE" });
    let claims = json!({
        "iss": "http://localhost:3000/oidc", "aud": "http://localhost:3000/api", "sub": "machine",
        "client_id": "machine", "scope": "all", "iat": 1_760_000_000, "exp": 1_760_003_600, "jti": ".b00000000001example0"
    });
    let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let (header, claims) = (serde_json::to_vec(&header).ok()?, serde_json::to_vec(&claims).ok()?);
    let message = format!("{}.{}", part(&header), part(&claims));
    let signature = key.sign(&SystemRandom::new(), message.as_bytes()).ok()?;
    Some(format!("{message}.{}", part(signature.as_ref())))
}

/// Starts it with as many threads as the product has.
pub fn start(home: &Home, page: &str) -> anyhow::Result<Running> {
    let file = home.path.join("page.html");
    std::fs::write(&file, page)?;
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("bare").arg(file).arg(proc::cores().to_string());
    Running::start(command)
}
