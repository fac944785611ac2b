//! The printed schema is that of this program, and has the names, the nullability and the members of the
//! contract.

use std::fs;

use rekey_server::http::graphql;

/// Lines of the contract, below the type they belong to.
const CONTRACT: &[(&str, &[&str])] = &[
    (
        "type Mutation",
        &[
            "createResetPasswordRequest(captchaToken: String, email: String!, options: CreateResetPasswordRequestOptions): CreatePasswordResetRequestResponse",
            "resetPassword(password: String!, token: String!): ResetPasswordResponse",
            "signIn(backupCode: String, email: String!, expiration: Int, options: SignInOptions, otpToken: String, password: String!): SignInResponse",
            "signOut(all: Boolean): SignOutResponse",
            "changeMyPassword(currentPassword: String!, newPassword: String!): ChangeMyPasswordResponse",
            "changePassword(password: String!, personId: String!): ChangePasswordResponse",
            "signUp(captchaToken: String, email: String!, name: String, password: String, passwordHash: String, roles: [String!]): SignUpResponse",
            "createApiKey(description: String!, memberships: [MembershipInput!]!, options: CreateApiKeyOptions, projectSlug: String!, tokenHash: String): CreateApiKeyResponse",
            "createGlobalApiKey(description: String!, options: CreateApiKeyOptions, roles: [String!], tokenHash: String): CreateApiKeyResponse",
            "disableApiKey(id: String!): DisableApiKeyResponse",
            "configure(config: ConfigInput!): ConfigureResponse",
            "addMailTemplate(template: MailTemplate!): AddMailTemplateResponse",
            "removeMailTemplate(templateIdentifier: MailTemplateIdentifier!): RemoveMailTemplateResponse",
        ],
    ),
    (
        "type Query",
        &[
            "checkResetPasswordToken(requestId: String!, token: String!): CheckResetPasswordTokenCode!",
            "me: Identity!",
            "authLog(filter: AuthLogFilter, limit: Int, offset: Int): AuthLogPage!",
            "mailTemplates: [MailTemplateData!]!",
            "configuration: Config!",
        ],
    ),
    ("input CreateResetPasswordRequestOptions", &["mailProject: String", "mailVariant: String"]),
    (
        "type CreatePasswordResetRequestResponse",
        &[
            "ok: Boolean!",
            "errors: [CreatePasswordResetRequestError!]! @deprecated",
            "error: CreatePasswordResetRequestError",
        ],
    ),
    (
        "type CreatePasswordResetRequestError",
        &[
            "code: CreatePasswordResetRequestErrorCode!",
            "developerMessage: String!",
            "endUserMessage: String @deprecated",
            "retryAfter: Int",
        ],
    ),
    (
        "enum CreatePasswordResetRequestErrorCode",
        &["PERSON_NOT_FOUND", "INVALID_CAPTCHA", "RATE_LIMIT_EXCEEDED"],
    ),
    (
        "type ResetPasswordResponse",
        &["ok: Boolean!", "errors: [ResetPasswordError!]! @deprecated", "error: ResetPasswordError"],
    ),
    (
        "type ResetPasswordError",
        &["code: ResetPasswordErrorCode!", "weakPasswordReasons: [WeakPasswordReason!]"],
    ),
    (
        "enum ResetPasswordErrorCode",
        &["TOKEN_NOT_FOUND", "TOKEN_INVALID", "TOKEN_USED", "TOKEN_EXPIRED", "PASSWORD_TOO_WEAK"],
    ),
    (
        "enum CheckResetPasswordTokenCode",
        &[
            "REQUEST_NOT_FOUND",
            "TOKEN_NOT_FOUND",
            "TOKEN_INVALID",
            "TOKEN_USED",
            "TOKEN_EXPIRED",
            "TOKEN_VALID",
        ],
    ),
    (
        "enum WeakPasswordReason",
        &[
            "TOO_SHORT",
            "MISSING_UPPERCASE",
            "MISSING_LOWERCASE",
            "MISSING_DIGIT",
            "MISSING_SPECIAL",
            "INVALID_PATTERN",
            "BLACKLISTED",
            "COMPROMISED",
        ],
    ),
    ("type SignInResult", &["token: String!", "person: Person!", "backupCodes: [String!]"]),
    ("type SignInError", &["retryAfter: Int", "mfaEnrollment: MfaEnrollment"]),
    (
        "enum SignInErrorCode",
        &[
            "INVALID_CREDENTIALS",
            "UNKNOWN_EMAIL",
            "INVALID_PASSWORD",
            "PERSON_DISABLED",
            "NO_PASSWORD_SET",
            "OTP_REQUIRED",
            "INVALID_OTP_TOKEN",
            "MFA_ENROLLMENT_REQUIRED",
            "EMAIL_NOT_VERIFIED",
            "RATE_LIMIT_EXCEEDED",
        ],
    ),
    (
        "enum SignUpErrorCode",
        &[
            "EMAIL_ALREADY_EXISTS",
            "INVALID_EMAIL_FORMAT",
            "TOO_WEAK",
            "INVALID_CAPTCHA",
            "RATE_LIMIT_EXCEEDED",
        ],
    ),
    ("enum ChangeMyPasswordErrorCode", &["TOO_WEAK", "NOT_A_PERSON", "INVALID_PASSWORD", "NO_PASSWORD_SET"]),
    ("enum ChangePasswordErrorCode", &["PERSON_NOT_FOUND", "TOO_WEAK"]),
    ("enum SignOutErrorCode", &["NOT_A_PERSON", "NOT_POSSIBLE_SIGN_OUT_WITH_PERMANENT_API_KEY"]),
    (
        "type Identity",
        &[
            "id: String!",
            "description: String",
            "person: Person",
            "apiKey: ApiKey",
            "roles: [String!]",
            "sessions: [Session!]!",
        ],
    ),
    (
        "type Person",
        &[
            "id: String!",
            "email: String",
            "name: String",
            "otpEnabled: Boolean!",
            "passwordlessEnabled: Boolean",
            "emailOtpEnabled: Boolean!",
            "emailVerified: Boolean!",
            "identity: Identity!",
        ],
    ),
    ("type ApiKeyWithToken", &["id: String!", "token: String", "identity: Identity!"]),
    ("type CreateApiKeyResult", &["apiKey: ApiKeyWithToken!"]),
    ("type CreateApiKeyError", &["membershipValidation: [MembershipValidationError!]"]),
    ("input MembershipInput", &["role: String!", "variables: [VariableEntryInput!]!"]),
    ("input VariableEntryInput", &["name: String!", "values: [String!]!"]),
    ("input CreateApiKeyOptions", &["trustForwardedClientInfo: Boolean"]),
    (
        "type ConfigCaptcha",
        &["provider: CaptchaProvider", "threshold: Float", "protect: ConfigCaptchaProtect!"],
    ),
    (
        "type ConfigCaptchaProtect",
        &[
            "signUp: Boolean!",
            "passwordReset: Boolean!",
            "passwordlessInit: Boolean!",
            "emailVerification: Boolean!",
        ],
    ),
    (
        "input AuthLogFilter",
        &[
            "types: [String!]",
            "success: Boolean",
            "invokedByIdentityId: String",
            "personId: String",
            "targetPersonId: String",
            "personInputIdentifier: String",
            "createdAfter: DateTime",
            "createdBefore: DateTime",
        ],
    ),
    ("enum ConfigPolicy", &["always", "never", "optIn", "optOut"]),
    (
        "type Config",
        &[
            "password: ConfigPassword!",
            "login: ConfigLogin!",
            "captcha: ConfigCaptcha!",
            "rateLimits: ConfigRateLimits!",
            "signup: ConfigSignup!",
            "emailChange: ConfigEmailChange!",
            "passwordless: ConfigPasswordless!",
        ],
    ),
    (
        "type ConfigRateLimits",
        &[
            "signUpPerIp: ConfigRateLimitWindow!",
            "loginPerIp: ConfigRateLimitWindow!",
            "passwordResetPerIp: ConfigRateLimitWindow!",
            "passwordlessInitPerIp: ConfigRateLimitWindow!",
            "emailVerificationPerIp: ConfigRateLimitWindow!",
            "emailOtpPerPerson: ConfigRateLimitWindow!",
        ],
    ),
    ("enum DisableApiKeyErrorCode", &["KEY_NOT_FOUND"]),
    ("enum CaptchaProvider", &["turnstile", "hcaptcha", "recaptchaV3", "altcha"]),
    (
        "type AuthLogEntry",
        &["id: String!", "createdAt: DateTime!", "type: String!", "success: Boolean!", "metadata: Json"],
    ),
];

/// The lines of a type without what is said about them.
fn lines(sdl: &str, name: &str) -> Vec<String> {
    let start = sdl.find(&format!("\n{name} {{\n")).unwrap_or_else(|| panic!("no {name}"));
    let body = sdl[start + 1..].split("\n}").next().unwrap();
    let mut in_text = false;
    body.lines()
        .skip(1)
        .map(str::trim)
        .filter(|line| {
            let marks = line.matches("\"\"\"").count();
            let is_text = in_text || marks > 0;
            in_text ^= marks == 1;
            !is_text
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_schema_is_that_of_the_contract() {
    let sdl = format!("\n{}", graphql::sdl());
    for (name, expected) in CONTRACT {
        let found = lines(&sdl, name);
        for line in *expected {
            let is_it =
                |found: &String| found == line || line.ends_with("@deprecated") && found.starts_with(line);
            assert!(found.iter().any(is_it), "{name}: {line} is not in {found:#?}");
        }
        if name.starts_with("enum") {
            assert_eq!(found.len(), expected.len(), "{name}: {found:#?}");
        }
    }
}

#[test]
fn the_repository_has_the_schema_of_this_program() {
    let stored = fs::read_to_string("docs/graphql.graphql").unwrap_or_default();
    assert!(stored.trim_end() == graphql::sdl(), "run: cargo run -q -- graphql > docs/graphql.graphql");
}
