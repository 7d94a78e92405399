/** Makes a fault happen, and ends it when its time is over. */
import type { Fault } from './fault.js'
import type { SimulatedEnsemble } from './simulated-ensemble.js'

const usualLatency = { least: 0.1, most: 2 }

export function applyFault(ensemble: SimulatedEnsemble, fault: Fault): void {
  const { queue, network } = ensemble
  ensemble.reached.begin(fault.type)
  queue.after('for' in fault ? fault.for : 1000, () => ensemble.reached.end(fault.type))
  const member = 'sid' in fault ? ensemble.member(fault.sid) : undefined
  const later = (action: () => void) => queue.after('for' in fault ? fault.for : 0, action)
  const startLater = () =>
    later(() => {
      if (!member!.isUp) member!.start()
    })
  switch (fault.type) {
    case 'crash':
      member!.crash(fault.kind)
      return startLater()
    case 'powerLoss':
      for (const each of ensemble.members) each.crash(fault.kind)
      // They come back one by one: a quorum of them first, without what the others have.
      for (const each of ensemble.members)
        queue.after(fault.for * each.options.random.part(), () => {
          if (!each.isUp) each.start()
        })
      return
    case 'crashAtDisk':
      return member!.crashAtDisk(fault.operation, startLater)
    case 'wipe':
      member!.wipe()
      return startLater()
    case 'cut':
      return cutFor(ensemble, [[fault.from, fault.to]], fault.for)
    case 'isolate':
      return cutFor(ensemble, pairs(ensemble, [fault.sid]), fault.for)
    case 'split':
      return cutFor(ensemble, pairs(ensemble, fault.side), fault.for)
    case 'reset':
      return network.reset(ensemble.host(fault.a), ensemble.host(fault.b))
    case 'slowNetwork':
      network.latency = { least: 1, most: fault.most }
      return later(() => (network.latency = usualLatency))
    case 'slowDisk':
      member!.diskFactor = fault.factor
      return later(() => (member!.diskFactor = 1))
    case 'fullDisk':
      member!.isDiskFull = true
      return later(() => (member!.isDiskFull = false))
    case 'setClock':
      member!.clockError.ahead += fault.ahead
      return
    case 'clockRate':
      member!.clockError.rate = fault.rate
      return later(() => (member!.clockError.rate = 1))
    case 'loseClient':
      ensemble.clients.splice(fault.client, 1)[0]?.vanish()
      ensemble.addClient()
  }
}

/** Nothing goes wrong from now on. */
export function healAll(ensemble: SimulatedEnsemble): void {
  const { network, members } = ensemble
  network.healAll()
  network.latency = usualLatency
  for (const member of members) {
    member.diskFactor = 1
    member.isDiskFull = false
    member.clockError.rate = 1
    member.disarm()
    if (!member.isUp) member.start()
  }
}

/** Both ways between the servers of a side and all others. */
function pairs({ members }: SimulatedEnsemble, side: readonly number[]): (readonly [number, number])[] {
  const all = members.map(({ sid }) => Number(sid))
  const others = all.filter((sid) => !side.includes(sid))
  return side.flatMap((sid) => others.flatMap((other) => [[sid, other] as const, [other, sid] as const]))
}

function cutFor(
  ensemble: SimulatedEnsemble,
  between: readonly (readonly [number, number])[],
  time: number,
): void {
  const { network, queue } = ensemble
  const hosts = between.map(([from, to]) => [ensemble.host(from), ensemble.host(to)] as const)
  for (const [from, to] of hosts) network.cut(from, to)
  queue.after(time, () => {
    for (const [from, to] of hosts) network.heal(from, to)
  })
}
