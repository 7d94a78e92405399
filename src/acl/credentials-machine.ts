/**
 * What a connection has proved of who its client is. Nothing that is proved is ever taken away (ACL-12).
 * `credentials.ts` keeps the state's number and runs it through `compile`.
 */
import { setup } from 'xstate'

export interface CredentialsContext {
  /** Adds the identities that are new to those that the connection has. */
  add(): void
}

export type CredentialsEvent = { type: 'PROVED' } | { type: 'PROVED_SUPER' } | { type: 'PROVED_NOTHING' }

export const credentialsMachine = setup({
  types: { context: {} as CredentialsContext, events: {} as CredentialsEvent },
  actions: {
    add: ({ context }) => context.add(),
  },
}).createMachine({
  id: 'credentials',
  initial: 'addressOnly',
  context: {} as CredentialsContext,
  states: {
    addressOnly: {
      on: {
        PROVED: { target: 'proved', actions: 'add', meta: { rule: ['ACL-30', 'ACL-32'] } },
        PROVED_SUPER: { target: 'superUser', actions: 'add', meta: { rule: 'ACL-31' } },
        PROVED_NOTHING: { target: 'refused', meta: { rule: 'ACL-33' } },
      },
    },
    proved: {
      on: {
        PROVED: { actions: 'add', meta: { rule: ['ACL-30', 'ACL-32'] } },
        PROVED_SUPER: { target: 'superUser', actions: 'add', meta: { rule: 'ACL-31' } },
        PROVED_NOTHING: { target: 'refused', meta: { rule: 'ACL-33' } },
      },
    },
    superUser: {
      on: {
        PROVED: { actions: 'add', meta: { rule: ['ACL-12', 'ACL-30'] } },
        PROVED_SUPER: { actions: 'add', meta: { rule: 'ACL-31' } },
        PROVED_NOTHING: { target: 'refused', meta: { rule: 'ACL-33' } },
      },
    },
    // The connection is about to be closed.
    refused: { type: 'final' },
  },
})
