/** A filter that is typed: it counts when it is whole, by Enter or by leaving the field, and not at each key. */
import { useEffect, useState } from 'react'
import { TextField } from './field.tsx'
import styles from './filter-field.module.css'

interface FilterFieldProps {
  readonly label: string
  readonly value: string
  readonly onApply: (value: string) => void
  /** What is wrong with a text, in words; undefined: nothing. */
  readonly problemOf?: (value: string) => string | undefined
  readonly hint?: string
  readonly type?: 'text' | 'date' | 'datetime-local'
  /** For ids, which are long. */
  readonly isId?: boolean
}

/** The field; empty asks for nothing. */
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
        // Fields of days and times take Enter for themselves.
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

/** Whether a text is an id of this system. */
export function isId(text: string): boolean {
  return UUID.test(text)
}
