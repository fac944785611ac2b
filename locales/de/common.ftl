# Was jede Seite sagen kann.
title-error = Fehler:
start-again = Neu beginnen
try-again = Versuchen Sie es { $wait } noch einmal.
back-to-sign-in = Zurück zur Anmeldung
back-to-account = Zurück zum Konto
continue-button = Weiter
continue-to = Weiter zu { $app }
save-button = Speichern und weiter
for-account = Für

# Felder.
label-account = Konto
label-identifier = E-Mail, Telefon oder Benutzername
label-email = E-Mail
label-phone = Telefonnummer
label-email-or-phone = E-Mail oder Telefonnummer
label-name = Name
label-username = Benutzername
label-password = Passwort
label-current-password = Aktuelles Passwort
label-new-password = Neues Passwort
label-code = Code
label-number = Zahl

# Rund um ein Passwortfeld.
password-show = Passwort anzeigen
password-shown = Ihr Passwort ist sichtbar.
password-hidden = Ihr Passwort ist verborgen.
password-caps = Die Feststelltaste ist aktiv.
rules-title = So soll Ihr Passwort sein
rules-met = { $met } erfüllt
reasons-title = Bitte wählen Sie ein anderes Passwort:

# Zeiten, wie man sie sagt.
wait-seconds = { $count ->
    [one] in einer Sekunde
   *[other] in { $count } Sekunden
}
wait-minutes = { $count ->
    [one] in einer Minute
   *[other] in { $count } Minuten
}
wait-hours = { $count ->
    [one] in einer Stunde
   *[other] in { $count } Stunden
}
