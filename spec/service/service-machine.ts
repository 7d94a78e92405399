/**
 * The service as a machine: one abstract ZooKeeper, n sessions. Three things go on at once: connections begin and end,
 * requests are taken and served, time passes. The context is the whole state (`service-state.ts`); every transition is one rule's.
 */
import { setup, type SnapshotFrom } from 'xstate'
import { named } from '../notation/named.js'
import type { ServiceEvent } from './service-events.js'
import type { Submodels } from './submodels.js'
import * as requests from './serve-requests.js'
import * as sessions from './serve-sessions.js'
import type { Service } from './service-state.js'

/** The machine over given submodels; its context starts as `initial`. */
export function serviceMachineOver(submodels: Submodels<unknown>, initial: Service) {
  const { when, does } = named<Service, ServiceEvent, [Submodels<unknown>]>(submodels)

  return setup({
    types: { context: {} as Service, events: {} as ServiceEvent },
    guards: {
      isClientAhead: when<'connect'>(sessions.isClientAhead),
      asksForNewSession: when<'connect'>(sessions.asksForNewSession),
      canRenew: when<'connect'>(sessions.canRenew),
      isUnknown: when<'connect'>((service, { connection }) => !service.connections.has(connection)),
      isOpen: when<'request' | 'disconnect'>(
        (service, { connection }) => service.connections.get(connection)?.life === 'open',
      ),
      isGoneAndWaiting: when<'abandon'>((service, { connection }) => {
        const gone = service.connections.get(connection)
        return gone?.life === 'gone' && gone.waiting.length > 0
      }),
      isAuth: when<'serve'>(requests.isAuth),
      isSasl: when<'serve'>(requests.isSasl),
      isForbidden: when<'serve'>(requests.isForbidden),
      isLapsed: when<'serve'>(requests.isLapsed),
      isReconfig: when<'serve'>(requests.isReconfig),
      isMalformed: when<'serve'>(requests.isMalformed),
      isPing: when<'serve'>(requests.isPing),
      isWhoAmI: when<'serve'>(requests.isWhoAmI),
      isSync: when<'serve'>(requests.isSync),
      isCloseSession: when<'serve'>(requests.isCloseSession),
      isWatchRequest: when<'serve'>(requests.isWatchRequest),
      isWrite: when<'serve'>(requests.isWrite),
      isRead: when<'serve'>(requests.isRead),
      isOverdue: when<'giveUp'>(sessions.isOverdue),
      isGivenUp: when<'expire'>((service, { session }) => service.sessions.get(session)?.givenUp === true),
      isReapable: when<'reap'>((service, { path, now }) =>
        submodels.reapable(service.tree, now, service.settings).includes(path),
      ),
      hasNothingToReap: when<'reap'>(
        (service, { path, now }) => requests.evaluateReaping(service, path, now, submodels).err !== 0,
      ),
    },
    actions: {
      refuseAhead: does<'connect'>(sessions.refuseAhead),
      createSession: does<'connect'>(sessions.createSession),
      renewSession: does<'connect'>(sessions.renewSession),
      refuseSession: does<'connect'>(sessions.refuseSession),
      lose: does<'disconnect'>(sessions.lose),
      abandon: does<'abandon'>(requests.abandon),
      enqueue: does<'request'>(requests.enqueue),
      serveAuth: does<'serve'>(requests.serveAuth),
      serveSasl: does<'serve'>(requests.serveSasl),
      refuseForbidden: does<'serve'>(requests.refuseForbidden),
      serveLapsed: does<'serve'>(requests.serveLapsed),
      refuseReconfig: does<'serve'>(requests.refuseReconfig),
      serveMalformed: does<'serve'>(requests.serveMalformed),
      servePing: does<'serve'>(requests.servePing),
      serveWhoAmI: does<'serve'>(requests.serveWhoAmI),
      serveSync: does<'serve'>(requests.serveSync),
      serveCloseSession: does<'serve'>(requests.serveCloseSession),
      serveWatchRequest: does<'serve'>(requests.serveWatchRequest),
      serveWrite: does<'serve'>(requests.serveWrite),
      serveRead: does<'serve'>(requests.serveRead),
      passTime: does<'tick'>((service, { now }) => ({ ...service, now, outputs: [], rules: ['SERVICE-15'] })),
      giveUp: does<'giveUp'>(sessions.giveUp),
      expire: does<'expire'>(sessions.expire),
      reap: does<'reap'>(requests.reap),
    },
  }).createMachine({
    id: 'service',
    type: 'parallel',
    context: initial,
    states: {
      connections: {
        initial: 'accepting',
        states: {
          accepting: {
            on: {
              connect: [
                { guard: 'isClientAhead', actions: 'refuseAhead', meta: { rule: 'SERVICE-54' } },
                { guard: 'asksForNewSession', actions: 'createSession', meta: { rule: 'SERVICE-50' } },
                { guard: 'canRenew', actions: 'renewSession', meta: { rule: 'SERVICE-51' } },
                { guard: 'isUnknown', actions: 'refuseSession', meta: { rule: 'SERVICE-52' } },
              ],
              disconnect: [{ guard: 'isOpen', actions: 'lose', meta: { rule: 'SERVICE-55' } }],
              abandon: [{ guard: 'isGoneAndWaiting', actions: 'abandon', meta: { rule: 'SERVICE-55' } }],
            },
          },
        },
      },
      requests: {
        initial: 'serving',
        states: {
          serving: {
            on: {
              request: [{ guard: 'isOpen', actions: 'enqueue', meta: { rule: 'SERVICE-11' } }],
              serve: [
                { guard: 'isAuth', actions: 'serveAuth', meta: { rule: 'SERVICE-37' } },
                { guard: 'isSasl', actions: 'serveSasl', meta: { rule: 'SERVICE-35' } },
                { guard: 'isForbidden', actions: 'refuseForbidden', meta: { rule: 'SERVICE-34' } },
                { guard: 'isReconfig', actions: 'refuseReconfig', meta: { rule: 'SERVICE-36' } },
                { guard: 'isLapsed', actions: 'serveLapsed', meta: { rule: 'SERVICE-58' } },
                { guard: 'isMalformed', actions: 'serveMalformed', meta: { rule: 'SERVICE-39' } },
                { guard: 'isPing', actions: 'servePing', meta: { rule: 'SERVICE-32' } },
                { guard: 'isWhoAmI', actions: 'serveWhoAmI', meta: { rule: 'SERVICE-38' } },
                { guard: 'isSync', actions: 'serveSync', meta: { rule: 'SERVICE-33' } },
                { guard: 'isCloseSession', actions: 'serveCloseSession', meta: { rule: 'SERVICE-57' } },
                { guard: 'isWatchRequest', actions: 'serveWatchRequest', meta: { rule: 'SERVICE-43' } },
                { guard: 'isWrite', actions: 'serveWrite', meta: { rule: 'SERVICE-20' } },
                { guard: 'isRead', actions: 'serveRead', meta: { rule: 'SERVICE-25' } },
              ],
            },
          },
        },
      },
      time: {
        initial: 'passing',
        states: {
          passing: {
            on: {
              tick: [{ actions: 'passTime', meta: { rule: 'SERVICE-15' } }],
              giveUp: [{ guard: 'isOverdue', actions: 'giveUp', meta: { rule: 'SERVICE-56' } }],
              expire: [{ guard: 'isGivenUp', actions: 'expire', meta: { rule: 'SERVICE-56' } }],
              reap: [
                { guard: 'isReapable', actions: 'reap', meta: { rule: 'SERVICE-60' } },
                { guard: 'hasNothingToReap', actions: 'reap', meta: { rule: 'SERVICE-61' } },
              ],
            },
          },
        },
      },
    },
  })
}

export type ServiceMachine = ReturnType<typeof serviceMachineOver>
export type ServiceSnapshot = SnapshotFrom<ServiceMachine>
