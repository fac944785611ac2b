# بين التطبيق وهذا الموقع.
leave-title = العودة إلى التطبيق
leave-lead = يستغرق هذا لحظة. إذا لم يحدث شيء فاستخدم الزر.
leave-continue = متابعة
lost-title = لقد انتهى هذا
lost-lead = اكتمل في نافذة أخرى أو استغرق وقتًا طويلًا. لم يضِع شيء.
lost-lead-here = اكتمل في نافذة أخرى أو استغرق وقتًا طويلًا. أنت مسجَّل الدخول هنا.
lost-open = افتح { $app } مرة أخرى للمتابعة.
lost-account = إلى حسابك

# الموافقة على أن يعرف تطبيق من أنت.
consent-title = هل تشارك مع { $app }؟
consent-lead = يودّ { $app } معرفة ما يلي عن
consent-id = أيّ حساب هو حسابك
consent-profile = اسمك واسم المستخدم وصورتك وملفك الشخصي
consent-email = عنوان بريدك الإلكتروني
consent-phone = رقم هاتفك
consent-custom = ملاحظات يحملها حسابك للتطبيقات
consent-address = عنوانك البريدي
consent-offline = كل ذلك أيضًا في غيابك
consent-other = الوصول إلى
consent-agree = المشاركة والمتابعة
consent-decline = عدم المشاركة
consent-note = لا تُشارَك كلمة مرورك أبدًا.

# تسجيل الخروج لأن تطبيقًا يطلب ذلك.
end-session-title = هل تسجّل الخروج؟
end-session-app = يطلب { $app } تسجيل خروجك.
end-session-lead = بهذا ينتهي دخولك هنا وفي كل تطبيق فتحته به. أنت مسجَّل الدخول باسم
end-session-stay = البقاء مسجَّلًا

# طلب من تطبيق لا يمكن الإجابة عنه.
error-app-request-title = طلب التطبيق شيئًا لا نستطيعه
error-app-request = ليس هذا خطأك. ارجع إلى التطبيق وحاول مرة أخرى؛ وإن تكرّر فأرِ أصحابه السطر أدناه.
