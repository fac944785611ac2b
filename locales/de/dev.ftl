# Die Demo; nie im Betrieb.
demo-note = Dies ist eine Demo: Nachrichten werden nicht gesendet.
demo-inbox = Posteingang öffnen
inbox-title = Posteingang
inbox-lead = Jede Nachricht, die diese Demo gesendet hätte, die neueste zuerst.
inbox-empty = Noch keine Nachrichten.
message-title = Nachricht
message-to = Nachricht { $n } an
message-text = Text
message-html = HTML
gallery-title = Jede Seite in jedem Zustand
gallery-lead = Ändern Sie eine Vorlage, einen Stil oder ein Wort und sehen Sie hier nach.
