/** The machines of the spec: what variants change, versions differ in, and mutants are made of. */
import type { AnyStateMachine } from 'xstate'
import { machines } from '../../diagram/machines.js'

export const specMachines: readonly AnyStateMachine[] = machines
  .filter(({ layer }) => layer === 'spec')
  .map(({ machine }) => machine)
