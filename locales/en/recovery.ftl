# Requesting a code.
ask-title = Reset your password
ask-lead-email = Enter the email address of your account. We’ll send you a code.
ask-lead-phone = Enter the phone number of your account. We’ll text you a code.
ask-lead-either = Enter the email address or phone number of your account. We’ll send you a code.
ask-button = Send the code

# Waiting for the code.
code-title-email = Check your email
code-title-phone = Check your phone
code-lead-email = If an account uses this address, a message is on its way. It can take a minute.
code-lead-phone = If an account uses this number, a message is on its way. It can take a minute.
code-lead-new-email = A message is on its way to this address. It can take a minute.
code-lead-new-phone = A message is on its way to this number. It can take a minute.
change-address = Change
code-hint = Six digits; the last one sends the form. You can paste the whole message.
code-button = Continue
code-expired-late = A code that reaches you later works too.
code-expires = { $minutes ->
    [one] The code works for one more minute.
   *[other] The code works for { $minutes } minutes.
}
code-expires-seconds = { $seconds ->
    [one] The code works for one more second.
   *[other] The code works for { $seconds } more seconds.
}
code-until = The code works until { $time }.
code-left = { $time } left.
code-number = If you open the link on another device, it asks for this number:
resend-button = Send a new code
resend-wait = You can ask for a new code { $wait }.
resend-countdown = You can ask for a new code in { $time }.
resend-ready = You can ask for a new code now.
advice-title = Nothing there?
advice-address = Check the address above for a slip.
advice-number = Check the number above for a slip.
advice-spam = Look in the spam folder.
advice-signal = Check that the phone has a signal.
advice-wait = Give it a few minutes; some messages take the long way.
advice-other = Try another address or number of your account.
code-elsewhere-title = Continuing elsewhere
code-elsewhere = You went on in another window or on another device. Finish there; this window can be closed.
code-confirmed-title = You’re confirmed
code-confirmed = The number matched. You can choose a new password here.
code-confirmed-sign-in = This browser has proved that it is you.
code-ended-title = This request has ended
grant-expired-title = The time to choose a password has run out
grant-expired-lead = You were confirmed, and then nothing was saved for a while. Send a new code to go on.

# The link of a message.
link-ready = You asked for a new password for
link-button = Continue on this device
link-match-title = Asked on another device?
link-match-lead = Continue in the window where you asked: type the number it shows.
link-match-button = Continue there
link-over-title = This link doesn’t work any more
link-cut-title = This link isn’t complete
link-cut-lead = Open it again from the message, or copy all of it.
link-again-lead = We can send a new one to
link-again = Send a new message

# The one-time token of an operator’s own message.
one-time-ready = Choose a new password for
one-time-address = Which email address did the message come to?
one-time-button = Continue
one-time-other-address = The message went to another address.
one-time-ask = Reset your password another way

# The new password.
new-password-title = Choose a new password
done-title = Your password is changed
done-works = Your new password works from now on.
done-sessions = { $count ->
    [0] No other device was signed in.
    [one] One device was signed out.
   *[other] { $count } devices were signed out.
}
done-notified = We sent you a note about it.

# “This wasn’t me”.
not-me-title = Wasn’t it you?
not-me-lead = Somebody changed the password of your account.
not-me-address-lead = Somebody changed an address of your account.
not-me-when = When
not-me-device = Device
not-me-then = If it wasn’t you, the button below does three things:
not-me-freeze = The new password stops working, and addresses that were changed since are put back.
not-me-address-back = Your earlier address is put back, and the password stops working.
not-me-sessions = Every device is signed out.
not-me-recover = We send you a code, so that you can choose your own password.
not-me-button = Secure my account
not-me-done-title = Your account is secured
not-me-done-lead = The change in this message is undone, and every later change of an address. If an earlier message is about a change that wasn’t yours, open its link too.
not-me-done-restored = Your earlier address is put back.
not-me-done-removed = The new address is no longer part of your account.
not-me-done-freeze = The password is switched off.
not-me-done-sessions = Every device is signed out.
not-me-done-recover = A code is on its way to you.
not-me-code = Enter the code
not-me-over-title = This link doesn’t work any more
not-me-used = It was used before. If you can’t get in, reset your password.
not-me-expired = It is older than ten days. If you can’t get in, reset your password.
not-me-ended = What it speaks of was already undone, or changed again since. If you can’t get in, reset your password.
not-me-unknown = Check that the whole link was copied. If you can’t get in, reset your password.
