/** What is written at a transition and in a state's box: event, guard, rule ids, and below them the actions. */
import type { ChartState, ChartTransition } from './chart.js'
import { lineHeight, lineWidth, wrap, type Line, type Span } from './text-width.js'

/** Widths, in px, beyond which text is broken: at an arrow, and in a state's box. */
export interface Widths {
  readonly label: number
  readonly box: number
}

/** The lines of one transition: at an arrow, its actions stand on a line of their own. */
export function transitionLines(transition: ChartTransition, { label }: Widths): Line[] {
  const { head, tail } = transitionSpans(transition)
  return [...wrap(head, label), ...wrap(tail, label)]
}

function transitionSpans(transition: ChartTransition): { head: Span[]; tail: Span[] } {
  const { event, turn, actions, rules } = transition
  const head: Span[] = [{ text: event, style: 'event' }]
  if (turn !== undefined) head.push({ text: `#${turn}`, style: 'note' })
  const guard = formatGuard(transition)
  if (guard !== '') head.push(...words(guard, 'guard'))
  head.push(...rules.map((text): Span => ({ text, style: 'rule' })))
  const tail = actions.map((name, at): Span => {
    const slash = at === 0 ? '/ ' : ''
    return { text: `${slash}${name}${at < actions.length - 1 ? ',' : ''}`, style: 'action' }
  })
  return { head, tail }
}

/** The guard in brackets; `[else]` for what is left when the earlier ones don't hold. */
export function formatGuard({ guard, turn }: ChartTransition): string {
  if (guard !== undefined) return `[${guard}]`
  return turn !== undefined && turn > 1 ? '[else]' : ''
}

/** A transition on one line of plain text: `EVENT #2 [guard] / action, action (RULE-1)`. */
export function formatTransition(transition: ChartTransition): string {
  const { event, turn, actions, rules } = transition
  return [
    event,
    ...(turn === undefined ? [] : [`#${turn}`]),
    formatGuard(transition),
    ...(actions.length === 0 ? [] : [`/ ${actions.join(', ')}`]),
    ...(rules.length === 0 ? [] : [`(${rules.join(', ')})`]),
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** What a state's box says below its name: entry, exit, the transitions that keep the state, those that leave the picture. */
export function stateLines(
  state: ChartState,
  { box }: Widths,
  leaving: readonly ChartTransition[] = [],
): Line[] {
  const lines: Line[] = []
  if (state.rules.length > 0)
    lines.push(
      ...wrap(
        state.rules.map((text): Span => ({ text, style: 'rule' })),
        box,
      ),
    )
  for (const [word, actions] of [
    ['entry', state.entry],
    ['exit', state.exit],
  ] as const) {
    if (actions.length === 0) continue
    const names = actions.map((name, at): Span => ({
      text: at < actions.length - 1 ? `${name},` : name,
      style: 'action',
    }))
    lines.push(...wrap([{ text: `${word} /`, style: 'note' }, ...names], box))
  }
  for (const transition of state.transitions) {
    if (transition.target !== undefined) continue
    const { head, tail } = transitionSpans(transition)
    lines.push(...indented(wrap([...head, ...tail], box)))
  }
  for (const transition of leaving) {
    const { head, tail } = transitionSpans(transition)
    const to: Span[] = [
      { text: '→', style: 'note' },
      { text: transition.target ?? '', style: 'event' },
    ]
    lines.push(...indented(wrap([...head, ...to, ...tail], box)))
  }
  return lines
}

function indented([first = [], ...rest]: readonly Line[]): Line[] {
  const indent = ([span, ...others]: Line): Line =>
    span === undefined ? [] : [{ ...span, text: `\u00a0\u00a0\u00a0${span.text}` }, ...others]
  return [first, ...rest.map(indent)]
}

/** Width and height of lines, in px. */
export function sizeOf(lines: readonly Line[]): { width: number; height: number } {
  return { width: Math.ceil(Math.max(0, ...lines.map(lineWidth))), height: lines.length * lineHeight }
}

function words(text: string, style: Span['style']): Span[] {
  return text.split(' ').map((word) => ({ text: word, style }))
}
