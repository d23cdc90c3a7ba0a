# name: SimpleQueue, one put, one get
# fails: no
import queue
import threading


class Post:
    def __init__(self):
        self.box = queue.SimpleQueue()
        self.read = []


def send(post):
    post.box.put("hello")


def receive(post):
    post.read.append(post.box.get())


setup = Post
workers = [receive, send]


def invariant(post):
    return post.read == ["hello"]
