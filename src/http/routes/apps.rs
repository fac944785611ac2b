//! The OpenID Connect routes.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, get, post, resource, scope};

use crate::http::pages::apps::{self, consent, end_session};
use rekey_server::http::middleware::cors;
use rekey_server::http::oidc::{authorize, discovery, introspection, token};
use rekey_server::http::routes::{get_or_head, urls};

/// Endpoints that applications call read no cookie; those that browsers navigate to do not allow other sites'
/// scripts.
pub(super) fn mount(map: &mut ServiceConfig) {
    // Where RFC 8414 3.1 looks for the metadata of an issuer with a path.
    map.service(
        resource("/.well-known/oauth-authorization-server/oidc")
            .wrap(from_fn(cors::allow_oidc_origins))
            .route(get_or_head(discovery::show)),
    );
    map.service(
        resource("/.well-known/openid-configuration/oidc")
            .wrap(from_fn(cors::allow_oidc_origins))
            .route(get_or_head(discovery::show)),
    );
    map.service(resource(urls::CONSENT).route(get_or_head(consent::show)).route(post().to(consent::submit)))
        .service(
            scope(urls::OIDC)
                .wrap(from_fn(cors::allow_oidc_origins))
                .service(resource("/.well-known/openid-configuration").route(get_or_head(discovery::show)))
                .service(
                    resource("/.well-known/oauth-authorization-server").route(get_or_head(discovery::show)),
                )
                .service(resource("/jwks").route(get_or_head(discovery::show_jwks)))
                .service(
                    resource("/auth").route(get().to(authorize::show)).route(post().to(authorize::submit)),
                )
                .service(resource("/auth/{id}").route(get().to(apps::resume)))
                .service(resource("/request").route(post().to(token::push)))
                .service(resource("/token").route(post().to(token::issue)))
                .service(resource("/token/revocation").route(post().to(introspection::revoke)))
                .service(resource("/token/introspection").route(post().to(introspection::introspect)))
                .service(
                    resource("/me")
                        .route(get_or_head(introspection::show_userinfo))
                        .route(post().to(introspection::show_userinfo)),
                )
                .service(
                    resource("/session/end")
                        .route(get_or_head(end_session::show))
                        .route(post().to(end_session::submit)),
                )
                .service(resource("/session/end/confirm").route(post().to(end_session::confirm))),
        );
}
