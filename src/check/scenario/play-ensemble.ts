/** Plays a scenario of the ensemble: commands on the spec's network, and below them what the machines did. */
import type { EnsembleSetup } from '../../../spec/ensemble/ensemble-network.js'
import type { Variant } from '../../../spec/variants/variant.js'
import type { Scenario } from '../../scenario/scenario-file.js'
import type { PathStep } from '../model/counterexample.js'
import { brokenIn } from '../model/findings.js'
import { InputError } from '../model/input-error.js'
import type { Model } from '../model/model.js'
import { networkModel } from '../spaces/network-model.js'
import type { AnyModel } from '../model/space.js'
import { unboundedEnsemble } from '../systems/ensemble-system.js'
import {
  commandOf,
  type EnsembleAction,
  type EnsembleCommand,
  EnsembleCommandError,
  parseEnsembleCommand,
} from './ensemble-command.js'
import { type Change, changesBetween, type EnsembleState } from './format-ensemble-changes.js'

/** A step of a scenario, as it is drawn and as it is written. */
export interface PlayedStep {
  readonly step: PathStep
  readonly lines: readonly string[]
  /** The picture that it belongs to, if any. */
  readonly picture: string | undefined
}

/** What was played. */
export interface Played {
  readonly processes: readonly string[]
  /** By block. */
  readonly blocks: readonly (readonly PlayedStep[])[]
}

/** Plays a file on the spec, or on a variant of it. Throws an {@link InputError} with the file and the line of a command that is none, or that can't happen. */
export function playEnsemble(scenario: Scenario, file: string, variant?: Variant): Played {
  const play = new Play(variant)
  const blocks = scenario.blocks.map(({ commands, line }) => {
    const steps = commands.flatMap((text, at) => {
      try {
        return play.perform(parseEnsembleCommand(text))
      } catch (error) {
        if (!(error instanceof EnsembleCommandError)) throw error
        throw new InputError(`${file}: line ${line + at}: ${error.message}`, { cause: error })
      }
    })
    return [...steps, ...play.endQuiet()]
  })
  return { processes: play.processes, blocks }
}

/** What followed each block: the steps, each with what it changed and sent. Throws an {@link InputError}. */
export function runEnsembleScenario(
  scenario: Scenario,
  file: string,
  variant?: Variant,
): readonly (readonly string[])[] {
  return playEnsemble(scenario, file, variant).blocks.map((steps) => steps.flatMap(({ lines }) => lines))
}

/** More steps than any scenario needs. */
const enough = 1000
const usual: EnsembleSetup = { servers: 3, observers: 0, history: 0, snap: false, anyTie: false }

class Play {
  private setup = usual
  private model: Model<EnsembleState, EnsembleAction> | undefined
  private state!: EnsembleState
  private picture: string | undefined
  constructor(private readonly variant: Variant | undefined) {}

  private quiet: { readonly before: EnsembleState; readonly steps: PlayedStep[] } | undefined

  get processes(): readonly string[] {
    return this.running.processes
  }

  perform(command: EnsembleCommand): PlayedStep[] {
    return command.type === 'quietly'
      ? this.quietly(command.command)
      : [...this.endQuiet(), ...this.do(command)]
  }

  private do(command: EnsembleCommand): PlayedStep[] {
    switch (command.type) {
      case 'servers':
      case 'observers':
      case 'history':
        return this.setUp({ [command.type]: command.count })
      case 'snap':
        return this.setUp({ snap: true })
      case 'picture':
        this.picture = command.name === 'end' ? undefined : command.name
        return []
      case 'quietly':
        return this.do(command.command)
      case 'deliverAll':
        return this.repeat((action) => action.kind === 'deliver')
      case 'run':
        return this.repeat((action) => isOwn(action) && isAmong(action, command.among))
      case 'action':
        return [this.take(this.find(command.text))]
    }
  }

  private setUp(changed: Partial<EnsembleSetup>): PlayedStep[] {
    if (this.model !== undefined)
      throw new EnsembleCommandError('what there is must be said before anything happens')
    this.setup = { ...this.setup, ...changed }
    return []
  }

  private get running(): Model<EnsembleState, EnsembleAction> {
    if (this.model !== undefined) return this.model
    this.model = networkModel(unboundedEnsemble(this.setup, this.variant))
    this.state = this.model.initial()[0]!
    return this.model
  }

  /** The action that a command names. */
  private find(text: string): EnsembleAction {
    const allowed = this.running.actions(this.state)
    const [found, more] = allowed.filter((action) => commandOf(action) === text)
    if (found === undefined) {
      const instead = allowed.flatMap((action) => commandOf(action) ?? [])
      throw new EnsembleCommandError(
        `"${text}" can't happen here; what can: ${[...new Set(instead)].join(', ') || 'nothing'}`,
      )
    }
    if (more !== undefined) throw new EnsembleCommandError(`"${text}" may be two things here`)
    return found
  }

  /** Takes actions, deliveries first, until none is left of those that are meant. */
  private repeat(isMeant: (action: EnsembleAction) => boolean): PlayedStep[] {
    const steps: PlayedStep[] = []
    for (;;) {
      const open = this.running.actions(this.state).filter(isMeant)
      const next = open.find(({ kind }) => kind === 'deliver') ?? open[0]
      if (next === undefined) return steps
      if (steps.length > enough) throw new EnsembleCommandError('this goes on for ever')
      steps.push(this.take(next))
    }
  }

  /** Steps that are told together: {@link endQuiet} says what they came to. */
  private quietly(command: EnsembleCommand): PlayedStep[] {
    void this.running
    this.quiet ??= { before: this.state, steps: [] }
    this.quiet.steps.push(...this.do(command))
    return []
  }

  /** The steps that were told together, if there are any. */
  endQuiet(): PlayedStep[] {
    if (this.quiet === undefined) return []
    const { before, steps } = this.quiet
    this.quiet = undefined
    const broken = steps.flatMap(({ lines }) => lines.filter((line) => line.startsWith(brokenMark)))
    const lines = [
      steps.length === 1 ? '1 step' : `${steps.length} steps`,
      ...changesBetween(before, this.state).map(changeLine),
      ...new Set(broken),
    ]
    return steps.map(({ step }, at) => ({ step, lines: at === 0 ? lines : [], picture: undefined }))
  }

  private take(action: EnsembleAction): PlayedStep {
    const { running: model, state: before } = this
    this.state = model.next(before, action)
    const { text, rules, process, messages = [] } = model.tell(before, action, this.state)
    const changes = changesBetween(before, this.state).map(({ what, news }) => ({
      what,
      before: '',
      after: news,
    }))
    const step = { action, text, rules, ...(process === undefined ? {} : { process }), messages, changes }
    const broken = brokenIn(model as unknown as AnyModel, this.state)
    const lines = [
      `${text} [${rules.join(' ')}]`,
      ...changesBetween(before, this.state).map(changeLine),
      ...messages.flatMap(({ from, to, text, as }) =>
        as === 'taken' || as === 'ended'
          ? []
          : [`  ${from + 1} to ${to + 1}: ${text}${as === 'lost' ? ' is lost' : ''}`],
      ),
      ...broken.map(({ rule, found }) => `${brokenMark}${rule}: ${found}`),
    ]
    return { step, lines, picture: this.picture }
  }
}

const brokenMark = '  broken: '

const changeLine = ({ what, news }: Change): string => `  ${what.replace(/^server /, '')}: ${news}`

/** What servers do by themselves; of a snapshot the one that caught nothing. */
function isOwn(action: EnsembleAction): boolean {
  if (action.kind !== 'local') return action.kind === 'deliver'
  return action.event.type !== 'SYNCHRONIZED' || action.event.fuzzy.length === 0
}

function isAmong(action: EnsembleAction, among: readonly number[] | null): boolean {
  if (among === null || action.kind === 'world') return true
  if (action.kind === 'deliver') return among.includes(action.from) && among.includes(action.to)
  const { process, event } = action
  return among.includes(process) && (event.type !== 'SYNCHRONIZED' || among.includes(event.to - 1))
}
