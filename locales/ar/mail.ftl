# رسائل البريد والرسائل القصيرة.

# الرمز. الوقت في العنوان يميّز أحدث رسالة.
mail-code-subject = رمزك في { $brand } الساعة { $time }
mail-code-title = رمزك
mail-code-lead = أدخله في النافذة التي طلبت فيها كلمة مرور جديدة.
mail-code-works = هذا الرمز صالح لمدة { $for }.
mail-code-button = اختيار كلمة مرور جديدة
mail-code-link = أو اختر كلمة مرور جديدة بهذا الرابط.
mail-code-link-works = يفتح الرابط { $host } وهو صالح لمدة { $for }.
mail-code-not-you-title = إذا لم تكن أنت
mail-code-not-you = لا يلزمك فعل أي شيء. لا أحد يستطيع الدخول دون هذه الرسالة.
mail-code-share = لا تُدخله إلا في { $host } ولا تشاركه مع أحد، ولا حتى معنا.
mail-asked = وقت الطلب
mail-device = المتصفح
mail-app = التطبيق

# رمز تسجيل الدخول ورمز إنشاء حساب.
mail-sign-in-lead = أدخله في النافذة التي تسجّل فيها الدخول.
mail-register-lead = أدخله في النافذة التي تنشئ فيها حسابك.
mail-generic-lead = أدخله في النافذة التي طُلب منك فيها.
mail-generic-not-you = لست بحاجة إلى فعل شيء. لا تشارك هذا الرمز مع أحد.
mail-register-not-you = لا يلزمك فعل أي شيء. لا أحد يستطيع إنشاء حساب بعنوانك دون هذا الرمز.

# حاول شخص إنشاء حساب بعنوان له حساب.
mail-blocked-codes-subject = أُوقفت رموز حسابك في { $brand }
mail-blocked-password-subject = أُوقفت كلمة مرور حسابك في { $brand }
mail-blocked-title = حاول شخص ما التخمين
mail-blocked-codes-story = أُدخل 100 رمز خاطئ متتالٍ لحسابك. لن تعمل الرموز حتى تثبت أنك أنت.
mail-blocked-codes-way = اطلب كلمة مرور جديدة واستخدم الرابط في الرسالة، أو سجّل الدخول كالمعتاد. عندئذ تعمل الرموز من جديد.
mail-blocked-password-story = أُدخلت 100 كلمة مرور خاطئة متتالية لحسابك. لن تعمل كلمة مرورك حتى تختار كلمة جديدة.
mail-blocked-password-way = اختر كلمة مرور جديدة لتسجيل الدخول من جديد.
mail-blocked-calm = لم يدخل أحد بالتخمين، ولم يتغيّر شيء في حسابك.
mail-exists-subject = لديك حساب بالفعل في { $brand }
mail-exists-title = لديك حساب بالفعل
mail-exists-story = حاول شخص ما إنشاء حساب بهذا العنوان. لهذا العنوان حساب بالفعل، ولذلك لم يتغيّر شيء.
mail-exists-was-you = إذا كنت أنت، فيكفي أن تسجّل الدخول.
mail-exists-sign-in = تسجيل الدخول
mail-exists-forgot = إذا نسيت كلمة مرورك، فاختر كلمة جديدة.
mail-exists-not-you = لا يلزمك فعل أي شيء. لم يعرف أحد أن لديك حسابًا.

# لم تعد كلمة المرور كما كانت.
mail-reset-subject = أعيد تعيين كلمة مرورك في { $brand }
mail-reset-title = أعيد تعيين كلمة مرورك
mail-reset-story = اختيرت كلمة مرور جديدة برمز أو رابط من إحدى رسائلنا.
mail-changed-subject = تم تغيير كلمة مرورك في { $brand }
mail-changed-title = تم تغيير كلمة مرورك
mail-changed-story = اختار شخص مسجّل الدخول ويعرف كلمة المرور القديمة كلمة مرور جديدة.
mail-first-set-subject = أصبح لحسابك في { $brand } كلمة مرور
mail-first-set-title = أصبح لحسابك كلمة مرور
mail-first-set-story = لم تكن له كلمة مرور من قبل. اختارها شخص مسجّل الدخول.
mail-when = متى
mail-ended = تسجيل الخروج
mail-ended-devices = { $count ->
    [0] لم يكن أي جهاز آخر مسجّلًا
    [one] جهاز آخر واحد
    [two] جهازان آخران
    [few] { $count } أجهزة أخرى
   *[other] { $count } جهازًا آخر
}
mail-changed-not-you-title = إذا لم تكن أنت
mail-changed-not-you = أخبرنا بذلك: تتوقف كلمة المرور الجديدة عن العمل، ويُسجَّل خروج كل الأجهزة، وتختار كلمة مرورك بنفسك.
mail-changed-button = لم أكن أنا
mail-changed-link = يفتح الرابط { $host } وهو صالح لمدة عشرة أيام.
mail-changed-was-you = إذا كنت أنت، فلا يلزمك فعل أي شيء.

# رمز من هو مسجّل الدخول: ما زال هنا، أو عنوان جديد.
mail-permission-lead = أدخله في التطبيق الذي تغيّر فيه حسابك.
mail-permission-not-you = شخص ما مسجّل الدخول إلى حسابك. لا تشارك الرمز، وغيّر كلمة مرورك.
mail-new-address-lead = أدخله في التطبيق الذي تضيف فيه هذا العنوان إلى حسابك.
mail-new-address-not-you = لا يلزمك فعل أي شيء. لا أحد يستطيع إضافة عنوانك إلى حساب دون هذا الرمز.

# لم يعد أحد عناوين الحساب كما كان.
mail-address-subject = تم تغيير أحد عناوين حسابك في { $brand }
mail-address-title = تم تغيير أحد عناوين حسابك
mail-address-email-changed = لحسابك الآن عنوان بريد إلكتروني آخر.
mail-address-email-added = لحسابك الآن عنوان بريد إلكتروني، ولم يكن له عنوان من قبل.
mail-address-email-removed = تمت إزالة عنوان البريد الإلكتروني من حسابك.
mail-address-phone-changed = لحسابك الآن رقم هاتف آخر.
mail-address-phone-added = لحسابك الآن رقم هاتف، ولم يكن له رقم من قبل.
mail-address-phone-removed = تمت إزالة رقم الهاتف من حسابك.
mail-address-not-you = أخبرنا بذلك: يستعيد حسابك عنوانه السابق، وتتوقف كلمة المرور عن العمل، ويُسجَّل خروج كل الأجهزة، وتختار كلمة مرورك بنفسك.
mail-address-put-back = قال شخص لديه عنوان سابق لهذا الحساب إن التغيير الأخير لم يكن منه، فأُلغي ذلك التغيير. إذا تعذّر عليك الدخول فأعد تعيين كلمة المرور.
mail-address-by-operator = غيّره أحد المسؤولين. إذا تعذّر عليك الدخول فأعد تعيين كلمة المرور أو اسأل القائمين على هذه الخدمة.
mail-address-settled-button = إعادة تعيين كلمة المرور

# لم يعد اسم المستخدم كما كان.
mail-username-subject = تم تغيير اسم المستخدم لحسابك في { $brand }
mail-username-title = تم تغيير اسم المستخدم لحسابك
mail-username-changed = لحسابك الآن اسم مستخدم آخر.
mail-username-added = لحسابك الآن اسم مستخدم، ولم يكن له اسم من قبل.
mail-username-removed = تمت إزالة اسم المستخدم من حسابك.
mail-username-not-you = اختر كلمة مرور جديدة: يُسجَّل بها خروج كل الأجهزة الأخرى. لا يزال بريدك الإلكتروني ورقمك صالحين لتسجيل الدخول، ويمكنك إعادة الاسم من حسابك.
mail-username-button = اختيار كلمة مرور جديدة

# الرسائل القصيرة: قصيرة حتى تبقى رسالة واحدة.
sms-code = رمزك في { $brand } هو { $code }. لا تشاركه.
sms-reset = أعيد تعيين كلمة مرورك في { $brand }. لم تكن أنت؟
sms-changed = تم تغيير كلمة مرورك في { $brand }. لم تكن أنت؟
sms-address = تم تغيير أحد عناوين حسابك في { $brand }. لم تكن أنت؟
sms-username = تم تغيير اسم المستخدم لحسابك في { $brand }. لم تكن أنت؟
sms-blocked-codes = خمّن أحدهم رموز حسابك في { $brand } فأُوقفت. للمتابعة:
sms-blocked-password = خمّن أحدهم كلمة مرورك في { $brand } فأُوقفت. اختر كلمة جديدة:
sms-exists = لديك حساب بالفعل في { $brand }. لتسجيل الدخول:
sms-first-set = أصبح لحسابك في { $brand } كلمة مرور. لم تكن أنت؟

# الأوقات والمدد كما تُقال.
mail-moment = { $day } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { $year }، { $time }
for-minutes = { $count ->
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $count } دقائق
   *[other] { $count } دقيقة
}
for-hours = { $count ->
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $count } ساعات
   *[other] { $count } ساعة
}
for-days = { $count ->
    [one] يوم واحد
    [two] يومين
    [few] { $count } أيام
   *[other] { $count } يومًا
}
