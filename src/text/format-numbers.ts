/** Numbers as people read them. */

/** Thousands parted: `1,234,567`. */
export function amount(value: number): string {
  return value.toLocaleString('en-US')
}

/** `812 MiB`. */
export function bytes(value: number): string {
  const mebi = value / 2 ** 20
  return mebi < 1024 ? `${Math.round(mebi)} MiB` : `${(mebi / 1024).toFixed(1)} GiB`
}

/** `0.8 s`, `12 s`, `2 min 21 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 120) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A probability's bound: `below 3e-9`; `none` when there is no chance. */
export function chance(probability: number): string {
  return probability <= 0 ? 'none' : `below ${probability.toExponential(0)}`
}
