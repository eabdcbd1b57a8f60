/** Sets up a second factor at sign-in, if the user may not sign in without one. */
import { type FormEvent, useState } from 'react'
import { asFailure } from '../../graphql/use-query.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Button } from '../../ui/button.tsx'
import { useFailureText } from '../../ui/states.tsx'
import { signInTexts } from '../texts.ts'
import { RecoveryCodes, Scan } from './parts.tsx'
import { type Begun, confirmEnrolment, type Who } from './requests.ts'
import styles from './second-factor.module.css'
import { secondFactorTexts } from './texts.ts'

/** Shows the QR code, then the recovery codes; then signs in. */
export function Setup({
  who,
  begun,
  onDone,
}: {
  readonly who: Who
  readonly begun: Begun
  readonly onDone: () => void
}) {
  const texts = useTexts(secondFactorTexts)
  const { tooMany } = useTexts(signInTexts)
  const failureText = useFailureText()
  const [code, setCode] = useState('')
  const [codes, setCodes] = useState<readonly string[]>()
  const [problem, setProblem] = useState<string>()
  const [isPending, setIsPending] = useState(false)
  const confirm = async (event: FormEvent) => {
    event.preventDefault()
    if (isPending || code === '') return
    setIsPending(true)
    setProblem(undefined)
    try {
      setCodes(await confirmEnrolment(who, code))
    } catch (error) {
      const failure = asFailure(error)
      if (failure.status === 401) setProblem(texts.wrongCode)
      else if (failure.status === 409) setProblem(texts.outdated)
      else setProblem(failure.status === 429 ? tooMany : failureText(failure))
    }
    setIsPending(false)
  }
  if (codes !== undefined) {
    return (
      <div className={styles['part']}>
        <RecoveryCodes codes={codes} />
        <Button look="primary" onPress={onDone}>
          {texts.saved}
        </Button>
      </div>
    )
  }
  return (
    <form className={styles['part']} onSubmit={(event) => void confirm(event)} noValidate>
      <p>{texts.required}</p>
      <Scan begun={begun} code={code} onCode={setCode} problem={problem} />
      <Button type="submit" look="primary" isPending={isPending}>
        {texts.turnOn}
      </Button>
    </form>
  )
}
