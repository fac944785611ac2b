# Was wir per E-Mail und SMS schreiben.

# Der Code. Die Uhrzeit im Betreff unterscheidet die neueste Nachricht von den anderen.
mail-code-subject = Ihr Code für { $brand } von { $time }
mail-code-title = Ihr Code
mail-code-lead = Geben Sie ihn in dem Fenster ein, in dem Sie ein neues Passwort angefordert haben.
mail-code-works = Dieser Code gilt { $for }.
mail-code-button = Neues Passwort wählen
mail-code-link = Oder wählen Sie Ihr neues Passwort mit diesem Link.
mail-code-link-works = Der Link öffnet { $host } und gilt { $for }.
mail-code-not-you-title = Wenn Sie es nicht waren
mail-code-not-you = Sie brauchen nichts zu tun. Ohne diese Nachricht kommt niemand hinein.
mail-code-share = Geben Sie ihn nur auf { $host } ein und verraten Sie ihn niemandem, auch uns nicht.
mail-asked = Angefordert
mail-device = Browser
mail-app = App

# Der Code zum Anmelden und der für ein neues Konto.
mail-sign-in-lead = Geben Sie ihn in dem Fenster ein, in dem Sie sich anmelden.
mail-register-lead = Geben Sie ihn in dem Fenster ein, in dem Sie Ihr Konto anlegen.
mail-generic-lead = Geben Sie ihn in dem Fenster ein, in dem Sie danach gefragt wurden.
mail-generic-not-you = Sie müssen nichts tun. Geben Sie diesen Code an niemanden weiter.
mail-register-not-you = Sie brauchen nichts zu tun. Ohne diesen Code legt niemand ein Konto mit Ihrer Adresse an.

# Jemand wollte ein Konto mit einer Adresse anlegen, die schon eines hat.
mail-blocked-codes-subject = Codes für Ihr Konto bei { $brand } sind ausgesetzt
mail-blocked-password-subject = Das Passwort Ihres Kontos bei { $brand } ist ausgesetzt
mail-blocked-title = Jemand hat geraten
mail-blocked-codes-story = Für Ihr Konto gab es 100 falsche Codes hintereinander. Codes gelten erst wieder, wenn Sie zeigen, dass Sie es sind.
mail-blocked-codes-way = Fordern Sie ein neues Passwort an und nutzen Sie den Link in der Mail, oder melden Sie sich einfach wie gewohnt an. Dann gelten Codes wieder.
mail-blocked-password-story = Für Ihr Konto gab es 100 falsche Passwörter hintereinander. Ihr Passwort gilt nicht mehr, bis Sie ein neues wählen.
mail-blocked-password-way = Wählen Sie ein neues Passwort, um sich wieder anzumelden.
mail-blocked-calm = Durch Raten ist niemand hineingekommen, und an Ihrem Konto wurde nichts geändert.
mail-exists-subject = Sie haben schon ein Konto bei { $brand }
mail-exists-title = Sie haben schon ein Konto
mail-exists-story = Jemand wollte mit dieser Adresse ein Konto anlegen. Sie hat schon eines, also wurde nichts geändert.
mail-exists-was-you = Wenn Sie das waren, melden Sie sich einfach an.
mail-exists-sign-in = Anmelden
mail-exists-forgot = Wenn Sie Ihr Passwort vergessen haben, wählen Sie ein neues.
mail-exists-not-you = Sie brauchen nichts zu tun. Niemand hat erfahren, dass Sie ein Konto haben.

# Das Passwort ist nicht mehr, was es war.
mail-reset-subject = Ihr Passwort für { $brand } wurde zurückgesetzt
mail-reset-title = Ihr Passwort wurde zurückgesetzt
mail-reset-story = Mit einem Code oder Link aus einer unserer Nachrichten wurde ein neues Passwort gewählt.
mail-changed-subject = Ihr Passwort für { $brand } wurde geändert
mail-changed-title = Ihr Passwort wurde geändert
mail-changed-story = Jemand, der angemeldet war und das alte Passwort kannte, hat ein neues gewählt.
mail-first-set-subject = Ihr Konto bei { $brand } hat jetzt ein Passwort
mail-first-set-title = Ihr Konto hat jetzt ein Passwort
mail-first-set-story = Bisher hatte es keines. Jemand, der angemeldet war, hat eines gewählt.
mail-when = Wann
mail-ended = Abgemeldet
mail-ended-devices = { $count ->
    [0] Kein anderes Gerät war angemeldet
    [one] Ein anderes Gerät
   *[other] { $count } andere Geräte
}
mail-changed-not-you-title = Wenn Sie es nicht waren
mail-changed-not-you = Sagen Sie es uns: Das neue Passwort gilt dann nicht mehr, alle Geräte werden abgemeldet, und Sie wählen selbst ein Passwort.
mail-changed-button = Das war ich nicht
mail-changed-link = Der Link öffnet { $host } und gilt zehn Tage.
mail-changed-was-you = Wenn Sie es waren, ist nichts zu tun.

# Der Code einer angemeldeten Person: noch da, oder eine neue Adresse.
mail-permission-lead = Geben Sie ihn in der App ein, in der Sie Ihr Konto ändern.
mail-permission-not-you = Jemand ist mit Ihrem Konto angemeldet. Geben Sie den Code nicht weiter und ändern Sie Ihr Passwort.
mail-new-address-lead = Geben Sie ihn in der App ein, in der Sie diese Adresse Ihrem Konto hinzufügen.
mail-new-address-not-you = Sie brauchen nichts zu tun. Ohne diesen Code fügt niemand Ihre Adresse einem Konto hinzu.

# Eine Adresse des Kontos ist nicht mehr, was sie war.
mail-address-subject = Eine Adresse Ihres Kontos bei { $brand } wurde geändert
mail-address-title = Eine Adresse Ihres Kontos wurde geändert
mail-address-email-changed = Ihr Konto hat jetzt eine andere E-Mail-Adresse.
mail-address-email-added = Ihr Konto hat jetzt eine E-Mail-Adresse. Bisher hatte es keine.
mail-address-email-removed = Die E-Mail-Adresse Ihres Kontos wurde entfernt.
mail-address-phone-changed = Ihr Konto hat jetzt eine andere Telefonnummer.
mail-address-phone-added = Ihr Konto hat jetzt eine Telefonnummer. Bisher hatte es keine.
mail-address-phone-removed = Die Telefonnummer Ihres Kontos wurde entfernt.
mail-address-not-you = Sagen Sie es uns: Ihr Konto bekommt die frühere Adresse zurück, das Passwort gilt nicht mehr, alle Geräte werden abgemeldet, und Sie wählen selbst ein Passwort.
mail-address-put-back = Jemand mit einer früheren Adresse dieses Kontos hat gesagt, dass die letzte Änderung nicht von ihm war. Deshalb wurde sie zurückgenommen. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück.
mail-address-by-operator = Das war eine Administratorin oder ein Administrator. Wenn Sie nicht hineinkommen, setzen Sie Ihr Passwort zurück oder fragen Sie den Betreiber dieses Dienstes.
mail-address-settled-button = Passwort zurücksetzen

# Der Name, mit dem sich jemand anmeldet, ist nicht mehr derselbe.
mail-username-subject = Der Benutzername Ihres Kontos bei { $brand } wurde geändert
mail-username-title = Der Benutzername Ihres Kontos wurde geändert
mail-username-changed = Ihr Konto hat jetzt einen anderen Benutzernamen.
mail-username-added = Ihr Konto hat jetzt einen Benutzernamen. Bisher hatte es keinen.
mail-username-removed = Der Benutzername Ihres Kontos wurde entfernt.
mail-username-not-you = Wählen Sie ein neues Passwort: Es meldet alle anderen Geräte ab. Mit Ihrer E-Mail-Adresse und Ihrer Nummer können Sie sich weiter anmelden, und in Ihrem Konto können Sie den Namen zurücksetzen.
mail-username-button = Neues Passwort wählen

# SMS: nur Zeichen, die jedes Telefon hat, damit es eine Nachricht bleibt.
sms-code = { $code } ist Ihr Code für { $brand }. Er gilt { $for }. Verraten Sie ihn niemandem.
sms-reset = Ihr Passwort für { $brand } wurde zurückgesetzt. Waren Sie das nicht?
sms-changed = Ihr Passwort für { $brand } wurde geändert. Waren Sie das nicht?
sms-address = Eine Adresse Ihres Kontos bei { $brand } wurde geändert. Waren Sie das nicht?
sms-username = Der Benutzername Ihres Kontos bei { $brand } wurde geändert. Waren Sie das nicht?
sms-blocked-codes = Jemand hat Codes Ihres Kontos bei { $brand } geraten; sie sind ausgesetzt. Weiter:
sms-blocked-password = Jemand hat Ihr Passwort bei { $brand } geraten; es ist ausgesetzt. Neu wählen:
sms-exists = Sie haben schon ein Konto bei { $brand }. Anmelden:
sms-first-set = Ihr Konto bei { $brand } hat jetzt ein Passwort. Waren Sie das nicht?

# Zeitpunkte und Dauern, wie man sie sagt.
mail-moment = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }, { $time }
for-minutes = { $count ->
    [one] eine Minute
   *[other] { $count } Minuten
}
for-hours = { $count ->
    [one] eine Stunde
   *[other] { $count } Stunden
}
for-days = { $count ->
    [one] einen Tag
   *[other] { $count } Tage
}
