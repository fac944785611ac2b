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
label-email-or-username = البريد الإلكتروني أو اسم المستخدم
label-phone-or-username = رقم الهاتف أو اسم المستخدم
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
rules-met = الشروط المستوفاة: { $met }.
rule-is-met = مستوفى:
rule-is-unmet = غير مستوفى:
password-hint = بضع كلمات لا علاقة بينها يسهل تذكّرها ويصعب تخمينها.
reasons-title = يرجى اختيار كلمة مرور أخرى:

# مدى صعوبة تخمين كلمة المرور، من الأسوأ إلى الأفضل، وما الذي يفيد.
guess-0 = يسهل تخمينها جدًا.
guess-1 = يسهل تخمينها.
guess-2 = ليس تخمينها صعبًا بعد.
guess-3 = يصعب تخمينها.
guess-4 = يصعب تخمينها جدًا.
advice-listed = استخدمها آخرون من قبل. اختر غيرها.
advice-common = يستخدمها كثيرون.
advice-nearly-common = يستخدم كثيرون ما يشبهها.
advice-own = تجنّب بياناتك الشخصية واسم موقعنا.
advice-name = الأسماء تُجرَّب مبكرًا.
advice-single-word = كلمة واحدة لا تكفي.
advice-keyboard = المفاتيح المتجاورة تُجرَّب مبكرًا.
advice-repeats = التكرار لا يفيد كثيرًا.
advice-row = التسلسلات مثل abc أو 6543 لا تفيد كثيرًا.
advice-date = السنوات والتواريخ لا تفيد كثيرًا.
advice-capitals = الأحرف الكبيرة لا تفيد كثيرًا.
advice-backwards = الكتابة معكوسةً لا تفيد كثيرًا.
advice-swaps = الاستبدال مثل @ بدل a لا يفيد كثيرًا.
advice-more-words = أضف كلمة أو كلمتين.
advice-only-here = استخدمها هنا فقط؛ ويمكن لمدير كلمات المرور أن يتذكّرها.

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

captcha-busy = جارٍ التحقق من أنك لست روبوتًا…
captcha-done = لست روبوتًا. تابع.
captcha-failed = لم ينجح التحقق؛ سيُعاد عند المتابعة.
captcha-without-scripts = متصفحك لا يشغّل البرامج النصية هنا، لذا يُظهر الانتظار نصف دقيقة أنك لست روبوتًا.
captcha-wait-button = انتظر نصف دقيقة
captcha-wait-title = لحظة من فضلك
captcha-wait-lead = يستمر الأمر تلقائيًا { $wait }.
captcha-wait-go-on = تابع
