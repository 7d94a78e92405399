/**
 * The handshake's two records, which have no headers. Clients before 3.4 leave out the read-only byte at the end.
 * Carries WIRE-20, WIRE-22.
 */
import type { ConnectRequest, ConnectResponse } from '../../spec/vocabulary/index.js'
import type { JuteReader } from './jute-reader.js'
import type { JuteWriter } from './jute-writer.js'

/** Reads the first frame of a connection. */
export function readConnectRequest(reader: JuteReader): ConnectRequest {
  const protocolVersion = reader.int()
  const lastZxidSeen = reader.long()
  const timeOut = reader.int()
  const sessionId = reader.long()
  const passwd = reader.buffer() ?? new Uint8Array(0)
  return reader.remaining > 0
    ? { protocolVersion, lastZxidSeen, timeOut, sessionId, passwd, readOnly: reader.bool() }
    : { protocolVersion, lastZxidSeen, timeOut, sessionId, passwd }
}

/** Writes the first frame of a connection, whole. */
export function writeConnectRequest(writer: JuteWriter, request: ConnectRequest): void {
  const frame = writer.beginFrame()
  writer.int(request.protocolVersion)
  writer.long(request.lastZxidSeen)
  writer.int(request.timeOut)
  writer.long(request.sessionId)
  writer.buffer(request.passwd)
  if (request.readOnly !== undefined) writer.bool(request.readOnly)
  writer.endFrame(frame)
}

/** Reads the answer to it. */
export function readConnectResponse(reader: JuteReader): ConnectResponse {
  const response = {
    protocolVersion: reader.int(),
    timeOut: reader.int(),
    sessionId: reader.long(),
    passwd: reader.buffer() ?? new Uint8Array(0),
  }
  return reader.remaining > 0 ? { ...response, readOnly: reader.bool() } : response
}

/** Writes the answer's frame, whole. */
export function writeConnectResponse(writer: JuteWriter, response: ConnectResponse): void {
  const frame = writer.beginFrame()
  writer.int(response.protocolVersion)
  writer.int(response.timeOut)
  writer.long(response.sessionId)
  writer.buffer(response.passwd)
  if (response.readOnly !== undefined) writer.bool(response.readOnly)
  writer.endFrame(frame)
}
