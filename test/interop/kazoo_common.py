"""What the kazoo scripts share: a client for the server named on the command line, and checks that say what they saw."""
import sys
import time

from kazoo.client import KazooClient

hosts = sys.argv[1]


def client(chroot='', **options):
    made = KazooClient(hosts + chroot, timeout=6, **options)
    made.start(timeout=20)
    return made


def same(what, found, expected):
    if found != expected:
        raise AssertionError('%s: found %r, expected %r' % (what, found, expected))


def eventually(what, condition, seconds=20):
    until = time.time() + seconds
    while not condition():
        if time.time() > until:
            raise AssertionError('%s: not within %d seconds' % (what, seconds))
        time.sleep(0.02)


def raises(what, error, call):
    try:
        call()
    except error:
        return
    raise AssertionError('%s: expected %s' % (what, error.__name__))


def done():
    print('ok')
