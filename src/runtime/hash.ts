/** Hashes of passwords, by this process's library. */
import { createHash } from 'node:crypto'
import type { Hash } from '../server/authenticate.js'

export const nodeHash: Hash = (algorithm, text) => createHash(algorithm).update(text, 'utf8').digest('base64')
