from threading import Lock, Thread

left = Lock()
right = Lock()


def tidy(one, other):
    with one:
        with other:
            pass  # move a book from shelf to shelf


clerk = Thread(name="clerk", target=tidy, args=(left, right))
helper = Thread(name="helper", target=tidy, args=(left, right))
clerk.start()
helper.start()
clerk.join()
helper.join()
