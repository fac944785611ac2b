# Zeiten, wie man sie sagt.
wait-seconds = { $count ->
    [one] in einer Sekunde
   *[other] in { $count } Sekunden
}
wait-minutes = { $count ->
    [one] in einer Minute
   *[other] in { $count } Minuten
}
