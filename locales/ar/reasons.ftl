# لماذا لم تتم خطوة ما: `refusal-` ثم الرمز الثابت.
tries-left = { $count ->
    [one] تبقّت لك محاولة واحدة.
    [two] تبقّت لك محاولتان.
    [few] تبقّت لك { $count } محاولات.
   *[other] تبقّت لك { $count } محاولة.
}
refusal-identifier-malformed = تحقق مما كتبته؛ فهو غير مكتمل بعد.
refusal-identifier-hidden = فيه علامة غير مرئية. اكتبه بدلًا من لصقه.
refusal-username-mixed = يمزج هذا حروفًا متشابهة من أبجديتين. استخدم حروف أبجدية واحدة.
refusal-identifier-unreachable = لا يمكننا إرسال رمز إلى هذا. أدخل البريد الإلكتروني أو رقم هاتف حسابك.
refusal-recovery-off = لا يمكن إعادة تعيين كلمة المرور هنا. اطلب المساعدة من الجهة التي منحتك الحساب.
refusal-sign-in-off = تسجيل الدخول بهذه الطريقة غير متاح هنا.
refusal-sign-up-off = لا يمكن إنشاء حسابات جديدة هنا.
refusal-credentials-wrong = البيانات غير متطابقة. تحقق من الحقلين.
refusal-code-wrong = هذا ليس الرمز الموجود في أحدث رسالة.
refusal-code-earlier = هذا الرمز من رسالة سابقة. استخدم الأحدث.
refusal-code-malformed = يتكوّن الرمز من ستة أرقام.
refusal-code-expired = انتهت صلاحية الرمز. أرسل رمزًا جديدًا للمتابعة.
refusal-code-exhausted = كانت المحاولات كثيرة. أرسل رمزًا جديدًا للمتابعة.
refusal-request-ended = لقد اكتمل أو أُلغي. ابدأ من جديد للحصول على رمز.
refusal-codes-blocked = أُدخلت رموز خاطئة كثيرة متتالية، لذلك أُوقفت الرموز. استخدم الرابط في رسالة أرسلناها، أو سجّل الدخول بطريقة أخرى، أو اسأل من يدير هذا الموقع.
refusal-password-blocked = كانت المحاولات الخاطئة المتتالية كثيرة، لذلك أُوقفت كلمة المرور. اختر «هل نسيت كلمة المرور؟» للمتابعة.
refusal-recovery-waits = أُدخلت رموز خاطئة كثيرة. حاول مرة أخرى { $wait }.
refusal-link-expired = انتهت صلاحية الرابط.
refusal-link-used = سبق استخدام الرابط أو الرمز الموجود في الرسالة نفسها.
refusal-link-earlier = حلّت رسالة أحدث محل هذه الرسالة. استخدم الأحدث أو أرسل رسالة أخرى.
refusal-link-unknown = تأكد من نسخ الرابط كاملًا، أو ابدأ من جديد.
refusal-number-wrong = هذا ليس الرقم الظاهر في النافذة الأخرى.
refusal-grant-gone = مضى وقت طويل. يرجى طلب رمز جديد.
refusal-password-rejected = يرجى اختيار كلمة مرور أخرى.
refusal-password-current = هذه ليست كلمة مرورك الحالية.
refusal-throttled = كانت المحاولات كثيرة. حاول مرة أخرى { $wait }.
refusal-busy = هناك ازدحام الآن. حاول مرة أخرى { $wait }.
refusal-breaches-unavailable = تعذّر علينا الآن التحقق مما إذا كانت كلمة المرور هذه قد تسرّبت. لم يضع شيء. حاول مرة أخرى { $wait }.
refusal-not-found = لم نجد ذلك.
refusal-email-taken = يستخدم حساب آخر هذا البريد الإلكتروني.
refusal-phone-taken = يستخدم حساب آخر رقم الهاتف هذا.
refusal-username-taken = يستخدم حساب آخر اسم المستخدم هذا.
refusal-settings-invalid = أحد الإعدادات ليس كما يجب أن يكون.
refusal-connector-missing = لا يوجد موصّل يمكنه إرسال هذه الرموز.
refusal-person-needed = اذكر صاحب كلمة المرور.
refusal-duplicate = يوجد واحد بهذا الاسم بالفعل.
refusal-account-denied = لا يمكن فعل ذلك بحسابك.

# كيف ينبغي أن تكون كلمة المرور الجديدة.
rule-min = { $bound ->
    [one] حرف واحد على الأقل
    [two] حرفان على الأقل
    [few] { $bound } أحرف على الأقل
   *[other] { $bound } حرفًا على الأقل
}
rule-max = { $bound ->
    [few] { $bound } أحرف على الأكثر
   *[other] { $bound } حرفًا على الأكثر
}
rule-types = { $bound ->
    [2] نوعان من: أحرف كبيرة، أحرف صغيرة، أرقام، رموز
    [3] ثلاثة من: أحرف كبيرة، أحرف صغيرة، أرقام، رموز
   *[other] أحرف كبيرة وأحرف صغيرة وأرقام ورموز
}
rule-ascii = أحرف لاتينية بلا علامات وأرقام ورموز فقط
rule-patterns = ليست مجرد تكرار أو تسلسل مثل 1234
rule-words = ليست مجرد كلمة تُجرَّب هنا مبكرًا، مثل اسم موقعنا
rule-personal = ليست مجرد اسمك أو بريدك الإلكتروني أو رقم هاتفك
rule-pwned = ليست كلمة مرور مسرّبة أو شائعة

# لماذا رُفضت كلمة المرور الجديدة: الرمز الثابت.
password-rejected-too-short = { $bound ->
    [one] إنها فارغة.
    [two] يجب ألا تقل عن حرفين.
    [few] يجب ألا تقل عن { $bound } أحرف.
   *[other] يجب ألا تقل عن { $bound } حرفًا.
}
password-rejected-too-long = { $bound ->
    [few] يجب ألا تزيد على { $bound } أحرف.
   *[other] يجب ألا تزيد على { $bound } حرفًا.
}
password-rejected-character-types = { $bound ->
    [2] تحتاج إلى نوعين من: أحرف كبيرة، أحرف صغيرة، أرقام، رموز.
    [3] تحتاج إلى ثلاثة من: أحرف كبيرة، أحرف صغيرة، أرقام، رموز.
   *[other] تحتاج إلى أحرف كبيرة وأحرف صغيرة وأرقام ورموز.
}
password-rejected-unsupported-characters = يُسمح فيها بأحرف لاتينية بلا علامات وأرقام ورموز فقط، دون رموز تعبيرية.
password-rejected-pwned = تسرّبت من موقع آخر أو هي شائعة، لذا يجرّبها الآخرون مبكرًا. لا يعني ذلك أن شيئًا أصاب حسابك. إذا كنت تستخدمها في مكان آخر فغيّرها هناك أيضًا.
password-rejected-restricted-repetition = إنها مجرد تكرار. أضف شيئًا مختلفًا.
password-rejected-restricted-sequence = إنها مجرد تسلسل مثل 1234 أو qwerty. أضف شيئًا مختلفًا.
password-rejected-restricted-words = إنها مجرد كلمة تُجرَّب هنا مبكرًا، مثل اسم موقعنا. أضف كلمات أخرى.
password-rejected-restricted-user-info = إنها مجرد اسمك أو بريدك الإلكتروني أو رقم هاتفك، وقد يعرفها غيرك. أضف كلمات أخرى.

# صفحات لكل ما عدا ذلك.
error-home = الذهاب إلى تسجيل الدخول
error-back = رجوع
error-request = إذا طلبت المساعدة فاذكر:
error-not-found-title = لا يوجد شيء هنا
error-not-found = ربما في العنوان خطأ، أو أن الصفحة نُقلت.
error-method-not-allowed-title = لا يمكن ذلك هنا
error-method-not-allowed = لا يمكن استخدام هذه الصفحة بهذه الطريقة. يرجى البدء من جديد.
error-too-large-title = كان ذلك كثيرًا
error-too-large = أُرسل أكثر مما يمكننا قبوله. يرجى اختصاره والمحاولة مرة أخرى.
error-malformed-title = تعذّرت علينا قراءة ذلك
error-malformed = ضاع شيء في الطريق. يرجى العودة والمحاولة مرة أخرى.
error-stale-title = بقيت هذه الصفحة مفتوحة مدة طويلة
error-stale = حفاظًا على أمانك لم تعد تعمل. ابدأ من جديد؛ ما كتبته ما زال محفوظًا.
error-cookies-title = ملفات تعريف الارتباط مطلوبة
error-cookies = لم يُرجع هذا المتصفح ملف تعريف الارتباط الخاص بنا. اسمح بملفات تعريف الارتباط لهذا الموقع وابدأ من جديد.
error-wrong-address-title = افتح هذا الموقع من عنوانه الأصلي
error-wrong-address = لا يمكن إرسال شيء من هنا. تابع من العنوان أدناه.
error-throttled-title = لحظة من فضلك
error-throttled = وصلت من هنا طلبات كثيرة في وقت قصير.
error-busy-title = لحظة من فضلك
error-busy = هناك ازدحام الآن. لم يضع شيء.
error-failed-title = حدث خطأ من جانبنا
error-failed = ليس الخطأ منك، ولم يتغيّر شيء. يرجى المحاولة مرة أخرى.
error-unavailable-title = سنعود بعد قليل
error-unavailable = شيء نحتاج إليه لا يستجيب. يرجى المحاولة بعد قليل.
refusal-captcha-required = أثبت أنك لست روبوتًا، ثم حاول مرة أخرى.
refusal-captcha-failed = لم ينجح التحقق من أنك لست روبوتًا. حاول مرة أخرى من فضلك.
