/**
 * The order of the checks, as states: a request goes from check to check, and the first that it doesn't meet refuses it.
 * Carries TREE-30 to TREE-88, in the prose's order; `checks.ts` has the questions, `tree-model.ts` what a granted request does.
 */
import { assign, setup } from 'xstate'
import { ErrorCode } from '../vocabulary/index.js'
import * as checks from './checks.js'
import type { Case, Check } from './checks.js'

export interface TreeContext {
  readonly asked: Case | null
  /** What the request came to: its error, 0 when it is granted, and the rule that decided. */
  readonly outcome: { readonly err: number; readonly rule: string } | null
}

export type TreeEvent = { readonly type: 'REQUEST'; readonly asked: Case }

type Guard = keyof typeof checks
type Refusal = Extract<keyof typeof ErrorCode, string>

/** A question about the request at hand. */
const ask =
  (check: Check) =>
  ({ context, event }: { context: TreeContext; event: TreeEvent }): boolean =>
    check(context.asked ?? event.asked)
const guards = Object.fromEntries(
  Object.entries(checks).map(([name, check]) => [name, ask(check)]),
) as Record<Guard, ReturnType<typeof ask>>

/** A check: what meets it goes on, all else is refused by its rule. */
const must = <const Name extends Guard, const Next extends string>(
  guard: Name,
  next: Next,
  err: Refusal,
  rule: string,
) => ({
  always: [
    { guard, target: next, meta: { rule } },
    {
      target: '#refused' as const,
      actions: { type: 'refuse' as const, params: { err, rule } },
      meta: { rule },
    },
  ],
})

/** The list that is given must be one; an id that is null is no id at all (ACL-45). */
const mustGive = <const Next extends string>(next: Next, rule: string) => ({
  always: [
    { guard: 'aclIsValid' as const, target: next, meta: { rule } },
    {
      guard: 'aclLacksAnId' as const,
      target: '#refused' as const,
      actions: { type: 'refuse' as const, params: { err: 'MarshallingError' as const, rule: 'ACL-45' } },
      meta: { rule: 'ACL-45' },
    },
    {
      target: '#refused' as const,
      actions: { type: 'refuse' as const, params: { err: 'InvalidACL' as const, rule } },
      meta: { rule },
    },
  ],
})

/** What is refused whatever it says. */
const refuse = (err: Refusal, rule: string) => ({
  always: [
    {
      target: '#refused' as const,
      actions: { type: 'refuse' as const, params: { err, rule } },
      meta: { rule },
    },
  ],
})

/** The end of the checks: the request has the effect, or the answer, that the rule gives it. */
const grant = (rule: string) => ({
  always: [
    { target: '#granted' as const, actions: { type: 'grant' as const, params: { rule } }, meta: { rule } },
  ],
})

export const treeMachine = setup({
  types: { context: {} as TreeContext, events: {} as TreeEvent },
  guards,
  actions: {
    look: assign({ asked: ({ event }) => event.asked }),
    refuse: assign({
      outcome: (_, { err, rule }: { err: Refusal; rule: string }) => ({ err: ErrorCode[err], rule }),
    }),
    grant: assign({ outcome: (_, { rule }: { rule: string }) => ({ err: ErrorCode.Ok, rule }) }),
  },
}).createMachine({
  id: 'tree',
  context: { asked: null, outcome: null },
  initial: 'asked',
  states: {
    asked: {
      on: {
        REQUEST: [
          { guard: 'isCreate', target: 'create', actions: 'look' },
          { guard: 'isDelete', target: 'delete', actions: 'look' },
          { guard: 'isReaping', target: 'reap', actions: 'look' },
          { guard: 'isDeleteContainer', target: 'deleteContainer', actions: 'look' },
          { guard: 'isSetData', target: 'setData', actions: 'look' },
          { guard: 'isSetAcl', target: 'setACL', actions: 'look' },
          { guard: 'isCheck', target: 'check', actions: 'look' },
          { guard: 'isExists', target: 'exists', actions: 'look' },
          { guard: 'isGetEphemerals', target: 'getEphemerals', actions: 'look' },
          { guard: 'isMultiRead', target: 'multiRead', actions: 'look' },
          { guard: 'isMulti', target: 'multi', actions: 'look' },
          { target: 'read', actions: 'look' },
        ],
      },
    },
    create: {
      initial: 'flags',
      states: {
        flags: must('flagsAreKnown', 'type', 'BadArguments', 'TREE-30'),
        type: must('typeIsEnabled', 'timeToLive', 'Unimplemented', 'TREE-31'),
        timeToLive: must('ttlFitsMode', 'path', 'BadArguments', 'TREE-32'),
        path: must('pathHasParent', 'acl', 'BadArguments', 'TREE-33'),
        acl: mustGive('parent', 'TREE-34'),
        parent: must('parentExists', 'permission', 'NoNode', 'TREE-35'),
        permission: must('mayCreate', 'wholePath', 'NoAuth', 'TREE-36'),
        wholePath: must('pathToBeIsOne', 'novelty', 'BadArguments', 'TREE-37'),
        novelty: must('isNew', 'parentKind', 'NodeExists', 'TREE-38'),
        parentKind: must('parentIsNoEphemeral', 'quota', 'NoChildrenForEphemerals', 'TREE-39'),
        quota: must('quotaAllowsCreation', 'effect', 'QuotaExceeded', 'TREE-40'),
        effect: grant('TREE-41'),
      },
    },
    delete: {
      initial: 'path',
      states: {
        path: must('pathIsDeletable', 'parent', 'BadArguments', 'TREE-45'),
        parent: must('parentExists', 'permission', 'NoNode', 'TREE-46'),
        permission: must('mayDelete', 'znode', 'NoAuth', 'TREE-47'),
        znode: must('nodeExists', 'version', 'NoNode', 'TREE-48'),
        version: must('versionMatches', 'children', 'BadVersion', 'TREE-49'),
        children: must('hasNoChildren', 'effect', 'NotEmpty', 'TREE-51'),
        effect: grant('TREE-50'),
      },
    },
    // The service's own; a client's is refused below.
    reap: {
      initial: 'path',
      states: {
        path: must('pathIsDeletable', 'znode', 'BadArguments', 'TREE-45'),
        znode: must('nodeExists', 'children', 'NoNode', 'TREE-52'),
        children: must('hasNoChildren', 'kind', 'NotEmpty', 'TREE-53'),
        kind: must('isNoEphemeral', 'parent', 'BadVersion', 'TREE-54'),
        parent: must('parentExists', 'effect', 'NoNode', 'TREE-52'),
        effect: grant('TREE-50'),
      },
    },
    setData: {
      initial: 'path',
      states: {
        path: must('pathIsOne', 'znode', 'BadArguments', 'TREE-55'),
        znode: must('nodeExists', 'permission', 'NoNode', 'TREE-56'),
        permission: must('mayWrite', 'quota', 'NoAuth', 'TREE-57'),
        quota: must('quotaAllowsData', 'version', 'QuotaExceeded', 'TREE-40'),
        version: must('versionMatches', 'effect', 'BadVersion', 'TREE-58'),
        effect: grant('TREE-59'),
      },
    },
    setACL: {
      initial: 'path',
      states: {
        path: must('pathIsOne', 'acl', 'BadArguments', 'TREE-60'),
        acl: mustGive('znode', 'TREE-61'),
        znode: must('nodeExists', 'permission', 'NoNode', 'TREE-62'),
        permission: must('mayAdmin', 'version', 'NoAuth', 'TREE-63'),
        version: must('aversionMatches', 'effect', 'BadVersion', 'TREE-64'),
        effect: grant('TREE-65'),
      },
    },
    check: {
      initial: 'path',
      states: {
        path: must('pathIsOne', 'znode', 'BadArguments', 'TREE-66'),
        znode: must('nodeExists', 'permission', 'NoNode', 'TREE-67'),
        permission: must('mayRead', 'version', 'NoAuth', 'TREE-68'),
        version: must('versionMatches', 'effect', 'BadVersion', 'TREE-69'),
        effect: grant('TREE-69'),
      },
    },
    exists: {
      initial: 'path',
      states: {
        path: must('pathHasNoNul', 'znode', 'BadArguments', 'TREE-70'),
        znode: must('nodeExists', 'answer', 'NoNode', 'TREE-71'),
        answer: grant('TREE-70'),
      },
    },
    read: {
      initial: 'znode',
      states: {
        znode: must('nodeExists', 'permission', 'NoNode', 'TREE-71'),
        permission: must('mayReadIt', 'answer', 'NoAuth', 'TREE-72'),
        answer: {
          always: [
            { guard: 'isGetData', target: 'data' },
            { guard: 'isGetChildren', target: 'children' },
            { guard: 'isGetAcl', target: 'acl' },
            { target: 'number' },
          ],
        },
        data: grant('TREE-73'),
        children: grant('TREE-74'),
        acl: grant('TREE-75'),
        number: grant('TREE-76'),
      },
    },
    getEphemerals: grant('TREE-77'),
    multiRead: grant('TREE-78'),
    multi: {
      initial: 'parts',
      states: {
        // A multi is granted even when a part fails: its record says which did.
        parts: {
          always: [
            { guard: 'everyPartSucceeds', target: 'all' },
            { guard: 'somePartFails', target: 'none' },
            { target: 'unreadable' },
          ],
        },
        all: grant('TREE-80'),
        none: grant('TREE-81'),
        unreadable: refuse('MarshallingError', 'TREE-83'),
      },
    },
    deleteContainer: refuse('BadArguments', 'TREE-88'),
    granted: { id: 'granted', type: 'final' },
    refused: { id: 'refused', type: 'final' },
  },
})
