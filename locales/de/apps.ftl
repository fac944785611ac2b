# Zwischen einer App und hier.
leave-title = Zurück zur App
leave-lead = Das dauert einen Moment. Wenn nichts geschieht, nutzen Sie den Knopf.
leave-continue = Weiter
lost-title = Das ist beendet
lost-lead = Es wurde in einem anderen Fenster abgeschlossen oder hat zu lange gedauert. Nichts ist verloren.
lost-lead-here = Es wurde in einem anderen Fenster abgeschlossen oder hat zu lange gedauert. Sie sind hier angemeldet.
lost-open = Öffnen Sie { $app } noch einmal, um weiterzumachen.
lost-account = Zu Ihrem Konto

# Zustimmen, dass eine App erfährt, wer man ist.
consent-title = Mit { $app } teilen?
consent-lead = { $app } möchte dies erfahren über
consent-id = Welches Konto Ihres ist
consent-profile = Ihren Namen, Benutzernamen, Ihr Bild und Profil
consent-email = Ihre E-Mail-Adresse
consent-phone = Ihre Telefonnummer
consent-custom = Notizen, die Ihr Konto für Apps enthält
consent-address = Ihre Postanschrift
consent-offline = All das auch, wenn Sie nicht da sind
consent-other = Zugriff auf
consent-agree = Teilen und weiter
consent-decline = Nicht teilen
consent-note = Ihr Passwort wird nie geteilt.

# Abmelden, weil eine App darum bittet.
end-session-title = Abmelden?
end-session-app = { $app } möchte Sie abmelden.
end-session-lead = Damit endet Ihre Anmeldung hier und in jeder App, die Sie damit geöffnet haben. Sie sind angemeldet als
end-session-stay = Angemeldet bleiben

# Eine Anfrage einer App, die wir nicht beantworten können.
error-app-request-title = Die App wollte etwas, das hier nicht geht
error-app-request = Sie haben nichts falsch gemacht. Gehen Sie zurück zur App und versuchen Sie es noch einmal; wenn es wieder geschieht, zeigen Sie ihren Machern die Zeile unten.
