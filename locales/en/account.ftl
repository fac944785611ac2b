# The account page.
account-title = Your account
account-you = You
account-no-password = None yet
account-sessions = Where you’re signed in
account-sessions-lead = If you don’t recognise a device, sign it out and change your password.
sign-out = Sign out
device-unknown = Unknown device
session-current = This device
session-started = Signed in
session-seen = last used
session-end = Sign out
session-end-named = Sign out { $device }
end-others = Sign out all other devices
end-all = Sign out everywhere
end-all-lead = This signs out every device, this one too.
end-all-button = Sign out everywhere now

# Changing the password.
password-change-title = Change password
password-first-title = Set a password
password-others = Your other devices will be signed out.
password-everywhere = You will be signed out everywhere and sign in with the new password.

# A password that does not meet the current policy.
weak-title = Your password no longer fits
weak-lead = It was the right one, but it doesn’t fit what we ask of passwords today.
weak-advised = You can go on with it for now. A new one protects your account better.
weak-required = Please choose a new one to go on.
not-now = Not now

# Third-party apps with the user’s consent.
account-shared = Apps you share with
account-shared-lead = These third-party apps learn what stands below their names.
account-shared-end = Stop sharing
account-shared-end-named = Stop sharing with { $app }
notice-sharing-ended = Nothing is shared with that app any more. It has to ask again.
