# صفحة تسجيل الدخول.
sign-in-title = تسجيل الدخول
sign-in-for = للمتابعة إلى { $app }
sign-in-button = تسجيل الدخول
forgot-link = هل نسيت كلمة المرور؟
sign-in-email-code = أرسل إليّ رمزًا بالبريد بدلًا من ذلك
sign-in-text-code = أرسل إليّ رمزًا برسالة قصيرة بدلًا من ذلك
sign-in-send-code = أرسل إليّ رمزًا بدلًا من ذلك
sign-in-new = أنت جديد هنا؟
sign-in-register = أنشئ حسابًا
session-over = سُجِّل خروجك في هذه الأثناء. سجّل الدخول من جديد.

# ما حدث للتو.
notice-signed-out = تم تسجيل خروجك.
notice-password-changed = تم حفظ كلمة المرور الجديدة.
notice-session-ended = تم تسجيل خروج ذلك الجهاز.
notice-others-ended = تم تسجيل خروج كل الأجهزة الأخرى.
notice-everywhere-ended = تم تسجيل خروجك من كل مكان.

# إنشاء حساب.
sign-up-title = إنشاء حساب
sign-up-lead-email = أدخل بريدك الإلكتروني وسنرسل إليك رمزًا.
sign-up-lead-phone = أدخل رقم هاتفك وسنرسل إليك رمزًا.
sign-up-lead-either = أدخل بريدك الإلكتروني أو رقم هاتفك وسنرسل إليك رمزًا.
sign-up-have = لديك حساب بالفعل؟
sign-up-instead = سجّل الدخول بدلًا من ذلك
sign-up-password-title = اختر كلمة مرور
sign-up-button = إنشاء الحساب
