# expect: fail
# outcome: failed
# finding: exception
raise ValueError("no threads at all")
