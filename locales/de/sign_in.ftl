# Die Anmeldung.
sign-in-title = Anmelden
sign-in-for = und weiter zu { $app }
sign-in-button = Anmelden
forgot-link = Passwort vergessen?
session-over = Sie wurden inzwischen abgemeldet. Bitte melden Sie sich noch einmal an.

# Was gerade geschehen ist.
notice-signed-out = Sie sind abgemeldet.
notice-password-changed = Ihr neues Passwort ist gespeichert.
notice-session-ended = Das Gerät ist abgemeldet.
notice-others-ended = Alle anderen Geräte sind abgemeldet.
notice-everywhere-ended = Sie sind überall abgemeldet.
