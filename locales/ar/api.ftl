# ما تقوله واجهات JSON إلى جانب رموزها: ‎`api-`‎ ثم الرمز.
api-malformed = المحتوى ليس JSON صالحًا.
api-guard-invalid-input = المحتوى ليس كما يجب أن يكون؛ انظر details.
api-request-invalid-input = هناك شيء ناقص؛ انظر data.
api-request-not-json = يجب أن يكون المحتوى JSON مع content-type: application/json.
api-request-too-large = المحتوى أكبر مما يمكن قبوله هنا.
api-request-rate-limited = كانت الطلبات كثيرة في وقت قصير. انتظر المدة المذكورة في Retry-After.
api-request-unavailable = هناك شيء ضروري لا يستجيب. انتظر المدة المذكورة في Retry-After.
api-request-failed = حدث خطأ من جانبنا؛ تجده في السجل تحت X-Request-Id.
api-request-refused = لا يمكن فعل ذلك هنا.
api-request-not-found = لا يوجد شيء في هذا العنوان.
api-request-method-not-allowed = هذا العنوان لا يقبل هذه الطريقة؛ انظر Allow.
api-auth-authorization-header-missing = ترويسة Authorization مفقودة.
api-auth-authorization-token-type-not-supported = يجب أن تذكر ترويسة Authorization كلمة Bearer ورمزًا.
api-auth-unauthorized = هذا الرمز غير معروف هنا.
api-auth-forbidden = لا يُسمح لهذا الرمز بذلك.
api-entity-not-found = لا يوجد شيء بهذا المعرّف.
api-entity-not-exists-with-id = لا يوجد شيء بهذا المعرّف؛ راجع data.
api-guard-invalid-pagination = يجب أن تكون page ‏1 أو أكثر، وpage_size من 1 إلى 100.
api-jwt-customizer-general = تعذّر تكوين أحد الادعاءات، فلن يكون هناك رمز؛ راجع data.
api-entity-unique-integrity-violation = يوجد واحد بهذا المعرّف أو الاسم بالفعل.
api-password-rejected = كلمة المرور لا تحقق السياسة؛ انظر data.
api-sign-in-experiences-forgot-password-method-requires-connector = لا يوجد موصّل يمكنه إرسال هذه الرموز.
api-hook-missing-events = يجب أن يطلب الخطاف حدثًا واحدًا على الأقل: اذكر أحداثه.
api-hook-endpoint-responded-with-error = أجاب العنوان، لكنه لم يؤكد استلام الرسالة؛ انظر data.
api-hook-send-test-payload-failed = تعذّر الوصول إلى العنوان؛ انظر data.

# The page that describes the JSON faces.
api-docs-title = واجهات JSON
api-docs-lead = كل عنوان وما يقبله وما يجيب به. تقرأ البرامج الشيء نفسه في openapi.json.
api-docs-parameters = في العنوان
api-docs-body = المحتوى:
api-docs-answers = الإجابات
api-docs-schemas = المخططات
api-docs-required = مطلوب
