# ما قد تقوله كل صفحة.
title-error = خطأ:
start-again = البدء من جديد
try-again = حاول مرة أخرى { $wait }.
back-to-sign-in = العودة إلى تسجيل الدخول
back-to-account = العودة إلى حسابك
continue-button = متابعة
continue-to = المتابعة إلى { $app }
save-button = حفظ ومتابعة
for-account = للحساب

# الحقول.
label-account = الحساب
label-identifier = البريد الإلكتروني أو الهاتف أو اسم المستخدم
label-email = البريد الإلكتروني
label-phone = رقم الهاتف
label-email-or-phone = البريد الإلكتروني أو رقم الهاتف
label-name = الاسم
label-username = اسم المستخدم
label-password = كلمة المرور
label-current-password = كلمة المرور الحالية
label-new-password = كلمة المرور الجديدة
label-code = الرمز
label-number = الرقم

# حول حقل كلمة المرور.
password-show = إظهار كلمة المرور
password-shown = كلمة المرور ظاهرة.
password-hidden = كلمة المرور مخفية.
password-caps = مفتاح الأحرف الكبيرة مفعّل.
rules-title = كيف ينبغي أن تكون كلمة المرور
rules-met = تحقق { $met }
reasons-title = يرجى اختيار كلمة مرور أخرى:

# الأوقات كما ينطقها الناس.
wait-seconds = { $count ->
    [one] بعد ثانية واحدة
    [two] بعد ثانيتين
    [few] بعد { $count } ثوانٍ
   *[other] بعد { $count } ثانية
}
wait-minutes = { $count ->
    [one] بعد دقيقة واحدة
    [two] بعد دقيقتين
    [few] بعد { $count } دقائق
   *[other] بعد { $count } دقيقة
}
wait-hours = { $count ->
    [one] بعد ساعة واحدة
    [two] بعد ساعتين
    [few] بعد { $count } ساعات
   *[other] بعد { $count } ساعة
}
