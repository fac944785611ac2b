# The sign-in page.
sign-in-title = Sign in
sign-in-for = to continue to { $app }
sign-in-button = Sign in
forgot-link = Forgot your password?
sign-in-email-code = Email me a code instead
sign-in-text-code = Text me a code instead
sign-in-send-code = Send me a code instead
sign-in-new = New here?
sign-in-register = Create an account
session-over = You were signed out in the meantime. Please sign in again.

# What just happened.
notice-signed-out = You are signed out.
notice-password-changed = Your new password is saved.
notice-session-ended = That device is signed out.
notice-others-ended = All other devices are signed out.
notice-everywhere-ended = You are signed out everywhere.

# Sign-up.
sign-up-title = Create an account
sign-up-lead-email = Enter your email address. We’ll send you a code.
sign-up-lead-phone = Enter your phone number. We’ll text you a code.
sign-up-lead-either = Enter your email address or phone number. We’ll send you a code.
sign-up-have = Already have an account?
sign-up-instead = Sign in instead
sign-up-password-title = Choose a password
sign-up-button = Create account
