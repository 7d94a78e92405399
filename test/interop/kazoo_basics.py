"""Create, read, write, list, delete, versions, sequence numbers, watches, ephemerals and chroot, as kazoo's users do them."""
from kazoo.exceptions import (
    BadVersionError, NoChildrenForEphemeralsError, NodeExistsError, NoNodeError, NotEmptyError,
)

from kazoo_common import client, done, eventually, raises, same

a = client()
b = client()

same('create', a.create('/basics', b'one'), '/basics')
data, stat = b.get('/basics')
same('data', data, b'one')
same('version', stat.version, 0)
same('czxid and mzxid', stat.czxid, stat.mzxid)
raises('create twice', NodeExistsError, lambda: a.create('/basics', b''))
raises('no parent', NoNodeError, lambda: a.create('/nowhere/child', b''))

events = []
b.get('/basics', watch=events.append)
same('set', a.set('/basics', b'two').version, 1)
eventually('data watch', lambda: [(e.type, e.path) for e in events] == [('CHANGED', '/basics')])
raises('old version', BadVersionError, lambda: a.set('/basics', b'', version=0))

events = []
same('exists before', b.exists('/basics/late', watch=events.append), None)
b.get_children('/basics', watch=events.append)
a.create('/basics/late', b'')
eventually('created and child watch', lambda: sorted(e.type for e in events) == ['CHILD', 'CREATED'])

same('sequence', a.create('/basics/s-', b'', sequence=True), '/basics/s-0000000001')
same('sequence again', a.create('/basics/s-', b'', sequence=True), '/basics/s-0000000002')
same('children', sorted(b.get_children('/basics')), ['late', 's-0000000001', 's-0000000002'])
raises('not empty', NotEmptyError, lambda: a.delete('/basics'))
path, stat = a.create('/basics/with-stat', b'xyz', include_data=True)
same('create2', (path, stat.data_length), ('/basics/with-stat', 3))

a.create('/basics/e', b'', ephemeral=True)
raises('child of ephemeral', NoChildrenForEphemeralsError, lambda: a.create('/basics/e/c', b''))
same('owner', b.exists('/basics/e').ephemeralOwner, a.client_id[0])
events = []
b.exists('/basics/e', watch=events.append)
a.stop()
eventually('the ephemeral vanishes', lambda: [e.type for e in events] == ['DELETED'])
same('it is gone', b.exists('/basics/e'), None)

b.ensure_path('/chroot/deep')
c = client('/chroot')
same('chroot create', c.create('/deep/x', b'c'), '/deep/x')
same('seen outside', b.get('/chroot/deep/x')[0], b'c')
same('chroot children', c.get_children('/'), ['deep'])
same('sync', c.sync('/deep'), '/deep')
c.stop()

seen = []


@b.DataWatch('/basics/watched')
def on_data(data, stat):
    seen.append(data)


@b.ChildrenWatch('/basics')
def on_children(children):
    pass


b.create('/basics/watched', b'1')
eventually('DataWatch on create', lambda: seen[-1] == b'1')
b.set('/basics/watched', b'2')
eventually('DataWatch on change', lambda: seen[-1] == b'2')

b.delete('/basics', recursive=True)
same('deleted', b.exists('/basics'), None)
b.stop()
done()
