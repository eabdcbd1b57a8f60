/** Describes a schedule in words. Only exact descriptions are given; unusual expressions stay as cron. */
import type { Language } from '../../i18n/language.ts'
import { ukCount } from '../../i18n/texts.ts'

const DAYS = {
  uk: ['щонеділі', 'щопонеділка', 'щовівторка', 'щосереди', 'щочетверга', 'щоп’ятниці', 'щосуботи'],
  en: [
    'every Sunday',
    'every Monday',
    'every Tuesday',
    'every Wednesday',
    'every Thursday',
    'every Friday',
    'every Saturday',
  ],
} as const

/** The description of a five-field cron expression, or the expression itself. */
export function scheduleWords(cron: string, language: Language): string {
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = cron.trim().split(/\s+/)
  if (rest.length > 0 || day !== '*' || month !== '*') return cron
  const isUk = language === 'uk'
  if (weekday === '*' && hour === '*') {
    if (minute === '*') return isUk ? 'щохвилини' : 'every minute'
    const every = stepOf(minute)
    if (every !== undefined) {
      return isUk ? `кожні ${ukCount(every, 'хвилину', 'хвилини', 'хвилин')}` : `every ${every} minutes`
    }
    if (isNumber(minute)) return isUk ? `щогодини о ${two(minute)}-й хвилині` : `every hour at minute ${Number(minute)}`
    return cron
  }
  const everyHours = stepOf(hour)
  if (weekday === '*' && everyHours !== undefined && isNumber(minute)) {
    const at = isUk ? `о ${two(minute)}-й хвилині` : `at minute ${Number(minute)}`
    return isUk ? `кожні ${ukCount(everyHours, 'годину', 'години', 'годин')} ${at}` : `every ${everyHours} hours ${at}`
  }
  if (!isNumber(minute) || !isNumber(hour)) return cron
  const time = `${two(hour)}:${two(minute)}`
  if (weekday === '*') return isUk ? `щодня о ${time}` : `every day at ${time}`
  if (!/^[0-7]$/.test(weekday)) return cron
  const name = DAYS[language][Number(weekday) % 7]
  return isUk ? `${name} о ${time}` : `${name} at ${time}`
}

function isNumber(field: string): boolean {
  return /^\d{1,2}$/.test(field)
}

function stepOf(field: string): number | undefined {
  const step = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1])
  return step > 1 ? step : undefined
}

function two(field: string): string {
  return field.padStart(2, '0')
}
