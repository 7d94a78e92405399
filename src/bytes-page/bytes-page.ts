/** Writes `spec/wire/bytes.md`: a conversation as an annotated dump, made by the codec itself. */
import { AnnotatingWriter, type WrittenField } from './annotating-writer.js'
import { conversation } from './conversation.js'
import type { ConversationFrame, Exchange } from './frame.js'

/** A field of a frame: its name, what explains it, and where its bytes stand. */
export interface NamedField extends WrittenField {
  readonly name: string
  readonly note: string
}

/** A frame's bytes, and its fields in order. Throws when the names don't fit the fields that were written. */
export function annotate(frame: ConversationFrame): { bytes: Buffer; fields: NamedField[] } {
  const writer = new AnnotatingWriter()
  frame.write(writer)
  if (writer.fields.length !== frame.fields.length) {
    throw new Error(
      `${frame.says}: ${writer.fields.length} fields are written, ${frame.fields.length} are named`,
    )
  }
  const fields = writer.fields.map((field, at): NamedField => {
    const [name, note] = frame.fields[at]!.split(': ')
    return { ...field, name: name!, note: note ?? '' }
  })
  return { bytes: writer.take(), fields }
}

/** The page, in Markdown. */
export function bytesPage(): string {
  return `# Bytes, shown

A client's first minute on a new server, byte for byte. Every frame here is written by zoospec's codec, and a test sends the
client's frames to a server and compares what comes back, on zoospec and on Apache ZooKeeper 3.8. Only session ids, passwords and
times differ from one server to the next. The types are WIRE-10's; the rules are in [README.md](README.md).

${conversation.map(section).join('\n')}`
}

function section({ title, about, frames }: Exchange): string {
  return `## ${title}

${about}

${frames.map(dump).join('\n')}`
}

function dump(frame: ConversationFrame): string {
  const { bytes, fields } = annotate(frame)
  const lines = fields.flatMap((field) => rows(bytes, field))
  const arrow = frame.from === 'client' ? 'client → server' : 'server → client'
  return ['```text', `${arrow}: ${frame.says}`, ...lines, '```', ''].join('\n')
}

/** Bytes on a line. */
const width = 8

/** A field's lines: its bytes, and beside the first of them its name, type and value. */
function rows(bytes: Buffer, { start, end, name, type, value, note }: NamedField): string[] {
  const lines: string[] = []
  for (let at = start; at < end; at += width) {
    const hex = bytes
      .subarray(at, Math.min(at + width, end))
      .toString('hex')
      .match(/../g)!
      .join(' ')
    lines.push(hex)
  }
  const label = `${type.padEnd(7)}  ${name.padEnd(15)} ${value}${note === '' ? '' : ` (${note})`}`
  lines[0] = `${lines[0]!.padEnd(width * 3 + 1)}${label}`
  return lines
}
