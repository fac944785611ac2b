//! The pages that people see.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, get, post, resource};

use super::look;
use crate::faces::common::{cors, urls};
use crate::faces::pages::entry::captcha;
use crate::faces::pages::new_password::check;
use crate::faces::pages::{account, ask, code, entry, link, new_password, not_me, sign_in, sign_up};

/// Every page.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource(urls::ROOT).route(look(entry::root)))
        .service(resource(urls::WELL_KNOWN_CHANGE).route(look(entry::change_password)))
        .configure(sign_in_and_account)
        .configure(codes)
        .service(resource(urls::CAPTCHA_WAIT).route(look(captcha::show)).route(post().to(captcha::begin)))
        .service(resource(urls::CAPTCHA_CHALLENGE).wrap(from_fn(cors::sdk)).route(look(captcha::challenge)))
        .configure(registration)
        .configure(recovery);
}

fn sign_in_and_account(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN).route(look(sign_in::show)).route(post().to(sign_in::submit)))
        .service(resource(urls::SIGN_OUT).route(post().to(sign_in::leave)))
        .service(resource(urls::ACCOUNT).route(look(account::show)))
        .service(
            resource(urls::ACCOUNT_PASSWORD)
                .route(look(account::show_password))
                .route(post().to(account::change_password)),
        )
        .service(resource(urls::ACCOUNT_PASSWORD_CHECK).route(post().to(check::change)))
        .service(resource(urls::END_OTHERS).route(post().to(account::end_others)))
        .service(resource(urls::END_ALL).route(post().to(account::end_all)))
        .service(resource(urls::NOT_ME).route(look(not_me::show)).route(post().to(not_me::submit)));
}

/// Signing in by a code.
fn codes(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN_SEND).route(post().to(sign_in::send_code)))
        .service(resource(urls::SIGN_IN_CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::SIGN_IN_CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::SIGN_IN_CODE_CONTINUE).route(post().to(code::proceed)))
        .service(resource(urls::SIGN_IN_CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::SIGN_IN_CODE_STATE).route(get().to(code::poll)));
}

fn registration(map: &mut ServiceConfig) {
    map.service(resource(urls::REGISTER).route(look(sign_up::show)).route(post().to(sign_up::submit)))
        .service(resource(urls::REGISTER_CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::REGISTER_CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::REGISTER_CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::REGISTER_CODE_STATE).route(get().to(code::poll)))
        .service(
            resource(urls::REGISTER_PASSWORD)
                .route(look(sign_up::show_password))
                .route(post().to(sign_up::submit_password)),
        )
        .service(resource(urls::REGISTER_PASSWORD_CHECK).route(post().to(check::choose)));
}

fn recovery(map: &mut ServiceConfig) {
    map.service(resource(urls::FORGOT).route(look(ask::show)).route(post().to(ask::submit)))
        .service(resource(urls::RESET_PASSWORD).route(look(ask::show_focused)))
        .service(
            resource(urls::ONE_TIME)
                .route(look(link::one_time::show))
                .route(post().to(link::one_time::redeem)),
        )
        .service(resource(urls::FORGOT_START).route(post().to(ask::start)))
        .service(resource(urls::CHANGE_ADDRESS).route(post().to(code::change_address)))
        .service(resource(urls::CODE).route(look(code::show)).route(post().to(code::submit)))
        .service(resource(urls::CODE_RESEND).route(post().to(code::resend)))
        .service(resource(urls::CODE_STATE).route(get().to(code::poll)))
        .service(resource(urls::CODE_CONTINUE).route(post().to(code::proceed)))
        .service(
            resource(urls::NEW_PASSWORD)
                .route(look(new_password::show))
                .route(post().to(new_password::submit)),
        )
        .service(resource(urls::NEW_PASSWORD_CHECK).route(post().to(check::reset)))
        .service(resource(urls::DONE).route(look(new_password::done)))
        .service(resource(urls::LINK).route(look(link::show)).route(post().to(link::follow)))
        .service(resource(urls::LINK_MATCH).route(post().to(link::match_number)))
        .service(resource(urls::LINK_AGAIN).route(post().to(link::again)));
}
