# صفحة الحساب.
account-title = حسابك
account-you = أنت
account-no-password = لا توجد بعد
account-sessions = الأجهزة المسجّلة
account-sessions-lead = إذا لم تتعرّف على أحد الأجهزة فسجّل خروجه وغيّر كلمة المرور.
sign-out = تسجيل الخروج
device-unknown = جهاز غير معروف
session-current = هذا الجهاز
session-started = تسجيل الدخول
session-seen = آخر استخدام
session-end = تسجيل الخروج
session-end-named = تسجيل خروج { $device }
end-others = تسجيل خروج كل الأجهزة الأخرى
end-all = تسجيل الخروج من كل مكان
end-all-lead = سيُسجَّل خروج كل الأجهزة، بما فيها هذا الجهاز.
end-all-button = تسجيل الخروج من كل مكان الآن

# تغيير كلمة المرور.
password-change-title = تغيير كلمة المرور
password-first-title = تعيين كلمة مرور
password-others = سيُسجَّل خروج أجهزتك الأخرى.
password-everywhere = سيُسجَّل خروجك من كل مكان، ثم تسجّل الدخول بكلمة المرور الجديدة.

# كلمة مرور لم تعد القواعد تقبلها.
weak-title = كلمة مرورك لم تعد مناسبة
weak-lead = كانت كلمة المرور صحيحة، لكنها لا توافق ما نطلبه اليوم من كلمات المرور.
weak-advised = يمكنك المتابعة بها الآن، غير أن كلمة مرور جديدة تحمي حسابك أكثر.
weak-required = اختر كلمة مرور جديدة للمتابعة.
not-now = ليس الآن

# Apps of others that the person agreed to.
account-shared = تطبيقات تشارك معها
account-shared-lead = تعرف تطبيقات الجهات الخارجية هذه ما هو مذكور تحت أسمائها.
account-shared-end = إيقاف المشاركة
account-shared-end-named = إيقاف المشاركة مع { $app }
notice-sharing-ended = لم يعد شيء يُشارَك مع ذلك التطبيق. عليه أن يسأل من جديد.
