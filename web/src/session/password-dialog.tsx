/** Changes the user's own password. It ends all sessions, including this one. */
import { useState } from 'react'
import { rest } from '../graphql/request.ts'
import { asFailure, queryClient } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { CodeField } from './code-field.tsx'
import { signInTexts } from './texts.ts'
import { dropToken } from './token.ts'

/** The fields' errors. */
interface Problems {
  readonly password?: string
  readonly next?: string
  readonly repeat?: string
  readonly code?: string
}

/** The dialog. */
export function PasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts(signInTexts)
  const [password, setPassword] = useState('')
  const [next, setNext] = useState('')
  const [repeat, setRepeat] = useState('')
  const [code, setCode] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const [problems, setProblems] = useState<Problems>({})
  const refuse = (found: Problems) => {
    setProblems(found)
    return false
  }
  const change = async () => {
    setProblems({})
    if (next !== repeat) return refuse({ repeat: texts.passwordsDiffer })
    try {
      await rest('POST', 'oauth/password', { password, new_password: next, ...(code === '' ? {} : { code }) })
    } catch (error) {
      const { status, entries } = asFailure(error)
      if (status === 429) return refuse({ password: texts.tooMany })
      if (entries.includes('$.password')) return refuse({ password: texts.oldWrong })
      if (entries.includes('$.code')) {
        setNeedsCode(true)
        return refuse({ code: code === '' ? texts.codeNeeded : texts.wrongCode })
      }
      if (entries.includes('$.new_password')) return refuse({ next: texts.newWeak })
      throw error
    }
    queryClient.clear()
    dropToken('changed')
    return undefined
  }
  return (
    <ConfirmDialog
      title={texts.changePassword}
      confirm={texts.changePassword}
      isDisabled={password === '' || next === '' || repeat === ''}
      onConfirm={change}
      onClose={onClose}
    >
      <p>{texts.changeEffect}</p>
      <PasswordField label={texts.oldPassword} value={password} onChange={setPassword} problem={problems.password} />
      <PasswordField
        isNew
        label={texts.newPassword}
        hint={texts.newHint}
        value={next}
        onChange={setNext}
        problem={problems.next}
      />
      <PasswordField isNew label={texts.repeatPassword} value={repeat} onChange={setRepeat} problem={problems.repeat} />
      {needsCode && <CodeField label={texts.code} value={code} onChange={setCode} problem={problems.code} />}
    </ConfirmDialog>
  )
}

function PasswordField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
  readonly hint?: string
  readonly isNew?: boolean
}) {
  const { isNew = false, ...rest } = props
  return <TextField type="password" autoComplete={isNew ? 'new-password' : 'current-password'} {...rest} />
}
