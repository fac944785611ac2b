# What every page may say.
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
rules-met = { $met } met
reasons-title = Please choose another password:

# Times as a person says them.
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
