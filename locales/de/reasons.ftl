# Warum ein Schritt nicht geklappt hat: `refusal-` und der feste Code.
tries-left = { $count ->
    [one] Sie haben noch einen Versuch.
   *[other] Sie haben noch { $count } Versuche.
}
refusal-identifier-malformed = Das ist noch nicht vollständig.
refusal-identifier-hidden = Darin steht ein unsichtbares Zeichen. Tippen Sie es ein, statt es einzufügen.
refusal-username-mixed = Das mischt Buchstaben aus zwei Schriften, die sich gleichen. Nehmen Sie nur eine.
refusal-identifier-unreachable = Dorthin können wir keinen Code senden. Geben Sie die E-Mail-Adresse oder Nummer Ihres Kontos ein.
refusal-recovery-off = Passwörter können hier nicht zurückgesetzt werden. Bitte fragen Sie dort, wo Sie Ihr Konto bekommen haben.
refusal-sign-in-off = So kann man sich hier nicht anmelden.
refusal-sign-up-off = Hier können keine neuen Konten angelegt werden.
refusal-credentials-wrong = Das passt nicht zusammen. Bitte prüfen Sie beide Felder.
refusal-code-wrong = Das ist nicht der Code aus der neuesten Nachricht.
refusal-code-earlier = Dieser Code stammt aus einer früheren Nachricht. Nehmen Sie den neuesten.
refusal-code-malformed = Der Code hat sechs Ziffern.
refusal-code-expired = Der Code ist abgelaufen. Senden Sie einen neuen, um weiterzumachen.
refusal-code-exhausted = Das waren zu viele Versuche. Senden Sie einen neuen Code, um weiterzumachen.
refusal-request-ended = Sie wurde abgeschlossen oder abgebrochen. Beginnen Sie neu, um einen Code zu erhalten.
refusal-codes-blocked = Es gab zu viele falsche Codes hintereinander, darum sind Codes ausgesetzt. Nutzen Sie den Link in einer unserer Nachrichten, melden Sie sich anders an, oder fragen Sie, wer diese Seite betreibt.
refusal-password-blocked = Es gab zu viele falsche Versuche hintereinander, darum ist das Passwort ausgesetzt. Wählen Sie „Passwort vergessen?“, um weiterzumachen.
refusal-recovery-waits = Es gab zu viele falsche Codes. Versuchen Sie es { $wait } noch einmal.
refusal-link-expired = Der Link ist abgelaufen.
refusal-link-used = Der Link oder der Code derselben Nachricht wurde schon verwendet.
refusal-link-earlier = Eine neuere Nachricht hat diese ersetzt. Nehmen Sie die neueste oder senden Sie noch eine.
refusal-link-unknown = Prüfen Sie, ob der Link vollständig ist, oder beginnen Sie neu.
refusal-number-wrong = Das ist nicht die Zahl im anderen Fenster.
refusal-grant-gone = Es ist zu viel Zeit vergangen. Bitte fordern Sie einen neuen Code an.
refusal-password-rejected = Bitte wählen Sie ein anderes Passwort.
refusal-password-current = Das ist nicht Ihr aktuelles Passwort.
refusal-throttled = Das waren viele Versuche. Versuchen Sie es { $wait } noch einmal.
refusal-busy = Gerade ist viel los. Versuchen Sie es { $wait } noch einmal.
refusal-breaches-unavailable = Wir konnten gerade nicht prüfen, ob dieses Passwort anderswo bekannt wurde. Es ist nichts verloren. Versuchen Sie es { $wait } noch einmal.
refusal-not-found = Das haben wir nicht gefunden.
refusal-email-taken = Ein anderes Konto verwendet diese E-Mail-Adresse.
refusal-phone-taken = Ein anderes Konto verwendet diese Telefonnummer.
refusal-username-taken = Ein anderes Konto verwendet diesen Benutzernamen.
refusal-settings-invalid = Eine Einstellung ist nicht, was sie sein muss.
refusal-connector-missing = Es gibt keinen Connector, der diese Codes senden könnte.
refusal-person-needed = Bitte sagen, wessen Passwort es ist.
refusal-duplicate = Das gibt es unter diesem Namen schon.
refusal-account-denied = Das geht mit Ihrem Konto nicht.

# Wie ein neues Passwort sein soll.
rule-min = { $bound ->
    [one] Mindestens ein Zeichen
   *[other] Mindestens { $bound } Zeichen
}
rule-max = Höchstens { $bound } Zeichen
rule-types = { $bound ->
    [2] Zwei von: Groß-, Kleinbuchstaben, Ziffern, Sonderzeichen
    [3] Drei von: Groß-, Kleinbuchstaben, Ziffern, Sonderzeichen
   *[other] Groß- und Kleinbuchstaben, Ziffern und Sonderzeichen
}
rule-ascii = Nur Buchstaben ohne Akzente und Umlaute, Ziffern und Sonderzeichen
rule-patterns = Nicht nur Wiederholungen oder Reihen wie 1234
rule-words = Nicht nur ein Wort, das hier früh probiert wird, etwa unser Name
rule-personal = Nicht nur Ihr Name, Ihre E-Mail-Adresse oder Telefonnummer
rule-pwned = Kein Passwort, das bekannt wurde oder verbreitet ist

# Warum ein neues Passwort abgelehnt wird: der feste Code.
password-rejected-too-short = { $bound ->
    [one] Es ist leer.
   *[other] Es braucht mindestens { $bound } Zeichen.
}
password-rejected-too-long = Es darf höchstens { $bound } Zeichen haben.
password-rejected-character-types = { $bound ->
    [2] Es braucht zwei von: Groß-, Kleinbuchstaben, Ziffern, Sonderzeichen.
    [3] Es braucht drei von: Groß-, Kleinbuchstaben, Ziffern, Sonderzeichen.
   *[other] Es braucht Groß- und Kleinbuchstaben, Ziffern und Sonderzeichen.
}
password-rejected-unsupported-characters = Es darf nur Buchstaben ohne Akzente und Umlaute, Ziffern und Sonderzeichen enthalten; keine Emoji.
password-rejected-pwned = Es wurde anderswo bekannt oder ist verbreitet; deshalb probieren andere es früh. Das heißt nicht, dass mit Ihrem Konto etwas passiert ist. Wenn Sie es auch anderswo verwenden, ändern Sie es dort ebenfalls.
password-rejected-restricted-repetition = Es besteht nur aus Wiederholungen. Ergänzen Sie etwas anderes.
password-rejected-restricted-sequence = Es ist nur eine Reihe wie 1234 oder qwertz. Ergänzen Sie etwas anderes.
password-rejected-restricted-words = Es ist nur ein Wort, das hier früh probiert wird, etwa unser Name. Ergänzen Sie andere Wörter.
password-rejected-restricted-user-info = Es ist nur Ihr Name, Ihre E-Mail-Adresse oder Telefonnummer, die andere kennen können. Ergänzen Sie andere Wörter.

# Seiten für alles andere.
error-home = Zur Anmeldung
error-back = Zurück
error-request = Wenn Sie um Hilfe bitten, nennen Sie:
error-not-found-title = Hier ist nichts
error-not-found = Vielleicht ist die Adresse vertippt, oder die Seite ist umgezogen.
error-method-not-allowed-title = Das geht hier nicht
error-method-not-allowed = Diese Seite lässt sich so nicht verwenden. Bitte beginnen Sie von vorn.
error-too-large-title = Das war zu viel
error-too-large = Es wurde mehr gesendet, als wir annehmen können. Bitte kürzen Sie es.
error-malformed-title = Das konnten wir nicht lesen
error-malformed = Unterwegs ging etwas verloren. Bitte gehen Sie zurück und versuchen Sie es noch einmal.
error-stale-title = Diese Seite war lange offen
error-stale = Zu Ihrer Sicherheit gilt sie nicht mehr. Beginnen Sie neu; Ihre Eingabe ist noch da.
error-cookies-title = Cookies werden gebraucht
error-cookies = Dieser Browser hat unser Cookie nicht zurückgeschickt. Erlauben Sie Cookies für diese Website und beginnen Sie neu.
error-wrong-address-title = Öffnen Sie diese Seite unter ihrer eigenen Adresse
error-wrong-address = Hier lässt sich nichts absenden. Machen Sie unter dieser Adresse weiter.
error-throttled-title = Einen Moment bitte
error-throttled = Von hier kamen in kurzer Zeit viele Anfragen.
error-busy-title = Einen Moment bitte
error-busy = Gerade ist viel los. Es ist nichts verloren.
error-failed-title = Bei uns ging etwas schief
error-failed = Es liegt nicht an Ihnen, und nichts wurde geändert. Bitte versuchen Sie es noch einmal.
error-unavailable-title = Wir sind gleich wieder da
error-unavailable = Etwas, das wir brauchen, antwortet nicht. Bitte versuchen Sie es gleich noch einmal.
refusal-captcha-required = Zeigen Sie, dass Sie kein Roboter sind, und versuchen Sie es noch einmal.
refusal-captcha-failed = Die Prüfung, dass Sie kein Roboter sind, hat nicht geklappt. Bitte versuchen Sie es noch einmal.
