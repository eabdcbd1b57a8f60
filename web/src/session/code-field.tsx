/** A field for a code of a second factor. It takes the focus when it comes: it is what is asked for next. */
import { useEffect, useRef } from 'react'
import { TextField } from '../ui/field.tsx'

/** The field; whoever has an app types digits, a recovery code has letters too. */
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
