/** What a member's roles need to know of its ensemble, from the configuration. */
import { configText, type EnsembleConfig, verifierOf } from '../config/ensemble-config.js'
import type { Membership } from './role.js'

export function membershipOf(sid: bigint, ensemble: EnsembleConfig): Membership {
  const own = ensemble.members.get(sid)!
  return {
    sid,
    isObserver: own.role === 'observer',
    quorums: verifierOf(ensemble),
    configText: configText(ensemble),
    ownQuorumAddresses: own.quorum,
    quorumAddressesOf: (of) => ensemble.members.get(of)?.quorum ?? [],
  }
}
