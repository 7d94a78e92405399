/**
 * What a rule does without, and why: the forms that it cannot have, or not yet. A test fails when a form named here exists
 * after all, and when a rule lacks one that is not named here.
 */
import type { Explained, Form } from './rule-forms.js'

/** Forms that some rules do without, for one reason. */
export interface Reason {
  readonly rules: readonly string[]
  readonly forms: readonly Form[]
  readonly because: string
}

const bytes: Reason = {
  rules: ['WIRE-10', 'WIRE-11', 'WIRE-12', 'WIRE-15', 'WIRE-50', 'WIRE-51', 'WIRE-54', 'WIRE-60', 'WIRE-62'],
  forms: ['machine'],
  because: 'it is about bytes, and the machines begin where frames have become values',
}

const peerBytes: Reason = {
  rules: ['BROADCAST-90', 'BROADCAST-91', 'BROADCAST-92', 'BROADCAST-93', 'BROADCAST-94', 'BROADCAST-95'],
  forms: ['machine'],
  because: bytes.because,
}

const limits: Reason = {
  rules: ['WIRE-18', 'WIRE-80', 'WIRE-81'],
  forms: ['machine'],
  because: "it bounds what all connections together may cost, and the spec's machine is one connection",
}

const notOffered: Reason = {
  rules: ['WIRE-58', 'WIRE-82'],
  forms: ['machine', 'code', 'test'],
  because: 'the option is off unless configured, and the server does not offer it yet: it warns of the key',
}

const ensembles: Reason = {
  rules: ['SESSION-71', 'SERVICE-27'],
  forms: ['machine', 'code', 'test'],
  because: 'it is about ensembles, which have no code yet',
}

export const reasons: readonly Reason[] = [
  bytes,
  peerBytes,
  limits,
  notOffered,
  ensembles,
  { ...ensembles, rules: ['SESSION-48'], forms: ['code', 'test'] },
  {
    rules: ['SESSION-52', 'SESSION-54'],
    forms: ['machine'],
    because: 'it is about a session that moves between servers, and the machines are those of one server',
  },
  {
    rules: ['SESSION-11', 'SESSION-12', 'SESSION-13'],
    forms: ['machine'],
    because: 'the machines are given the id of a new session: how servers make them is not theirs',
  },
  {
    rules: ['SESSION-19'],
    forms: ['machine'],
    because: 'what is ignored is no part of a machine',
  },
  {
    rules: ['SESSION-22'],
    forms: ['machine'],
    because: 'what it says of servers is in SESSION-25 to SESSION-32, and clients have no machine',
  },
  {
    rules: ['SESSION-28'],
    forms: ['machine'],
    because: 'what the server sends is no input of any session',
  },
  {
    rules: ['WATCHER-38'],
    forms: ['machine', 'test'],
    because: 'it leaves an order open: every order will do',
  },
  {
    rules: ['WIRE-44'],
    forms: ['machine'],
    because: 'it is about the other connections, and the machine is one of them',
  },
  {
    rules: ['SERVICE-26', 'SERVICE-71'],
    forms: ['machine'],
    because: 'the abstract service has no disk: its writes are durable as they are ordered',
  },
]

/** Reason by reason, taken apart. */
export function explained(all: readonly Reason[] = reasons): Explained[] {
  return all.flatMap(({ rules, forms, because }) =>
    rules.flatMap((rule) => forms.map((form) => ({ rule, form, because }))),
  )
}
