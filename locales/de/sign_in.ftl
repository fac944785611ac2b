# Die Anmeldung.
sign-in-title = Anmelden
sign-in-for = und weiter zu { $app }
sign-in-button = Anmelden
forgot-link = Passwort vergessen?
sign-in-email-code = Stattdessen einen Code per E-Mail
sign-in-text-code = Stattdessen einen Code per SMS
sign-in-send-code = Stattdessen einen Code senden
sign-in-new = Neu hier?
sign-in-register = Konto anlegen
session-over = Sie wurden inzwischen abgemeldet. Bitte melden Sie sich noch einmal an.

# Was gerade geschehen ist.
notice-signed-out = Sie sind abgemeldet.
notice-password-changed = Ihr neues Passwort ist gespeichert.
notice-session-ended = Das Gerät ist abgemeldet.
notice-others-ended = Alle anderen Geräte sind abgemeldet.
notice-everywhere-ended = Sie sind überall abgemeldet.

# Ein Konto anlegen.
sign-up-title = Konto anlegen
sign-up-lead-email = Geben Sie Ihre E-Mail-Adresse ein. Wir senden Ihnen einen Code.
sign-up-lead-phone = Geben Sie Ihre Telefonnummer ein. Wir senden Ihnen einen Code.
sign-up-lead-either = Geben Sie Ihre E-Mail-Adresse oder Telefonnummer ein. Wir senden Ihnen einen Code.
sign-up-have = Sie haben schon ein Konto?
sign-up-instead = Stattdessen anmelden
sign-up-password-title = Passwort wählen
sign-up-button = Konto anlegen
