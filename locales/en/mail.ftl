# Emails and SMS.

# The code. The time in the subject tells the newest message from the others.
mail-code-subject = Your { $brand } code from { $time }
mail-code-title = Your code
mail-code-lead = Enter it in the window where you asked for a new password.
mail-code-works = This code works for { $for }.
mail-code-button = Choose a new password
mail-code-link = Or choose a new password with this link.
mail-code-link-works = The link opens { $host } and works for { $for }.
mail-code-not-you-title = If it wasn’t you
mail-code-not-you = You don’t need to do anything. Nobody gets in without this message.
mail-code-share = Enter it only at { $host }, and share it with nobody, not even with us.
mail-asked = Asked for
mail-device = Browser
mail-app = App

# The codes for sign-in and sign-up.
mail-sign-in-lead = Enter it in the window where you’re signing in.
mail-register-lead = Enter it in the window where you’re creating your account.
mail-generic-lead = Enter it in the window where you were asked for it.
mail-generic-not-you = You don’t need to do anything. Share this code with nobody.
mail-register-not-you = You don’t need to do anything. Without this code nobody creates an account with your address.

# An attempt to sign up with an address that has an account.
mail-blocked-codes-subject = Codes for your { $brand } account are paused
mail-blocked-password-subject = The password of your { $brand } account is paused
mail-blocked-title = Somebody has been guessing
mail-blocked-codes-story = There were 100 wrong codes in a row for your account. Codes don’t work until you prove that it is you.
mail-blocked-codes-way = Ask for a new password and use the link in the mail, or just sign in as usual. Then codes work again.
mail-blocked-password-story = There were 100 wrong passwords in a row for your account. Your password doesn’t work until you choose a new one.
mail-blocked-password-way = Choose a new password to sign in again.
mail-blocked-calm = Nobody got in by guessing, and nothing of your account was changed.
mail-exists-subject = You already have a { $brand } account
mail-exists-title = You already have an account
mail-exists-story = Somebody tried to create an account with this address. It already has one, so nothing was changed.
mail-exists-was-you = If it was you, just sign in.
mail-exists-sign-in = Sign in
mail-exists-forgot = If you’ve forgotten your password, choose a new one.
mail-exists-not-you = You don’t need to do anything. Nobody learned that you have an account.

# The password has changed.
mail-reset-subject = Your { $brand } password was reset
mail-reset-title = Your password was reset
mail-reset-story = A new password was chosen with a code or a link from one of our messages.
mail-changed-subject = Your { $brand } password was changed
mail-changed-title = Your password was changed
mail-changed-story = A new password was chosen by somebody who was signed in and knew the old one.
mail-first-set-subject = Your { $brand } account has a password now
mail-first-set-title = Your account has a password now
mail-first-set-story = Until now it had none. Somebody who was signed in chose one.
mail-when = When
mail-ended = Signed out
mail-ended-devices = { $count ->
    [0] No other device was signed in
    [one] One other device
   *[other] { $count } other devices
}
mail-changed-not-you-title = If it wasn’t you
mail-changed-not-you = Tell us, and the new password stops working, every device is signed out, and you choose a password of your own.
mail-changed-button = This wasn’t me
mail-changed-link = The link opens { $host } and works for ten days.
mail-changed-was-you = If it was you, there is nothing to do.

# The code of a signed-in user, for reauthentication or for a new address.
mail-permission-lead = Enter it in the app where you’re changing your account.
mail-permission-not-you = Somebody is signed in to your account. Don’t share the code, and change your password.
mail-new-address-lead = Enter it in the app where you’re adding this address to your account.
mail-new-address-not-you = You don’t need to do anything. Without this code nobody adds your address to an account.

# An address of the account has changed.
mail-address-subject = An address of your { $brand } account was changed
mail-address-title = An address of your account was changed
mail-address-email-changed = Your account has another email address now.
mail-address-email-added = Your account has an email address now. Until now it had none.
mail-address-email-removed = The email address of your account was removed.
mail-address-phone-changed = Your account has another phone number now.
mail-address-phone-added = Your account has a phone number now. Until now it had none.
mail-address-phone-removed = The phone number of your account was removed.
mail-address-not-you = Tell us, and your account gets its earlier address back, the password stops working, every device is signed out, and you choose a password of your own.
mail-address-put-back = Somebody with an earlier address of this account said that the last change wasn’t theirs, so that change was undone. If you can’t get in, reset your password.
mail-address-by-operator = An administrator changed it. If you can’t get in, reset your password, or ask the support of this service.
mail-address-settled-button = Reset your password

# The username has changed.
mail-username-subject = The username of your { $brand } account was changed
mail-username-title = The username of your account was changed
mail-username-changed = Your account has another username now.
mail-username-added = Your account has a username now. Until now it had none.
mail-username-removed = The username of your account was removed.
mail-username-not-you = Choose a new password: it signs every other device out. Your email address and your number still sign you in, and in your account you can put the name back.
mail-username-button = Choose a new password

# SMS: only letters that every phone has, so that it stays one message. Straight apostrophes.
sms-code = { $code } is your { $brand } code. It works for { $for }. Don't share it.
sms-reset = Your { $brand } password was reset. If it wasn't you:
sms-changed = Your { $brand } password was changed. If it wasn't you:
sms-address = An address of your { $brand } account was changed. If it wasn't you:
sms-username = The username of your { $brand } account was changed. If it wasn't you:
sms-blocked-codes = Somebody guessed codes of your { $brand } account, so they are paused. To go on:
sms-blocked-password = Somebody guessed at your { $brand } password, so it is paused. Choose a new one:
sms-exists = You already have a { $brand } account. Sign in:
sms-first-set = Your { $brand } account has a password now. If it wasn't you:

# Times and durations.
mail-moment = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] June
    [7] July
    [8] Aug
    [9] Sept
    [10] Oct
    [11] Nov
   *[12] Dec
} { $year }, { $time }
for-minutes = { $count ->
    [one] one minute
   *[other] { $count } minutes
}
for-hours = { $count ->
    [one] one hour
   *[other] { $count } hours
}
for-days = { $count ->
    [one] one day
   *[other] { $count } days
}
