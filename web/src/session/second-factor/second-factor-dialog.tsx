/** Enables and disables the user's second factor. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asFailure, queryClient } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { CodeField } from '../code-field.tsx'
import { signInTexts } from '../texts.ts'
import { dropToken } from '../token.ts'
import { RecoveryCodes, Scan } from './parts.tsx'
import {
  type Begun,
  beginEnrolment,
  confirmEnrolment,
  findSecondFactor,
  type SecondFactor,
  turnOff,
} from './requests.ts'
import { secondFactorTexts } from './texts.ts'

interface Problems {
  readonly password?: string
  readonly code?: string
}

/** The dialog. */
export function SecondFactorDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts(secondFactorTexts)
  const { data, error } = useQuery({ queryKey: ['second factor'], queryFn: findSecondFactor, staleTime: 0, gcTime: 0 })
  if (data === undefined) {
    return (
      <ConfirmDialog
        title={texts.title}
        confirm={texts.begin}
        isDisabled
        onConfirm={async () => false}
        onClose={onClose}
      >
        {error === null ? <Skeleton lines={3} /> : <p>{texts.unavailable}</p>}
      </ConfirmDialog>
    )
  }
  return data.is_on ? <TurnOff state={data} onClose={onClose} /> : <TurnOn state={data} onClose={onClose} />
}

interface Props {
  readonly state: SecondFactor
  readonly onClose: () => void
}

/** Runs a request; input errors are shown at their fields. */
function useAttempt() {
  const texts = useTexts(secondFactorTexts)
  const { tooMany } = useTexts(signInTexts)
  const [problems, setProblems] = useState<Problems>({})
  const attempt = async (work: () => Promise<unknown>) => {
    setProblems({})
    try {
      return await work()
    } catch (error) {
      const { status, entries } = asFailure(error)
      if (status === 429) setProblems({ password: tooMany })
      else if (status === 409) setProblems({ code: texts.outdated, password: texts.outdated })
      else if (entries.includes('$.password')) setProblems({ password: texts.wrongPassword })
      else if (entries.includes('$.code')) setProblems({ code: texts.wrongCode })
      else throw error
      return false
    }
  }
  return { problems, attempt }
}

function TurnOn({ state: { is_available: isAvailable }, onClose }: Props) {
  const texts = useTexts(secondFactorTexts)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [begun, setBegun] = useState<Begun>()
  const [codes, setCodes] = useState<readonly string[]>()
  const { problems, attempt } = useAttempt()
  if (codes !== undefined) {
    return (
      <ConfirmDialog
        title={texts.title}
        confirm={texts.saved}
        isShownOnce
        onConfirm={async () => undefined}
        onClose={onClose}
      >
        <RecoveryCodes codes={codes} />
      </ConfirmDialog>
    )
  }
  const goOn = () =>
    attempt(async () => {
      if (begun === undefined) setBegun(await beginEnrolment({ password }))
      else setCodes(await confirmEnrolment({ password }, code))
      return false
    })
  return (
    <ConfirmDialog
      title={texts.title}
      confirm={begun === undefined ? texts.begin : texts.turnOn}
      isDisabled={!isAvailable || password === '' || (begun !== undefined && code === '')}
      onConfirm={goOn}
      onClose={onClose}
    >
      {!isAvailable && <p>{texts.unavailable}</p>}
      {isAvailable && begun === undefined && (
        <>
          <p>
            {texts.lead} {texts.effect}
          </p>
          <PasswordField value={password} onChange={setPassword} problem={problems.password} />
        </>
      )}
      {begun !== undefined && (
        <Scan begun={begun} code={code} onCode={setCode} problem={problems.code ?? problems.password} />
      )}
    </ConfirmDialog>
  )
}

function TurnOff({ state, onClose }: Props) {
  const texts = useTexts(secondFactorTexts)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const { problems, attempt } = useAttempt()
  const goOn = () =>
    attempt(async () => {
      await turnOff(password, code)
      if (!state.is_required) return undefined
      queryClient.clear()
      return dropToken('left')
    })
  return (
    <ConfirmDialog
      title={texts.title}
      confirm={texts.turnOff}
      isDangerous
      isDisabled={password === '' || code === ''}
      onConfirm={goOn}
      onClose={onClose}
    >
      <p>{texts.isOn(state.recovery_codes)}</p>
      <p>
        {texts.offHint} {texts.effect}
      </p>
      {state.is_required && <p>{texts.offRequired}</p>}
      <PasswordField value={password} onChange={setPassword} problem={problems.password} />
      <CodeField label={texts.anyCode} value={code} onChange={setCode} problem={problems.code} />
    </ConfirmDialog>
  )
}

function PasswordField(props: {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: string | undefined
}) {
  const { password } = useTexts(secondFactorTexts)
  return <TextField type="password" autoComplete="current-password" label={password} {...props} />
}
