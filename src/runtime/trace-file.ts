/** Writes a trace: one event a line. Lines leave in the order of the events, in pieces, the last when it is closed. */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Tracer } from '../trace/trace-event.js'
import { lineTracer } from '../trace/trace-codec.js'

/** Characters that are gathered before they are written. */
const share = 1 << 16

export interface TraceFile {
  readonly tracer: Tracer
  close(): void
}

/** Opens a trace file, over one that is there. `server` is the name that events carry. */
export function openTrace(file: string, server = 'standalone'): TraceFile {
  const fd = openSync(file, 'w')
  let lines = ''
  const flush = () => {
    if (lines !== '') writeSync(fd, lines)
    lines = ''
  }
  const timer = setInterval(flush, 500).unref()
  return {
    tracer: lineTracer(server, (line) => {
      lines += `${line}\n`
      if (lines.length >= share) flush()
    }),
    close() {
      clearInterval(timer)
      flush()
      closeSync(fd)
    },
  }
}
