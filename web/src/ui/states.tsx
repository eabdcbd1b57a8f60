/** What a part of a page is before it has its data, when it has none, and when it cannot have them. */
import type { ReactNode } from 'react'
import { ApiFailure } from '../graphql/request.ts'
import { textOf, useTexts } from '../i18n/texts.ts'
import type { Tone } from './badge.tsx'
import { Button } from './button.tsx'
import { CopyId } from './copy-id.tsx'
import { Icon, type IconName } from './icon.tsx'
import styles from './states.module.css'
import { uiTexts } from './texts.ts'
import tones from './tones.module.css'

const LINE_REM = 1.6

/** Grey lines in the place of what is being fetched, as high as it will be, so that nothing jumps. */
export function Skeleton({ lines }: { readonly lines: number }) {
  const texts = useTexts(uiTexts)
  return (
    <div className={styles['skeleton']} role="status" style={{ minHeight: `${lines * LINE_REM}rem` }}>
      <span className="visually-hidden">{texts.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move
        <div key={at} className={styles['line']} aria-hidden="true" />
      ))}
    </div>
  )
}

/** Says that there is nothing, and what can be done about it. */
export function EmptyState(props: {
  readonly title?: string
  readonly children?: ReactNode
  readonly icon?: IconName
}) {
  const texts = useTexts(uiTexts)
  return (
    <div className={styles['state']}>
      <span className={`${styles['mark']} ${tones['quiet']}`}>
        <Icon name={props.icon ?? 'search'} />
      </span>
      <p className={styles['title']}>{props.title ?? texts.empty}</p>
      {props.children !== undefined && <div className={styles['text']}>{props.children}</div>}
    </div>
  )
}

/** What a failure means to whoever reads it. */
export function useFailureText(): (failure: ApiFailure) => string {
  const texts = useTexts(uiTexts)
  return ({ code }) => {
    const known = textOf(texts.failure, code)
    return known === code ? texts.failure.other : known
  }
}

/** Says in words why something cannot be shown, and offers to ask again. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const texts = useTexts(uiTexts)
  const failureText = useFailureText()
  const failure = error instanceof ApiFailure ? error : undefined
  return (
    <div className={styles['state']} role="alert">
      <span className={`${styles['mark']} ${tones['bad']}`}>
        <Icon name={failure?.code === 'NETWORK' ? 'plug' : 'warning'} />
      </span>
      <p className={styles['title']}>{texts.failedTitle}</p>
      <p className={styles['text']}>{failure === undefined ? texts.failure.other : failureText(failure)}</p>
      {onRetry !== undefined && (
        <Button onPress={onRetry} isSmall>
          {texts.retry}
        </Button>
      )}
      {failure?.requestId !== undefined && (
        <p className={styles['details']}>
          {texts.requestId}: <CopyId id={failure.requestId} what={texts.requestId} />
        </p>
      )}
    </div>
  )
}

interface Asked<T> {
  readonly data: T | undefined
  readonly error: ApiFailure | null
  readonly refetch: () => unknown
}

/** A part of the page that needs an answer: its skeleton, then it, or why not. Data that are there stay when a later asking fails. */
export function Shown<T>(props: {
  readonly of: Asked<T>
  readonly skeleton: ReactNode
  readonly children: (data: T) => ReactNode
}) {
  const { data, error, refetch } = props.of
  if (data !== undefined) return <>{props.children(data)}</>
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />
  return <>{props.skeleton}</>
}

/** Says why an act came to nothing. */
export function ActFailure({ failure }: { readonly failure: ApiFailure }) {
  const texts = useTexts(uiTexts)
  const failureText = useFailureText()
  return (
    <Banner tone="bad" role="alert">
      <strong>{texts.actFailed}.</strong> {failureText(failure)} {failure.code !== 'NETWORK' && failure.message}
    </Banner>
  )
}

const BANNER_ICON: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  bad: 'warning',
  warn: 'warning',
  info: 'info',
  quiet: 'info',
}

/** Something that concerns all of what is below it. */
export function Banner(props: {
  readonly tone: Tone
  readonly children: ReactNode
  readonly icon?: IconName
  /** `alert` interrupts who listens; `status` waits. */
  readonly role?: 'alert' | 'status'
}) {
  const { tone, children, icon, role } = props
  return (
    <div className={`${styles['banner']} ${tones[tone]}`} {...(role === undefined ? {} : { role })}>
      <Icon name={icon ?? BANNER_ICON[tone]} size="1.25em" />
      <div>{children}</div>
    </div>
  )
}
