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
label-email-or-username = E-Mail oder Benutzername
label-phone-or-username = Telefonnummer oder Benutzername
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
rules-met = Erfüllte Anforderungen: { $met }.
rule-is-met = Erfüllt:
rule-is-unmet = Nicht erfüllt:
password-hint = Mehrere Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.
reasons-title = Bitte wählen Sie ein anderes Passwort:

# Wie schwer ein Passwort zu erraten ist, vom schlechtesten zum besten, und was hilft.
guess-0 = Sehr leicht zu erraten.
guess-1 = Leicht zu erraten.
guess-2 = Noch zu erraten.
guess-3 = Schwer zu erraten.
guess-4 = Sehr schwer zu erraten.
advice-listed = Andere haben es schon verwendet. Nehmen Sie ein anderes.
advice-common = Viele verwenden es.
advice-nearly-common = Viele verwenden etwas Ähnliches.
advice-own = Ohne Ihre Daten und unseren Namen ist es besser.
advice-name = Namen werden früh probiert.
advice-single-word = Ein einzelnes Wort reicht nicht.
advice-keyboard = Benachbarte Tasten werden früh probiert.
advice-repeats = Wiederholungen helfen wenig.
advice-row = Reihen wie abc oder 6543 helfen wenig.
advice-date = Jahre und Daten helfen wenig.
advice-capitals = Großbuchstaben helfen wenig.
advice-backwards = Rückwärts schreiben hilft wenig.
advice-swaps = Ersetzungen wie @ für a helfen wenig.
advice-more-words = Ein Wort mehr hilft.
advice-only-here = Verwenden Sie es nur hier; ein Passwortmanager merkt es sich.

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

captcha-busy = Es wird geprüft, dass Sie kein Roboter sind …
captcha-done = Sie sind kein Roboter. Weiter geht’s.
captcha-failed = Die Prüfung hat nicht geklappt; beim Weitergehen wird sie wiederholt.
captcha-without-scripts = Ihr Browser führt hier keine Skripte aus, deshalb zeigt eine halbe Minute Warten, dass Sie kein Roboter sind.
captcha-wait-button = Eine halbe Minute warten
captcha-wait-title = Einen Moment
captcha-wait-lead = Es geht { $wait } von selbst weiter.
captcha-wait-go-on = Weiter
