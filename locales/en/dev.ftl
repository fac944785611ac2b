# The demo; never in production.
demo-note = This is a demo: messages are not sent.
demo-inbox = Open the inbox
inbox-title = Inbox
inbox-lead = Every message this demo would have sent, newest first.
inbox-empty = No messages yet.
message-title = Message
message-to = Message { $n } to
message-text = Text
message-html = HTML
gallery-title = Every page in every state
gallery-lead = Change a template, a style or a word, and look here.
