/**
 * The records that requests, replies, the log and snapshots are made of: Stat, ACL, Id. Carries WIRE-51.
 */
import { type Acl, type AskedAcl, type Id, openAcl, type Stat } from '../../spec/vocabulary/index.js'
import type { JuteReader } from './jute-reader.js'
import { JuteWriter } from './jute-writer.js'

/** Bytes of a Stat. */
export const statSize = 68

/** Reads a jute `Stat`. */
export function readStat(reader: JuteReader): Stat {
  return {
    czxid: reader.long(),
    mzxid: reader.long(),
    ctime: reader.time(),
    mtime: reader.time(),
    version: reader.int(),
    cversion: reader.int(),
    aversion: reader.int(),
    ephemeralOwner: reader.long(),
    dataLength: reader.int(),
    numChildren: reader.int(),
    pzxid: reader.long(),
  }
}

/** Writes a jute `Stat`. */
export function writeStat(writer: JuteWriter, stat: Stat): void {
  writer.long(stat.czxid)
  writer.long(stat.mzxid)
  writer.longFromNumber(stat.ctime)
  writer.longFromNumber(stat.mtime)
  writer.int(stat.version)
  writer.int(stat.cversion)
  writer.int(stat.aversion)
  writer.long(stat.ephemeralOwner)
  writer.int(stat.dataLength)
  writer.int(stat.numChildren)
  writer.long(stat.pzxid)
}

/** Reads a jute `ACL`. */
export function readAcl(reader: JuteReader): Acl {
  return { perms: reader.int(), id: readId(reader) }
}

/** Writes a jute `ACL`. */
export function writeAcl(writer: JuteWriter, acl: AskedAcl): void {
  writer.int(acl.perms)
  writer.string(acl.id.scheme)
  writer.string(acl.id.id)
}

/** Reads a jute `Id` of the log or a snapshot. */
export function readId(reader: JuteReader): Id {
  return { scheme: reader.string(), id: reader.nullableString() ?? '' }
}

/** Reads an entry that a client asks for: there is no scheme with an empty name, so a null one is as wrong (ACL-45). */
function readAskedAcl(reader: JuteReader): AskedAcl {
  return {
    perms: reader.int(),
    id: { scheme: reader.nullableString() ?? '', id: reader.nullableString() },
  }
}

/** Writes a jute `Id`. */
export function writeId(writer: JuteWriter, id: Id): void {
  writer.string(id.scheme)
  writer.string(id.id)
}

/** The fewest bytes of an ACL: its permissions and two empty strings. */
export const leastAcl = 12

/** Reads a vector of ACLs; null when its length is -1. The open one, by far the most usual, is one and the same object. */
export function readAcls(reader: JuteReader): readonly Acl[] | null {
  return reader.skip(openBytes) ? openAcl : reader.vector(leastAcl, readAcl)
}

/** Reads the vector of ACLs of a request. */
export function readAskedAcls(reader: JuteReader): readonly AskedAcl[] | null {
  return reader.skip(openBytes) ? openAcl : reader.vector(leastAcl, readAskedAcl)
}

/** Writes a vector of ACLs. */
export function writeAcls(writer: JuteWriter, acls: readonly AskedAcl[] | null): void {
  if (acls === openAcl) writer.raw(openBytes)
  else writer.vector(acls, writeAcl)
}

/** The open ACL's bytes. */
const openBytes = bytesOf(openAcl)

function bytesOf(acls: readonly Acl[]): Uint8Array {
  const writer = new JuteWriter(64)
  writer.vector(acls, writeAcl)
  return writer.take()
}

/** Reads a vector of strings; a null vector is an empty one. */
export function readStrings(reader: JuteReader): string[] {
  return reader.vector(4, (each) => each.string()) ?? []
}

/** Writes a vector of strings. */
export function writeStrings(writer: JuteWriter, strings: readonly string[]): void {
  writer.vector(strings, (each, value) => each.string(value))
}
