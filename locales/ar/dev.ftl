# العرض التجريبي؛ ليس للاستخدام الفعلي.
demo-note = هذا عرض تجريبي: لا تُرسَل الرسائل.
demo-inbox = فتح صندوق الوارد
inbox-title = صندوق الوارد
inbox-lead = كل رسالة كان هذا العرض سيرسلها، الأحدث أولًا.
inbox-empty = لا رسائل بعد.
message-title = رسالة
message-to = رسالة { $n } إلى
message-text = النص
message-html = HTML
gallery-title = كل صفحة في كل حالة
gallery-lead = غيّر قالبًا أو نمطًا أو كلمة، ثم انظر هنا.
