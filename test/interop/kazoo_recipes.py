"""kazoo's recipes between clients: lock, semaphore, queue, election, barrier, counter, party."""
import threading

from kazoo_common import client, done, eventually, same

a = client()
b = client()

lock_a = a.Lock('/recipes/lock', 'a')
lock_b = b.Lock('/recipes/lock', 'b')
same('a locks', lock_a.acquire(timeout=10), True)
same('b may not', lock_b.acquire(blocking=False), False)
order = []


def wait_for_lock():
    with lock_b:
        order.append('b')


waiter = threading.Thread(target=wait_for_lock)
waiter.start()
eventually('b queues up', lambda: len(lock_a.contenders()) == 2)
same('contenders', lock_a.contenders(), ['a', 'b'])
order.append('a')
lock_a.release()
waiter.join(20)
same('order', order, ['a', 'b'])

semaphore_a = a.Semaphore('/recipes/semaphore', max_leases=1)
semaphore_b = b.Semaphore('/recipes/semaphore', max_leases=1)
same('first lease', semaphore_a.acquire(timeout=10), True)
same('no second lease', semaphore_b.acquire(blocking=False), False)
semaphore_a.release()
same('lease again', semaphore_b.acquire(timeout=10), True)
semaphore_b.release()

queue = a.Queue('/recipes/queue')
for item in (b'1', b'2', b'3'):
    queue.put(item)
other = b.Queue('/recipes/queue')
same('queue', [other.get(), other.get(), other.get(), other.get()], [b'1', b'2', b'3', None])

locking = a.LockingQueue('/recipes/locking')
locking.put_all([b'x', b'y'])
same('locking queue', locking.get(timeout=10), b'x')
locking.consume()
same('locking queue, next', locking.get(timeout=10), b'y')
locking.consume()

leaders = []
elected = threading.Event()


def lead(name):
    leaders.append(name)
    elected.set()


first = threading.Thread(target=lambda: a.Election('/recipes/election', 'a').run(lead, 'a'))
first.start()
first.join(20)
b.Election('/recipes/election', 'b').run(lead, 'b')
same('leaders', leaders, ['a', 'b'])

barrier = a.Barrier('/recipes/barrier')
barrier.create()
passed = []
crowd = threading.Thread(target=lambda: passed.append(b.Barrier('/recipes/barrier').wait(20)))
crowd.start()
same('barrier holds', passed, [])
barrier.remove()
crowd.join(20)
same('barrier opens', passed, [True])

double = threading.Thread(target=lambda: b.DoubleBarrier('/recipes/double', 2, 'b').enter())
double.start()
barrier_a = a.DoubleBarrier('/recipes/double', 2, 'a')
barrier_a.enter()
double.join(20)
same('double barrier', barrier_a.participating, True)

counter_a, counter_b = a.Counter('/recipes/counter'), b.Counter('/recipes/counter')
counter_a += 2
counter_b -= 1
same('counter', counter_a.value, 1)

party_a, party_b = a.Party('/recipes/party', 'a'), b.Party('/recipes/party', 'b')
party_a.join()
party_b.join()
same('party', sorted(party_a), ['a', 'b'])
b.stop()
eventually('who stops leaves the party', lambda: sorted(party_a) == ['a'])
a.stop()
done()
