/** What an `auth` request proves: the hash is the process's part of it. */
import { createHash } from 'node:crypto'
import type { Authenticator } from '../server/state.js'

/** The `digest` and `ip` schemes. `superDigest` is the super user's `user:digest`, if there is one. */
export function authenticator(superDigest: string | null, algorithm: string): Authenticator {
  return (scheme, auth, address) => {
    if (scheme === 'ip') return [{ scheme: 'ip', id: address }] // ACL-32
    if (scheme !== 'digest') return undefined // ACL-33
    const text = Buffer.from(auth).toString('utf8')
    const user = text.split(':', 1)[0]!
    const hash = createHash(algorithm.toLowerCase()).update(text, 'utf8').digest('base64')
    const id = `${user}:${hash}` // ACL-30
    const proved = [{ scheme: 'digest', id }]
    // ACL-31
    return id === superDigest ? [{ scheme: 'super', id: '' }, ...proved] : proved
  }
}
