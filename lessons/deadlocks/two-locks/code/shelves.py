from threading import Lock, Thread

left = Lock()
right = Lock()


def tidy(one, other):
    with one:
        with other:
            pass  # move a book from shelf to shelf


clerk = Thread(target=tidy, args=(left, right), name="clerk")
helper = Thread(target=tidy, args=(left, right), name="helper")
clerk.start()
helper.start()
clerk.join()
helper.join()
