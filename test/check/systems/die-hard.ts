/** Two jugs of 3 and 5 gallons; 4 gallons are wanted. Well known from the TLA+ lectures: 16 states, 4 gallons in 6 steps. */
import type { Model } from '../../../src/check/model/model.js'

export interface Jugs {
  readonly small: number
  readonly big: number
}

export type Pour = 'fill small' | 'fill big' | 'empty small' | 'empty big' | 'small to big' | 'big to small'

const pours: readonly Pour[] = [
  'fill small',
  'fill big',
  'empty small',
  'empty big',
  'small to big',
  'big to small',
]

/** The jugs. `solvable` says that the wanted amount never stands in the big jug. */
export function dieHard(invariant: 'solvable' | 'none' = 'none'): Model<Jugs, Pour> {
  return {
    name: 'die hard',
    processes: [],
    initial: () => [{ small: 0, big: 0 }],
    actions: () => pours,
    next: pour,
    invariants: [
      {
        rule: 'JUGS-1',
        name: 'the jugs hold what they can',
        broken: ({ small, big }) => (small > 3 || big > 5 ? `${small} and ${big}` : null),
      },
      ...(invariant === 'none'
        ? []
        : [
            {
              rule: 'JUGS-2',
              name: 'there are no 4 gallons',
              broken: ({ big }: Jugs) => (big === 4 ? '4 in the big jug' : null),
            },
          ]),
    ],
    tell: (_, action) => ({ text: action, rules: ['JUGS-3'] }),
    show: ({ small, big }) => ({ small: String(small), big: String(big) }),
  }
}

function pour({ small, big }: Jugs, action: Pour): Jugs {
  switch (action) {
    case 'fill small':
      return { small: 3, big }
    case 'fill big':
      return { small, big: 5 }
    case 'empty small':
      return { small: 0, big }
    case 'empty big':
      return { small, big: 0 }
    case 'small to big': {
      const moved = Math.min(small, 5 - big)
      return { small: small - moved, big: big + moved }
    }
    case 'big to small': {
      const moved = Math.min(big, 3 - small)
      return { small: small + moved, big: big - moved }
    }
  }
}
