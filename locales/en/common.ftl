# Times as a person says them.
wait-seconds = { $count ->
    [one] in one second
   *[other] in { $count } seconds
}
wait-minutes = { $count ->
    [one] in one minute
   *[other] in { $count } minutes
}
