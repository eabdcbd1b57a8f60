/** A field for a code of the second factor. It takes the focus when it appears, because it is the next input. */
import { useEffect, useRef } from 'react'
import { TextField } from '../ui/field.tsx'

/** The field. Codes of an app are digits, recovery codes also contain letters. */
export function CodeField(props: {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
}) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <TextField
      {...props}
      ref={field}
      name="code"
      autoComplete="one-time-code"
      spellCheck={false}
      maxLength={64}
      isMono
    />
  )
}
