# Talks to the host: a TCP port, a UDP port and an abstract socket given in the arguments, the
# cloud's metadata address, and kinds of sockets that pass by the network namespace.
import socket
import sys

tcp, udp, abstract, path = int(sys.argv[1]), int(sys.argv[2]), "\0" + sys.argv[3], sys.argv[4]


def attempt(name, action):
    try:
        action()
        print("OPEN", name)
    except OSError as error:
        print("closed", name, error.strerror)


def send_udp(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.connect(address)
        end.send(b"hello")
        end.settimeout(1)
        end.recv(1)


def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as end:
        end.settimeout(1)
        end.connect(address)


attempt("tcp", lambda: connect(socket.AF_INET, ("127.0.0.1", tcp)))
attempt("udp", lambda: send_udp(("127.0.0.1", udp)))
attempt("metadata", lambda: connect(socket.AF_INET, ("169.254.169.254", 80)))
attempt("abstract", lambda: connect(socket.AF_UNIX, abstract))
attempt("path", lambda: connect(socket.AF_UNIX, path))
attempt("netlink", lambda: socket.socket(16, socket.SOCK_RAW, 0))
attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("packet", lambda: socket.socket(17, socket.SOCK_RAW, 0))
attempt("vsock", lambda: socket.socket(40, socket.SOCK_STREAM, 0))
attempt("alg", lambda: socket.socket(38, socket.SOCK_SEQPACKET, 0))
