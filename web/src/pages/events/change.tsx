/** What an event says has changed, in words. */
import { SubjectLink } from '../../app/subject-link.tsx'
import { textOf, useTexts } from '../../i18n/texts.ts'
import { words } from '../../i18n/words.ts'
import { StatusBadge } from '../../ui/badge.tsx'
import { isId } from '../../ui/filter-field.tsx'
import styles from './events.module.css'
import { eventTexts } from './texts.ts'

/** The changed properties, each with its new value. */
export function Change({ properties }: { readonly properties: unknown }) {
  const texts = useTexts(eventTexts)
  const changes = Object.entries(Object(properties) as Readonly<Record<string, unknown>>)
  return (
    <span className={styles['changes']}>
      {changes.map(([name, change]) => (
        <span key={name} className={styles['change']}>
          {name !== 'employee_id' && <span className="soft">{textOf(texts.properties, name)}</span>}
          <NewValue name={name} value={newValueOf(change)} />
        </span>
      ))}
    </span>
  )
}

function NewValue({ name, value }: { readonly name: string; readonly value: string }) {
  const texts = useTexts(eventTexts)
  const { status } = useTexts(words)
  if (name === 'verification_status' || value in status) return <StatusBadge status={value} />
  if (name === 'employee_id' && isId(value)) return <SubjectLink kind="employee" id={value} />
  return <span>{textOf(texts.values, value)}</span>
}

/** The new value of a property, as text. */
export function newValueOf(change: unknown): string {
  const value = typeof change === 'object' && change !== null && 'new_value' in change ? change.new_value : change
  return typeof value === 'string' ? value : JSON.stringify(value)
}
