/** The status of an employee request. */
import { useTexts } from '../../i18n/texts.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import type { IconName } from '../../ui/icon.tsx'
import type { RequestLine } from './queries.ts'
import { requestTexts } from './texts.ts'

const LOOKS: Readonly<Record<RequestLine['status'], readonly [Tone, IconName]>> = {
  NEW: ['info', 'clock'],
  APPROVED: ['good', 'check'],
  REJECTED: ['bad', 'cross'],
  EXPIRED: ['quiet', 'dash'],
}

/** The badge. */
export function RequestBadge({ status }: Pick<RequestLine, 'status'>) {
  const texts = useTexts(requestTexts)
  const [tone, icon] = LOOKS[status]
  return (
    <Badge tone={tone} icon={icon}>
      {texts.statuses[status]}
    </Badge>
  )
}

/** The full name. */
export function fullName(party: { lastName: string; firstName: string; secondName: string | null }): string {
  return [party.lastName, party.firstName, party.secondName].filter((each) => each !== null).join(' ')
}
