# The refusals: `refusal-` and the stable code.
tries-left = { $count ->
    [one] You have one try left.
   *[other] You have { $count } tries left.
}
refusal-identifier-malformed = This isn’t complete yet. Check it for a slip.
refusal-identifier-hidden = There is a sign in it that can’t be seen. Type it instead of pasting it.
refusal-username-mixed = This mixes letters of two alphabets that look alike. Use letters of one.
refusal-identifier-unreachable = We can’t send a code to that. Enter the email address or number of your account.
refusal-recovery-off = Passwords can’t be reset here. Please ask for help where you got your account.
refusal-sign-in-off = Signing in like this isn’t possible here.
refusal-sign-up-off = New accounts can’t be created here.
refusal-credentials-wrong = That didn’t match. Check both fields.
refusal-code-wrong = That isn’t the code in the newest message.
refusal-code-earlier = That code is from an earlier message. Use the newest one.
refusal-code-malformed = The code has six digits.
refusal-code-expired = The code has expired. Send a new one to go on.
refusal-code-exhausted = That was too many tries. Send a new code to go on.
refusal-request-ended = It was completed or cancelled. Start again to get a new code.
refusal-codes-blocked = There were too many wrong codes in a row, so codes are paused. Use the link in a message that we sent, sign in another way, or ask the support of this site.
refusal-password-blocked = There were too many wrong tries in a row, so the password is paused. Choose “Forgot your password?” to go on.
refusal-recovery-waits = There were too many wrong codes. Try again { $wait }.
refusal-link-expired = The link is past its time.
refusal-link-used = The link, or the code in the same message, was used already.
refusal-link-earlier = A newer message has replaced this one. Use the newest, or send another.
refusal-link-unknown = Check that the whole link was copied, or start again.
refusal-number-wrong = That isn’t the number in the other window.
refusal-grant-gone = Too much time has passed. Please ask for a new code.
refusal-password-rejected = Please choose another password.
refusal-password-current = That isn’t your current password.
refusal-throttled = That was a lot of tries. Try again { $wait }.
refusal-busy = Many people are here right now. Try again { $wait }.
refusal-breaches-unavailable = We couldn’t check just now whether this password has leaked. Nothing is lost. Try again { $wait }.
refusal-not-found = We couldn’t find that.
refusal-email-taken = Another account uses this email address.
refusal-phone-taken = Another account uses this phone number.
refusal-username-taken = Another account uses this username.
refusal-settings-invalid = A setting isn’t what it must be.
refusal-connector-missing = There is no connector that could send these codes.
refusal-person-needed = Say whose password it is.
refusal-duplicate = There is one of this name already.
refusal-account-denied = This can’t be done with your account.

# The requirements of a new password.
rule-min = { $bound ->
    [one] At least one character
   *[other] At least { $bound } characters
}
rule-max = At most { $bound } characters
rule-types = { $bound ->
    [2] Two of: capitals, small letters, digits, symbols
    [3] Three of: capitals, small letters, digits, symbols
   *[other] Capitals, small letters, digits and symbols
}
rule-ascii = Only letters without accents, digits and symbols
rule-patterns = Not just repeats or rows like 1234
rule-words = Not just a word that is tried early here, such as our name
rule-personal = Not just your name, email or phone number
rule-pwned = Not a password that has leaked or is common

# Why a new password is refused: the stable code.
password-rejected-too-short = { $bound ->
    [one] It is empty.
   *[other] It needs at least { $bound } characters.
}
password-rejected-too-long = It may have at most { $bound } characters.
password-rejected-character-types = { $bound ->
    [2] It needs two of: capitals, small letters, digits, symbols.
    [3] It needs three of: capitals, small letters, digits, symbols.
   *[other] It needs capitals, small letters, digits and symbols.
}
password-rejected-unsupported-characters = It may only have letters without accents, digits and symbols; no emoji.
password-rejected-pwned = It has leaked from another site or is common, so others try it early. It doesn’t mean that anything happened to your account. If you use it elsewhere, change it there too.
password-rejected-restricted-repetition = It is just repeats. Add something different.
password-rejected-restricted-sequence = It is just a row like 1234 or qwerty. Add something different.
password-rejected-restricted-words = It is just a word that is tried early here, such as our name. Add other words.
password-rejected-restricted-user-info = It is just your name, email or phone number, which others may know. Add other words.

# Pages for everything else.
error-home = Go to sign-in
error-back = Go back
error-request = If you ask for help, mention:
error-not-found-title = There is nothing here
error-not-found = The address may have a slip, or the page has moved.
error-method-not-allowed-title = That doesn’t work here
error-method-not-allowed = This page can’t be used in that way. Please start from the beginning.
error-too-large-title = That was too much
error-too-large = More was sent than we can take. Please shorten it and try again.
error-malformed-title = We couldn’t read that
error-malformed = Something got lost on the way. Please go back and try again.
error-stale-title = This page was open for a while
error-stale = For your safety it stopped working. Start again; what you typed is still there.
error-cookies-title = Cookies are needed
error-cookies = This browser did not send our cookie back. Allow cookies for this site and start again.
error-wrong-address-title = Open this site at its own address
error-wrong-address = Here nothing can be sent. Go on at the address below.
error-throttled-title = A moment, please
error-throttled = There were many requests from here in a short time.
error-busy-title = A moment, please
error-busy = Many people are here right now. Nothing is lost.
error-failed-title = Something went wrong on our side
error-failed = It isn’t your fault, and nothing was changed. Please try again.
error-unavailable-title = We’ll be right back
error-unavailable = Something we need isn’t answering. Please try again in a moment.
refusal-captcha-required = Check that you are no robot, then try again.
refusal-captcha-failed = The check that you are no robot did not work out. Try again, please.
