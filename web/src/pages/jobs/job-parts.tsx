/** Parts that the list and the page of one job share: the state, the error, what was refused. */
import type { ApiFailure } from '../../graphql/request.ts'
import { useTexts } from '../../i18n/texts.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { useFailureText } from '../../ui/states.tsx'
import styles from './jobs.module.css'
import type { JobLine } from './queries.ts'
import { jobTexts } from './texts.ts'

const LOOKS: Readonly<Record<JobLine['state'], readonly [Tone, IconName]>> = {
  CREATED: ['info', 'clock'],
  RETRY: ['warn', 'runs'],
  ACTIVE: ['info', 'play'],
  COMPLETED: ['good', 'check'],
  CANCELLED: ['quiet', 'stop'],
  FAILED: ['bad', 'cross'],
}

/** The state of a job. */
export function JobStateBadge({ state }: Pick<JobLine, 'state'>) {
  const texts = useTexts(jobTexts)
  const [tone, icon] = LOOKS[state]
  return (
    <Badge tone={tone} icon={icon}>
      {texts.states[state]}
    </Badge>
  )
}

/** The error of the last attempt that failed: in words where the code is known, and the code. */
export function JobError({ code }: { readonly code: string | null }) {
  const texts = useTexts(jobTexts)
  if (code === null) return null
  // Answers with a number are many, and mean the same to who reads them: `smtp_550`, `postmark_406`.
  const [family = ''] = /^[a-z]+(?=_(http_)?\d+$)/.exec(code) ?? []
  const errors: Readonly<Record<string, string | undefined>> = texts.errors
  const known = errors[code] ?? errors[family]
  return (
    <span className={styles['pair']}>
      {known !== undefined && <span>{known}</span>}
      <span className="mono soft">{code}</span>
    </span>
  )
}

const REFUSALS = {
  'Job not found': 'missing',
  'Only jobs that failed or were cancelled can be retried': 'notOver',
  'Job is over already': 'over',
  'Another job for the same subject is under way': 'joined',
} as const

/** Why a job was refused, in words. */
export function useRefusal(): (failure: ApiFailure) => string {
  const texts = useTexts(jobTexts)
  const failureText = useFailureText()
  return (failure) => {
    const known = Object.entries(REFUSALS).find(([message]) => message === failure.message)
    return known === undefined ? failureText(failure) : texts.refusals[known[1]]
  }
}
