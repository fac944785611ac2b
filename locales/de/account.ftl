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
