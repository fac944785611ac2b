//! What apps ask: tokens for machines, new tokens for old, who somebody is, and the way of somebody who is
//! signed in through us and back. All against a bare handler that signs one ES256 token for each request, so
//! what is left is our work around a signature. The surprise: access tokens for an API are signed with ES384,
//! which the bare handler is asked for too, once.

pub mod apps;
mod contest;
mod visits;

use anyhow::Context as _;

use self::contest::{CONNECTIONS, Contest, show, show_cost};
use self::visits::{OidcSession, send_expecting};
use crate::bare;
use crate::browser::{between, get, ip, post};
use crate::http::Connection;
use crate::options::Options;
use crate::product::{self, Home, Running};
use crate::report::Goal;

/// Every row, in the order of what one takes.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let home = Home::new()?;
    let bare = bare::start(&home, "")?;
    let ours = product::serve_with(options, &home, &apps::bootstrap(CONNECTIONS)?)?;
    let contest = Contest { options, bare: &bare, sign: post("/es256", &ip(0), "", "") };
    contest.request(&bare, "bare handler, ES384 ÷ ES256", &post("/es384", &ip(0), "", ""))?;
    measure_metadata(&contest, &ours)?;
    machines(&contest, &ours)?;
    people(&contest, &ours)
}

fn measure_metadata(contest: &Contest<'_>, ours: &Running) -> anyhow::Result<()> {
    contest.request(ours, "/oidc/jwks ÷ one signature", &get("/oidc/jwks", &ip(0), ""))?;
    contest.request(ours, "discovery ÷ one signature", &get(DISCOVERY, &ip(0), ""))
}

const DISCOVERY: &str = "/oidc/.well-known/openid-configuration";

fn machines(contest: &Contest<'_>, ours: &Running) -> anyhow::Result<()> {
    let api = format!("{}/api", origin(ours)?);
    contest.request(ours, "client_credentials, opaque ÷ one signature", &apps::client_credentials(None))?;
    contest.request(ours, "client_credentials, JWT ÷ one signature", &apps::client_credentials(Some(&api)))
}

/// Where the server believes to be.
fn origin(ours: &Running) -> anyhow::Result<String> {
    let mut connection = Connection::open(ours.address)?;
    let answer = send_expecting(&mut connection, &get(DISCOVERY, &ip(0), ""), 200)?;
    let issuer = between(std::str::from_utf8(answer.body)?, "\"issuer\":\"", "/oidc\"");
    Ok(issuer.context("discovery names no issuer")?.to_owned())
}

fn people(contest: &Contest<'_>, ours: &Running) -> anyhow::Result<()> {
    let begin = |number| OidcSession::begin(ours, number);
    let mut oidc_sessions: Vec<OidcSession> = (0..CONNECTIONS).map(begin).collect::<anyhow::Result<_>>()?;
    let rounds = contest.take(ours, &mut oidc_sessions, |connection, session| session.renew(connection))?;
    show("refresh_token, rotating ÷ one signature", &rounds);
    let mut requests: Vec<String> = oidc_sessions.iter().map(OidcSession::userinfo_request).collect();
    let rounds = contest.take(ours, &mut requests, |connection, userinfo_request| {
        send_expecting(connection, userinfo_request, 200).map(drop)
    })?;
    show("/oidc/me ÷ one signature", &rounds);
    let rounds = contest.take(ours, &mut oidc_sessions, |connection, session| session.sign_in(connection))?;
    show("authorize and exchange ÷ one signature", &rounds);
    show_cost("CPU of authorize and exchange, ms", &rounds, Goal::AtMost(2.0));
    Ok(())
}
