# Das Konto.
account-title = Ihr Konto
account-you = Sie
account-no-password = Noch keines
account-sessions = Wo Sie angemeldet sind
account-sessions-lead = Wenn Sie ein Gerät nicht kennen, melden Sie es ab und ändern Sie Ihr Passwort.
sign-out = Abmelden
device-unknown = Unbekanntes Gerät
session-current = Dieses Gerät
session-started = Angemeldet
session-seen = zuletzt genutzt
session-end = Abmelden
session-end-named = { $device } abmelden
end-others = Alle anderen Geräte abmelden
end-all = Überall abmelden
end-all-lead = Damit wird jedes Gerät abgemeldet, auch dieses.
end-all-button = Jetzt überall abmelden

# Das Passwort ändern.
password-change-title = Passwort ändern
password-first-title = Passwort festlegen
password-others = Ihre anderen Geräte werden abgemeldet.
password-everywhere = Sie werden überall abgemeldet und melden sich mit dem neuen Passwort an.

# Ein Passwort, das die heutigen Regeln nicht mehr erfüllt.
weak-title = Ihr Passwort passt nicht mehr
weak-lead = Es war das richtige, entspricht aber nicht dem, was wir heute von Passwörtern erwarten.
weak-advised = Sie können vorerst damit weitermachen. Ein neues schützt Ihr Konto besser.
weak-required = Bitte wählen Sie ein neues, um weiterzumachen.
not-now = Jetzt nicht

# Apps of others that the person agreed to.
account-shared = Apps, mit denen Sie teilen
account-shared-lead = Diese Apps von Dritten erfahren, was unter ihren Namen steht.
account-shared-end = Nicht mehr teilen
account-shared-end-named = Nicht mehr mit { $app } teilen
notice-sharing-ended = Mit dieser App wird nichts mehr geteilt. Sie muss neu fragen.
