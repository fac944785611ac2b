# The sign-in page.
sign-in-title = Sign in
sign-in-for = to continue to { $app }
sign-in-button = Sign in
forgot-link = Forgot your password?
session-over = You were signed out in the meantime. Please sign in again.

# What just happened.
notice-signed-out = You are signed out.
notice-password-changed = Your new password is saved.
notice-session-ended = That device is signed out.
notice-others-ended = All other devices are signed out.
notice-everywhere-ended = You are signed out everywhere.
