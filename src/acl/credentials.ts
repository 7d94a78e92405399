/** A connection's identities: its client's address (ACL-12), and what `auth` requests prove beside it. */
import type { Id } from '../../spec/vocabulary/index.js'
import { compile } from '../machine/compile.js'
import { type CredentialsContext, credentialsMachine } from './credentials-machine.js'

const machine = compile(credentialsMachine)
const refused = machine.stateOf('refused')
const nothing: readonly Id[] = []

export class Credentials implements CredentialsContext {
  /** Replaced, never changed: requests under way keep those that they came with. */
  identities: readonly Id[]
  private state = machine.initial
  private proved: readonly Id[] = nothing

  constructor(ip: string) {
    this.identities = addressOnly(ip)
  }

  /** Takes what an `auth` request proves; false when it proves nothing, and the connection is to be closed. */
  take(proved: readonly Id[] | undefined): boolean {
    this.proved = proved ?? nothing
    const isSuper = this.proved.some(({ scheme }) => scheme === 'super')
    const type = proved === undefined ? 'PROVED_NOTHING' : isSuper ? 'PROVED_SUPER' : 'PROVED'
    this.state = machine.step(this.state, this, { type })
    return this.state !== refused
  }

  /** For {@link credentialsMachine}. */
  add(): void {
    const known = this.identities
    const isKnown = (id: Id) => known.some((other) => other.scheme === id.scheme && other.id === id.id)
    this.identities = [...known, ...this.proved.filter((id) => !isKnown(id))]
  }
}

let latest: readonly Id[] = nothing

/** What every connection begins with; those that come one after the other from one address share it. */
function addressOnly(ip: string): readonly Id[] {
  if (latest[0]?.id !== ip) latest = [{ scheme: 'ip', id: ip }]
  return latest
}
