/** A machine as pictures: one, or where that is too large for a page, one with some states closed and one for each of those. */
import { allStates, type Chart, type ChartState } from './chart.js'
import { fits, place, type Drawing } from './layout.js'
import { closable, isWithin, viewOf } from './view.js'

export interface Picture {
  /** Path of the state that it shows; empty for the machine. */
  readonly part: string
  readonly drawing: Drawing
}

/** The pictures of a machine, outermost first. */
export async function picturesOf(chart: Chart, focus: ChartState = chart.root): Promise<Picture[]> {
  const candidates = closable(focus)
  let closed: readonly ChartState[] = []
  for (;;) {
    const view = viewOf(chart, focus, new Set(closed.map(({ path }) => path)))
    const drawing = await place(view)
    const next = fits(drawing) ? undefined : candidates.shift()
    if (next !== undefined) {
      closed = [...closed.filter(({ path }) => !isWithin(path, next.path)), next]
      continue
    }
    const inOrder = allStates(focus).filter((state) => closed.includes(state))
    const pictures: Picture[] = [{ part: focus.path, drawing }]
    for (const state of inOrder) pictures.push(...(await picturesOf(chart, state)))
    return pictures
  }
}
