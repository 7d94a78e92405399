/** What `npm run explore` explores: larger bounds than a test has time for. */
import type { ModelRequest } from '../check/model/counterexample.js'

export const explored: readonly ModelRequest[] = [
  // Like TLC's runs on Apache's specifications: 3 servers, a crash and a start, 2 epochs, a write.
  { model: 'ensemble', bounds: { servers: 3, epochs: 2, transactions: 1, crashes: 1 } },
  // And: 2 servers, 3 failures of which 2 are followed by a start, 3 epochs, 2 writes.
  { model: 'ensemble', bounds: { servers: 2, epochs: 3, transactions: 2, crashes: 2, partitions: 1 } },
  { model: 'ensemble', bounds: { servers: 3, epochs: 2, transactions: 2, crashes: 1 } },
  { model: 'ensemble', bounds: { servers: 3, epochs: 2, transactions: 1, crashes: 1, snap: true } },
  {
    model: 'ensemble',
    bounds: { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 1, partitions: 1 },
  },
  {
    model: 'ensemble',
    bounds: { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 1, errors: 1 },
  },
  { model: 'ensemble', bounds: { servers: 3, history: 1, epochs: 3, transactions: 1, crashes: 2 } },
  {
    model: 'ensemble',
    bounds: { servers: 2, observers: 1, epochs: 2, transactions: 1, crashes: 1, snapshots: 1 },
  },
  { model: 'broadcast', bounds: { transactions: 1 } },
  { model: 'broadcast', bounds: { transactions: 0, crashes: 1 } },
  { model: 'broadcast', bounds: { transactions: 0, partitions: 1 } },
  { model: 'election', bounds: { servers: 3, rounds: 2 } },
  { model: 'composed', bounds: { servers: 2, rounds: 3, transactions: 2, crashes: 2, partitions: 1 } },
  { model: 'composed', bounds: { servers: 2, observers: 1, rounds: 1, transactions: 1, crashes: 0 } },
  { model: 'composed', bounds: { servers: 3, rounds: 1, transactions: 0, crashes: 0 } },
]
