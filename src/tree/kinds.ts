/**
 * The znodes that are not simply there until a client deletes them: each session's ephemerals, containers, TTL nodes.
 * Runs each znode's life (`machine.ts`). Carries TREE-23 and TREE-43, and what TREE-85 to TREE-87 look through.
 */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { compile } from '../machine/compile.js'
import { type ZnodeContext, type ZnodeEvent, znodeMachine } from './machine.js'
import { kindOf, type ZnodeKind } from './owners.js'
import type { Znode } from './znode.js'

const life = compile(znodeMachine)
/** The state of a znode that hasn't been put into a tree. */
export const absent = life.initial

const CREATE: ZnodeEvent = { type: 'CREATE' }
const DELETE: ZnodeEvent = { type: 'DELETE' }
const noPaths: ReadonlySet<string> = new Set()

export class Kinds implements ZnodeContext {
  readonly owned = new Map<SessionId, Set<string>>()
  readonly containers = new Set<string>()
  readonly ttlNodes = new Set<string>()
  /** The znode that takes a step. */
  private path = ''
  private node!: Znode
  private kind: ZnodeKind = 'persistent'

  constructor(private readonly extendedTypes: boolean) {}

  created(path: string, node: Znode): void {
    this.path = path
    this.node = node
    this.kind = kindOf(node.ephemeralOwner, this.extendedTypes)
    node.state = life.step(node.state, this, CREATE)
  }

  deleted(path: string, node: Znode): void {
    this.path = path
    this.node = node
    node.state = life.step(node.state, this, DELETE)
  }

  ownedBy(session: SessionId): ReadonlySet<string> {
    return this.owned.get(session) ?? noPaths
  }

  clear(): void {
    this.owned.clear()
    this.containers.clear()
    this.ttlNodes.clear()
  }

  isSessions(): boolean {
    return this.kind === 'ephemeral'
  }

  isContainer(): boolean {
    return this.kind === 'container'
  }

  isTimed(): boolean {
    return this.kind === 'ttl'
  }

  own(): void {
    const owner = this.node.ephemeralOwner
    let paths = this.owned.get(owner)
    if (paths === undefined) this.owned.set(owner, (paths = new Set()))
    paths.add(this.path)
    this.node.shownOwner = owner // TREE-23
  }

  disown(): void {
    const owner = this.node.ephemeralOwner
    const paths = this.owned.get(owner)
    if (paths?.delete(this.path) && paths.size === 0) this.owned.delete(owner)
  }

  watchForEmptying(): void {
    this.containers.add(this.path)
  }

  watchForTime(): void {
    this.ttlNodes.add(this.path)
  }

  watchNoMore(): void {
    this.containers.delete(this.path)
    this.ttlNodes.delete(this.path)
  }
}
