/**
 * The service as a machine: one abstract ZooKeeper, n sessions. Three things go on at once: connections begin and end,
 * requests are taken and served, time passes. The context is the whole state (`state.ts`); every transition is one rule's.
 */
import { assign, setup, type SnapshotFrom } from 'xstate'
import type { ServiceEvent } from './events.js'
import type { Parts } from './parts.js'
import * as requests from './requests.js'
import * as sessions from './sessions.js'
import type { On } from './sessions.js'
import type { Service } from './state.js'

type Args = { context: Service; event: ServiceEvent }

/** The machine over given parts; its context starts as `initial`. */
export function serviceMachineOver(parts: Parts<unknown>, initial: Service) {
  /** A guard, or an action, that takes one kind of event. */
  const test =
    <T extends ServiceEvent['type']>(
      guard: (service: Service, event: On<T>, parts: Parts<unknown>) => boolean,
    ) =>
    ({ context, event }: Args): boolean =>
      guard(context, event as On<T>, parts)
  const does = <T extends ServiceEvent['type']>(
    action: (service: Service, event: On<T>, parts: Parts<unknown>) => Service,
  ) =>
    assign<Service, ServiceEvent, undefined, ServiceEvent, never>(({ context, event }) =>
      action(context, event as On<T>, parts),
    )

  return setup({
    types: { context: {} as Service, events: {} as ServiceEvent },
    guards: {
      isClientAhead: test<'connect'>(sessions.isClientAhead),
      asksForNewSession: test<'connect'>(sessions.asksForNewSession),
      canRenew: test<'connect'>(sessions.canRenew),
      isUnknown: test<'connect'>((service, { connection }) => !service.connections.has(connection)),
      isOpen: test<'request' | 'disconnect'>(
        (service, { connection }) => service.connections.get(connection)?.life === 'open',
      ),
      isGoneAndWaiting: test<'abandon'>((service, { connection }) => {
        const gone = service.connections.get(connection)
        return gone?.life === 'gone' && gone.waiting.length > 0
      }),
      isAuth: test<'serve'>(requests.isAuth),
      isSasl: test<'serve'>(requests.isSasl),
      isForbidden: test<'serve'>(requests.isForbidden),
      isLapsed: test<'serve'>(requests.isLapsed),
      isReconfig: test<'serve'>(requests.isReconfig),
      isMalformed: test<'serve'>(requests.isMalformed),
      isPing: test<'serve'>(requests.isPing),
      isWhoAmI: test<'serve'>(requests.isWhoAmI),
      isSync: test<'serve'>(requests.isSync),
      isCloseSession: test<'serve'>(requests.isCloseSession),
      isWatchRequest: test<'serve'>(requests.isWatchRequest),
      isWrite: test<'serve'>(requests.isWrite),
      isRead: test<'serve'>(requests.isRead),
      isOverdue: test<'giveUp'>(sessions.isOverdue),
      isGivenUp: test<'expire'>((service, { session }) => service.sessions.get(session)?.givenUp === true),
      isReapable: test<'reap'>((service, { path, now }) => parts.reapable(service.tree, now).includes(path)),
      hasNothingToReap: test<'reap'>(
        (service, { path, now }) => requests.evaluateReaping(service, path, now, parts).err !== 0,
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
