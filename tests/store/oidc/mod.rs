//! What the OpenID provider stores: authorization requests, consents, grants with their codes and tokens,
//! signing keys and logouts.

mod endings;
mod keys;
mod logouts;
mod requests;
mod sweeping;
mod tokens;

use rekey_core::db::sql::Tx;
use rekey_core::grants;
use rekey_core::grants::grant::{AccessToken, AuthorizationCode, Grant, RefreshToken};
use rekey_core::types::amr::Amr;
use rekey_core::types::ids::{SessionId, UserId};
use rekey_core::types::scope::Scope;

use super::{NOW, begin, insert_user, race};

fn session(name: &str) -> SessionId {
    SessionId(name.to_owned())
}

/// A grant of this person to the shop, good for an hour.
pub(super) fn grant(id: &str, user: &UserId, session_id: &str) -> Grant {
    Grant {
        id: id.to_owned(),
        user_id: user.clone(),
        app_id: "shop".to_owned(),
        session_id: session(session_id),
        scope: Scope::parse("openid email"),
        resources: "https://api.example/a https://api.example/b".to_owned(),
        auth_at: NOW.plus_seconds(-60),
        expires_at: NOW.plus_seconds(3600),
        amr: Amr::Protocol,
    }
}

fn code(grant: &str) -> AuthorizationCode {
    AuthorizationCode {
        grant_id: grant.to_owned(),
        redirect_uri: "https://shop.example/callback".to_owned(),
        code_challenge: Some("challenge".to_owned()),
        nonce: Some("nonce".to_owned()),
        expires_at: NOW.plus_seconds(60),
        used_at: None,
    }
}

fn access(grant: Option<&str>) -> AccessToken {
    AccessToken {
        grant_id: grant.map(str::to_owned),
        app_id: "shop".to_owned(),
        scope: Scope::parse("openid"),
        created_at: NOW,
        expires_at: NOW.plus_seconds(600),
    }
}

fn refresh(grant: &str) -> RefreshToken {
    RefreshToken {
        grant_id: grant.to_owned(),
        created_at: NOW,
        expires_at: NOW.plus_seconds(1200),
        used_at: None,
        parent: String::new(),
        successor: None,
    }
}

/// A grant with one of everything, each named after it.
async fn granted(tx: &mut Tx, user: &UserId, name: &str, session_id: &str) {
    grants::store::insert(tx, &grant(name, user, session_id), NOW).await.unwrap();
    grants::store::insert_code(tx, name, &code(name)).await.unwrap();
    grants::store::insert_access_token(tx, name, &access(Some(name))).await.unwrap();
    grants::store::insert_refresh_token(tx, name, &refresh(name)).await.unwrap();
}

/// The grants that are left, each found whole or not at all.
async fn left(tx: &mut Tx, names: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        let whole = [
            grants::store::by_id(tx, name, NOW).await.unwrap().is_some(),
            grants::store::code_by_digest(tx, name).await.unwrap().is_some(),
            grants::store::access_token(tx, name, NOW).await.unwrap().is_some(),
            grants::store::refresh_token(tx, name).await.unwrap().is_some(),
        ];
        assert!(whole == [true; 4] || whole == [false; 4], "{name}: {whole:?}");
        found.extend(whole[0].then(|| (*name).to_owned()));
    }
    found
}
