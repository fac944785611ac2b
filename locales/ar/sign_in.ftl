# صفحة تسجيل الدخول.
sign-in-title = تسجيل الدخول
sign-in-for = للمتابعة إلى { $app }
sign-in-button = تسجيل الدخول
forgot-link = هل نسيت كلمة المرور؟
session-over = سُجِّل خروجك في هذه الأثناء. سجّل الدخول من جديد.

# ما حدث للتو.
notice-signed-out = تم تسجيل خروجك.
notice-password-changed = تم حفظ كلمة المرور الجديدة.
notice-session-ended = تم تسجيل خروج ذلك الجهاز.
notice-others-ended = تم تسجيل خروج كل الأجهزة الأخرى.
notice-everywhere-ended = تم تسجيل خروجك من كل مكان.
