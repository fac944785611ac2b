# Pages between an app and Rekey.
leave-title = Back to the app
leave-lead = This takes a moment. If nothing happens, use the button.
leave-continue = Continue
lost-title = This has ended
lost-lead = It was finished in another window, or it took too long. Nothing is lost.
lost-lead-here = It was finished in another window, or it took too long. You are signed in here.
lost-open = Open { $app } again to go on.
lost-account = Go to your account

# Consent to an app.
consent-title = Share with { $app }?
consent-lead = { $app } would like to know this about
consent-id = Which account is yours
consent-profile = Your name, username, picture and profile
consent-email = Your email address
consent-phone = Your phone number
consent-custom = Notes that your account carries for apps
consent-address = Your postal address
consent-offline = All of this also when you’re away
consent-other = Access to
consent-agree = Share and continue
consent-decline = Don’t share
consent-note = Your password is never shared.

# Sign-out at the request of an app.
end-session-title = Sign out?
end-session-app = { $app } asks to sign you out.
end-session-lead = This ends your sign-in here, and in every app you opened with it. You are signed in as
end-session-stay = Stay signed in

# An authorization request that can’t be answered.
error-app-request-title = The app asked for something we can’t do
error-app-request = It isn’t your fault. Go back to the app and try again; if it happens again, show its makers the line below.
