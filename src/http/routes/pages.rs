//! The routes of the pages.

use actix_web::middleware::from_fn;
use actix_web::web::{ServiceConfig, get, post, resource};

use crate::http::pages::entry::{self, captcha};
use crate::http::pages::new_password::{self, check};
use crate::http::pages::{account, dispute, forgot_password, link, sign_in, sign_up, verification_code};
use rekey_server::http::middleware::cors;
use rekey_server::http::routes::{get_or_head, urls};

/// Adds the routes.
pub(super) fn mount(map: &mut ServiceConfig) {
    map.service(resource(urls::ROOT).route(get_or_head(entry::show_root)))
        .service(resource(urls::WELL_KNOWN_CHANGE).route(get_or_head(entry::redirect_to_change_password)))
        .configure(mount_sign_in_and_account)
        .configure(mount_codes)
        .service(
            resource(urls::CAPTCHA_WAIT)
                .route(get_or_head(captcha::show))
                .route(post().to(captcha::start_wait)),
        )
        .service(
            resource(urls::CAPTCHA_CHALLENGE)
                .wrap(from_fn(cors::allow_sdk_origins))
                .route(get_or_head(captcha::challenge)),
        )
        .configure(mount_registration)
        .configure(mount_recovery);
}

fn mount_sign_in_and_account(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN).route(get_or_head(sign_in::show)).route(post().to(sign_in::submit)))
        .service(resource(urls::SIGN_OUT).route(post().to(account::sign_out)))
        .service(resource(urls::ACCOUNT).route(get_or_head(account::show)))
        .service(
            resource(urls::ACCOUNT_PASSWORD)
                .route(get_or_head(account::show_password))
                .route(post().to(account::change_password)),
        )
        .service(resource(urls::ACCOUNT_PASSWORD_CHECK).route(post().to(check::check_change)))
        .service(resource(urls::END_OTHERS).route(post().to(account::end_others)))
        .service(resource(urls::END_ALL).route(post().to(account::end_all)))
        .service(resource(urls::NOT_ME).route(get_or_head(dispute::show)).route(post().to(dispute::submit)));
}

/// Sign-in by a code.
fn mount_codes(map: &mut ServiceConfig) {
    map.service(resource(urls::SIGN_IN_SEND).route(post().to(sign_in::send_code)))
        .service(resource(urls::SIGN_IN_CHANGE_ADDRESS).route(post().to(verification_code::change_address)))
        .service(
            resource(urls::SIGN_IN_CODE)
                .route(get_or_head(verification_code::show))
                .route(post().to(verification_code::submit)),
        )
        .service(resource(urls::SIGN_IN_CODE_CONTINUE).route(post().to(verification_code::continue_here)))
        .service(resource(urls::SIGN_IN_CODE_RESEND).route(post().to(verification_code::resend)))
        .service(resource(urls::SIGN_IN_CODE_STATE).route(get().to(verification_code::poll)));
}

fn mount_registration(map: &mut ServiceConfig) {
    map.service(resource(urls::REGISTER).route(get_or_head(sign_up::show)).route(post().to(sign_up::submit)))
        .service(resource(urls::REGISTER_CHANGE_ADDRESS).route(post().to(verification_code::change_address)))
        .service(
            resource(urls::REGISTER_CODE)
                .route(get_or_head(verification_code::show))
                .route(post().to(verification_code::submit)),
        )
        .service(resource(urls::REGISTER_CODE_RESEND).route(post().to(verification_code::resend)))
        .service(resource(urls::REGISTER_CODE_STATE).route(get().to(verification_code::poll)))
        .service(
            resource(urls::REGISTER_PASSWORD)
                .route(get_or_head(sign_up::show_password))
                .route(post().to(sign_up::submit_password)),
        )
        .service(resource(urls::REGISTER_PASSWORD_CHECK).route(post().to(check::check_registration)));
}

fn mount_recovery(map: &mut ServiceConfig) {
    map.service(
        resource(urls::FORGOT)
            .route(get_or_head(forgot_password::show))
            .route(post().to(forgot_password::submit)),
    )
    .service(resource(urls::RESET_PASSWORD).route(get_or_head(forgot_password::show_landing)))
    .service(
        resource(urls::ONE_TIME)
            .route(get_or_head(link::one_time::show))
            .route(post().to(link::one_time::redeem)),
    )
    .service(resource(urls::FORGOT_START).route(post().to(forgot_password::start)))
    .service(resource(urls::CHANGE_ADDRESS).route(post().to(verification_code::change_address)))
    .service(
        resource(urls::CODE)
            .route(get_or_head(verification_code::show))
            .route(post().to(verification_code::submit)),
    )
    .service(resource(urls::CODE_RESEND).route(post().to(verification_code::resend)))
    .service(resource(urls::CODE_STATE).route(get().to(verification_code::poll)))
    .service(resource(urls::CODE_CONTINUE).route(post().to(verification_code::continue_here)))
    .service(
        resource(urls::NEW_PASSWORD)
            .route(get_or_head(new_password::show))
            .route(post().to(new_password::submit)),
    )
    .service(resource(urls::NEW_PASSWORD_CHECK).route(post().to(check::check_reset)))
    .service(resource(urls::DONE).route(get_or_head(new_password::show_done)))
    .service(resource(urls::LINK).route(get_or_head(link::show)).route(post().to(link::follow)))
    .service(resource(urls::LINK_MATCH).route(post().to(link::match_number)))
    .service(resource(urls::LINK_AGAIN).route(post().to(link::resend)));
}
