# Shared by all pages.
title-error = Error:
start-again = Start again
try-again = Try again { $wait }.
back-to-sign-in = Back to sign-in
back-to-account = Back to your account
continue-button = Continue
continue-to = Continue to { $app }
save-button = Save and continue
for-account = For

# Fields.
label-account = Account
label-identifier = Email, phone or username
label-email = Email
label-phone = Phone number
label-email-or-phone = Email or phone number
label-email-or-username = Email or username
label-phone-or-username = Phone number or username
label-name = Name
label-username = Username
label-password = Password
label-current-password = Current password
label-new-password = New password
label-code = Code
label-number = Number

# Around a password field.
password-show = Show password
password-shown = Your password is shown.
password-hidden = Your password is hidden.
password-caps = Caps lock is on.
rules-title = What your password must be like
rules-met = Requirements met: { $met }.
rule-is-met = Met:
rule-is-unmet = Not met:
password-hint = A few words that have nothing to do with each other are easy to remember and hard to guess.
reasons-title = Please choose another password:

# How hard a password is to guess, from worst to best, and what would help.
guess-0 = Very easy to guess.
guess-1 = Easy to guess.
guess-2 = Not yet hard to guess.
guess-3 = Hard to guess.
guess-4 = Very hard to guess.
advice-listed = Others have used it before. Choose a different one.
advice-common = Many people use it.
advice-nearly-common = Many people use something like it.
advice-own = Leave out your details and our name.
advice-name = Names are tried early.
advice-single-word = One word is not enough.
advice-keyboard = Keys side by side are tried early.
advice-repeats = Repeating adds little.
advice-row = Rows like abc or 6543 add little.
advice-date = Years and dates add little.
advice-capitals = Capitals add little.
advice-backwards = Writing it backwards adds little.
advice-swaps = Swaps like @ for a add little.
advice-more-words = Add another word or two.
advice-only-here = Use it only here; a password manager can remember it.

# Times and durations.
wait-seconds = { $count ->
    [one] in one second
   *[other] in { $count } seconds
}
wait-minutes = { $count ->
    [one] in one minute
   *[other] in { $count } minutes
}
wait-hours = { $count ->
    [one] in one hour
   *[other] in { $count } hours
}

# The captcha.
captcha-busy = Checking that you are no robot …
captcha-done = You are no robot. Go on.
captcha-failed = The check did not work out; it is tried again when you go on.
captcha-without-scripts = Your browser runs no scripts here, so waiting half a minute shows instead that you are no robot.
captcha-wait-button = Wait half a minute
captcha-wait-title = One moment
captcha-wait-lead = It goes on by itself { $wait }.
captcha-wait-go-on = Go on
