/** Status badges with a word, a shape and a colour: colour alone never conveys a status. */
import { textOf, useTexts } from '../i18n/texts.ts'
import { words } from '../i18n/words.ts'
import styles from './badge.module.css'
import { Icon, type IconName } from './icon.tsx'
import tones from './tones.module.css'

/** A badge's meaning at a glance. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet'

/** A word with a colour and a shape. */
export function Badge({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone
  readonly icon: IconName
  readonly children: string
}) {
  return (
    <span className={`${styles['badge']} ${tones[tone]}`}>
      <Icon name={icon} size="0.95em" />
      {children}
    </span>
  )
}

const STATUS: Readonly<Record<string, readonly [Tone, IconName]>> = {
  VERIFIED: ['good', 'check'],
  NOT_VERIFIED: ['bad', 'cross'],
  VERIFICATION_NEEDED: ['info', 'clock'],
  VERIFICATION_NOT_NEEDED: ['quiet', 'dash'],
  IN_REVIEW: ['info', 'runs'],
  CHANGES_NEEDED: ['warn', 'warning'],
}

/** The tone and icon of a status, for a badge with other words. */
export function statusLook(status: string): readonly [Tone, IconName] {
  return STATUS[status] ?? ['quiet', 'info']
}

/** A stream's status or a cumulative status. */
export function StatusBadge({ status }: { readonly status: string }) {
  const texts = useTexts(words)
  const [tone, icon] = statusLook(status)
  return (
    <Badge tone={tone} icon={icon}>
      {textOf(texts.status, status)}
    </Badge>
  )
}

const RUN_STATE: Readonly<Record<string, readonly [Tone, IconName]>> = {
  RUNNING: ['info', 'play'],
  PAUSED: ['warn', 'pause'],
  STOPPING: ['warn', 'stop'],
  STOPPED: ['quiet', 'stop'],
  FINISHED: ['good', 'check'],
  FAILED: ['bad', 'cross'],
}

/** The state of a run. */
export function RunStateBadge({ state }: { readonly state: string }) {
  const texts = useTexts(words)
  const [tone, icon] = RUN_STATE[state] ?? ['quiet', 'info']
  return (
    <Badge tone={tone} icon={icon}>
      {textOf(texts.runState, state)}
    </Badge>
  )
}
