# Makes empty files until it may not.
try:
    for number in range(1_000_000):
        open(f"/tmp/{number}", "w").close()
    print("a million files")
except OSError as error:
    print(error.strerror)
