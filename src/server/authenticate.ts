/** What an `auth` request proves. */
import type { Authenticator } from './database.js'

/** The base64 of a text's hash; the names of the algorithms are Node's. */
export type Hash = (algorithm: string, text: string) => string

/** The `digest` and `ip` schemes. `superDigest` is the super user's `user:digest`, if there is one. */
export function authenticator(hash: Hash, superDigest: string | null, algorithm: string): Authenticator {
  return (scheme, auth, address) => {
    if (scheme === 'ip') return [{ scheme: 'ip', id: address }] // ACL-32
    if (scheme !== 'digest' || auth === null) return undefined // ACL-30, ACL-33
    const text = Buffer.from(auth).toString('utf8')
    const user = text.split(':', 1)[0]!
    const id = `${user}:${hash(algorithm, text)}` // ACL-30
    const proved = [{ scheme: 'digest', id }]
    // ACL-31
    return id === superDigest ? [{ scheme: 'super', id: '' }, ...proved] : proved
  }
}
