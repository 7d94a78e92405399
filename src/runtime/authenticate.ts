/** What an `auth` request proves: the hash is the process's part of it. */
import { createHash } from 'node:crypto'
import type { Authenticator } from '../server/state.js'

/** The `digest` and `ip` schemes. `superDigest` is the super user's `user:digest`, if there is one. */
export function authenticator(superDigest: string | null, algorithm: string): Authenticator {
  return (scheme, auth, address) => {
    if (scheme === 'ip') return [{ scheme: 'ip', id: address }]
    if (scheme !== 'digest') return undefined
    const text = Buffer.from(auth).toString('utf8')
    const user = text.split(':', 1)[0]!
    const hash = createHash(algorithm.toLowerCase()).update(text, 'utf8').digest('base64')
    const id = `${user}:${hash}`
    const proved = [{ scheme: 'digest', id }]
    return id === superDigest ? [{ scheme: 'super', id: '' }, ...proved] : proved
  }
}
