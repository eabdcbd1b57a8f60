/** A text filter that is applied by Enter or by leaving the field, not on each key. */
import { useEffect, useState } from 'react'
import { TextField } from './field.tsx'
import styles from './filter-field.module.css'

interface FilterFieldProps {
  readonly label: string
  readonly value: string
  readonly onApply: (value: string) => void
  /** The error in a text; undefined if it is valid. */
  readonly problemOf?: (value: string) => string | undefined
  readonly hint?: string
  readonly type?: 'text' | 'date' | 'datetime-local'
  /** Wide enough for ids. */
  readonly isId?: boolean
}

/** The field; empty means no filter. */
export function FilterField({ label, value, onApply, problemOf, hint, type = 'text', isId = false }: FilterFieldProps) {
  const [typed, setTyped] = useState(value)
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    setTyped(value)
    setProblem(undefined)
  }, [value])
  const apply = () => {
    const given = typed.trim()
    const found = given === '' ? undefined : problemOf?.(given)
    setProblem(found)
    if (found === undefined && given !== value) onApply(given)
  }
  return (
    <form
      className={`${styles['form']} ${isId ? styles['wide'] : ''}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        apply()
      }}
      onBlur={apply}
      onKeyDown={(event) => {
        // Date and time fields handle Enter themselves.
        if (event.key === 'Enter') apply()
      }}
    >
      <TextField
        label={label}
        type={type}
        value={typed}
        onChange={setTyped}
        isMono={isId}
        spellCheck={false}
        autoComplete="off"
        hint={hint}
        problem={problem}
      />
    </form>
  )
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Whether a text has the format of an id. */
export function isId(text: string): boolean {
  return UUID.test(text)
}
