/** Addresses as Java writes them. */
import test from 'ava'
import { javaAddress } from '../../src/runtime/java-address.js'

test('SERVICE-38: IPv6 addresses are written in full, IPv4 ones plain', (t) => {
  const written = {
    '127.0.0.1': '127.0.0.1',
    '::ffff:10.0.0.7': '10.0.0.7',
    '::1': '0:0:0:0:0:0:0:1',
    '::': '0:0:0:0:0:0:0:0',
    '2001:db8::a:0:1': '2001:db8:0:0:0:a:0:1',
    '2001:0db8:0:0:0:0:0:0001': '2001:db8:0:0:0:0:0:1',
    'fe80::1%eth0': 'fe80:0:0:0:0:0:0:1%eth0',
    '::1.2.3.4': '0:0:0:0:0:0:102:304',
    '': '',
  }
  for (const [address, expected] of Object.entries(written)) t.is(javaAddress(address), expected)
})
