# الأوقات كما ينطقها الناس.
wait-seconds = { $count ->
    [one] بعد ثانية واحدة
    [two] بعد ثانيتين
    [few] بعد { $count } ثوانٍ
    [many] بعد { $count } ثانية
   *[other] بعد { $count } ثانية
}
wait-minutes = { $count ->
    [one] بعد دقيقة واحدة
    [two] بعد دقيقتين
    [few] بعد { $count } دقائق
    [many] بعد { $count } دقيقة
   *[other] بعد { $count } دقيقة
}
