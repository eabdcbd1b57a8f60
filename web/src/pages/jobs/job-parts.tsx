/** Components that the list and the page of a job share: the state, the error, why an action was refused. */
import type { ApiFailure } from '../../graphql/request.ts'
import { useSay } from '../../i18n/messages.ts'
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

/** The error of the last failed attempt: its text and its code. */
export function JobError({ job: { error, errorCode } }: { readonly job: JobLine }) {
  const say = useSay()
  if (error === null) return null
  return (
    <span className={styles['pair']}>
      <span>{say([error])}</span>
      <span className="mono soft">{errorCode}</span>
    </span>
  )
}

/** Why an action on a job was refused, in words. */
export function useRefusal(): (failure: ApiFailure) => string {
  const say = useSay()
  const failureText = useFailureText()
  return (failure) => (failure.refusal === undefined ? failureText(failure) : say([failure.refusal]))
}
