# Um einen Code bitten.
ask-title = Passwort zurücksetzen
ask-lead-email = Geben Sie die E-Mail-Adresse Ihres Kontos ein. Wir senden Ihnen einen Code.
ask-lead-phone = Geben Sie die Telefonnummer Ihres Kontos ein. Wir senden Ihnen einen Code.
ask-lead-either = Geben Sie die E-Mail-Adresse oder Telefonnummer Ihres Kontos ein. Wir senden Ihnen einen Code.
ask-button = Code senden

# Auf den Code warten.
code-title-email = Sehen Sie in Ihre E-Mails
code-title-phone = Sehen Sie auf Ihr Telefon
code-lead-email = Wenn ein Konto diese Adresse verwendet, ist eine Nachricht unterwegs. Das kann eine Minute dauern.
code-lead-phone = Wenn ein Konto diese Nummer verwendet, ist eine Nachricht unterwegs. Das kann eine Minute dauern.
code-lead-new-email = Eine Nachricht an diese Adresse ist unterwegs. Das kann eine Minute dauern.
code-lead-new-phone = Eine Nachricht an diese Nummer ist unterwegs. Das kann eine Minute dauern.
change-address = Ändern
code-hint = Sechs Ziffern; die letzte sendet ab. Sie können die ganze Nachricht einfügen.
code-button = Weiter
code-expired-late = Auch ein Code, der später ankommt, funktioniert.
code-expires = { $minutes ->
    [one] Der Code gilt noch eine Minute.
   *[other] Der Code gilt { $minutes } Minuten.
}
code-expires-seconds = { $seconds ->
    [one] Der Code gilt noch eine Sekunde.
   *[other] Der Code gilt noch { $seconds } Sekunden.
}
code-until = Der Code gilt bis { $time }.
code-left = Noch { $time }.
code-number = Wenn Sie den Link auf einem anderen Gerät öffnen, fragt es nach dieser Zahl:
resend-button = Neuen Code senden
resend-wait = Einen neuen Code gibt es { $wait }.
resend-countdown = Einen neuen Code gibt es in { $time }.
resend-ready = Sie können jetzt einen neuen Code anfordern.
advice-title = Nichts angekommen?
advice-address = Prüfen Sie die Adresse oben auf Tippfehler.
advice-number = Prüfen Sie die Nummer oben auf Tippfehler.
advice-spam = Sehen Sie im Spam-Ordner nach.
advice-signal = Prüfen Sie, ob das Telefon Empfang hat.
advice-wait = Warten Sie ein paar Minuten; manche Nachricht nimmt einen Umweg.
advice-other = Versuchen Sie es mit einer anderen Adresse oder Nummer Ihres Kontos.
code-elsewhere-title = Es geht woanders weiter
code-elsewhere = Sie haben in einem anderen Fenster oder auf einem anderen Gerät weitergemacht. Schließen Sie dort ab; dieses Fenster können Sie schließen.
code-confirmed-title = Bestätigt
code-confirmed = Die Zahl stimmt. Sie können hier ein neues Passwort wählen.
code-confirmed-sign-in = Dieser Browser hat nachgewiesen, dass Sie es sind.
code-ended-title = Diese Anfrage ist beendet
grant-expired-title = Die Zeit für das neue Passwort ist abgelaufen
grant-expired-lead = Sie waren bestätigt, danach wurde eine Weile nichts gespeichert. Senden Sie einen neuen Code, um weiterzumachen.

# Der Link einer Nachricht.
link-ready = Sie möchten ein neues Passwort für
link-button = Auf diesem Gerät weiter
link-match-title = Auf einem anderen Gerät begonnen?
link-match-lead = Machen Sie dort weiter: Geben Sie die Zahl ein, die das Fenster dort zeigt.
link-match-button = Dort weiter
link-over-title = Dieser Link gilt nicht mehr
link-cut-title = Dieser Link ist nicht vollständig
link-cut-lead = Öffnen Sie ihn noch einmal aus der Nachricht, oder kopieren Sie ihn ganz.
link-again-lead = Wir können einen neuen senden an
link-again = Neue Nachricht senden

# Das Einmal-Token einer eigenen Nachricht des Betreibers.
one-time-ready = Wählen Sie ein neues Passwort für
one-time-address = An welche E-Mail-Adresse kam die Nachricht?
one-time-button = Weiter
one-time-other-address = Die Nachricht ging an eine andere Adresse.
one-time-ask = Passwort auf anderem Weg zurücksetzen

# Das neue Passwort.
new-password-title = Neues Passwort wählen
done-title = Ihr Passwort ist geändert
done-works = Ihr neues Passwort gilt ab sofort.
done-sessions = { $count ->
    [0] Kein anderes Gerät war angemeldet.
    [one] Ein Gerät wurde abgemeldet.
   *[other] { $count } Geräte wurden abgemeldet.
}
done-notified = Wir haben Ihnen eine Nachricht darüber gesendet.

# Das war ich nicht.
not-me-title = Waren Sie das nicht?
not-me-lead = Jemand hat das Passwort Ihres Kontos geändert.
not-me-address-lead = Jemand hat eine Adresse Ihres Kontos geändert.
not-me-when = Wann
not-me-device = Gerät
not-me-then = Wenn Sie es nicht waren, geschieht mit der Schaltfläche dreierlei:
not-me-freeze = Das neue Passwort gilt nicht mehr, und seither geänderte Adressen werden zurückgesetzt.
not-me-address-back = Ihre frühere Adresse gilt wieder, und das Passwort gilt nicht mehr.
not-me-sessions = Alle Geräte werden abgemeldet.
not-me-recover = Wir senden Ihnen einen Code, damit Sie selbst ein Passwort wählen können.
not-me-button = Mein Konto sichern
not-me-done-title = Ihr Konto ist gesichert
not-me-done-lead = Die Änderung aus dieser Nachricht ist zurückgenommen, und jede spätere Änderung einer Adresse. Wenn eine frühere Nachricht eine Änderung nennt, die nicht von Ihnen war, öffnen Sie auch deren Link.
not-me-done-restored = Ihre frühere Adresse gilt wieder.
not-me-done-removed = Die neue Adresse gehört nicht mehr zu Ihrem Konto.
not-me-done-freeze = Das Passwort ist abgeschaltet.
not-me-done-sessions = Alle Geräte sind abgemeldet.
not-me-done-recover = Ein Code ist zu Ihnen unterwegs.
not-me-code = Code eingeben
not-me-over-title = Dieser Link gilt nicht mehr
not-me-used = Er wurde schon verwendet. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück.
not-me-expired = Er ist älter als zehn Tage. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück.
not-me-ended = Was er zurücknähme, ist schon zurückgenommen oder seitdem wieder geändert worden. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück.
not-me-unknown = Prüfen Sie, ob der Link vollständig ist. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück.
