/** Shown at any URL while nobody is signed in; afterwards the URL opens as requested. */
import { type FormEvent, lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { Choices } from '../app/choices.tsx'
import { appTexts } from '../app/texts.ts'
import { addressOf } from '../graphql/request.ts'
import { asFailure } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { Button } from '../ui/button.tsx'
import { Select, TextField } from '../ui/field.tsx'
import { Banner, Skeleton, useFailureText } from '../ui/states.tsx'
import { CodeField } from './code-field.tsx'
import { config } from './config.ts'
import { goToProvider } from './oidc.ts'
import type { Begun } from './second-factor/requests.ts'
import { type ClientChoice, findClients, signIn, signInWithToken } from './sign-in.ts'
import styles from './sign-in-page.module.css'
import { signInTexts } from './texts.ts'
import type { Absence } from './token.ts'

/** The page. */
export function SignInPage({ absence, problem }: { readonly absence: Absence; readonly problem?: string }) {
  const texts = useTexts(signInTexts)
  const { brand, demo } = useTexts(appTexts)
  const [way, setWay] = useState<'password' | 'token'>(
    config.isDemo || config.isPasswordSignInOff ? 'token' : 'password',
  )
  useEffect(() => {
    document.title = `${texts.title} · ${brand}`
  }, [texts, brand])
  return (
    <div className={styles['page']}>
      <main className={styles['box']}>
        <div className={styles['brand']}>
          <p className={styles['name']}>
            <img src={addressOf('icon.svg')} width="32" height="32" alt="" />
            {brand}
          </p>
          <p className="soft">{texts.lead}</p>
        </div>
        {config.isDemo && <Banner tone="info">{demo}</Banner>}
        {problem !== undefined && (
          <Banner tone="bad" role="alert">
            {problem}
          </Banner>
        )}
        {absence === 'expired' && <Banner tone="warn">{texts.expired}</Banner>}
        {absence === 'changed' && <Banner tone="good">{texts.changed}</Banner>}
        {absence === 'left' && <Banner tone="good">{texts.left}</Banner>}
        <h1 className="visually-hidden">{texts.title}</h1>
        {way === 'password' ? <PasswordForm /> : <TokenForm />}
        {(config.oidc !== undefined || !config.isPasswordSignInOff) && (
          <div className={styles['wide']}>
            {config.oidc !== undefined && <ProviderButton />}
            {!config.isPasswordSignInOff && (
              <Button look="quiet" onPress={() => setWay(way === 'password' ? 'token' : 'password')}>
                {way === 'password' ? texts.byToken : texts.byPassword}
              </Button>
            )}
          </div>
        )}
      </main>
      <footer className={styles['foot']}>
        <Choices />
      </footer>
    </div>
  )
}

/** A form that is submitted once at a time and shows errors. */
function Form(props: {
  readonly children: ReactNode
  readonly submit: string
  readonly refusal: string
  readonly onSubmit: () => Promise<string | undefined>
}) {
  const texts = useTexts(signInTexts)
  const failureText = useFailureText()
  const [isPending, setIsPending] = useState(false)
  const [problem, setProblem] = useState<string>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (isPending) return
    setIsPending(true)
    setProblem(undefined)
    try {
      setProblem(await props.onSubmit())
    } catch (error) {
      const failure = asFailure(error)
      if (failure.status === 401) setProblem(props.refusal)
      else setProblem(failure.status === 429 ? texts.tooMany : failureText(failure))
    }
    setIsPending(false)
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)} noValidate>
      {props.children}
      {problem !== undefined && (
        <Banner tone="bad" role="alert">
          {problem}
        </Banner>
      )}
      <Button type="submit" look="primary" isPending={isPending}>
        {props.submit}
      </Button>
    </form>
  )
}

/** Loaded only when needed: most users never need it. */
const Setup = lazy(async () => ({ default: (await import('./second-factor/setup.tsx')).Setup }))

interface Step {
  /** Clients in which the user may sign in; empty while unknown. */
  readonly clients: readonly ClientChoice[]
  readonly needsCode: boolean
}

const FIRST: Step = { clients: [], needsCode: false }

function PasswordForm() {
  const texts = useTexts(signInTexts)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [{ clients, needsCode }, setStep] = useState(FIRST)
  const [clientId, setClientId] = useState('')
  const [code, setCode] = useState('')
  const [begun, setBegun] = useState<Begun>()
  const [isSetUp, setIsSetUp] = useState(false)
  const start = () => {
    setStep(FIRST)
    setClientId('')
    setCode('')
  }
  const enter = async (id: string) => {
    try {
      await signIn({ email, password, clientId: id, code })
    } catch (error) {
      const { type } = asFailure(error)
      if (type !== 'second_factor_required' && type !== 'second_factor_wrong') throw error
      setStep((before) => ({ ...before, needsCode: true }))
      return type === 'second_factor_wrong' ? texts.wrongCode : texts.codeNeeded
    }
    return undefined
  }
  const submit = async () => {
    if (email.trim() === '' || password === '' || (needsCode && code.trim() === '')) return texts.needed
    if (clientId !== '') return enter(clientId)
    const { clients: found, second_factor: besides } = await findClients(email, password)
    if (besides === 'setup') {
      setBegun(await (await import('./second-factor/requests.ts')).beginEnrolment({ email, password }))
      return undefined
    }
    const [first] = found
    if (first === undefined) return texts.noClients
    setClientId(first.id)
    if (found.length === 1 && besides === 'nothing') return enter(first.id)
    setStep({ clients: found, needsCode: besides === 'code' })
    return undefined
  }
  const change = (set: (value: string) => void) => (value: string) => {
    set(value)
    start()
  }
  if (begun !== undefined) {
    const done = () => {
      start()
      setBegun(undefined)
      setIsSetUp(true)
    }
    return (
      <Suspense fallback={<Skeleton lines={10} />}>
        <Setup who={{ email, password }} begun={begun} onDone={done} />
      </Suspense>
    )
  }
  return (
    <Form submit={texts.submit} refusal={texts.wrongPassword} onSubmit={submit}>
      {isSetUp && <Banner tone="good">{texts.setUp}</Banner>}
      <TextField
        label={texts.email}
        type="email"
        name="username"
        autoComplete="username"
        inputMode="email"
        value={email}
        onChange={change(setEmail)}
      />
      <TextField
        label={texts.password}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={change(setPassword)}
      />
      {clients.length > 1 && (
        <Select
          label={texts.client}
          value={clientId}
          onChange={setClientId}
          options={clients.map(({ id, name }) => [id, name])}
        />
      )}
      {needsCode && (
        <CodeField label={texts.code} hint={texts.codeHint} value={code} onChange={setCode} problem={undefined} />
      )}
    </Form>
  )
}

function TokenForm() {
  const texts = useTexts(signInTexts)
  const [given, setGiven] = useState('')
  const submit = async () => {
    if (given.trim() === '') return texts.needed
    await signInWithToken(given.trim())
    return undefined
  }
  return (
    <Form submit={texts.submit} refusal={texts.wrongToken} onSubmit={submit}>
      <TextField
        label={texts.token}
        hint={config.isDemo ? `${texts.demoHint} ${texts.tokenHint}` : texts.tokenHint}
        type="password"
        name="token"
        autoComplete="off"
        spellCheck={false}
        isMono
        value={given}
        onChange={setGiven}
      />
    </Form>
  )
}

function ProviderButton() {
  const texts = useTexts(signInTexts)
  const [isFailed, setIsFailed] = useState(false)
  const { oidc } = config
  if (oidc === undefined) return null
  return (
    <>
      <Button onPress={() => void goToProvider(oidc).catch(() => setIsFailed(true))}>{texts.byProvider}</Button>
      {isFailed && (
        <Banner tone="bad" role="alert">
          {texts.providerFailed}
        </Banner>
      )}
    </>
  )
}
