/** Names of parameter groups, and their values with units. */
import { textOf, useTexts } from '../../i18n/texts.ts'
import type { Group } from './groups.ts'
import { settingsTexts } from './texts.ts'

/** The name of a group; an unknown parameter's own name. */
export function useGroupName(): (group: Group) => string {
  const texts = useTexts(settingsTexts)
  return ({ key, parameters }) => (key === undefined ? (parameters[0]?.parameter ?? '') : texts.names[key])
}

interface Named {
  readonly parameter: string
  readonly value: string
}

/** The values of a group as one text: `29 days`. */
export function useGroupValue(): (parameters: readonly Named[]) => string {
  const texts = useTexts(settingsTexts)
  return (parameters) => {
    const [first, unit] = parameters
    if (first === undefined) return ''
    const count = Number(first.value)
    const isYears = unit === undefined ? first.parameter === 'adult_age' : unit.value === 'YEARS'
    const isDays = unit?.value === 'DAYS'
    if (!Number.isSafeInteger(count) || (!isYears && !isDays)) {
      return parameters.map(({ value }) => textOf(texts.units, value)).join(' ')
    }
    return isYears ? texts.years(count) : texts.days(count)
  }
}
