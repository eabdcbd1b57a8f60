/** The states of a part of a page without data: loading, empty, error. */
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

/** Grey placeholder lines with the height of the expected content, so that nothing jumps. */
export function Skeleton({ lines }: { readonly lines: number }) {
  const texts = useTexts(uiTexts)
  return (
    <div className={styles['skeleton']} role="status" style={{ minHeight: `${lines * LINE_REM}rem` }}>
      <span className="visually-hidden">{texts.loading}</span>
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are equal and never move
        <div key={at} className={styles['line']} aria-hidden="true" />
      ))}
    </div>
  )
}

/** Says that there is nothing, and what the user can do. */
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

/** A failure in words for the reader. */
export function useFailureText(): (failure: ApiFailure) => string {
  const texts = useTexts(uiTexts)
  return ({ code }) => {
    const known = textOf(texts.failure, code)
    return known === code ? texts.failure.other : known
  }
}

/** Explains why something cannot be shown, and offers to retry. */
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

/** A part of the page that needs data: shows the skeleton, the data, or the error. Existing data stays visible if a later request fails. */
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

/** Explains why an action failed. */
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

/** A message about everything below it. */
export function Banner(props: {
  readonly tone: Tone
  readonly children: ReactNode
  readonly icon?: IconName
  /** `alert` interrupts a screen reader; `status` waits. */
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
