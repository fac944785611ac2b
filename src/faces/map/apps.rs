//! OpenID Connect: what apps call, and where they send people.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, get, post, resource, scope};

use super::look;
use crate::faces::common::{cors, urls};
use crate::faces::oidc::{authorize, discovery, token, tokens, userinfo};
use crate::faces::pages::apps::{consent, end_session, resume};

/// What apps call looks at no cookie; where they send people is open to nobody's scripts.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource(urls::CONSENT).route(look(consent::show)).route(post().to(consent::submit)))
        .service(
            scope(urls::OIDC)
                .wrap(from_fn(cors::registered))
                .service(resource("/.well-known/openid-configuration").route(look(discovery::show)))
                .service(resource("/.well-known/oauth-authorization-server").route(look(discovery::show)))
                .service(resource("/jwks").route(look(discovery::keys)))
                .service(
                    resource("/auth").route(get().to(authorize::show)).route(post().to(authorize::submit)),
                )
                .service(resource("/auth/{id}").route(get().to(resume::go_on)))
                .service(resource("/request").route(post().to(token::push)))
                .service(resource("/token").route(post().to(token::give)))
                .service(resource("/token/revocation").route(post().to(tokens::revoke)))
                .service(resource("/token/introspection").route(post().to(tokens::introspect)))
                .service(resource("/me").route(look(userinfo::show)).route(post().to(userinfo::show)))
                .service(
                    resource("/session/end")
                        .route(look(end_session::show))
                        .route(post().to(end_session::submit)),
                )
                .service(resource("/session/end/confirm").route(post().to(end_session::confirm))),
        );
}
