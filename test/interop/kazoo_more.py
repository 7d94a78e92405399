"""Transactions, access control, several requests in flight, and a session that survives its connection."""
import socket

from kazoo.client import KazooState
from kazoo.exceptions import (
    AuthFailedError, BadVersionError, InvalidACLError, NoAuthError, NodeExistsError, RolledBackError,
    RuntimeInconsistency,
)
from kazoo.security import OPEN_ACL_UNSAFE, make_acl, make_digest_acl

from kazoo_common import client, done, eventually, raises, same

a = client()
b = client()
a.ensure_path('/more')

transaction = a.transaction()
transaction.create('/more/t1', b'1')
transaction.create('/more/t2', b'2')
transaction.check('/more/t1', version=0)
transaction.set_data('/more/t2', b'22')
transaction.delete('/more/t1')
results = transaction.commit()
same('transaction', results[:3] + results[4:], ['/more/t1', '/more/t2', True, True])
same('its setData', results[3].version, 1)
same('t2', a.get('/more/t2')[0], b'22')

transaction = a.transaction()
transaction.create('/more/t3', b'')
transaction.check('/more/t2', version=7)
transaction.delete('/more/t2')
same(
    'failed transaction',
    [type(result) for result in transaction.commit()],
    [RolledBackError, BadVersionError, RuntimeInconsistency],
)
same('nothing of it happened', a.exists('/more/t3'), None)

a.add_auth('digest', 'ann:secret')
a.create('/more/private', b'p', acl=[make_digest_acl('ann', 'secret', all=True)])
raises('a stranger', NoAuthError, lambda: b.get('/more/private'))
raises('a stranger', NoAuthError, lambda: b.set('/more/private', b''))
same('ann', a.get('/more/private')[0], b'p')
b.add_auth('digest', 'ann:secret')
same('ann elsewhere', b.get('/more/private')[0], b'p')
a.create('/more/mine', b'', acl=[make_acl('auth', '', read=True)])
acls, stat = a.get_acls('/more/mine')
same('auth becomes who I am', [acl.id.scheme for acl in acls], ['digest'])
raises('no such scheme', InvalidACLError, lambda: a.create('/more/x', b'', acl=[make_acl('nonsense', 'x', all=True)]))
same('set acls', a.set_acls('/more/private', OPEN_ACL_UNSAFE).aversion, 1)

c = client()
raises('unknown scheme', AuthFailedError, lambda: c.add_auth('nonsense', 'x'))
c.stop()

pending = [a.create_async('/more/n-', b'%d' % i, sequence=True) for i in range(300)]
pending += [a.get_async('/more/t2') for i in range(300)]
names = [one.get(20) for one in pending[:300]]
same('in order', names, sorted(names))
same('reads too', all(one.get(20)[0] == b'22' for one in pending[300:]), True)
raises('errors keep their place', NodeExistsError, lambda: a.create_async('/more/t2', b'').get(20))

states = []
b.add_listener(states.append)
session = b.client_id[0]
events = []
b.create('/more/kept', b'', ephemeral=True)
b.exists('/more/t2', watch=events.append)
b._connection._socket.shutdown(socket.SHUT_RDWR)
eventually('connected again', lambda: states[-1:] == [KazooState.CONNECTED] and KazooState.SUSPENDED in states)
same('the same session', b.client_id[0], session)
same('its ephemeral lives', a.exists('/more/kept').ephemeralOwner, session)
b.stop()
a.stop()
done()
