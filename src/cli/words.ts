const formatter = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** A number as text: `36,000,000`. */
export function number(value: number): string {
  return formatter.format(value)
}

/** A duration as text: `8 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ] as const
  const from = units.findIndex(([, count]) => count > 0)
  if (from === -1) return '0 s'
  return units
    .slice(from, from + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ')
}
